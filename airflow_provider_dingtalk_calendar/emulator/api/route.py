"""The declaration of an operation: its route, and the paths that routes share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ..core.legacy import is_legacy
from ..world.app import APP_TYPES, INTERNAL, THIRD_PARTY_ENTERPRISE

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..core.contract import Contract
    from .call import Call, Json

ENTERPRISE_APPS = (INTERNAL, THIRD_PARTY_ENTERPRISE)
"""For operations that no third-party personal app may call."""

USER = "/v1.0/calendar/users/{userId}"
CALENDAR = f"{USER}/calendars/{{calendarId}}"
EVENTS = f"{CALENDAR}/events"
EVENT = f"{EVENTS}/{{eventId}}"
ME = "/v1.0/calendar/me"
MY_CALENDAR = f"{ME}/calendars/{{calendarId}}"


@dataclass(frozen=True)
class Route:
    """One operation.

    :param operation: official name.
    :param endpoint: HTTP method and path, with ``{name}`` for a parameter. A parameter is one segment.
    :param page: slug of the documentation page, ``None`` for an operation that only the official SDK has.
        The emulator chose the permission and the behaviour of such an operation.
    :param permission: the permission that the app needs, ``None`` for an operation that takes no token and
        does not count against the monthly quota.
    :param handler: carries out the operation.
    :param contract: the valid requests and answers.
    :param app_types: the types of apps that may call the operation.
    :param is_metered: whether a call counts against the monthly quota.
    :param is_idempotent: whether requests with the same ``x-client-token`` take effect only once.
    """

    operation: str
    endpoint: str
    page: str | None
    permission: str | None
    handler: Callable[[Call], Json | None]
    contract: Contract
    app_types: tuple[str, ...] = APP_TYPES
    is_metered: bool = True
    is_idempotent: bool = False

    @cached_property
    def method(self) -> str:
        """The HTTP method."""
        return self.endpoint.partition(" ")[0]

    @cached_property
    def template(self) -> str:
        """The path, with ``{name}`` for a parameter."""
        return self.endpoint.partition(" ")[2]

    @property
    def is_legacy(self) -> bool:
        """Whether the operation is in the legacy API, whose requests and answers have a different form."""
        return is_legacy(self.template)

    def match(self, segments: list[str]) -> dict[str, str] | None:
        """Return the decoded path parameters, ``None`` if the path does not match.

        :param segments: the raw path, split at its slashes and still percent-encoded.
        """
        if len(self._segments) != len(segments):
            return None
        parameters = {}
        for name, segment in zip(self._segments, segments, strict=True):
            if name.startswith("{") and segment:
                parameters[name[1:-1]] = unquote(segment)
            elif name != segment:
                return None
        return parameters

    @cached_property
    def _segments(self) -> list[str]:
        return self.template.split("/")
