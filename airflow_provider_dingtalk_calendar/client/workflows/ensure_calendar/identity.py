"""Which calendar is ours, where the answer to the request that created it was lost.

A name does not tell: DingTalk lets two calendars of one owner have one name, and a list says nothing of
when a calendar was made. With ``reuse``, any calendar of that owner and name is right. With ``fail`` and
``create``, a calendar is taken for the one that our request made only if it was not there before the
request: the list is read before, and the ids of that name are remembered (*others*). A calendar of that
owner and name that is in a later list and is none of the others was created after the first list was read.
The lost request is one that creates just that, and as long as nobody else creates calendars of this name
for this owner at the same time, there is no other. So:

- one calendar beside the others: it is ours;
- none: not carried out, or not yet; only the next try may create, after it has looked again;
- several, or it is not known which ones were there before: nobody can tell, so the candidates are named in an
  :class:`~airflow_provider_dingtalk_calendar.exceptions.AmbiguousOutcomeError` instead of guessing.

A definition (description, co-editors, scope) proves nothing: the calendar of yesterday's run has the same.

What is assumed is that a request is carried out, and its calendar listed, before the next try looks. A
calendar that comes later is a second one; it is reported by the first look that sees it.
"""

from __future__ import annotations

from dataclasses import dataclass

from airflow_provider_dingtalk_calendar.client.resources.calendars import CREATE_SUBSCRIBED_CALENDAR
from airflow_provider_dingtalk_calendar.client.wire.values import IfExists
from airflow_provider_dingtalk_calendar.exceptions import AmbiguousOutcomeError, CalendarExistsError


@dataclass(frozen=True)
class EnsuredCalendar:
    """What :meth:`EnsureOperations.ensure_subscribed_calendar` came to.

    :param calendar_id: The id of the calendar.
    :param created: Whether it was created now; otherwise it was there.
    :param duplicates: Further ids of calendars with that name and owner, sorted.
    :param recovered: Whether it comes of a request whose answer was lost, in this call or in an earlier try.
    """

    calendar_id: str
    created: bool
    duplicates: tuple[str, ...] = ()
    recovered: bool = False


@dataclass
class Identity:
    """What tells one calendar from others.

    :param union_id: unionId of the owner.
    :param name: Its name.
    :param if_exists: What to do if there is a calendar of that name.
    :param lost: Whether an earlier try may have created it.
    :param others: Ids that were there before any request of ours; None if that is not known.
    """

    union_id: str
    name: str
    if_exists: IfExists
    lost: bool = False
    others: frozenset[str] | None = None

    def begun(self, owned: frozenset[str]) -> EnsuredCalendar | None:
        """Learn what is there before anything was sent; return what is right already.

        :param owned: Ids of the owner's calendars of that name.
        :raises CalendarExistsError: If there is one and none may be.
        """
        if self.if_exists == "fail" and owned:
            raise self._exists(owned)
        self.others = owned if self.if_exists == "create" else frozenset()
        return self.adopted(owned)

    def adopted(self, owned: frozenset[str]) -> EnsuredCalendar | None:
        """Return the calendar that is right, or None if there is none so far.

        :param owned: Ids of the owner's calendars of that name.
        :raises CalendarExistsError: If one was there before, or nobody knows, and none may be.
        :raises AmbiguousOutcomeError: If it cannot be told which one it is.
        """
        candidates = owned - (self.others or frozenset())
        if not candidates and self.others and self.if_exists != "create":
            # An earlier try was told to create beside them, and this one is not.
            if self.if_exists == "fail" and owned:
                raise self._exists(owned)
            candidates = owned
        if not candidates:
            return None
        if self.if_exists == "fail" and self.others is None:
            raise self._exists(owned, "; an earlier try of this task may have created it")
        if self.if_exists != "reuse" and (self.others is None or len(candidates) > 1):
            raise self._ambiguous(candidates)
        first, *rest = sorted(candidates)
        recovered = self.lost and self.others is not None
        return EnsuredCalendar(first, created=False, duplicates=tuple(rest), recovered=recovered)

    def late(self, owned: frozenset[str], calendar_id: str) -> tuple[str, ...]:
        """Return what came of lost requests beside the calendar that was created.

        :param owned: Ids of the owner's calendars of that name.
        :param calendar_id: The calendar.
        """
        return tuple(sorted(owned - (self.others or frozenset()) - {calendar_id}))

    def _exists(self, owned: frozenset[str], hint: str = "") -> CalendarExistsError:
        ids = tuple(sorted(owned))
        msg = f"{self.union_id!r} already owns a calendar named {self.name!r}: {', '.join(ids)}{hint}"
        return CalendarExistsError(msg, calendar_ids=ids)

    def _ambiguous(self, candidates: frozenset[str]) -> AmbiguousOutcomeError:
        ids = tuple(sorted(candidates))
        return AmbiguousOutcomeError(
            f"a request to create {self.name!r} for {self.union_id!r} may have been carried out, and any of "
            f"these calendars, or one not listed yet, could be the one: {', '.join(ids)}; look at them, "
            "delete the one that is too many, and clear the task, which then begins anew",
            candidate_ids=ids,
            operation=CREATE_SUBSCRIBED_CALENDAR.operation,
            may_have_taken_effect=True,
        )
