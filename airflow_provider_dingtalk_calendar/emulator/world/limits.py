"""The rate limit and the monthly quota of the app."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from datetime import datetime
from typing import TYPE_CHECKING

from ..core import errors
from ..core.errors import ServiceError
from ..core.moments import CHINA

if TYPE_CHECKING:
    from ..core.clock import Clock
    from ..core.options import Options

_RATE_WINDOW = 1.0


class Limits:
    """The limits of a standard organization.

    Pages call-frequency-limit and how-to-process-api-throttling-on-the-dingtalk-server describe the limits.

    A rejected call counts against neither limit (undocumented).

    :param options: the emulator's options, for ``qps_limit`` and ``monthly_quota``.
    """

    def __init__(self, options: Options, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._recent: dict[str, deque[float]] = {}
        self._metered: defaultdict[str, Counter[str]] = defaultdict(Counter)

    @property
    def metered_calls(self) -> Counter[str]:
        """The metered calls of the current month, by operation."""
        return Counter(self._metered[self._month(self._clock())])

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
        qps_limit, monthly_quota = self._options.qps_limit, self._options.monthly_quota
        if qps_limit is not None and len(recent) >= qps_limit:
            raise ServiceError(errors.QPS_LIMIT)
        if metered:
            calls = self._metered[self._month(now)]
            if monthly_quota is not None and calls.total() >= monthly_quota:
                raise ServiceError(errors.MONTHLY_QUOTA)
            calls[operation] += 1
        recent.append(now)

    def forget_calls(self) -> None:
        """Set all counts to zero."""
        self._recent.clear()
        self._metered.clear()

    def _month(self, now: float) -> str:
        """Return the month in China's time zone. Which time zone DingTalk uses is undocumented."""
        return f"{datetime.fromtimestamp(now, CHINA):%Y-%m}"
