"""Who may call, and how often: the app with its tokens, its permissions and its limits."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone

from airflow_provider_dingtalk_calendar.emulator import errors
from airflow_provider_dingtalk_calendar.emulator.errors import ApiError

Clock = Callable[[], float]
"""Returns the time in seconds since the epoch, as ``time.time`` does."""

# No page says in which time zone a month of the quota begins: that of China is the emulator's choice.
_QUOTA_TIME_ZONE = timezone(timedelta(hours=8))
_RATE_WINDOW = 1.0


class App:
    """An internal app: one token at a time (page obtain-the-access-token-of-an-internal-app).

    :param client_id: AppKey.
    :param client_secret: AppSecret.
    :param permissions: the permissions it was granted, by their official names.
    :param token_lifetime: for how many seconds a token is valid.
    :param clock: the time.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        permissions: Iterable[str],
        token_lifetime: int,
        clock: Clock,
    ) -> None:
        self.client_id = client_id
        self.client_secret = client_secret
        self.permissions = frozenset(permissions)
        self.token_lifetime = token_lifetime
        self.issued: list[str] = []
        self.changes = 0
        """Goes up whenever a token was issued or extended."""
        self._clock = clock
        self._token: str | None = None
        self._expires_at = 0.0

    def issue_token(self, client_id: object, client_secret: object) -> str:
        """Return the app's token: the one that is valid, extended, or a new one.

        :param client_id: what the request gave as ``appKey``.
        :param client_secret: what the request gave as ``appSecret``.
        :raises ApiError: if they are not the app's.
        """
        if (client_id, client_secret) != (self.client_id, self.client_secret):
            raise ApiError(errors.INVALID_CLIENT)
        if self._token is None or not self.accepts(self._token):
            self._token = f"emulated-access-token-{secrets.token_hex(16)}"
            self.issued.append(self._token)
        self._expires_at = self._clock() + self.token_lifetime
        self.changes += 1
        return self._token

    def accepts(self, token: str | None) -> bool:
        """Return whether the token is the app's and has not expired.

        :param token: the header ``x-acs-dingtalk-access-token``, ``None`` if the request has none.
        """
        return token is not None and token == self._token and self._clock() < self._expires_at

    def expire_tokens(self) -> None:
        """Let the token's time be over."""
        self._expires_at = self._clock()

    def revoke_tokens(self) -> None:
        """Forget the token, as if it had never been valid."""
        self._token = None


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
