"""Operators for who attends an event, as many people as there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_dingtalk_calendar.client.wire.values import ATTENDEES_PER_CALL, PRIMARY
from airflow_provider_dingtalk_calendar.support.arguments import (
    flag,
    holds_pending,
    path_id,
    read_flag,
    sequence,
)
from airflow_provider_dingtalk_calendar.support.base import DingTalkOperator
from airflow_provider_dingtalk_calendar.support.batch import chunks
from airflow_provider_dingtalk_calendar.support.task_identity import client_token

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context

    from airflow_provider_dingtalk_calendar.client import DingTalkClient
    from airflow_provider_dingtalk_calendar.client.resources.base import ClientToken
    from airflow_provider_dingtalk_calendar.client.resources.events.content import AttendeeLike


def _check_attendees(value: object) -> None:
    """Check attendees, of which there may be any number; what they are only if all are known."""
    from airflow_provider_dingtalk_calendar.client.resources.events.content import attendees_to_wire

    sequence("attendees")(value)
    if not holds_pending(value):
        attendees_to_wire("attendees", value, limit=len(value))  # type: ignore[arg-type]


class _AttendeesOperator(DingTalkOperator):
    """Base of the two operators that work through attendees, 500 in a call."""

    template_fields: Sequence[str] = (
        "union_id",
        "calendar_id",
        "event_id",
        "attendees",
        "dingtalk_conn_id",
    )
    template_fields_renderers = {"attendees": "json"}  # noqa: RUF012  as in BaseOperator
    checks: ClassVar = {
        **{name: path_id(name) for name in ("union_id", "calendar_id", "event_id")},
        "attendees": _check_attendees,
    }

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

    def call(self, context: Context) -> int:
        """Work through the attendees, and return how many there were."""
        which = (self.union_id, self.calendar_id, self.event_id)
        # Who is named twice is invited once.
        attendees = list({repr(one): one for one in self.attendees}.values())
        token = client_token(context)
        with self.client() as client:
            # One after the other: what calls for one event do to each other is not documented.
            for chunk in chunks(attendees, ATTENDEES_PER_CALL):
                self.change(client, which, chunk, token)
        return len(attendees)

    def change(
        self,
        client: DingTalkClient,
        which: tuple[str, str, str],
        attendees: list[AttendeeLike],
        client_token: ClientToken | None,
    ) -> None:
        """Make one call."""
        raise NotImplementedError


class AddAttendeesOperator(_AttendeesOperator):
    """Invite people to an event, 500 in a call, and return how many.

    A task that is tried again within a day invites nobody twice: each call carries an ``x-client-token``.
    https://help.dingtalk.io/open/development/add-schedule-participant

    :param union_id: (templated) unionId of the organizer.
    :param event_id: (templated) Id of the event.
    :param attendees: (templated) unionIds, or mappings; an event has at most 5000.
    :param calendar_id: (templated) Calendar of the event.
    :param push_notification: (templated) Whether DingTalk tells them with a pop-up.
    :param chat_notification: (templated) Whether DingTalk tells them in a chat.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: The number of people.
    """

    template_fields: Sequence[str] = (
        *_AttendeesOperator.template_fields,
        "push_notification",
        "chat_notification",
    )
    checks: ClassVar = {
        **_AttendeesOperator.checks,
        "push_notification": flag("push_notification"),
        "chat_notification": flag("chat_notification"),
    }

    def __init__(
        self, *, push_notification: bool | None = None, chat_notification: bool | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.push_notification = push_notification
        self.chat_notification = chat_notification
        self.check_known(vars(self))

    def change(
        self,
        client: DingTalkClient,
        which: tuple[str, str, str],
        attendees: list[AttendeeLike],
        client_token: ClientToken | None,
    ) -> None:
        """Invite them."""
        client.add_attendee(
            *which,
            attendees_to_add=attendees,
            push_notification=read_flag("push_notification", self.push_notification),
            chat_notification=read_flag("chat_notification", self.chat_notification),
            client_token=client_token,
        )


class RemoveAttendeesOperator(_AttendeesOperator):
    """Take back the invitations of people, 500 in a call, and return how many.

    https://help.dingtalk.io/open/development/delete-schedule-participant

    :param union_id: (templated) unionId of the organizer.
    :param event_id: (templated) Id of the event.
    :param attendees: (templated) unionIds, or mappings.
    :param calendar_id: (templated) Calendar of the event.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: The number of people.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.check_known(vars(self))

    def change(
        self,
        client: DingTalkClient,
        which: tuple[str, str, str],
        attendees: list[AttendeeLike],
        client_token: ClientToken | None,
    ) -> None:
        """Take them back."""
        client.remove_attendee(*which, attendees_to_remove=attendees, client_token=client_token)
