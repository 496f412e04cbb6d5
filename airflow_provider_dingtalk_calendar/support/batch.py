"""One call for each of many: at the same time, as fast as the limit allows, and no result is lost."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from airflow_provider_dingtalk_calendar import exceptions as errors

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context

    from airflow_provider_dingtalk_calendar.support.task_state import TaskState


T = TypeVar("T")

#: Calls under way at the same time: enough for 20 a second while answers take less than a second.
CONCURRENCY = 20

#: After how many calls what is done is kept.
KEPT_EVERY = 100

#: Failures that every further call would share.
CONCERNING_ALL = (
    errors.ConfigurationError,
    errors.StoreError,
    errors.RequestNotSentError,
    errors.InvalidCredentialsError,
    errors.InvalidTokenError,
    errors.MissingPermissionError,
    errors.IpNotAllowedError,
    errors.IpBlockedError,
    errors.MonthlyQuotaError,
)


class Outcomes:
    """What came of each call.

    :param done: What each call that succeeded has returned, those of an earlier try included.
    """

    def __init__(self, done: Mapping[str, Any] | None = None) -> None:
        self.done = dict(done or {})
        self.failed: dict[str, errors.DingTalkError] = {}
        #: For which the call has begun.
        self.begun: set[str] = set()
        #: The failure that let the calls stop.
        self.stopped: errors.DingTalkError | None = None
        #: What else let them stop, such as the end of the task's time.
        self.ended_by: BaseException | None = None

    @property
    def first_failure(self) -> errors.DingTalkError | None:
        """One of the failures; None if there is none."""
        return self.stopped or next(iter(self.failed.values()), None)

    def results(self, keys: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Return one result for each key, as JSON."""
        return {key: self._result(key) for key in keys}

    def _result(self, key: str) -> dict[str, Any]:
        if key in self.done:
            return {"ok": True}
        failure = self.failed.get(key) or self.stopped
        return {
            "ok": False,
            "attempted": key in self.begun,
            "error": type(failure or self.ended_by).__name__,
            "code": getattr(failure, "code", None),
            "message": str(failure) if failure else "the task ended before",
        }

    def failure(self, keys: Iterable[str]) -> errors.DingTalkError | None:
        """Return one error for all that failed; None if nothing did."""
        of_keys = list(dict.fromkeys(keys))
        missing = [key for key in of_keys if key not in self.done]
        if not missing:
            return None
        failed = [self.failed[key] for key in missing if key in self.failed]
        first = self.stopped or failed[0]
        if len(of_keys) == 1:
            return first
        later = [one.retry_after for one in failed if one.retry_after is not None]
        return errors.PartialFailureError(
            f"{len(missing)} of {len(of_keys)} failed ({', '.join(missing[:3])}"
            f"{', ...' if len(missing) > 3 else ''}); the first one: {first}",  # noqa: PLR2004
            retry_after=min(later) if later and self._is_worth_a_try() else None,
            may_have_taken_effect=any(one.may_have_taken_effect for one in failed),
        )

    def _is_worth_a_try(self) -> bool:
        return self.stopped is None or self.stopped.retry_after is not None


def chunks(items: Sequence[T], size: int) -> Iterator[list[T]]:
    """Return the items in lists of so many at most."""
    for first in range(0, len(items), size):
        yield list(items[first : first + size])


def for_each(
    keys: Iterable[str],
    call: Callable[[str], Any],
    outcomes: Outcomes,
    *,
    concerns_all: Callable[[errors.DingTalkError], bool] = lambda _: False,
    keep: Callable[[], object] = lambda: None,
) -> None:
    """Call once for each key that is not done, at the same time.

    The first call is made alone: what is wrong with the app or the connection is learned from one. A failure
    that every further call would share ends the calls.

    :param keys: For what to call.
    :param call: Makes one call; may be run in several threads.
    :param outcomes: What came of the calls is put there, so that it is known whatever ends this function.
    :param concerns_all: Which further failures end the calls.
    :param keep: Called after every hundred calls.
    """
    from concurrent.futures import ThreadPoolExecutor

    def one(key: str) -> None:
        if outcomes.stopped is not None or outcomes.ended_by is not None:
            return
        outcomes.begun.add(key)
        try:
            outcomes.done[key] = call(key)
        except errors.DingTalkError as error:
            # Without its frames, which hold on to all that was on the way.
            outcomes.failed[key] = error.with_traceback(None)
            if isinstance(error, CONCERNING_ALL) or concerns_all(error):
                outcomes.stopped = error

    left = [key for key in dict.fromkeys(keys) if key not in outcomes.done]
    pool = ThreadPoolExecutor(CONCURRENCY)
    try:
        if left:
            one(left[0])
        for number, _ in enumerate(pool.map(one, left[1:]), 1):
            if number % KEPT_EVERY == 0:
                keep()
    except BaseException as error:
        outcomes.ended_by = error
        # Not waiting for the calls that are under way: what is known is kept first.
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def remembered(memory: TaskState | None, arguments: str) -> dict[str, Any]:
    """Return what calls of an earlier try with the same arguments have returned.

    A memory that cannot be read is empty: the calls may be made again.

    :param memory: Of the task.
    :param arguments: What tells the arguments from others.
    """
    held: object = None
    with contextlib.suppress(errors.StoreError):
        held = None if memory is None else memory.read()
    if not isinstance(held, Mapping) or held.get("arguments") != arguments:
        return {}
    done = held.get("done")
    return dict(done) if isinstance(done, Mapping) else {}


def remember(memory: TaskState | None, arguments: str, outcomes: Outcomes) -> None:
    """Keep what succeeded for the next try.

    :param memory: Of the task.
    :param arguments: What tells the arguments from others.
    :param outcomes: What came of the calls.
    """
    with contextlib.suppress(errors.StoreError):
        if memory is not None:
            memory.write({"arguments": arguments, "done": dict(outcomes.done)})


def push(context: Context, key: str, value: Any) -> None:
    """Push a value to XCom now, since a task that fails returns none.

    :param context: The context of the task.
    :param key: Its name.
    :param value: As JSON.
    """
    instance = context.get("ti")
    if instance is not None:
        instance.xcom_push(key=key, value=value)
