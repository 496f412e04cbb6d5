"""If DingTalk has a rule for an RRULE, both give the same dates."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from airflow_provider_dingtalk_calendar.emulator.world.recurrence import recurrence_dates
from tests.effort import effort
from tests.ics.text import event, on_the_wire, rows

#: The emulator has no later dates.
LAST = date(2099, 12, 31)
COUNTED = 60
WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

starts = st.dates(date(2020, 1, 1), date(2027, 12, 31))


@st.composite
def rules(draw: st.DrawFn, first: date) -> str:
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}"]
    weekday = WEEKDAYS[first.weekday()]
    if draw(st.booleans()):
        parts.append(f"INTERVAL={draw(st.integers(1, 5))}")
    if frequency == "WEEKLY" and draw(st.booleans()):
        days = draw(st.sets(st.sampled_from(WEEKDAYS))) | {weekday}
        parts.append(f"BYDAY={','.join(sorted(days))}")
        parts.append(f"WKST={draw(st.sampled_from(WEEKDAYS))}")
    if frequency == "MONTHLY":
        number = draw(st.sampled_from([(first.day - 1) // 7 + 1, -1]))
        ways = [
            "",
            f"BYMONTHDAY={first.day}",
            f"BYDAY={number}{weekday}",
            f"BYDAY={weekday};BYSETPOS={number}",
        ]
        parts.append(draw(st.sampled_from(ways)))
    if frequency == "YEARLY":
        month = f"BYMONTH={first.month}"
        parts.append(draw(st.sampled_from(["", month, f"{month};BYMONTHDAY={first.day}"])))
    end = draw(st.sampled_from(["", "COUNT", "UNTIL"]))
    if end == "COUNT":
        parts.append(f"COUNT={draw(st.integers(1, 120))}")
    if end == "UNTIL":
        last = first + timedelta(days=draw(st.integers(0, 4000)))
        parts.append(f"UNTIL={last:%Y%m%d}")
    return ";".join(filter(None, parts))


@pytest.mark.thorough
@settings(max_examples=effort(500), deadline=None)
@given(st.data(), starts, st.booleans())
def test_the_recurrence_has_the_dates_of_the_rule(data: st.DataObject, first: date, is_all_day: bool) -> None:
    rule = data.draw(rules(first))
    line = f"DTSTART;VALUE=DATE:{first:%Y%m%d}"
    if not is_all_day:
        line = f"DTSTART;TZID=Asia/Shanghai:{first:%Y%m%d}T090000"
        rule += "T090000" if "UNTIL" in rule else ""
    found: list[dict[str, Any]] = rows(event(line, f"RRULE:{rule}"), until=first + timedelta(days=3000))
    expected = rrulestr(rule, dtstart=datetime.combine(first, time() if is_all_day else time(9)))
    dates = [one for moment in islice(expected, COUNTED) if (one := moment.date()) <= LAST]
    assume(dates and dates[0] == first)
    if "recurrence" in found[0]:
        played = islice(recurrence_dates(on_the_wire(found[0]), first), COUNTED)
        assert [one for one in played if one <= LAST] == dates
    else:
        last = first + timedelta(days=3000)
        expanded = [datetime.fromisoformat(one["start"]).date() for one in found][:COUNTED]
        assert expanded == [one for one in dates if one < last]
