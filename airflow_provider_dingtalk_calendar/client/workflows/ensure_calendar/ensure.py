"""Create a calendar unless it exists: the rules behind ``if_exists``."""

from __future__ import annotations

import contextlib
import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from airflow_provider_dingtalk_calendar.exceptions import (
    AmbiguousOutcomeError,
    DingTalkError,
    MissingPermissionError,
    OutcomeUnknownError,
    StoreError,
)

from ...engine.attempts import Patience
from ...engine.both_clients import operation
from ...engine.effects import Flow, Wait, invoke, now
from ...resources.calendars import (
    CALENDAR_WRITE,
    CREATE_SUBSCRIBED_CALENDAR,
    Calendar,
    ScopeLike,
    SubscribedCalendarOperations,
    definition_to_wire,
)
from ...session import Calls
from ...wire.values import IfExists, check_if_exists, check_path_id, to_json
from .identity import EnsuredCalendar, Identity
from .lookup import details, owned
from .memo import Memo, MemoStore

#: Seconds to wait before each look-up of a calendar that may have been created.
LOOK_PAUSES = (0.0, 1.0, 2.0, 4.0)


@dataclass(frozen=True)
class Looked:
    """The result of looking for the calendar.

    :param identity: What is known about the calendar now.
    :param found: The calendar; None if no look-up found it.
    :param failure: The error of the last look-up; None if it succeeded.
    """

    identity: Identity
    found: EnsuredCalendar | None = None
    failure: DingTalkError | None = None


@dataclass
class Creation:
    """The creation of one calendar.

    What is known about the calendar is an immutable :class:`.Identity`, which each step passes to the next.

    :param calls: Sends the requests.
    :param identity: What is known at the start.
    :param body: Body of the create request.
    :param look_first: Whether to look before creating even if ``if_exists`` does not require it.
    :param memory: Keeps the memo from one try to the next.
    """

    calls: Calls
    identity: Identity
    body: Mapping[str, Any]
    look_first: bool
    memory: MemoStore | None

    def __post_init__(self) -> None:
        self._memo = Memo.of(self.calls.settings.api_url, self.identity.union_id, self.body)
        #: The memo of a request with an unknown outcome, written by an earlier try or by this try.
        self._unanswered: Memo | None = None
        #: The owner's calendars with this name, as the last look found them.
        self._listed: dict[str, Calendar] = {}

    def run(self, *, retried: bool) -> Flow[EnsuredCalendar]:
        """Return an existing or a new calendar.

        :param retried: Whether an earlier try may have sent the request without leaving a memo.
        :raises DingTalkError: If no calendar was found or created, or the right one cannot be told from
            others.
        """
        value = None if self.memory is None else (yield from invoke(self.memory.read))
        earlier = self._memo.earlier(value)
        # An empty memory proves that no request was sent. A missing or damaged memory proves nothing.
        in_doubt = earlier is None and retried and (self.memory is None or value is not None)
        identity = replace(self.identity, in_doubt=in_doubt)
        # If the earlier try gave up and the task was then cleared, the task starts over.
        if earlier is not None and (retried or not earlier.told):
            # A cleared task may now define another calendar. A retry must not create a second calendar.
            counts = retried or earlier.definition == self._memo.definition
            known = earlier.calendar_id if counts else None
            if known and (yield from self._is_there(known)):
                return EnsuredCalendar(known, created=False, recovered=True)
            if earlier.calendar_id is None and earlier.sent_at is not None:
                self._unanswered = earlier
                identity = replace(identity, in_doubt=True, others=earlier.others)
        try:
            looked = yield from (self._look_again if identity.in_doubt else self._look_first)(identity)
            if looked.found is not None:
                return replace(looked.found, differs=self._differs(looked.found.calendar_id))
            return (yield from self._create(looked.identity))
        except AmbiguousOutcomeError:
            if self._unanswered is not None:
                yield from self._keep(replace(self._unanswered, told=True))
            raise

    def _differs(self, calendar_id: str) -> tuple[str, ...]:
        """Return the names of the arguments that a listed calendar does not match, as far as a list shows."""
        declared, listed = self.body.get("description"), self._listed[calendar_id].description
        if declared is None or listed is None or _readable(declared) == _readable(listed):
            return ()
        return ("description",)

    def _is_there(self, calendar_id: str) -> Flow[bool]:
        try:
            return (yield from details(self.calls, self.identity.union_id, calendar_id)) is not None
        except MissingPermissionError:
            # This app has no permission to look for the calendar, so the memo is trusted.
            return True

    def _look_first(self, identity: Identity) -> Flow[Looked]:
        """Look for the calendar before anything is sent."""
        if identity.if_exists == "create" and not self.look_first:
            return Looked(identity)
        try:
            owned = yield from self._look()
        except MissingPermissionError:
            if identity.if_exists != "create":
                raise
            return Looked(identity)
        identity = identity.before_sending(owned)
        return Looked(identity, identity.match(owned))

    def _look_again(self, identity: Identity) -> Flow[Looked]:
        """Look for the calendar that an earlier try may have created."""
        moment = yield from now()
        sent_at = self._unanswered.sent_at if self._unanswered is not None else None
        is_recent = sent_at is not None and moment - sent_at < sum(LOOK_PAUSES)
        looked = yield from self._search(identity, LOOK_PAUSES if is_recent else LOOK_PAUSES[:1])
        if looked.failure is not None:
            raise looked.failure
        return looked

    def _create(self, identity: Identity) -> Flow[EnsuredCalendar]:
        moment = yield from now()
        self._unanswered = replace(self._memo, sent_at=moment, others=identity.others)
        yield from self._write(self._unanswered)
        # A refused request was usually not carried out, so a look-up could only find another run's calendar.
        # Look only if any calendar with the name is right, or if an earlier request may still be carried out.
        doubts = identity.in_doubt or identity.if_exists == "reuse"
        look_before = partial(self._made_meanwhile, identity) if doubts else None
        try:
            calendar_id = yield from self.calls.call(
                CREATE_SUBSCRIBED_CALENDAR,
                {"userId": identity.union_id},
                to_json(self.body),
                look_before=look_before,
            )
        except DingTalkError as error:
            if error.may_have_taken_effect:
                return (yield from self._find_after(error, moment, identity))
            if not identity.in_doubt:
                yield from self._keep(self._memo)
            raise
        yield from self._keep(replace(self._memo, calendar_id=calendar_id))
        late: frozenset[str] = frozenset()
        if identity.in_doubt:
            # Earlier requests may have created calendars after all.
            with contextlib.suppress(DingTalkError):
                late = (yield from self._look()) - (identity.others or frozenset()) - {calendar_id}
        return EnsuredCalendar(calendar_id, created=True, duplicates=tuple(sorted(late)))

    def _made_meanwhile(self, identity: Identity) -> Flow[str | None]:
        """Look before a refused request is repeated, in case it was carried out despite the refusal."""
        found = identity.match((yield from self._look()))
        return None if found is None else found.calendar_id

    def _find_after(self, error: DingTalkError, sent_at: float, identity: Identity) -> Flow[EnsuredCalendar]:
        """Look for the calendar after a request with an unknown outcome.

        :raises OutcomeUnknownError: If the calendar is not listed. The next try looks again.
        """
        looked = yield from self._search(identity, LOOK_PAUSES)
        if looked.found is not None:
            yield from self._keep(replace(self._memo, calendar_id=looked.found.calendar_id))
            return replace(looked.found, created=True, recovered=True)
        yield from self._keep(replace(self._memo, sent_at=sent_at, others=looked.identity.others))
        failure = looked.failure
        why = f"looking for it failed: {failure}" if failure else "the owner's list does not show it so far"
        raise OutcomeUnknownError(
            f"{error.args[0]}; {why}",
            operation=error.operation,
            status=error.status,
            code=error.code,
            message=error.message,
            request_id=error.request_id,
            may_have_taken_effect=True,
            retry_after=failure.retry_after if failure else None,
        ) from None

    def _search(self, identity: Identity, pauses: tuple[float, ...]) -> Flow[Looked]:
        """Look after each pause, until the calendar is found.

        :raises AmbiguousOutcomeError: If the calendar cannot be told from others.
        """
        patience = Patience(self.calls.settings.max_wait)
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
                found = identity.match(owned)
            except AmbiguousOutcomeError as error:
                # A later look-up may show one more candidate.
                doubt = error
                continue
            if found is not None:
                return Looked(identity, found)
            if identity.others is None:
                # No calendar is listed, so any calendar that appears later is ours.
                identity = replace(identity, others=frozenset())
        if doubt is not None:
            raise doubt
        return Looked(identity, failure=failure)

    def _look(self) -> Flow[frozenset[str]]:
        try:
            self._listed = yield from owned(self.calls, self.identity.union_id, self.identity.name)
        except MissingPermissionError as error:
            if self.identity.if_exists != "create":
                text = f'or set if_exists="create", which needs only {CALENDAR_WRITE}'
                error.args = (f"{error.args[0]}, {text}",)
            raise
        return frozenset(self._listed)

    def _write(self, memo: Memo) -> Flow[None]:
        if self.memory is not None:
            yield from invoke(self.memory.write, memo.to_json())

    def _keep(self, memo: Memo) -> Flow[None]:
        """Write a memo that helps the next try. This try goes on even if writing fails."""
        with contextlib.suppress(StoreError):
            yield from self._write(memo)


def _readable(description: str) -> str:
    """Return a description as people read it. DingTalk might change white space or escape HTML in it."""
    return " ".join(html.unescape(description).split())


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

        An existing calendar stays as it is. The result says whether its description differs. Co-editors and
        scope are not compared. If several calendars have the name, the calendar with the smallest id is
        taken, so every run takes the same calendar.

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
        :param description: Description.
        :param managers: unionIds of the co-editors.
        :param if_exists: ``"reuse"`` returns an existing calendar, ``"fail"`` raises, ``"create"`` always
            creates.
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
        identity = Identity(union_id, name, if_exists)
        creation = Creation(self._calls, identity, body, look_first, memory)
        return (yield from creation.run(retried=retried))
