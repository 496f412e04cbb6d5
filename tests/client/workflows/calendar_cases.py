"""Cases written by hand: some events, a moment, and whether the calendar is open at that moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from airflow_provider_dingtalk_calendar.client import EventMatch

SHANGHAI = "Asia/Shanghai"
NEW_YORK = "America/New_York"
LOS_ANGELES = "America/Los_Angeles"


def at(text: str) -> str:
    """Complete a time: the default date is 6 May 2026, and the default offset is +08:00."""
    day_and_time = text if "T" in text else f"2026-05-06T{text}"
    return (
        day_and_time
        if day_and_time[-1] == "Z" or "+" in text or text.count("-") > 2
        else (f"{day_and_time}:00+08:00")
    )


def timed(title: str | None, start: str, end: str, **fields: Any) -> dict[str, Any]:
    """Return an event as ListEventsView lists it."""
    times = {
        "start": {"dateTime": at(start), "timeZone": SHANGHAI},
        "end": {"dateTime": at(end), "timeZone": SHANGHAI},
    }
    return {
        "id": f"{title} {start}",
        "summary": title,
        "isAllDay": False,
        "status": "confirmed",
        **times,
        **fields,
    }


def days(title: str, first: str, after: str | None, **fields: Any) -> dict[str, Any]:
    """Return an all-day event as ListEventsView lists it."""
    end = {} if after is None else {"end": {"date": after}}
    return {
        "id": f"{title} {first}",
        "summary": title,
        "isAllDay": True,
        "start": {"date": first},
        **end,
        **fields,
    }


def naive(start: str, end: str, time_zone: str | None) -> dict[str, Any]:
    """Return an event whose times have no offset."""
    zone = {} if time_zone is None else {"timeZone": time_zone}
    return {
        "id": "naive",
        "summary": "Freeze",
        "start": {"dateTime": start, **zone},
        "end": {"dateTime": end, **zone},
    }


def attended(response: str, *, is_self: bool = True) -> dict[str, Any]:
    """Return a freeze that is running, with one attendee."""
    attendee = {"id": "u", "displayName": "u", "responseStatus": response, "self": is_self}
    return timed("Freeze", "09:00", "15:00", attendees=[attendee])


@dataclass(frozen=True)
class Case:
    """A case of the table.

    :param name: The difference from the other cases.
    :param events: Events as ListEventsView lists them.
    :param is_open: Whether the calendar is open.
    :param next_change: When the state changes next, in ``time_zone``.
    :param now: The moment of the question.
    :param time_zone: Zone of all-day events.
    :param select: ``allow`` and ``deny``.
    """

    name: str
    events: list[dict[str, Any]]
    is_open: bool
    next_change: str | None
    now: str = "12:00"
    time_zone: str = SHANGHAI
    select: dict[str, Any] = field(default_factory=dict)

    @property
    def moment(self) -> str:
        return at(self.now)

    @property
    def change(self) -> str | None:
        return None if self.next_change is None else at(self.next_change)


FREEZE = timed("Freeze", "09:00", "15:00")
DAY = days("Freeze", "2026-05-06", "2026-05-07")
OPEN, CLOSED = True, False
ALLOW = {"allow": "window"}
BOTH = {"allow": "window", "deny": "freeze"}

CASES = [
    # Events with times. Each event closes the calendar.
    Case("no events", [], OPEN, None),
    Case("a running event", [FREEZE], CLOSED, "15:00"),
    Case("an event that starts now", [timed("Freeze", "12:00", "13:00")], CLOSED, "13:00"),
    Case("an event that ends now", [timed("Freeze", "11:00", "12:00")], OPEN, None),
    Case("an event that has ended", [timed("Freeze", "09:00", "10:00")], OPEN, None),
    Case("an event to come", [timed("Freeze", "14:00", "15:00")], OPEN, "14:00"),
    Case(
        "two events that touch",
        [timed("Freeze", "11:00", "13:00"), timed("Freeze", "13:00", "14:00")],
        CLOSED,
        "14:00",
    ),
    Case(
        "two events that overlap",
        [timed("Freeze", "11:00", "13:00"), timed("Freeze", "12:30", "15:00")],
        CLOSED,
        "15:00",
    ),
    Case(
        "two events with a minute between",
        [timed("Freeze", "11:00", "13:00"), timed("Freeze", "13:01", "14:00")],
        CLOSED,
        "13:00",
    ),
    Case(
        "an event inside another",
        [timed("Freeze", "09:00", "18:00"), timed("Freeze", "12:00", "13:00")],
        CLOSED,
        "18:00",
    ),
    Case(
        "two events to come that touch",
        [timed("Freeze", "14:00", "15:00"), timed("Freeze", "13:00", "14:00")],
        OPEN,
        "13:00",
    ),
    Case("an event without duration, now", [timed("Freeze", "12:00", "12:00")], OPEN, None),
    Case("an event without duration, to come", [timed("Freeze", "13:00", "13:00")], OPEN, None),
    Case(
        "an event without duration at the end of another",
        [timed("Freeze", "11:00", "13:00"), timed("Freeze", "13:00", "13:00")],
        CLOSED,
        "13:00",
    ),
    Case("the same event twice", [FREEZE, FREEZE], CLOSED, "15:00"),
    Case("an event without a title", [timed(None, "09:00", "15:00")], CLOSED, "15:00"),
    # Spellings of times.
    Case("times in UTC", [timed("Freeze", "2026-05-06T04:00:00Z", "2026-05-06T05:00:00Z")], CLOSED, "13:00"),
    Case(
        "offsets without a colon",
        [timed("Freeze", "2026-05-06T11:00:00+0800", "2026-05-06T13:00:00+0800")],
        CLOSED,
        "13:00",
    ),
    Case(
        "seven digits of a second",
        [timed("Freeze", "2026-05-06T11:00:00.0000000+08:00", "2026-05-06T13:00:00.0000000+08:00")],
        CLOSED,
        "13:00",
    ),
    Case(
        "times of another zone",
        [timed("Freeze", "2026-05-06T00:00:00-04:00", "2026-05-06T01:00:00-04:00")],
        CLOSED,
        "13:00",
    ),
    Case(
        "no offset, in the zone of the event",
        [naive("2026-05-06T00:00:00", "2026-05-06T01:00:00", NEW_YORK)],
        CLOSED,
        "13:00",
    ),
    Case(
        "no offset and no zone", [naive("2026-05-06T11:00:00", "2026-05-06T13:00:00", None)], CLOSED, "13:00"
    ),
    # Events that do not count.
    Case("cancelled", [timed("Freeze", "09:00", "15:00", status="cancelled")], OPEN, None),
    Case("declined", [attended("declined")], OPEN, None),
    Case("accepted", [attended("accepted")], CLOSED, "15:00"),
    Case("perhaps", [attended("tentative")], CLOSED, "15:00"),
    Case("no response", [attended("needsAction")], CLOSED, "15:00"),
    Case("declined by somebody else", [attended("declined", is_self=False)], CLOSED, "15:00"),
    Case(
        "a status that is not documented",
        [timed("Freeze", "09:00", "15:00", status="moved")],
        CLOSED,
        "15:00",
    ),
    Case(
        "a cancelled event after a running one",
        [timed("Freeze", "11:00", "13:00"), timed("Freeze", "13:00", "14:00", status="cancelled")],
        CLOSED,
        "13:00",
    ),
    # All-day events in three zones, at both edges of a day.
    Case("today", [DAY], CLOSED, "2026-05-07T00:00"),
    Case("tomorrow", [days("Freeze", "2026-05-07", "2026-05-08")], OPEN, "2026-05-07T00:00"),
    Case("yesterday", [days("Freeze", "2026-05-05", "2026-05-06")], OPEN, None),
    Case("three days", [days("Freeze", "2026-05-05", "2026-05-08")], CLOSED, "2026-05-08T00:00"),
    Case("a day whose end is missing", [days("Freeze", "2026-05-06", None)], CLOSED, "2026-05-07T00:00"),
    Case(
        "a day that ends on its start",
        [days("Freeze", "2026-05-06", "2026-05-06")],
        CLOSED,
        "2026-05-07T00:00",
    ),
    Case(
        "two days that touch", [DAY, days("Freeze", "2026-05-07", "2026-05-08")], CLOSED, "2026-05-08T00:00"
    ),
    Case(
        "a day and the hours after it",
        [DAY, timed("Freeze", "2026-05-07T00:00", "2026-05-07T02:00")],
        CLOSED,
        "2026-05-07T02:00",
    ),
    Case(
        "a day with times",
        [timed("Freeze", "00:00", "2026-05-07T00:00", isAllDay=True)],
        CLOSED,
        "2026-05-07T00:00",
    ),
    Case("until the year 9999", [days("Freeze", "2026-01-01", "9999-12-31")], CLOSED, "9999-12-31T00:00"),
    Case("Shanghai, before the day", [DAY], OPEN, "2026-05-06T00:00", now="2026-05-05T15:59:59Z"),
    Case("Shanghai, first moment", [DAY], CLOSED, "2026-05-07T00:00", now="2026-05-05T16:00:00Z"),
    Case("Shanghai, last second", [DAY], CLOSED, "2026-05-07T00:00", now="2026-05-06T15:59:59Z"),
    Case("Shanghai, after the day", [DAY], OPEN, None, now="2026-05-06T16:00:00Z"),
    Case(
        "UTC, before the day",
        [DAY],
        OPEN,
        "2026-05-06T00:00:00+00:00",
        now="2026-05-05T23:59:59Z",
        time_zone="UTC",
    ),
    Case(
        "UTC, first moment",
        [DAY],
        CLOSED,
        "2026-05-07T00:00:00+00:00",
        now="2026-05-06T00:00:00Z",
        time_zone="UTC",
    ),
    Case(
        "UTC, last second",
        [DAY],
        CLOSED,
        "2026-05-07T00:00:00+00:00",
        now="2026-05-06T23:59:59Z",
        time_zone="UTC",
    ),
    Case("UTC, after the day", [DAY], OPEN, None, now="2026-05-07T00:00:00Z", time_zone="UTC"),
    Case(
        "Los Angeles, before the day",
        [DAY],
        OPEN,
        "2026-05-06T00:00:00-07:00",
        now="2026-05-06T06:59:59Z",
        time_zone=LOS_ANGELES,
    ),
    Case(
        "Los Angeles, first moment",
        [DAY],
        CLOSED,
        "2026-05-07T00:00:00-07:00",
        now="2026-05-06T07:00:00Z",
        time_zone=LOS_ANGELES,
    ),
    Case(
        "Los Angeles, last second",
        [DAY],
        CLOSED,
        "2026-05-07T00:00:00-07:00",
        now="2026-05-07T06:59:59Z",
        time_zone=LOS_ANGELES,
    ),
    Case("Los Angeles, after the day", [DAY], OPEN, None, now="2026-05-07T07:00:00Z", time_zone=LOS_ANGELES),
    # Daylight saving.
    Case(
        "a day of 23 hours, last second",
        [days("Freeze", "2026-03-08", "2026-03-09")],
        CLOSED,
        "2026-03-09T00:00:00-04:00",
        now="2026-03-09T03:59:59Z",
        time_zone=NEW_YORK,
    ),
    Case(
        "a day of 23 hours, over",
        [days("Freeze", "2026-03-08", "2026-03-09")],
        OPEN,
        None,
        now="2026-03-09T04:00:00Z",
        time_zone=NEW_YORK,
    ),
    Case(
        "a day of 25 hours, first moment",
        [days("Freeze", "2026-11-01", "2026-11-02")],
        CLOSED,
        "2026-11-02T00:00:00-05:00",
        now="2026-11-01T04:00:00Z",
        time_zone=NEW_YORK,
    ),
    Case(
        "a day of 25 hours, last second",
        [days("Freeze", "2026-11-01", "2026-11-02")],
        CLOSED,
        "2026-11-02T00:00:00-05:00",
        now="2026-11-02T04:59:59Z",
        time_zone=NEW_YORK,
    ),
    Case(
        "an hour that the clocks repeat, first time",
        [timed("Freeze", "2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00")],
        CLOSED,
        "2026-11-01T01:30:00-05:00",
        now="2026-11-01T05:45:00Z",
        time_zone=NEW_YORK,
    ),
    Case(
        "an hour that the clocks repeat, second time",
        [timed("Freeze", "2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00")],
        OPEN,
        None,
        now="2026-11-01T06:45:00Z",
        time_zone=NEW_YORK,
    ),
    Case(
        "a midnight that the clocks skip, before",
        [days("Freeze", "2026-04-24", "2026-04-25")],
        OPEN,
        "2026-04-24T01:00:00+03:00",
        now="2026-04-23T21:59:59Z",
        time_zone="Africa/Cairo",
    ),
    Case(
        "a midnight that the clocks skip, after",
        [days("Freeze", "2026-04-24", "2026-04-25")],
        CLOSED,
        "2026-04-25T00:00:00+03:00",
        now="2026-04-23T22:00:00Z",
        time_zone="Africa/Cairo",
    ),
    # Instances of recurring events.
    Case(
        "an instance that is running",
        [
            timed("Freeze", f"2026-05-0{day}T11:00", f"2026-05-0{day}T13:00", id="series", seriesMasterId="s")
            for day in (5, 6, 7)
        ],
        CLOSED,
        "13:00",
    ),
    Case(
        "between two instances",
        [
            timed("Freeze", f"2026-05-0{day}T09:00", f"2026-05-0{day}T11:00", id="series", seriesMasterId="s")
            for day in (5, 6, 7)
        ],
        OPEN,
        "2026-05-07T09:00",
    ),
    Case(
        "instances that touch",
        [
            days("Freeze", f"2026-05-0{day}", f"2026-05-0{day + 1}", id="series", seriesMasterId="s")
            for day in (5, 6, 7)
        ],
        CLOSED,
        "2026-05-08T00:00",
    ),
    Case(
        "a cancelled instance",
        [
            timed("Freeze", "11:00", "13:00", id="series", status="cancelled"),
            timed("Freeze", "2026-05-07T11:00", "2026-05-07T13:00", id="series"),
        ],
        OPEN,
        "2026-05-07T11:00",
    ),
    # Only the selected events open or close the calendar.
    Case("allow, running", [timed("Window", "11:00", "13:00")], OPEN, "13:00", select=ALLOW),
    Case("allow, to come", [timed("Window", "14:00", "15:00")], CLOSED, "14:00", select=ALLOW),
    Case("allow, over", [timed("Window", "09:00", "12:00")], CLOSED, None, select=ALLOW),
    Case("allow, no event", [], CLOSED, None, select=ALLOW),
    Case("allow, another event is running", [FREEZE], CLOSED, None, select=ALLOW),
    Case(
        "allow, and another event is running",
        [timed("Window", "11:00", "13:00"), FREEZE],
        OPEN,
        "13:00",
        select=ALLOW,
    ),
    Case(
        "allow, two that touch",
        [timed("Window", "11:00", "13:00"), timed("Window", "13:00", "14:00")],
        OPEN,
        "14:00",
        select=ALLOW,
    ),
    Case(
        "allow, two with a gap",
        [timed("Window", "11:00", "12:30"), timed("Window", "13:00", "14:00")],
        OPEN,
        "12:30",
        select=ALLOW,
    ),
    Case(
        "both, deny to come",
        [timed("Window", "11:00", "15:00"), timed("Freeze", "13:00", "14:00")],
        OPEN,
        "13:00",
        select=BOTH,
    ),
    Case(
        "both, deny is running",
        [timed("Window", "11:00", "15:00"), timed("Freeze", "11:30", "14:00")],
        CLOSED,
        "14:00",
        select=BOTH,
    ),
    Case(
        "both, deny lasts longer",
        [timed("Window", "11:00", "13:00"), timed("Freeze", "11:00", "14:00")],
        CLOSED,
        None,
        select=BOTH,
    ),
    Case(
        "both, allow begins during deny",
        [timed("Freeze", "11:00", "14:00"), timed("Window", "13:00", "15:00")],
        CLOSED,
        "14:00",
        select=BOTH,
    ),
    Case(
        "both, allow begins as deny ends",
        [timed("Freeze", "11:00", "12:00"), timed("Window", "12:00", "13:00")],
        OPEN,
        "13:00",
        select=BOTH,
    ),
    Case(
        "both, deny between two that allow",
        [
            timed("Window", "11:00", "13:00"),
            timed("Freeze", "13:00", "14:00"),
            timed("Window", "13:00", "15:00"),
        ],
        OPEN,
        "13:00",
        select=BOTH,
    ),
    Case("both, no event", [], CLOSED, None, select=BOTH),
    Case(
        "both, one event is both",
        [timed("Window in the freeze", "11:00", "13:00")],
        CLOSED,
        None,
        select=BOTH,
    ),
    Case("deny, another title", [timed("Lunch", "11:00", "13:00")], OPEN, None, select={"deny": "freeze"}),
    Case("deny, no title", [timed(None, "11:00", "13:00")], OPEN, None, select={"deny": "freeze"}),
    Case(
        "deny, in capitals",
        [timed("Code FREEZE of May", "11:00", "13:00")],
        CLOSED,
        "13:00",
        select={"deny": "freeze"},
    ),
    Case("deny, in Chinese", [timed("五一封网", "11:00", "13:00")], CLOSED, "13:00", select={"deny": "封网"}),
    Case(
        "deny, one of two",
        [timed("五一封网", "11:00", "13:00")],
        CLOSED,
        "13:00",
        select={"deny": ["freeze", {"title": "封网"}]},
    ),
    Case(
        "deny, all-day only", [FREEZE], OPEN, None, select={"deny": EventMatch(title="freeze", all_day=True)}
    ),
    Case(
        "deny, all-day",
        [DAY],
        CLOSED,
        "2026-05-07T00:00",
        select={"deny": {"title": "freeze", "all_day": True}},
    ),
    Case("deny, not all-day", [DAY], OPEN, None, select={"deny": EventMatch(all_day=False)}),
    Case("deny, a pattern", [FREEZE], CLOSED, "15:00", select={"deny": EventMatch(pattern=r"^Fre+ze\b")}),
    Case(
        "deny, a pattern with another case",
        [FREEZE],
        OPEN,
        None,
        select={"deny": EventMatch(pattern="^freeze")},
    ),
    Case(
        "deny, an organizer",
        [timed("Lunch", "11:00", "13:00", organizer={"id": "boss"})],
        CLOSED,
        "13:00",
        select={"deny": {"organizer": "boss"}},
    ),
    Case(
        "deny, another organizer",
        [timed("Lunch", "11:00", "13:00", organizer={"id": "boss"})],
        OPEN,
        None,
        select={"deny": {"organizer": "bos"}},
    ),
    Case("deny, no organizer", [FREEZE], OPEN, None, select={"deny": {"organizer": "boss"}}),
    Case(
        "allow and deny by organizer",
        [
            timed("Work", "11:00", "14:00", organizer={"id": "boss"}),
            timed("Work", "13:00", "13:30", organizer={"id": "ops"}),
        ],
        OPEN,
        "13:00",
        select={"allow": {"organizer": "boss"}, "deny": {"organizer": "ops", "title": "work"}},
    ),
]
