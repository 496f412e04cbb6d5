"""Create calendars unless they exist: the rules behind ``if_exists``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from airflow_provider_dingtalk_calendar.exceptions import DingTalkError

from ...engine.both_clients import operation
from ...engine.effects import Flow
from ...engine.partial_failure import STOPPING, partial_failure
from ...resources.calendars import (
    CALENDAR_WRITE,
    GET_SUBSCRIBED_CALENDAR,
    UPDATE_SUBSCRIBED_CALENDARS,
    ScopeLike,
    SubscribedCalendarOperations,
    definition_to_wire,
)
from ...wire.values import check_if_exists, check_path_id, to_json
from .changes import differing
from .creation import Creation
from .declarations import FIELDS, read_declarations
from .identity import EnsuredCalendar, Identity, IfExists
from .lookup import OwnersList
from .memo import Memory, MemoStore, SharedMemory

#: What to do without the permission to look for a calendar.
ADVICE = f'or set if_exists="create", which needs only {CALENDAR_WRITE}'


class EnsureOperations(SubscribedCalendarOperations):
    """Create calendars only if they do not exist."""

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
        memory: MemoStore | None = None,
        retried: bool = False,
    ) -> Flow[EnsuredCalendar]:
        """Create a subscribed calendar unless the user owns one with that name; never create two.

        An existing calendar stays as it is, unless ``if_exists`` is ``"update"``. The result says whether its
        description differs. Co-editors and scope are not compared. If several calendars have the name, the
        calendar with the smallest id is taken, so every run takes the same calendar.

        With ``"update"``, description, co-editors and scope of an existing calendar are compared with the
        arguments that are not None. This costs one call (GetSubscribedCalendar, permission
        Calendar.Calendar.Read). If something differs, one more call (UpdateSubscribedCalendars) sends all
        arguments that are not None.

        The look-up costs one call (ListCalendars, permission Calendar.Event.Read). One more call
        (GetSubscribedCalendar, permission Calendar.Calendar.Read) is needed in two cases: a calendar with
        that name has an undocumented privilege, so the client must look up the author; or the memory has the
        id of a calendar, so its existence must be checked.

        If the answer to the create request is lost, the client looks for the calendar up to four times, which
        costs one call each time. The pauses take at most ``settings.max_wait`` seconds in all.
        :mod:`.identity` describes how the calendar is told from others. A new call with the same ``memory``
        continues where this call ended.

        :param union_id: unionId of the creator.
        :param name: Name. Comparisons ignore white space at either end.
        :param subscribe_scope: The people who may subscribe.
        :param description: Description. With ``"update"``, empty text clears it.
        :param managers: unionIds of the co-editors.
        :param if_exists: ``"reuse"`` returns an existing calendar, ``"update"`` also changes it to match the
            arguments, ``"fail"`` raises, ``"create"`` always creates.
        :param look_first: With ``"create"``, whether to look before creating, which costs one call. If the
            answer is lost later, the new calendar can then be told from older ones. Without this look-up, any
            calendar with that name makes a lost answer ambiguous. An app without the permission creates the
            calendar without looking.
        :param memory: Keeps what was sent, and the result, from one try to the next.
        :param retried: Whether an earlier try may have sent the request without a trace in the memory.
        :raises CalendarExistsError: With ``if_exists="fail"``, if such a calendar exists.
        :raises OutcomeUnknownError: If the calendar may have been created but is not listed so far.
        :raises AmbiguousOutcomeError: If the calendar may have been created and cannot be told from others.
        :raises MissingPermissionError: If the app may not look for the calendar. The message says how to
            avoid looking.
        :raises StoreError: If the memory cannot be read, or cannot record that a request is about to be sent.
        :raises InvalidArgumentError: If a value breaks a documented limit; nothing is sent.
        """
        check_if_exists(if_exists)
        check_path_id("union_id", union_id)
        body = definition_to_wire(name, description, managers, subscribe_scope)
        owners_list = OwnersList(self._calls, union_id, "" if if_exists == "create" else ADVICE)
        # Which calendar is the right one does not depend on whether it is then changed.
        identity = Identity(union_id, name, "reuse" if if_exists == "update" else if_exists)
        kept = None if memory is None else Memory(memory)
        creation = Creation(self._calls, identity, body, owners_list, look_first, kept)
        ensured = yield from creation.run(retried=retried)
        # A calendar that was just created needs no change, unless another request may have created it.
        if if_exists != "update" or (ensured.created and not ensured.recovered):
            return ensured
        return (yield from self._updated(union_id, ensured, body, owners_list))

    def _updated(
        self, union_id: str, ensured: EnsuredCalendar, body: Mapping[str, Any], owners_list: OwnersList
    ) -> Flow[EnsuredCalendar]:
        """Change a calendar if it differs from its declaration."""
        parameters = {"userId": union_id, "calendarId": ensured.calendar_id}
        shown = owners_list.known(ensured.calendar_id)
        if shown is None:
            shown = yield from self._calls.call(GET_SUBSCRIBED_CALENDAR, parameters)
        updated = differing(body, shown)
        if updated:
            # DingTalk does not document whether fields that are not sent keep their values.
            yield from self._calls.call(UPDATE_SUBSCRIBED_CALENDARS, parameters, to_json(body))
        return replace(ensured, differs=(), updated=updated)

    @operation
    def ensure_subscribed_calendars(
        self,
        union_id: str,
        *,
        calendars: Sequence[Mapping[str, Any]],
        memory: MemoStore | None = None,
        retried: bool = False,
    ) -> Flow[dict[str, EnsuredCalendar]]:
        """Create each of a user's subscribed calendars unless it exists; never create one twice.

        Each calendar is treated as by :meth:`ensure_subscribed_calendar` with ``if_exists="reuse"``. All
        calendars share the first look-up, so that it costs one call (ListCalendars, permission
        Calendar.Event.Read). If a calendar fails, the others are still created, unless the failure would make
        every further call fail, too.

        :param union_id: unionId of the creator.
        :param calendars: A mapping for each calendar, with ``name``, ``subscribe_scope`` and, optionally,
            ``description`` and ``managers``.
        :param memory: Keeps what was sent, and the results, from one try to the next.
        :param retried: Whether an earlier try may have sent a request without a trace in the memory.
        :return: The calendars by name, in the given order.
        :raises InvalidArgumentError: If a calendar is wrong or two have the same name; nothing is sent.
        :raises PartialFailureError: If some of several calendars failed. The message names them. A new call
            with the same ``memory`` continues where this call ended.
        :raises StoreError: If the memory cannot be read; nothing is sent.
        :raises DingTalkError: If the calendars cannot be listed; nothing is created.
        """
        check_path_id("union_id", union_id)
        bodies = read_declarations("calendars", calendars, _definition)
        if not bodies:
            return {}
        kept = None if memory is None else SharedMemory(memory)
        if kept is not None:
            yield from kept.load()
        owners_list = OwnersList(self._calls, union_id)
        yield from owners_list.read()
        ensured: dict[str, EnsuredCalendar] = {}
        failed: dict[str, DingTalkError] = {}
        stopped: DingTalkError | None = None
        for body in bodies:
            name = body["name"]
            creation = Creation(
                self._calls, Identity(union_id, name, "reuse"), body, owners_list, memory=kept
            )
            try:
                ensured[name] = yield from creation.run(retried=retried)
            except DingTalkError as error:
                failed[name] = error.with_traceback(None)
                if isinstance(error, STOPPING):
                    stopped = error
                    break
        names = [body["name"] for body in bodies]
        failure = partial_failure(names, ensured, failed, stopped=stopped, named=None)
        if failure is not None:
            raise failure
        return ensured


def _definition(calendar: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body that creates a calendar."""
    name, scope, description, managers = map(calendar.get, FIELDS)
    return definition_to_wire(name, description, managers, scope)
