"""Exactly one calendar: how one is created where DingTalk has no idempotency key.

A request that creates is never sent after one of unknown outcome (a timeout, a reset, HTTP 5xx, an answer
that cannot be read) unless the owner's list of calendars was read in between, and the calendar is not in it.
:mod:`.identity` says which calendar in the list is ours, :mod:`.record` what one try leaves for the next.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from airflow_provider_dingtalk_calendar.client import endpoints
from airflow_provider_dingtalk_calendar.client.actions import Flow, Wait, invoke, now
from airflow_provider_dingtalk_calendar.client.attempts import Patience
from airflow_provider_dingtalk_calendar.client.identity import EnsuredCalendar, Identity
from airflow_provider_dingtalk_calendar.client.lookup import LookUps
from airflow_provider_dingtalk_calendar.client.record import AnyMemory, Record
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
        memory: AnyMemory | None,
    ) -> None:
        self._client = client
        self._identity = identity
        self._body = body
        self._looks_first = look_first or identity.if_exists != "create"
        self._memory = memory
        self._record = Record.of(client.settings.api_url, identity.union_id, body)
        #: What is written while nobody knows what came of the request.
        self._open: Record | None = None

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

    def _recalled(self, *, retried: bool) -> Flow[Record | None]:
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

    def _found_again(self, earlier: Record | None) -> Flow[EnsuredCalendar | None]:
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
                text = f'or set if_exists="create", which needs only {endpoints.CALENDAR_WRITE}'
                error.args = (f"{error.args[0]}, {text}",)
            raise

    def _write(self, record: Record) -> Flow[None]:
        if self._memory is not None:
            yield from invoke(self._memory.write, record.to_json())

    def _keep(self, record: Record) -> Flow[None]:
        """Write what the next try had better know; this one goes on without."""
        with contextlib.suppress(StoreError):
            yield from self._write(record)
