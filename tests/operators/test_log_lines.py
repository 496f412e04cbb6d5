"""Each operator logs one line that says what it did."""

from __future__ import annotations

import re
from itertools import chain

import pytest

from tests.in_airflow.every_operator import OPERATORS
from tools.spending import measure

ID = r"\S+"
#: The log line of each task in ``tools.spending``, by operator.
LINES: dict[str, list[str]] = {
    "CreateSubscribedCalendarOperator": [
        f"Created subscribed calendar 'Plan' of 'owner': {ID}",
        f"Reused subscribed calendar 'Plan' of 'owner': {ID}",
        f"Created subscribed calendar 'Plan' of 'owner': {ID}",
        f"Created subscribed calendar 'Plan' of 'owner': {ID}",
        f"Reused subscribed calendar 'Plan' of 'owner': {ID}",
        rf"Updated subscribed calendar 'Plan' of 'owner': {ID} \(description\)",
    ],
    "EnsureSubscribedCalendarsOperator": [
        "Ensured 10 subscribed calendars of 'owner', 10 of them new",
        "Ensured 10 subscribed calendars of 'owner', 0 of them new",
    ],
    "GetSubscribedCalendarOperator": [f"Read subscribed calendar 'Readers' of 'owner': {ID}"],
    "UpdateSubscribedCalendarOperator": [f"Updated subscribed calendar '{ID}' of 'owner': name"],
    "ListCalendarsOperator": ["Listed 15 calendars of 'owner'"],
    "SubscribeCalendarOperator": [f"Subscribed 30 of 30 users to calendar '{ID}'"],
    "UnsubscribeCalendarOperator": [f"Unsubscribed 30 of 30 users from calendar '{ID}'"],
    "DeleteSubscribedCalendarOperator": [f"Deleted subscribed calendar '{ID}' of 'owner'"],
    "CreateEventOperator": [f"Created event 'Cut-over' of 'owner': {ID}"],
    "UpdateEventOperator": [f"Updated event '{ID}' of 'owner': summary"],
    "AddAttendeesOperator": [f"Added 1200 attendees to event '{ID}' of 'owner'"],
    "RemoveAttendeesOperator": [f"Removed 1200 attendees from event '{ID}' of 'owner'"],
    "DeleteEventOperator": [f"Deleted event '{ID}' of 'owner'"],
    "ListEventsOperator": [
        "Listed 100 events of 'busy' in calendar 'primary'",
        "Listed 250 events of 'series' in calendar 'primary'",
        "Listed 100 events of 'busy' in calendar 'primary'",
    ],
    "SyncEventsOperator": [
        f"Synced 'n' of 'releases' in calendar 'primary': {counts}"
        for counts in (
            "6 created, 0 updated, 0 deleted, 0 unchanged, 0 foreign, 0 outside",
            "0 created, 0 updated, 0 deleted, 6 unchanged, 0 foreign, 0 outside",
            "0 created, 1 updated, 1 deleted, 4 unchanged, 0 foreign, 0 outside",
        )
    ],
    "GetFreeBusyOperator": ["Read the free/busy times of 50 users, 0 of them with an error"],
    "CalendarGateOperator": ["Calendar 'primary' of 'owner' is open: no event is running"],
    "CalendarSensor": ["Calendar 'primary' of 'owner' is open: no event is running"],
    "LookUpUnionIdsOperator": [
        "Found the unionIds of 3 people",
        "Found the unionIds of 2 people",
        "Found the unionIds of 150 people",
    ],
    "GetOpenConversationIdOperator": ["Found the openConversationId of chat 'chat': conversation"],
    "CreateGroupOperator": [f"Created group 'Readers': {ID}"],
    "DingTalkApiOperator": ["Called ListCalendars"],
}


def test_one_line_says_what_each_task_did(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert set(LINES) == {*OPERATORS, "CalendarSensor"}
    with caplog.at_level("INFO"):
        spent = measure()
    # Older Airflows log with the standard library, and newer ones print. Some do both.
    logs = [capsys.readouterr().out, caplog.text]
    assert [name for name, _ in spent] == [name for name, lines in LINES.items() for _ in lines]
    lines = list(chain(*LINES.values()))
    said = max((re.findall("|".join(lines), log) for log in logs), key=len)
    assert len(said) == len(lines), logs
    assert [one for one, line in zip(said, lines, strict=True) if not re.fullmatch(line, one)] == []
