"""Access tokens, and the tickets and codes that are exchanged for access tokens."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core import errors
from ..core.errors import ServiceError

if TYPE_CHECKING:
    from ..core.clock import Clock
    from ..core.options import Options

REFRESH_TOKEN_LIFETIME = 30 * 24 * 3600
"""How long a refresh token is valid, in seconds. This is 30 days (page obtain-user-token)."""


@dataclass(frozen=True, repr=False)
class _Authorization:
    """A refresh token's access token, user, and expiry in seconds since the epoch."""

    access_token: str
    union_id: str
    ends_at: float


class TokenIssuer:
    """Every token, ticket and code of one app. Not thread-safe, so the owner holds a lock.

    :param options: the emulator's options, for ``token_lifetime``.
    :param client_secret: the app's secret, which becomes the first entry of ``secrets``.
    """

    def __init__(self, options: Options, clock: Clock, client_secret: str) -> None:
        self.issued: list[str] = []
        """Every access token, oldest first."""
        self.secrets = [client_secret]
        """Every secret that no log may show, oldest first."""
        self.changes = 0
        """A count of how often access tokens were issued or extended."""
        self._options = options
        self._clock = clock
        self._ends_at: dict[str, float] = {}
        self._app_token = ""
        self._codes: dict[str, str] = {}
        self._users: dict[str, str] = {}
        self._authorizations: dict[str, _Authorization] = {}
        self.suite_ticket = self._new_secret("suite-ticket")
        """The newest suite ticket, the only one that works."""

    @property
    def lifetime(self) -> int:
        """How long a new access token is valid, in seconds."""
        return self._options.token_lifetime

    def app_token(self) -> str:
        """Return the app's access token. A valid token is extended, and any other token is replaced."""
        self._app_token = self._extended_or_new(self._app_token)
        return self._app_token

    def new_token(self) -> str:
        """Return a new access token. Earlier tokens stay valid."""
        token = self._new_secret("access-token")
        self.issued.append(token)
        return self._extended(token)

    def accepts(self, token: str | None) -> bool:
        """Return whether an access token was issued and has not expired.

        :param token: the token, ``None`` if the request has no token.
        """
        return token is not None and self._clock() < self._ends_at.get(token, 0.0)

    def is_expired(self, token: str | None) -> bool:
        """Return whether an access token was issued and has expired."""
        return token in self._ends_at and not self.accepts(token)

    def push_suite_ticket(self) -> str:
        """Replace the suite ticket and return the new one."""
        self.suite_ticket = self._new_secret("suite-ticket")
        return self.suite_ticket

    def user_of(self, token: str | None) -> str | None:
        """Return the unionId that a user's access token belongs to, ``None`` for any other token."""
        return None if token is None else self._users.get(token)

    def authorize(self, union_id: str) -> str:
        """Return a new authorization code for a user."""
        code = self._new_secret("authorization-code")
        self._codes[code] = union_id
        return code

    def redeem_code(self, code: str) -> tuple[str, str]:
        """Exchange an authorization code, which works once, for an access token and a refresh token.

        :raises ServiceError: if the code is unknown or used.
        """
        if code not in self._codes:
            raise ServiceError(errors.INVALID_CODE)
        return self._user_tokens(self.new_token(), self._codes.pop(code))

    def redeem_refresh_token(self, refresh_token: str) -> tuple[str, str]:
        """Exchange a refresh token for an access token and a new refresh token.

        If the earlier access token is still valid, it is extended. Otherwise the access token is new.

        A refresh token works once. The page does not say so, but this is the strictest reading of the page.

        :raises ServiceError: if the token is unknown, used or expired.
        """
        authorization = self._authorizations.pop(refresh_token, None)
        if authorization is None or self._clock() >= authorization.ends_at:
            raise ServiceError(errors.INVALID_CODE)
        access_token = self._extended_or_new(authorization.access_token)
        return self._user_tokens(access_token, authorization.union_id)

    def expire(self) -> None:
        """Make every access token expire."""
        self._ends_at = dict.fromkeys(self._ends_at, self._clock())

    def revoke(self) -> None:
        """Forget every access token, as if it had never been valid."""
        self._ends_at.clear()

    def expire_refresh_tokens(self) -> None:
        """Make every refresh token expire."""
        self._authorizations.clear()

    def _user_tokens(self, access_token: str, union_id: str) -> tuple[str, str]:
        refresh_token = self._new_secret("refresh-token")
        ends_at = self._clock() + REFRESH_TOKEN_LIFETIME
        self._authorizations[refresh_token] = _Authorization(access_token, union_id, ends_at)
        self._users[access_token] = union_id
        return access_token, refresh_token

    def _extended_or_new(self, token: str) -> str:
        return self._extended(token) if self.accepts(token) else self.new_token()

    def _extended(self, token: str) -> str:
        self._ends_at[token] = self._clock() + self.lifetime
        self.changes += 1
        return token

    def _new_secret(self, kind: str) -> str:
        secret = f"emulated-{kind}-{secrets.token_hex(16)}"
        self.secrets.append(secret)
        return secret
