"""Creating a calendar unless it is there: the rules behind ``if_exists``."""

from __future__ import annotations

from collections.abc import Sequence

from airflow_provider_dingtalk_calendar.client.actions import Flow
from airflow_provider_dingtalk_calendar.client.checks import IfExists, check_if_exists, check_path_id
from airflow_provider_dingtalk_calendar.client.creation import Creation
from airflow_provider_dingtalk_calendar.client.identity import EnsuredCalendar, Identity
from airflow_provider_dingtalk_calendar.client.lookup import LookUps
from airflow_provider_dingtalk_calendar.client.models import ScopeLike, definition_to_wire
from airflow_provider_dingtalk_calendar.client.operation import operation
from airflow_provider_dingtalk_calendar.client.record import AnyMemory


class EnsureOperations(LookUps):
    """Operations that look before they create."""

    @operation
    def ensure_subscribed_calendar(
        self,
        union_id: str,
        *,
        name: str,
        subscribe_scope: ScopeLike,
        description: str | None = None,
        managers: Sequence[str] | None = None,
        if_exists: IfExists = "reuse",
        look_first: bool = False,
        memory: AnyMemory | None = None,
        retried: bool = False,
    ) -> Flow[EnsuredCalendar]:
        """Create a subscribed calendar unless the user owns one of that name, and never a second one.

        The look-up costs one call (ListCalendars) and needs the permission Calendar.Event.Read. Only where a
        calendar of that name has a privilege that is not documented, it costs one more call
        (GetSubscribedCalendar, permission Calendar.Calendar.Read), to learn its author; and so it does to
        see whether a calendar of which the memory has the id is still there. A calendar that is
        there is left as it is: its description, co-editors and scope are not compared. Where several have
        the name, the smallest id is taken, so that every run takes the same.

        Where the answer to the request that creates is lost, the calendar is looked for up to four times,
        with pauses of at most ``settings.max_wait`` seconds in all; each look is a call of its own.
        :mod:`airflow_provider_dingtalk_calendar.client.identity` says how it is told from others. Calling
        this again with the same ``memory`` goes on where this call ended.

        :param union_id: unionId of the creator.
        :param name: Name; compared without white space at its ends.
        :param subscribe_scope: Who may subscribe.
        :param description: Description.
        :param managers: unionIds of the co-editors.
        :param if_exists: ``"reuse"`` takes the calendar that is there, ``"fail"`` raises, ``"create"`` always
            creates.
        :param look_first: With ``"create"``: look before, which costs one call, and lets a calendar whose
            answer was lost be told from those that were there. Without it, any calendar of that name makes
            such an outcome ambiguous. An app that may not look creates without.
        :param memory: Keeps, from one try to the next, what was sent and what came of it.
        :param retried: Whether an earlier try may have sent the request and left nothing in the memory.
        :raises CalendarExistsError: With ``if_exists="fail"``, if there is one.
        :raises OutcomeUnknownError: If the calendar may have been created and is not in the list so far.
        :raises AmbiguousOutcomeError: If it may have been created and cannot be told from others.
        :raises MissingPermissionError: If the app may not look; the message says how to do without.
        :raises StoreError: If the memory cannot be read, or cannot keep that a request is about to be sent.
        :raises InvalidArgumentError: If a value is ruled out; nothing is sent.
        """
        check_if_exists(if_exists)
        check_path_id("union_id", union_id)
        body = definition_to_wire(
            name=name, description=description, managers=managers, subscribe_scope=subscribe_scope
        )
        identity = Identity(union_id, name, if_exists)
        creation = Creation(self, identity, body, look_first=look_first, memory=memory)
        return (yield from creation.run(retried=retried))
