"""The rate limit and the monthly quota of the app."""

from __future__ import annotations

from collections import Counter, deque
from datetime import datetime
from typing import TYPE_CHECKING

from ..core import errors
from ..core.errors import ServiceError
from ..core.moments import CHINA

if TYPE_CHECKING:
    from ..core.clock import Clock

_RATE_WINDOW = 1.0


class Limits:
    """The limits of a standard organization.

    Pages call-frequency-limit and how-to-process-api-throttling-on-the-dingtalk-server describe the limits.

    A rejected call counts against neither limit (undocumented).

    :param qps_limit: maximum number of calls to one API in any second, ``None`` for no limit.
    :param monthly_quota: maximum number of calls to all APIs in a month, ``None`` for no limit.
    """

    def __init__(self, qps_limit: int | None, monthly_quota: int | None, clock: Clock) -> None:
        self._qps_limit = qps_limit
        self._monthly_quota = monthly_quota
        self._clock = clock
        self._recent: dict[str, deque[float]] = {}
        self._calls_of_month: Counter[str] = Counter()

    def admit(self, operation: str, *, metered: bool) -> None:
        """Count a call.

        :param operation: official name.
        :param metered: whether the call counts against the monthly quota.
        :raises ServiceError: if the call exceeds a limit.
        """
        now = self._clock()
        recent = self._recent.setdefault(operation, deque())
        while recent and recent[0] <= now - _RATE_WINDOW:
            recent.popleft()
        if self._qps_limit is not None and len(recent) >= self._qps_limit:
            raise ServiceError(errors.QPS_LIMIT)
        if metered:
            month = f"{datetime.fromtimestamp(now, CHINA):%Y-%m}"  # the time zone is undocumented
            if self._monthly_quota is not None and self._calls_of_month[month] >= self._monthly_quota:
                raise ServiceError(errors.MONTHLY_QUOTA)
            self._calls_of_month[month] += 1
        recent.append(now)

    def forget_calls(self) -> None:
        """Set all counts to zero."""
        self._recent.clear()
        self._calls_of_month.clear()
