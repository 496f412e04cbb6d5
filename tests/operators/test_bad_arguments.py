"""Wrong arguments in a DAG file are refused when the file is parsed."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from airflow.providers.common.compat.sdk import DAG

from airflow_provider_dingtalk_calendar.client import EventMatch, NewAttendee, Recurrence
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError
from tests.in_airflow.every_operator import CALENDAR, EVENT, GOOD, HOUR, OPERATORS, ROWS, make

LATER = {"start": HOUR["end"], "end": HOUR["start"]}
GROUP = "CreateGroupOperator"
NEW = "CreateEventOperator"
SEVERAL = "EnsureSubscribedCalendarsOperator"
FREE = "GetFreeBusyOperator"
GATE = "CalendarGateOperator"
OF_A_CALENDAR = [name for name in GOOD if GOOD[name].items() >= CALENDAR.items()]
OF_AN_EVENT = [name for name in GOOD if GOOD[name].items() >= EVENT.items()]
OF_A_USER = [name for name in GOOD if GOOD[name].get("union_id") == "owner"]
SYNC = "SyncEventsOperator"
ROW = ROWS[0]
NOTHING = "nothing is to be changed: give at least one"
BAD: list[tuple[str, dict[str, Any], str]] = [
    *((name, {"union_id": ".."}, r"union_id must not be '\.\.'") for name in OF_A_USER),
    *((name, {"event_id": " "}, "event_id must not be blank") for name in OF_AN_EVENT),
    *((name, {"calendar_id": None}, "calendar_id must be a string") for name in OF_A_CALENDAR),
    ("GetOpenConversationIdOperator", {"chat_id": ""}, "chat_id must not be blank"),
    ("SubscribeCalendarOperator", {"union_id": ["u", ".."]}, r"union_id\[1\] must not be '\.\.'"),
    ("UnsubscribeCalendarOperator", {"union_id": ["u", 7]}, r"union_id\[1\] must be a string, not int"),
    ("SubscribeCalendarOperator", {"union_id": None}, "union_id must be a string, not NoneType"),
    (
        "UpdateSubscribedCalendarOperator",
        {"name": "x" * 129},
        "name must have at most 128 characters, not 129",
    ),
    ("UpdateSubscribedCalendarOperator", {"subscribe_scope": {}}, "must hold at least one id"),
    ("UpdateSubscribedCalendarOperator", {"managers": "u"}, "managers must be a list"),
    (NEW, {"summary": None}, "summary must be a string, not NoneType"),
    (NEW, {"summary": "x" * 2049}, "summary must have at most 2048 characters, not 2049"),
    (NEW, {"description": "x" * 5001}, "description must have at most 5000 characters, not 5001"),
    (NEW, {"start": None}, "start must be given"),
    (NEW, {"end": None}, "end must be given"),
    (NEW, LATER, "end must not come before start"),
    (NEW, {"start": datetime(2026, 5, 6, 9), "time_zone": None}, "start must have a time zone.*give time_zo"),  # noqa: DTZ001
    (NEW, {"time_zone": "posix/Asia/Shanghai"}, "time_zone must be a TZ database name"),
    (NEW, {"summary": "\u200b"}, "summary must not be blank"),
    (NEW, {"location": {"name": "Room"}}, "location must have displayName"),
    (
        NEW,
        {"location": '{"displayName": "Room"}'},
        "not the text of a mapping; a template renders text: set ren",
    ),
    (
        NEW,
        {"attendees": {"staff-1": "u1"}},
        r"must be a list, not dict; .* takes task.output\[\"union_ids\"\]",
    ),
    (NEW, {"recurrence": Recurrence("weekly")}, "recurrence.days_of_week must be given with the type weekly"),
    (
        NEW,
        {"recurrence": {"pattern": {"type": "absoluteYearly"}}},
        "recurrence.pattern.dayOfMonth must be given with the type absoluteYearly",
    ),
    (
        NEW,
        {"recurrence": '{"pattern": {"type": "daily"}}'},
        "mapping, not str; a template renders text: set ren",
    ),
    (
        NEW,
        {"reminders": "[10, 5]"},
        "reminders must be a list, not str; a template renders text: set render_tem",
    ),
    (
        "CreateSubscribedCalendarOperator",
        {"subscribe_scope": '{"corp_ids": ["corp"]}'},
        "subscribe_scope must be a mapping, not str; a template renders text: set render_template_as_native_",
    ),
    (
        "CreateSubscribedCalendarOperator",
        {"subscribe_scope": {"union_ids": {"staff-1": "u1"}}},
        r"union_ids must be a list of strings, not dict; of what LookUp.* takes task.output\[\"union_ids\"\]",
    ),
    (
        "CreateSubscribedCalendarOperator",
        {"subscribe_scope": {"staff-1": "u1"}},
        r"unknown key 'staff-1'; .*; of what LookUpUnionIdsOperator returns, subscribe_scope takes task.outp",
    ),
    (
        "CreateSubscribedCalendarOperator",
        {"subscribe_scope": {"corp_ids": [""]}},
        r"subscribe_scope.corp_ids\[0\] must not be blank .*; a template that finds nothing renders an empty",
    ),
    (
        "CreateSubscribedCalendarOperator",
        {"subscribe_scope": {"union_ids": ["None"]}},
        r"subscribe_scope.union_ids\[0\] must not be the text 'None'.*; a template renders a missing value a",
    ),
    ("CreateSubscribedCalendarOperator", {"name": "None"}, "name must not be the text 'None'"),
    (SEVERAL, {"calendars": None}, "calendars must be a list of mappings, not NoneType"),
    (SEVERAL, {"calendars": "[]"}, "not str; a template renders text: set render_template_as_native_obj"),
    (SEVERAL, {"calendars": [{"name": "{{ x }}"}]}, r"calendars\[0\].subscribe_scope must be a mapping, not"),
    (SEVERAL, {"calendars": [{"nam": "n"}]}, r"calendars\[0\] has an unknown field 'nam'; the fields are"),
    (
        SEVERAL,
        {"calendars": [{"name": "n" * 129, "subscribe_scope": {"corp_ids": ["c"]}}]},
        r"calendars\[0\].name must have at most 128 characters, not 129",
    ),
    (
        SEVERAL,
        {
            "calendars": [
                {"name": name, "subscribe_scope": {"corp_ids": ["c"]}} for name in ("n", "{{ x }}", " n")
            ]
        },
        r"calendars\[2\].name must differ from calendars\[0\].name; both are ' n'",
    ),
    ("CreateSubscribedCalendarOperator", {"name": "\u2060\u3164"}, "name must not be blank"),
    ("ListCalendarsOperator", {"union_id": "None"}, "union_id must not be the text 'None'"),
    ("SubscribeCalendarOperator", {"union_id": ["u", ""]}, r"union_id\[1\] must not be blank"),
    (
        "SubscribeCalendarOperator",
        {"union_id": "['u']"},
        "a list, not a list written as a string; a template renders te",
    ),
    (
        "SubscribeCalendarOperator",
        {"union_id": {"staff-1": "u1"}},
        "not dict; of what LookUpUnionIdsOperator",
    ),
    ("UpdateSubscribedCalendarOperator", {"name": None}, NOTHING),
    ("UpdateEventOperator", {"summary": None}, NOTHING),
    (
        "ListEventsOperator",
        {"time_min": HOUR["end"], "time_max": HOUR["start"]},
        "time_max must not come before",
    ),
    (
        "ListEventsOperator",
        {"time_min": HOUR["end"], "time_max": "2027-05-07T00:00:00Z"},
        "must not come after",
    ),
    ("ListEventsOperator", {"running_at": "yesterday"}, "running_at must be an ISO 8601"),
    (
        "ListEventsOperator",
        {"running_at": ""},
        "running_at must be an ISO 8601.*; a template that finds nothing",
    ),
    ("ListEventsOperator", {"running_at": "2026-05-06T09:00:00"}, "running_at must have a time zone"),
    (
        "ListEventsOperator",
        {"running_at": "now", "time_min": HOUR["end"]},
        "time_min must not be given with run",
    ),
    (
        "ListEventsOperator",
        {"running_at": "now", "time_max": HOUR["end"]},
        "time_max must not be given with run",
    ),
    (
        "ListEventsOperator",
        {"running_at": "now", "show_deleted": False},
        "show_deleted must not be given with",
    ),
    (
        "ListEventsOperator",
        {"running_at": "now", "sync_token": "t"},
        "sync_token must not be given with runni",
    ),
    (
        "ListEventsOperator",
        {"running_at": "now", "time_zone": "localtime"},
        "time_zone must be a TZ database",
    ),
    ("ListEventsOperator", {"time_zone": "Asia/Shanghai"}, "time_zone must not be given without running_at"),
    (SYNC, {"events": None}, "events must be a list, not NoneType"),
    (SYNC, {"events": iter(ROWS)}, "events must be a list, not list_iterator"),
    (SYNC, {"events": "[]"}, "events must be a list, not str; a template renders text: set render_template"),
    (SYNC, {"events": [ROW, ROW]}, "row 2: key 'jan' is also the key of row 1"),
    (SYNC, {"events": [ROW | {"color": "red"}]}, r"row 1 \(key 'jan'\): unknown field 'color'"),
    (
        SYNC,
        {"events": [ROW | {"start": "2027-01-31 09:00"}], "time_zone": None},
        "start must have a ti",
    ),
    (
        SYNC,
        {"events": [ROW | {"description": "x" * 5000}]},
        "description must have at most",
    ),
    (SYNC, {"namespace": "a b"}, "namespace must have no white space"),
    (SYNC, {"time_zone": "CET+1"}, "time_zone must be a TZ database name"),
    (SYNC, {"window_start": "soon"}, "window_start must be a date or a datetime"),
    (
        SYNC,
        {"window_start": "2027-01-01", "window_end": "2027-01-01"},
        "window_end must be after window_start",
    ),
    (SYNC, {"max_deletions": None}, "max_deletions must be given, not None"),
    (SYNC, {"max_deletions": -1}, "max_deletions must be a whole number of at least 0, not -1"),
    (SYNC, {"dry_run": None}, "dry_run must be given, not None"),
    (SYNC, {"allow_empty": "maybe"}, "allow_empty must be True or False, not 'maybe'"),
    (
        SYNC,
        {"approved_plan": "[{}]"},
        "or a fingerprint of 16 .*; a template re",
    ),
    (SYNC, {"approved_plan": 7}, "approved_plan must be a list, not int"),
    (
        FREE,
        {"start_time": HOUR["end"], "end_time": HOUR["start"]},
        "end_time must not come before start_time",
    ),
    (NEW, {"time_zone": "../UTC"}, "time_zone must be a TZ database name"),
    (NEW, {"attendees": ["u"] * 501}, "attendees must have at most 500 items a call, not 501"),
    (NEW, {"attendees": [1]}, r"attendees\[0\] must be a string, not int"),
    (NEW, {"reminders": [-1]}, r"reminders\[0\] must be a number of minutes"),
    (NEW, {"recurrence": "daily"}, "recurrence must be a Recurrence or a mapping, not str"),
    (NEW, {"client_token": ""}, "client_token must not be blank"),
    ("UpdateEventOperator", {"summary": ""}, "summary must not be blank"),
    ("UpdateEventOperator", LATER | {"time_zone": "Asia/Shanghai"}, "end must not come before start"),
    ("AddAttendeesOperator", {"attendees": "u"}, "attendees must be a list, not str"),
    ("RemoveAttendeesOperator", {"attendees": None}, "attendees must be a list, not NoneType"),
    ("AddAttendeesOperator", {"attendees": ["u", None]}, r"attendees\[1\] must be a string, not NoneType"),
    (
        "AddAttendeesOperator",
        {"push_notification": "yes"},
        "push_notification must be True or False",
    ),
    ("AddAttendeesOperator", {"chat_notification": 1}, "chat_notification must be True or False, not 1"),
    ("DeleteEventOperator", {"push_notification": "no"}, "push_notification must be True or False, not 'no'"),
    ("ListEventsOperator", {"time_min": "yesterday"}, "time_min must be an ISO 8601"),
    ("ListEventsOperator", {"time_max": datetime(2026, 5, 6)}, "time_max must have a time zone"),  # noqa: DTZ001
    ("ListEventsOperator", {"limit": -1}, "limit must be a whole number of at least 0, not -1"),
    ("ListEventsOperator", {"show_deleted": "maybe"}, "show_deleted must be True or False"),
    (
        "ListEventsOperator",
        {"expand_recurrences": True, "sync_token": "t"},
        "sync_token must not be given with expand_recurrences",
    ),
    (
        "LookUpUnionIdsOperator",
        {"userids": ["7"], "mobiles": ["7"]},
        "userids and mobiles must not both hold '7'",
    ),
    (
        NEW,
        {"attendees": [NewAttendee("{{ params.who }}")]},
        "attendees holds a NewAttendee with a template in it, which Airflow does not render: use a mapping",
    ),
    (
        NEW,
        {"recurrence": Recurrence("daily", until="{{ ds }}")},
        "recurrence holds a Recurrence with a template in it",
    ),
    (GATE, {"on_closed": "stop"}, "on_closed must be one of 'skip', 'fail', 'wait', not 'stop'"),
    (GATE, {"on_unknown": "skip"}, "on_unknown must be one of 'fail', 'closed', 'open', not 'skip'"),
    (GATE, {"time_zone": "Asia/Shangai"}, "time_zone must be a TZ database name .* not 'Asia/Shangai'"),
    (GATE, {"override_param": ""}, "override_param must not be blank"),
    (
        GATE,
        {"ignore_downstream_trigger_rules": "all"},
        "ignore_downstream_trigger_rules must be True or False",
    ),
    (
        GATE,
        {"ignore_downstream_trigger_rules": None},
        "ignore_downstream_trigger_rules must be given, not None",
    ),
    (GATE, {"allow": ""}, "allow must not be blank"),
    (GATE, {"deny": []}, "deny must be None or have at least one entry"),
    (GATE, {"deny": {"titel": "x"}}, "deny has an unknown criterion 'titel'; allowed are title, pattern"),
    (
        GATE,
        {"deny": ["{{ params.x }}", {"pattern": "("}]},
        r"deny\[1\]\.pattern must be a regular expression",
    ),
    (
        GATE,
        {"deny": EventMatch(title="{{ params.x }}")},
        "deny holds an EventMatch with a template in it, which Airflow does not render: use a mapping",
    ),
    (FREE, {"user_ids": None}, "user_ids must be a list of strings, not NoneType"),
    (FREE, {"user_ids": "u"}, "user_ids must be a list of strings, not str"),
    (FREE, {"start_time": None}, "start_time must be a datetime with a time zone, not NoneType"),
    (FREE, {"end_time": "2026-05-06"}, "end_time must be a datetime with a time zone"),
    ("LookUpUnionIdsOperator", {"userids": None}, "give at least one of userids, mobiles, dept_ids"),
    ("LookUpUnionIdsOperator", {"mobiles": [13800000000]}, r"mobiles\[0\] must be a string, not int"),
    ("LookUpUnionIdsOperator", {"dept_ids": "12"}, "dept_ids must be a list, not str"),
    (
        "LookUpUnionIdsOperator",
        {"if_unknown": "ignore"},
        "if_unknown must be one of 'fail', 'skip'",
    ),
    (GROUP, {"title": "x" * 31}, "title must have at most 30 characters, not 31"),
    (GROUP, {"owner_user_id": ""}, "owner_user_id must not be blank"),
    (GROUP, {"user_ids": "u"}, "user_ids must be a list of strings"),
    (GROUP, {"management_options": "all"}, "management_options must be a mapping, not str"),
    (GROUP, {"uuid": ""}, "uuid must not be blank"),
    ("DingTalkApiOperator", {"operation": "ListCalendar"}, "not 'ListCalendar'; did you mean ListCalendars"),
    (
        "DingTalkApiOperator",
        {"operation": "GenerateCaldavAccount"},
        "whose answer is a secret",
    ),
    (
        "DingTalkApiOperator",
        {"path": {"user": "u"}},
        "path has an unknown name 'user'; .* has userId",
    ),
    ("DingTalkApiOperator", {"path": {}}, "path must have userId"),
    ("DingTalkApiOperator", {"path": {"userId": ".."}}, "must not be '..'"),
    ("DingTalkApiOperator", {"query": {"x": 1}}, "query has an unknown name 'x'; ListCalendars has none"),
    ("DingTalkApiOperator", {"body": []}, "body must be a mapping, not list"),
]


@pytest.mark.parametrize(("name", "arguments", "message"), BAD)
def test_a_bad_argument_fails_when_the_dag_is_parsed(
    name: str, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        make(name, **arguments)


#: Errors that ``partial`` cannot raise, because it does not receive all arguments.
OF_THE_WHOLE = {
    "start must be given",
    "end must be given",
    "give at least one of userids, mobiles, dept_ids",
    "time_zone must not be given without running_at",
    NOTHING,
}


@pytest.mark.parametrize(("name", "arguments", "message"), [bad for bad in BAD if bad[2] not in OF_THE_WHOLE])
def test_a_bad_argument_of_partial_fails_when_the_dag_is_parsed(
    name: str, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        OPERATORS[name].partial(task_id="t", **(GOOD[name] | arguments))


def test_every_operator_has_a_bad_argument() -> None:
    assert {name for name, _, _ in BAD} == set(OPERATORS)


@pytest.mark.parametrize(
    ("name", "argument", "value"),
    [
        (NEW, "attendees", lambda task: task),
        (NEW, "attendees", lambda task: [task]),
        (NEW, "start", lambda task: task),
        ("CreateSubscribedCalendarOperator", "subscribe_scope", lambda task: {"union_ids": task}),
        ("DeleteEventOperator", "event_id", lambda task: task),
        (SYNC, "events", lambda task: task),
        ("LookUpUnionIdsOperator", "userids", lambda task: task),
        ("DingTalkApiOperator", "body", lambda task: task),
    ],
)
def test_a_task_instead_of_its_output(name: str, argument: str, value: Any) -> None:
    with DAG("d", start_date=datetime(2026, 1, 1, tzinfo=timezone.utc), schedule=None):
        upstream = OPERATORS["LookUpUnionIdsOperator"](task_id="look_up", userids=["staff-1"])
        with pytest.raises(
            InvalidArgumentError, match=f"^{argument}.*; 'look_up' is a task: pass its output"
        ):
            make(name, **{argument: value(upstream)})
