"""An access token with its lifetime, in memory and as a string that workers share."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from urllib.parse import quote

from ..engine.secrets import Secret, Secrets
from ..wire.values import is_visible_ascii
from .grants import GrantedToken

#: Lifetime, in seconds, if the answer does not state one.
#: https://help.dingtalk.io/open/development/obtain-the-access-token-of-an-internal-app
DEFAULT_LIFETIME = 7200.0

#: Maximum plausible lifetime, in seconds: a month.
LONGEST_LIFETIME = 30 * 86400.0

#: A token is renewed this many seconds before it expires, but not before the last tenth of its lifetime.
REFRESH_MARGIN = 300.0


@dataclass(frozen=True)
class AccessToken:
    """An access token.

    :param value: The token.
    :param granted_at: Time of the token request, in seconds since the epoch (UTC).
    :param refresh_at: Time to fetch a new token, in seconds since the epoch (UTC).
    :param corp_id: CorpId of the token's organization; None if unknown.
    """

    value: str = field(repr=False)
    granted_at: float
    refresh_at: float
    corp_id: str | None = None

    @property
    def forms(self) -> Secrets:
        """The token, and its percent-encoded form if that form differs."""
        return Secrets(self.value, quote(self.value, safe=""))

    @classmethod
    def granted(cls, grant: GrantedToken, asked_at: float) -> AccessToken:
        """Make a token from an answer. The lifetime counts from the time of the request.

        A lifetime that is missing, zero, negative or longer than a month counts as 7200 seconds.
        Otherwise, a wrong answer could cause a token request for every call, or a token that is never
        renewed.

        :param grant: Answer of the token endpoint.
        :param asked_at: Time of the request, in seconds since the epoch (UTC).
        """
        given = grant.expires_in
        lifetime = given if given is not None and 0 < given <= LONGEST_LIFETIME else DEFAULT_LIFETIME
        refresh_at = asked_at + lifetime - min(REFRESH_MARGIN, lifetime / 10)
        return cls(grant.value, asked_at, refresh_at, grant.corp_id)

    def is_fresh(self, moment: float) -> bool:
        """Return whether the token can be used.

        The result is also False if the current time is more than ``REFRESH_MARGIN`` before the token request.
        In that case, the clock has been set back, so the time of expiry is unknown.

        :param moment: The current time, in seconds since the epoch (UTC).
        """
        return self.granted_at - REFRESH_MARGIN <= moment < self.refresh_at

    def to_text(self, key: str) -> str:
        """Return the token as a string that workers can share.

        :param key: Cache key of the token's credentials.
        """
        life = {"granted_at": self.granted_at, "refresh_at": self.refresh_at}
        return json.dumps({"access_token": self.value, "key": key} | life)

    @classmethod
    def from_text(cls, text: Secret | None, key: str) -> AccessToken | None:
        """Read a shared token. Return None if there is no token, or the string is damaged or has another key.

        :param text: The shared string.
        :param key: Cache key of the credentials.
        """
        try:
            read = json.loads(text.value if text else "null")
            value, told = read["access_token"], read["key"]
            granted_at, refresh_at = float(read["granted_at"]), float(read["refresh_at"])
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            return None
        good = told == key and isinstance(value, str) and is_visible_ascii(value)
        sound = math.isfinite(granted_at) and 0 < refresh_at - granted_at <= LONGEST_LIFETIME
        return cls(value, granted_at, refresh_at) if good and sound else None
