"""Operators that add any number of attendees to an event, or remove them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_dingtalk_calendar.client.wire.values import ATTENDEES_PER_CALL, PRIMARY
from airflow_provider_dingtalk_calendar.support.arguments import flag, holds_pending, sequence
from airflow_provider_dingtalk_calendar.support.base import DingTalkOperator

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context

    from airflow_provider_dingtalk_calendar.client import DingTalkClient
    from airflow_provider_dingtalk_calendar.client.resources.events.content import AttendeeLike


def attendees(name: str, value: Any) -> None:
    """Check a list of attendees of any length. The items are checked only if all items are known."""
    from airflow_provider_dingtalk_calendar.client.resources.events.content import attendees_to_wire

    sequence(name, value)
    if not holds_pending(value):
        attendees_to_wire(name, value, limit=len(value))


class _AttendeesOperator(DingTalkOperator):
    """Base class of the operators that send a list of attendees, up to 500 per call."""

    template_fields: Sequence[str] = (
        "union_id",
        "calendar_id",
        "event_id",
        "attendees",
        "dingtalk_conn_id",
    )
    template_fields_renderers = {"attendees": "json"}
    checks = {"attendees": attendees}
    #: Log message with placeholders for the number of people, the event and the organizer.
    done: ClassVar[str]

    def __init__(
        self,
        *,
        union_id: str,
        event_id: str,
        attendees: Sequence[AttendeeLike],
        calendar_id: str = PRIMARY,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.union_id = union_id
        self.event_id = event_id
        self.attendees = attendees
        self.calendar_id = calendar_id
        self.check_known(vars(self))

    def call(self, context: Context) -> int:
        """Send the attendees, and return their number."""
        from airflow_provider_dingtalk_calendar.support.batch import chunks

        which = {name: getattr(self, name) for name in ("union_id", "calendar_id", "event_id")}
        people = list({repr(one): one for one in self.attendees}.values())
        token = self.request_token(context)
        with self.client() as client:
            # One call at a time, because DingTalk does not document concurrent changes of one event.
            for chunk in chunks(people, ATTENDEES_PER_CALL):
                self.change(client, chunk, client_token=token, **which)
        self.log.info(self.done, len(people), self.event_id, self.union_id)
        return len(people)

    def change(self, client: DingTalkClient, people: list[AttendeeLike], **which: Any) -> None:
        """Make one call for at most 500 people.

        :param which: The ids of the event, and the client token.
        """
        raise NotImplementedError


class AddAttendeesOperator(_AttendeesOperator):
    """Invite people to an event, up to 500 per call.

    A task that is retried within a day does not invite anybody twice, because each call carries an
    ``x-client-token``. https://help.dingtalk.io/open/development/add-schedule-participant

    :param union_id: (templated) unionId of the organizer.
    :param event_id: (templated) Id of the event.
    :param attendees: (templated) unionIds or mappings. An event can have 5000 attendees.
    :param calendar_id: (templated) Id of the calendar.
    :param push_notification: (templated) Whether DingTalk notifies them with a pop-up.
    :param chat_notification: (templated) Whether DingTalk notifies them in a chat.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: The number of people. Duplicates count once.
    """

    template_fields: Sequence[str] = (
        *_AttendeesOperator.template_fields,
        "push_notification",
        "chat_notification",
    )
    checks = {"attendees": attendees, "push_notification": flag, "chat_notification": flag}
    done = "Added %d attendees to event %r of %r"

    def __init__(
        self, *, push_notification: bool | None = None, chat_notification: bool | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.push_notification = push_notification
        self.chat_notification = chat_notification
        self.check_known(vars(self))

    def change(self, client: DingTalkClient, people: list[AttendeeLike], **which: Any) -> None:
        """Invite the people."""
        client.add_attendee(
            attendees_to_add=people,
            push_notification=flag("push_notification", self.push_notification),
            chat_notification=flag("chat_notification", self.chat_notification),
            **which,
        )


class RemoveAttendeesOperator(_AttendeesOperator):
    """Remove people from an event, up to 500 per call.

    https://help.dingtalk.io/open/development/delete-schedule-participant

    :param union_id: (templated) unionId of the organizer.
    :param event_id: (templated) Id of the event.
    :param attendees: (templated) unionIds or mappings.
    :param calendar_id: (templated) Id of the calendar.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: The number of people. Duplicates count once.
    """

    done = "Removed %d attendees from event %r of %r"

    def change(self, client: DingTalkClient, people: list[AttendeeLike], **which: Any) -> None:
        """Remove the people."""
        client.remove_attendee(attendees_to_remove=people, **which)
