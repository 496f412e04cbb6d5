"""How often a wait looks at a calendar."""

from __future__ import annotations

from datetime import timedelta

from airflow_provider_dingtalk_calendar.client.wire.values import described
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

#: Default for the longest time between two looks.
RECHECK = timedelta(minutes=30)

#: With a shorter time, looks at one calendar use up the monthly quota of a standard organization, 5,000
#: calls.
SPARING = timedelta(minutes=5)

SHORTEST, LONGEST = timedelta(seconds=1), timedelta(days=7)


def check_recheck(name: str, value: object) -> None:
    """Check the time between two looks.

    :raises InvalidArgumentError: If the value is not a timedelta from 1 second to 7 days.
    """
    if not isinstance(value, timedelta) or not SHORTEST <= value <= LONGEST:
        said = value if isinstance(value, timedelta) else described(value)
        msg = f"{name} must be a timedelta from 1 second to {LONGEST.days} days, not {said}"
        raise InvalidArgumentError(msg)


def cost_warning(recheck: timedelta) -> str | None:
    """Return a warning about looks that come too often; None if they do not.

    :param recheck: The time between two looks.
    """
    if recheck >= SPARING:
        return None
    calls = timedelta(days=30) // recheck
    return (
        f"A look every {recheck.total_seconds():g} s costs up to {calls:,} metered calls in 30 days. "
        "A standard organization has 5,000 a month"
    )
