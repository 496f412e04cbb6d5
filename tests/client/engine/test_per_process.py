"""A forked child creates its own copy of each object that belongs to one process."""

from __future__ import annotations

import gc
import threading
import weakref

from airflow_provider_dingtalk_calendar.client.engine.per_process import PerProcess
from airflow_provider_dingtalk_calendar.client.engine.rate_limit import Limiter
from tests.forking import Child


def test_a_lock_held_by_another_thread_is_free_in_the_child() -> None:
    lock = PerProcess(threading.Lock)
    with lock.value:
        free = Child(lambda: lock.value.acquire(blocking=False)).result()
        assert free
        assert lock.value.locked()


def test_the_thread_that_forks_leaves_a_with_statement_in_the_child_too() -> None:
    lock = PerProcess(threading.Lock)

    def in_with() -> Child | None:
        with lock.value:
            return Child(inside)

    def inside() -> bool:
        return lock.value.acquire(timeout=1)

    child = in_with()
    assert child is not None
    assert child.result()
    assert not lock.value.locked()


def test_the_calls_of_the_parent_hold_up_no_call_of_the_child() -> None:
    limiter = Limiter()
    for _ in range(3):
        limiter.pause(limiter.turn("key", 1.0, 100.0), 100.0)
    assert limiter.pause(limiter.turn("key", 1.0, 100.0), 100.0) > 0
    assert Child(lambda: limiter.pause(limiter.turn("key", 1.0, 100.0), 100.0)).result() == 0


def test_a_value_lives_no_longer_than_its_holder() -> None:
    holder = PerProcess(type("Value", (), {}))
    value = weakref.ref(holder.value)
    del holder
    gc.collect()
    assert value() is None
