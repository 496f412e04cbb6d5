"""Make many calls of one kind concurrently, and record the outcome of each call."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from airflow_provider_dingtalk_calendar import exceptions as errors

if TYPE_CHECKING:
    from .task_state import TaskState


T = TypeVar("T")

#: Number of calls in flight, enough for 20 per second if each answer takes less than a second.
CONCURRENCY = 20

#: Number of calls after which progress is saved.
SAVED_EVERY = 100


class Outcomes:
    """The outcome of each call, by key.

    :param done: Results of calls that succeeded earlier, for example in an earlier try of the task.
    """

    def __init__(self, done: Mapping[str, Any] | None = None) -> None:
        self.done = dict(done or {})
        self.failed: dict[str, errors.DingTalkError] = {}
        #: Keys whose call has started.
        self.started: set[str] = set()
        #: The failure that stopped further calls.
        self.stopped: errors.DingTalkError | None = None
        #: Any other exception that ended the calls, such as the task's timeout.
        self.ended_by: BaseException | None = None

    def results(self, keys: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Return the result of each key as JSON for XCom."""
        return {key: self._result(key) for key in keys}

    def _result(self, key: str) -> dict[str, Any]:
        if key in self.done:
            return {"ok": True}
        failure = self.failed.get(key) or self.stopped
        return {
            "ok": False,
            "attempted": key in self.started,
            "error": type(failure or self.ended_by).__name__,
            "code": getattr(failure, "code", None),
            "message": str(failure) if failure else "the task ended before this call did",
        }

    def failure(self, keys: Iterable[str]) -> errors.DingTalkError | None:
        """Return one error for all keys that failed, or None if no key failed."""
        from airflow_provider_dingtalk_calendar.client.engine.partial_failure import partial_failure

        return partial_failure(dict.fromkeys(keys), self.done, self.failed, stopped=self.stopped)


def chunks(items: Sequence[T], size: int) -> Iterator[list[T]]:
    """Split items into lists of at most ``size``."""
    for first in range(0, len(items), size):
        yield list(items[first : first + size])


def for_each(
    keys: Iterable[str],
    call: Callable[[str], Any],
    outcomes: Outcomes,
    *,
    stop_on: Callable[[errors.DingTalkError], bool] = lambda _: False,
    save: Callable[[], object] = lambda: None,
) -> None:
    """Make one call for each key that is not done. The calls run concurrently.

    The first call runs alone, so that a mistake in the app or the connection costs only one call. After a
    failure that would make every further call fail, no further call is made.

    :param keys: One key for each call.
    :param call: Makes the call for one key. It runs in several threads.
    :param outcomes: Collects the outcomes, which are kept even if an exception ends this function.
    :param stop_on: Returns whether a failure stops the rest, in addition to :data:`.STOPPING`.
    :param save: Called after every 100 calls.
    """
    from concurrent.futures import ThreadPoolExecutor

    from airflow_provider_dingtalk_calendar.client.engine.partial_failure import STOPPING

    def one(key: str) -> None:
        if outcomes.stopped is not None or outcomes.ended_by is not None:
            return
        outcomes.started.add(key)
        try:
            outcomes.done[key] = call(key)
        except errors.DingTalkError as error:
            # The traceback would keep the objects of every call alive.
            outcomes.failed[key] = error.with_traceback(None)
            if isinstance(error, STOPPING) or stop_on(error):
                outcomes.stopped = error

    left = [key for key in dict.fromkeys(keys) if key not in outcomes.done]
    pool = ThreadPoolExecutor(CONCURRENCY)
    try:
        if left:
            one(left[0])
        for number, _ in enumerate(pool.map(one, left[1:]), 1):
            if number % SAVED_EVERY == 0:
                save()
    except BaseException as error:
        outcomes.ended_by = error
        # Do not wait for calls in flight, because the caller must save the outcomes first.
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def load_done(state: TaskState | None, arguments: str) -> dict[str, Any]:
    """Return the results that an earlier try of the task saved for the same arguments.

    A state that cannot be read counts as empty, because it is safe to repeat every call.

    :param state: State of the task; None if Airflow keeps no state.
    :param arguments: Digest of the arguments.
    """
    saved: object = None
    with contextlib.suppress(errors.StoreError):
        saved = None if state is None else state.read()
    if not isinstance(saved, Mapping) or saved.get("arguments") != arguments:
        return {}
    done = saved.get("done")
    return dict(done) if isinstance(done, Mapping) else {}


def save_done(state: TaskState | None, arguments: str, outcomes: Outcomes) -> None:
    """Save, for the next try, the results of the calls that succeeded.

    :param state: State of the task; None if Airflow keeps no state.
    :param arguments: Digest of the arguments.
    :param outcomes: Outcomes of the calls.
    """
    with contextlib.suppress(errors.StoreError):
        if state is not None:
            state.write({"arguments": arguments, "done": dict(outcomes.done)})
