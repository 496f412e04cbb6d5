"""The base class of operators that write the content of an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from airflow_provider_dingtalk_calendar.client.wire.values import MAX_EVENT_DESCRIPTION, PRIMARY
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

from .arguments import explained, holds_pending, optional, text
from .base import DingTalkOperator

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.client.resources.events.content import (
        AttendeeLike,
        EventContent,
        RecurrenceLike,
        ReminderLike,
    )

#: Arguments that set the content of the event.
CONTENT = (
    "summary",
    "start",
    "end",
    "time_zone",
    "description",
    "attendees",
    "recurrence",
    "reminders",
    "location",
    "online_meeting_info",
    "extra",
    "ui_configs",
    "rich_text_description",
)

#: Arguments that set the time of the event.
PERIOD = ("start", "end", "time_zone")


def _refuse_templates_in_records(name: str, value: object) -> None:
    """Refuse a record with a template, because Airflow renders templates in lists and mappings only."""
    for one in value if isinstance(value, list | tuple) else (value,):
        if is_dataclass(one) and any(map(holds_pending, vars(one).values())):
            kind = type(one).__name__
            msg = f"{name} holds a {kind} with a template in it, which Airflow does not render: use a mapping"
            raise InvalidArgumentError(msg)


class EventContentOperator(DingTalkOperator):
    """Base class of the operators that create or change an event."""

    template_fields: Sequence[str] = ("union_id", "calendar_id", *CONTENT, "client_token", "dingtalk_conn_id")
    template_fields_renderers = dict.fromkeys(("attendees", "recurrence", "reminders", "extra"), "json")
    checks = {
        "description": text(limit=MAX_EVENT_DESCRIPTION, required=False),
        "client_token": optional(text()),
    }

    def __init__(
        self,
        *,
        union_id: str,
        calendar_id: str = PRIMARY,
        summary: str | None = None,
        start: datetime | date | str | Mapping[str, Any] | None = None,
        end: datetime | date | str | Mapping[str, Any] | None = None,
        time_zone: str | None = None,
        description: str | None = None,
        attendees: Sequence[AttendeeLike] | None = None,
        recurrence: RecurrenceLike | None = None,
        reminders: Sequence[ReminderLike] | None = None,
        location: str | Mapping[str, Any] | None = None,
        online_meeting_info: str | Mapping[str, Any] | None = None,
        extra: Mapping[str, str] | None = None,
        ui_configs: Sequence[Mapping[str, Any]] | None = None,
        rich_text_description: str | Mapping[str, Any] | None = None,
        client_token: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.union_id = union_id
        self.calendar_id = calendar_id
        self.summary = summary
        self.start = start
        self.end = end
        self.time_zone = time_zone
        self.description = description
        self.attendees = attendees
        self.recurrence = recurrence
        self.reminders = reminders
        self.location = location
        self.online_meeting_info = online_meeting_info
        self.extra = extra
        self.ui_configs = ui_configs
        self.rich_text_description = rich_text_description
        self.client_token = client_token

    @classmethod
    def check_known(cls, arguments: Mapping[str, Any]) -> None:
        """Also check the known part of the content, as the client does before it sends a request."""
        from airflow_provider_dingtalk_calendar.client.resources.events.content import (
            event_to_wire,
            recurrence_to_wire,
        )
        from airflow_provider_dingtalk_calendar.client.resources.events.single import PATCH_EVENT

        super().check_known(arguments)
        for name in ("attendees", "recurrence", "reminders"):
            _refuse_templates_in_records(name, arguments.get(name))
        given = {name: arguments[name] for name in CONTENT if name in arguments}
        known = {name: value for name, value in given.items() if not holds_pending(value)}
        recurrence = known.pop("recurrence", None)
        if recurrence is not None:
            with explained({"recurrence": recurrence}):
                # Any zone will do while the zone is not known.
                recurrence_to_wire(recurrence, known.get("time_zone", "UTC"))
        period = {name: known.pop(name) for name in PERIOD if name in known}
        for part in ({name: value} for name, value in known.items()):
            with explained(part):
                event_to_wire(PATCH_EVENT, part, changing=True)  # type: ignore[arg-type]
        # The arguments in PERIOD can only be checked together.
        if len(period) == len(PERIOD):
            with explained(period):
                event_to_wire(PATCH_EVENT, period, changing=True)  # type: ignore[arg-type]

    def content(self) -> EventContent:
        """Return the content of the event in the form that the client takes."""
        content: EventContent = {name: getattr(self, name) for name in CONTENT}  # type: ignore[assignment]
        return content
