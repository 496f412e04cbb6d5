"""One row of the table of operations, and what the rows have in common: paths and permissions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from airflow_provider_dingtalk_calendar.emulator.access import (
    APP_TYPES,
    INTERNAL,
    THIRD_PARTY_ENTERPRISE,
)
from airflow_provider_dingtalk_calendar.emulator.legacy import is_legacy

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow_provider_dingtalk_calendar.emulator.operations import Call, Json

CALENDAR_READ = "Calendar.Calendar.Read"
CALENDAR_WRITE = "Calendar.Calendar.Write"
EVENT_READ = "Calendar.Event.Read"
EVENT_WRITE = "Calendar.Event.Write"
SCHEDULE_READ = "Calendar.EventSchedule.Read"
ACL_READ = "Calendar.Acl.Read"
ACL_WRITE = "Calendar.Acl.Write"

ANY_PERMISSION = ""
"""For an operation that takes a token, of which no page says what permission it needs: here, none."""

ENTERPRISE_APPS = (INTERNAL, THIRD_PARTY_ENTERPRISE)
"""The apps of operations that no third-party personal app may call."""

USER = "/v1.0/calendar/users/{userId}"
CALENDAR = f"{USER}/calendars/{{calendarId}}"
EVENTS = f"{CALENDAR}/events"
EVENT = f"{EVENTS}/{{eventId}}"
ME = "/v1.0/calendar/me"


@dataclass(frozen=True)
class Route:
    """One operation.

    :param operation: official name.
    :param method: HTTP method.
    :param template: path, with ``{name}`` for a parameter, which is one segment.
    :param page: documentation slug of the operation, ``None`` for one that only the official SDK has: its
        permission and all that it does besides its fields is the emulator's choice.
    :param permission: what the app must have been granted; ``None`` for an operation that takes no token and
        does not count against the monthly quota.
    :param handler: what it does.
    :param app_types: the types of apps that may call it.
    :param is_metered: whether it counts against the monthly quota; one that takes no token never does.
    :param is_idempotent: whether the same ``x-client-token`` means the same request.
    """

    operation: str
    method: str
    template: str
    page: str | None
    permission: str | None
    handler: Callable[[Call], Json | None]
    app_types: tuple[str, ...] = APP_TYPES
    is_metered: bool = True
    is_idempotent: bool = False

    @property
    def is_legacy(self) -> bool:
        """Whether it is one of the legacy API, whose requests and answers have another form."""
        return is_legacy(self.template)

    def match(self, segments: list[str]) -> dict[str, str] | None:
        """Return the decoded path parameters, ``None`` if the path is another.

        :param segments: the raw path, cut at its slashes, percent-encoding untouched.
        """
        names = self.template.split("/")
        if len(names) != len(segments):
            return None
        parameters = {}
        for name, segment in zip(names, segments, strict=True):
            if name.startswith("{") and segment:
                parameters[name[1:-1]] = unquote(segment)
            elif name != segment:
                return None
        return parameters


def raw_path(target: str) -> str:
    """Return the path of a request target, without query and, in the absolute form, without scheme and host.

    :param target: the target as it was sent.
    """
    path = target.partition("?")[0]
    if not path.startswith("/"):
        path = "/" + path.partition("://")[2].partition("/")[2]
    return path
