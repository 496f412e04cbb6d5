"""What the operators that create or change an event say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_dingtalk_calendar.client.wire.values import MAX_EVENT_DESCRIPTION, PRIMARY
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError
from airflow_provider_dingtalk_calendar.support.arguments import holds_pending, path_id, text, unless_none
from airflow_provider_dingtalk_calendar.support.base import DingTalkOperator

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.client.resources.events.content import (
        AttendeeLike,
        EventContent,
        RecurrenceLike,
        ReminderLike,
    )


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

#: When it is.
PERIOD = ("start", "end", "time_zone")


class ContentOperator(DingTalkOperator):
    """Base of the two operators that say what an event holds."""

    template_fields_renderers = dict.fromkeys(("attendees", "recurrence", "reminders", "extra"), "json")
    checks: ClassVar = {
        "union_id": path_id("union_id"),
        "calendar_id": path_id("calendar_id"),
        "event_id": path_id("event_id"),
        "description": text("description", limit=MAX_EVENT_DESCRIPTION, required=False),
        "client_token": unless_none(text("client_token")),
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
        """Check what is known of the content too, as the client does before it sends anything."""
        from airflow_provider_dingtalk_calendar.client.resources.events.content import event_to_wire
        from airflow_provider_dingtalk_calendar.client.resources.events.single import PATCH_EVENT

        super().check_known(arguments)
        for name in ("attendees", "recurrence", "reminders"):
            _refuse_templates_in_records(name, arguments.get(name))
        known = {name: arguments[name] for name in CONTENT if name in arguments}
        known = {name: value for name, value in known.items() if not holds_pending(value)}
        if not known.keys() >= set(PERIOD):
            # They are judged by each other.
            known = {name: value for name, value in known.items() if name not in PERIOD}
        event_to_wire(PATCH_EVENT, known, changing=True)  # type: ignore[arg-type]

    def content(self) -> EventContent:
        """Return what the event is to hold."""
        content: EventContent = {name: getattr(self, name) for name in CONTENT}  # type: ignore[assignment]
        return content


def _refuse_templates_in_records(name: str, value: object) -> None:
    """Refuse what Airflow would not render: it looks into lists and mappings only."""
    for one in value if isinstance(value, list | tuple) else (value,):
        if is_dataclass(one) and any(map(holds_pending, vars(one).values())):
            kind = type(one).__name__
            msg = f"{name} holds a {kind} with a template in it, which is not rendered: use a mapping"
            raise InvalidArgumentError(msg)
