"""One error for many calls, some of which failed."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from airflow_provider_dingtalk_calendar import exceptions as errors

#: Maximum number of keys in the message.
NAMED = 3

#: Failures that would make every further call fail, too.
STOPPING = (
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


def partial_failure(
    keys: Collection[str],
    done: Collection[str],
    failed: Mapping[str, errors.DingTalkError],
    *,
    stopped: errors.DingTalkError | None = None,
    named: int | None = NAMED,
) -> errors.DingTalkError | None:
    """Return one error for all keys that failed; None if all are done.

    :param keys: The keys, each once.
    :param done: Keys whose call succeeded.
    :param failed: The failure of each call, by key.
    :param stopped: The failure that stopped further calls.
    :param named: Maximum number of keys in the message; None to name all.
    """
    missing = [key for key in keys if key not in done]
    if not missing:
        return None
    failures = [failed[key] for key in missing if key in failed]
    first = stopped or failures[0]
    if len(keys) == 1:
        return first
    delays = [one.retry_after for one in failures if one.retry_after is not None]
    can_retry = stopped is None or stopped.retry_after is not None
    names = ", ".join([*missing[:named], *(["..."] if len(missing) > len(missing[:named]) else [])])
    of = next(key for key in [*missing, *failed] if failed.get(key) is first)
    return errors.PartialFailureError(
        f"{len(missing)} of {len(keys)} failed ({names}); first failure, for {of}: {first}",
        retry_after=min(delays) if delays and can_retry else None,
        may_have_taken_effect=any(one.may_have_taken_effect for one in failures),
    )
