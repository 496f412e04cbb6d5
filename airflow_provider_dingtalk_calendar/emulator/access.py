"""Who may call, and how often: the app with its permissions, and its limits."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.emulator import errors
from airflow_provider_dingtalk_calendar.emulator.errors import ApiError

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.emulator.clock import Clock

INTERNAL = "internal"
THIRD_PARTY_ENTERPRISE = "third_party_enterprise"
THIRD_PARTY_PERSONAL = "third_party_personal"
APP_TYPES = (INTERNAL, THIRD_PARTY_ENTERPRISE, THIRD_PARTY_PERSONAL)

# No page says in which time zone a month of the quota begins: that of China is the emulator's choice.
_QUOTA_TIME_ZONE = timezone(timedelta(hours=8))
_RATE_WINDOW = 1.0


@dataclass(frozen=True, repr=False)
class App:
    """The app that may call.

    :param client_id: AppKey, SuiteKey or AppId.
    :param client_secret: AppSecret or SuiteSecret.
    :param permissions: the permissions it was granted, by their official names.
    :param app_type: one of ``APP_TYPES``.
    :param corp_id: the organization in which it runs: its own, or the one that authorized it.
    :raises ValueError: if there is no such type.
    """

    client_id: str
    client_secret: str
    permissions: frozenset[str]
    app_type: str
    corp_id: str

    def __post_init__(self) -> None:
        if self.app_type not in APP_TYPES:
            raise ValueError(f"app_type is one of {', '.join(APP_TYPES)}, not {self.app_type!r}")


class Limits:
    """The limits of a standard organization (pages call-frequency-limit and the one on throttling).

    Whether a rejected call counts is not documented: here it counts against neither rate nor quota.

    :param qps_limit: calls of one API in any second, ``None`` for no limit.
    :param monthly_quota: calls of all APIs in a month, ``None`` for no limit.
    :param clock: the time.
    """

    def __init__(self, qps_limit: int | None, monthly_quota: int | None, clock: Clock) -> None:
        self._qps_limit = qps_limit
        self._monthly_quota = monthly_quota
        self._clock = clock
        self._recent: dict[str, deque[float]] = {}
        self._month = (0, 0)
        self._calls_of_month = 0

    def admit(self, operation: str, *, metered: bool) -> None:
        """Count a call.

        :param operation: its official name.
        :param metered: whether it counts against the monthly quota.
        :raises ApiError: if it is over a limit.
        """
        now = self._clock()
        recent = self._recent.setdefault(operation, deque())
        while recent and recent[0] <= now - _RATE_WINDOW:
            recent.popleft()
        if self._qps_limit is not None and len(recent) >= self._qps_limit:
            raise ApiError(errors.QPS_LIMIT)
        if metered:
            self._count_for_month(now)
        recent.append(now)

    def _count_for_month(self, now: float) -> None:
        today = datetime.fromtimestamp(now, _QUOTA_TIME_ZONE)
        if (today.year, today.month) != self._month:
            self._month = (today.year, today.month)
            self._calls_of_month = 0
        if self._monthly_quota is not None and self._calls_of_month >= self._monthly_quota:
            raise ApiError(errors.MONTHLY_QUOTA)
        self._calls_of_month += 1

    def forget_calls(self) -> None:
        """Start counting anew."""
        self._recent.clear()
        self._calls_of_month = 0
