"""Creating a calendar unless it is there: the rules behind ``if_exists``."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from airflow_provider_dingtalk_calendar.client.engine.attempts import Patience
from airflow_provider_dingtalk_calendar.client.engine.effects import Flow, Wait, invoke, now
from airflow_provider_dingtalk_calendar.client.engine.operation import operation
from airflow_provider_dingtalk_calendar.client.resources.calendars import (
    CALENDAR_WRITE,
    ScopeLike,
    definition_to_wire,
)
from airflow_provider_dingtalk_calendar.client.wire.values import IfExists, check_if_exists, check_path_id
from airflow_provider_dingtalk_calendar.client.workflows.ensure_calendar.identity import (
    EnsuredCalendar,
    Identity,
)
from airflow_provider_dingtalk_calendar.client.workflows.ensure_calendar.lookup import LookUps
from airflow_provider_dingtalk_calendar.client.workflows.ensure_calendar.memo import AnyMemoStore, Memo
from airflow_provider_dingtalk_calendar.exceptions import (
    AmbiguousOutcomeError,
    DingTalkError,
    MissingPermissionError,
    OutcomeUnknownError,
    StoreError,
)

#: Seconds to wait before each look for a calendar that may have been created.
LOOK_PAUSES = (0.0, 1.0, 2.0, 4.0)


class Creation:
    """One calendar on its way.

    :param client: What looks and creates.
    :param identity: Which calendar it is about.
    :param body: The request that creates.
    :param look_first: Whether to look before creating even where ``if_exists`` does not need it.
    :param memory: What an earlier try has left, and the next one will find.
    """

    def __init__(
        self,
        client: LookUps,
        identity: Identity,
        body: Mapping[str, Any],
        *,
        look_first: bool,
        memory: AnyMemoStore | None,
    ) -> None:
        self._client = client
        self._identity = identity
        self._body = body
        self._looks_first = look_first or identity.if_exists != "create"
        self._memory = memory
        self._record = Memo.of(client.settings.api_url, identity.union_id, body)
        #: What is written while nobody knows what came of the request.
        self._open: Memo | None = None

    def run(self, *, retried: bool) -> Flow[EnsuredCalendar]:
        """Return the calendar: the one there is, or a new one.

        :param retried: Whether an earlier try that left nothing in the memory may have sent the request.
        :raises DingTalkError: If there is none, or it cannot be told which one it is.
        """
        try:
            return (yield from self._run(retried=retried))
        except AmbiguousOutcomeError:
            if self._open is not None:
                yield from self._keep(replace(self._open, told=True))
            raise

    def _run(self, *, retried: bool) -> Flow[EnsuredCalendar]:
        earlier = yield from self._recalled(retried=retried)
        if earlier is not None and earlier.told and not retried:
            earlier = None
        known = earlier and earlier.known_id(self._record, retried=retried)
        if known:
            is_there = yield from self._is_there(known)
            if is_there:
                return EnsuredCalendar(known, created=False, recovered=True)
        elif earlier is not None and earlier.is_open:
            self._identity.lost, self._identity.others = True, earlier.others
            self._open = earlier
        found = yield from (self._found_again(earlier) if self._identity.lost else self._found())
        if found is not None:
            return found
        return (yield from self._created())

    def _recalled(self, *, retried: bool) -> Flow[Memo | None]:
        value = None
        if self._memory is not None:
            value = yield from invoke(self._memory.read)
        earlier = self._record.earlier(value)
        if earlier is None and (self._memory is None or value is not None):
            # Nothing that can be relied on: all that is known is whether there was an earlier try.
            self._identity.lost = retried
        return earlier

    def _is_there(self, calendar_id: str) -> Flow[bool]:
        try:
            return (yield from self._client.details(self._identity.union_id, calendar_id)) is not None
        except MissingPermissionError:
            # The record says so, and this app may not ask.
            return True

    def _found(self) -> Flow[EnsuredCalendar | None]:
        """Look before anything was sent."""
        if not self._looks_first:
            return None
        try:
            owned = yield from self._look()
        except MissingPermissionError:
            if self._identity.if_exists != "create":
                raise
            return None
        return self._identity.begun(owned)

    def _found_again(self, earlier: Memo | None) -> Flow[EnsuredCalendar | None]:
        """Look for what an earlier try may have created."""
        moment = yield from now()
        is_recent = earlier is not None and moment - (earlier.sent_at or 0.0) < sum(LOOK_PAUSES)
        found = yield from self._searched(LOOK_PAUSES if is_recent else LOOK_PAUSES[:1])
        if isinstance(found, DingTalkError):
            raise found
        return found

    def _created(self) -> Flow[EnsuredCalendar]:
        identity = self._identity
        moment = yield from now()
        self._open = self._record.sent(moment, identity.others)
        yield from self._write(self._open)
        # A refusal is a refusal. To look all the same does no harm where any calendar of the name is right,
        # or an earlier request may still be carried out; else it would take another run's calendar for ours.
        doubts = identity.lost or identity.if_exists == "reuse"
        look_before = self._made_by_a_refused_request if doubts else None
        try:
            calendar_id = yield from self._client.send_create(identity.union_id, self._body, look_before)
        except DingTalkError as error:
            if error.may_have_taken_effect:
                return (yield from self._found_after(error, moment))
            if not identity.lost:
                yield from self._keep(self._record)
            raise
        yield from self._keep(replace(self._record, calendar_id=calendar_id))
        duplicates = (yield from self._late(calendar_id)) if identity.lost else ()
        return EnsuredCalendar(calendar_id, created=True, duplicates=duplicates)

    def _made_by_a_refused_request(self) -> Flow[str | None]:
        """Look before a refused request is sent again: a refusal that lies would make two calendars."""
        owned = yield from self._look()
        found = self._identity.adopted(owned)
        return None if found is None else found.calendar_id

    def _found_after(self, error: DingTalkError, sent_at: float) -> Flow[EnsuredCalendar]:
        """Look for what a request of unknown outcome may have created.

        :raises OutcomeUnknownError: If it is not there; the next try looks again.
        """
        found = yield from self._searched(LOOK_PAUSES)
        if isinstance(found, EnsuredCalendar):
            yield from self._keep(replace(self._record, calendar_id=found.calendar_id))
            return replace(found, created=True, recovered=True)
        yield from self._keep(self._record.sent(sent_at, self._identity.others))
        why = f"it could not be looked for: {found}" if found else "the owner's list does not show it so far"
        raise OutcomeUnknownError(
            f"{error.args[0]}; {why}",
            operation=error.operation,
            status=error.status,
            code=error.code,
            message=error.message,
            request_id=error.request_id,
            may_have_taken_effect=True,
            retry_after=found.retry_after if found else None,
        ) from None

    def _searched(self, pauses: tuple[float, ...]) -> Flow[EnsuredCalendar | DingTalkError | None]:
        """Look again and again; return the calendar, None if it is not there, or why looking failed."""
        patience = Patience(self._client.settings.max_wait)
        failure: DingTalkError | None = None
        doubt: AmbiguousOutcomeError | None = None
        for pause in pauses:
            if not patience.allows(pause):
                break
            if pause:
                yield Wait(pause)
            try:
                owned = yield from self._look()
            except DingTalkError as error:
                failure = error
                if error.retry_after is None:
                    break
                continue
            failure = None
            try:
                found = self._identity.adopted(owned)
            except AmbiguousOutcomeError as error:
                # A later look may show one more candidate.
                doubt = error
                continue
            if found is not None:
                return found
            if self._identity.others is None:
                self._identity.others = frozenset()
        if doubt is not None:
            raise doubt
        return failure

    def _late(self, calendar_id: str) -> Flow[tuple[str, ...]]:
        """Return what an earlier request has made after all, as far as it can be seen by now."""
        with contextlib.suppress(DingTalkError):
            owned = yield from self._look()
            return self._identity.late(owned, calendar_id)
        return ()

    def _look(self) -> Flow[frozenset[str]]:
        try:
            return (yield from self._client.owned(self._identity.union_id, self._identity.name))
        except MissingPermissionError as error:
            if self._identity.if_exists != "create":
                text = f'or set if_exists="create", which needs only {CALENDAR_WRITE}'
                error.args = (f"{error.args[0]}, {text}",)
            raise

    def _write(self, record: Memo) -> Flow[None]:
        if self._memory is not None:
            yield from invoke(self._memory.write, record.to_json())

    def _keep(self, record: Memo) -> Flow[None]:
        """Write what the next try had better know; this one goes on without."""
        with contextlib.suppress(StoreError):
            yield from self._write(record)


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
        memory: AnyMemoStore | None = None,
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
        :mod:`.identity` says how it is told from others. Calling this again with the same ``memory`` goes on
        where this call ended.

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
