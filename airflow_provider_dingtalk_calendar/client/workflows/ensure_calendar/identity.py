"""Telling our calendar from others with the same name, after the answer to a create request was lost.

A name proves nothing: DingTalk allows one owner to have two calendars with the same name, and a list does not
say when a calendar was created. A definition (description, co-editors, scope) proves nothing either, because
the calendar of yesterday's run has the same definition.

With ``reuse`` and ``update``, any calendar with that owner and name is right. With ``fail`` and ``create``,
the owner's list is read before the request is sent, and the ids of calendars with that name are remembered as
*others*. A calendar that is in a later list, and is not one of the others, was created after the first
look-up. The lost request creates just such a calendar. If nobody else creates calendars with this name for
this owner at the same time, then:

- If there is exactly one calendar in addition to the others, it is ours.
- If there is none, the request was not carried out, or not yet. Only the next try may create the calendar,
  after a new look-up.
- If there are several, or if there is no record of the others, the calendars cannot be told apart. The
  candidates are listed in an
  :class:`~airflow_provider_dingtalk_calendar.exceptions.AmbiguousOutcomeError`.

This assumes that a request is carried out, and its calendar is listed, before the next try looks. A calendar
that appears later is a second calendar, and the first look-up that finds this calendar reports it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from airflow_provider_dingtalk_calendar.exceptions import AmbiguousOutcomeError, CalendarExistsError

from ...resources.calendars import CREATE_SUBSCRIBED_CALENDAR

#: What to do if a calendar with the same name already exists.
IfExists: TypeAlias = Literal["reuse", "update", "create", "fail"]


@dataclass(frozen=True)
class EnsuredCalendar:
    """The result of :meth:`EnsureOperations.ensure_subscribed_calendar`.

    :param calendar_id: Id of the calendar.
    :param created: Whether this call created the calendar; False if the calendar existed.
    :param duplicates: Ids of further calendars with this name and owner, sorted.
    :param recovered: Whether the calendar was created by a request whose answer was lost, in this call or in
        an earlier try.
    :param differs: Names of the arguments that a reused calendar does not match. The owner's list shows only
        the description, so co-editors and scope are not compared.
    :param updated: With ``if_exists="update"``, names of the arguments to which the calendar was changed.
    """

    calendar_id: str
    created: bool
    duplicates: tuple[str, ...] = ()
    recovered: bool = False
    differs: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()


@dataclass(frozen=True)
class Identity:
    """What is known so far about which calendar is ours. Each look-up returns a new instance.

    :param union_id: unionId of the owner.
    :param name: Name of the calendar.
    :param if_exists: What to do if a calendar with that name exists.
    :param in_doubt: Whether an earlier try may have created the calendar.
    :param others: Ids of the calendars with that name that existed before our first request; None if they are
        not known.
    """

    union_id: str
    name: str
    if_exists: IfExists
    in_doubt: bool = False
    others: frozenset[str] | None = None

    def before_sending(self, owned: frozenset[str]) -> Identity:
        """Return what is known after the owner's calendars were listed, before the first request.

        :param owned: Ids of the owner's calendars with that name.
        :raises CalendarExistsError: With ``if_exists="fail"``, if such a calendar exists.
        """
        if self.if_exists == "fail" and owned:
            raise self._exists(owned)
        return replace(self, others=owned if self.if_exists == "create" else frozenset())

    def match(self, owned: frozenset[str]) -> EnsuredCalendar | None:
        """Return the right calendar, or None if there is none so far.

        :param owned: Ids of the owner's calendars with that name.
        :raises CalendarExistsError: With ``if_exists="fail"``, if a calendar existed before, or might have.
        :raises AmbiguousOutcomeError: If the calendar cannot be told from others.
        """
        candidates = owned - (self.others or frozenset())
        if not candidates and self.others and self.if_exists != "create":
            # An earlier try had if_exists="create" and excluded these ids. This try must consider them.
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
        recovered = self.in_doubt and self.others is not None
        return EnsuredCalendar(first, created=False, duplicates=tuple(rest), recovered=recovered)

    def _exists(self, owned: frozenset[str], hint: str = "") -> CalendarExistsError:
        ids = tuple(sorted(owned))
        msg = f"{self.union_id!r} already owns a calendar named {self.name!r}: {', '.join(ids)}{hint}"
        return CalendarExistsError(msg, calendar_ids=ids)

    def _ambiguous(self, candidates: frozenset[str]) -> AmbiguousOutcomeError:
        ids = tuple(sorted(candidates))
        return AmbiguousOutcomeError(
            f"a request to create {self.name!r} for {self.union_id!r} may have been carried out and created "
            f"one of these calendars, or one that is not listed yet: {', '.join(ids)}; check them, delete "
            "the surplus one, and clear the task, which then starts over",
            candidate_ids=ids,
            operation=CREATE_SUBSCRIBED_CALENDAR.operation,
            may_have_taken_effect=True,
        )
