"""The creation of one calendar, exactly once."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
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
from ...engine.effects import Flow, Wait, now
from ...resources.calendars import CREATE_SUBSCRIBED_CALENDAR, Calendar
from ...session import Calls
from ...wire.values import to_json
from .changes import readable
from .identity import EnsuredCalendar, Identity
from .lookup import OwnersList
from .memo import Memo, Memory

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
    :param owners_list: Finds the owner's calendars.
    :param look_first: Whether to look before creating even if ``if_exists`` does not require it.
    :param memory: Keeps the memo from one try to the next.
    """

    calls: Calls
    identity: Identity
    body: Mapping[str, Any]
    owners_list: OwnersList
    look_first: bool = True
    memory: Memory | None = None

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
        value = None if self.memory is None else (yield from self.memory.read(self._memo))
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
        """Return which arguments a listed calendar does not match. A list shows only the description."""
        declared, listed = self.body.get("description"), self._listed[calendar_id].description
        if declared is None or listed is None or readable(declared) == readable(listed):
            return ()
        return ("description",)

    def _is_there(self, calendar_id: str) -> Flow[bool]:
        if self.owners_list.shows(calendar_id):
            return True
        try:
            return (yield from self.owners_list.details(calendar_id)) is not None
        except MissingPermissionError:
            # This app has no permission to look for the calendar, so the memo is trusted.
            return True

    def _look_first(self, identity: Identity) -> Flow[Looked]:
        """Look for the calendar before anything is sent."""
        if identity.if_exists == "create" and not self.look_first:
            return Looked(identity)
        try:
            owned = yield from self._look(again=False)
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
        pauses = LOOK_PAUSES if is_recent else LOOK_PAUSES[:1]
        looked = yield from self._search(identity, pauses, again=False)
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
        """Look for the calendar before a refused request is repeated. Return its id; None if not found."""
        found = identity.match((yield from self._look()))
        return None if found is None else found.calendar_id

    def _find_after(self, error: DingTalkError, sent_at: float, identity: Identity) -> Flow[EnsuredCalendar]:
        """Look for the calendar after a request with an unknown outcome.

        :raises OutcomeUnknownError: If the calendar is not found. The next try looks again.
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

    def _search(self, identity: Identity, pauses: tuple[float, ...], *, again: bool = True) -> Flow[Looked]:
        """Look for the calendar after each pause, and stop as soon as it is found.

        The search also stops if the time for waits is used up, or if another look would be useless.

        :param again: Whether the first look reads the list even if it has been read.
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
                owned = yield from self._look(again=again or pause > 0)
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

    def _look(self, *, again: bool = True) -> Flow[frozenset[str]]:
        self._listed = yield from self.owners_list.owned(self.identity.name, again=again)
        return frozenset(self._listed)

    def _write(self, memo: Memo) -> Flow[None]:
        if self.memory is not None:
            yield from self.memory.write(memo)

    def _keep(self, memo: Memo) -> Flow[None]:
        """Write a memo that helps the next try. This try goes on even if writing fails."""
        with contextlib.suppress(StoreError):
            yield from self._write(memo)
