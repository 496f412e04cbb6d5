"""One DAG with every operator: a calendar for a department, an event, and the people who see them."""

import pendulum
from airflow.sdk import DAG, chain

from airflow_provider_dingtalk_calendar.operators.api import DingTalkApiOperator
from airflow_provider_dingtalk_calendar.operators.attendees import (
    AddAttendeesOperator,
    RemoveAttendeesOperator,
)
from airflow_provider_dingtalk_calendar.operators.calendars import (
    ListCalendarsOperator,
    SubscribeCalendarOperator,
    UnsubscribeCalendarOperator,
)
from airflow_provider_dingtalk_calendar.operators.directory import (
    CreateGroupOperator,
    GetOpenConversationIdOperator,
    LookUpUnionIdsOperator,
)
from airflow_provider_dingtalk_calendar.operators.events import (
    CreateEventOperator,
    DeleteEventOperator,
    ListEventsOperator,
    SyncEventsOperator,
    UpdateEventOperator,
)
from airflow_provider_dingtalk_calendar.operators.gate import CalendarGateOperator
from airflow_provider_dingtalk_calendar.operators.schedules import GetFreeBusyOperator
from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import (
    CreateSubscribedCalendarOperator,
    DeleteSubscribedCalendarOperator,
    EnsureSubscribedCalendarsOperator,
    GetSubscribedCalendarOperator,
    UpdateSubscribedCalendarOperator,
)

OWNER = "union-1"

with DAG("every_operator", start_date=pendulum.datetime(2026, 1, 1, tz="UTC"), schedule=None):
    people = LookUpUnionIdsOperator(
        task_id="people", userids=["staff-1"], mobiles=["13800000002"], dept_ids=[7], if_unknown="fail"
    )
    union_ids = people.output["union_ids"]
    chat = GetOpenConversationIdOperator(task_id="chat", chat_id="chat/1")
    group = CreateGroupOperator(
        task_id="group",
        title="Releases",
        template_id="template",
        owner_user_id="staff-1",
        user_ids=["staff-2"],
    )

    create = CreateSubscribedCalendarOperator(
        task_id="create_calendar",
        union_id=OWNER,
        name="Releases",
        subscribe_scope={"union_ids": union_ids, "open_conversation_ids": [chat.output, group.output]},
    )
    calendar = {"union_id": OWNER, "calendar_id": create.output}
    subscribe = SubscribeCalendarOperator(task_id="subscribe", calendar_id=create.output, union_id=union_ids)
    unsubscribe = UnsubscribeCalendarOperator(
        task_id="unsubscribe", calendar_id=create.output, union_id="union-2"
    )
    update = UpdateSubscribedCalendarOperator(
        task_id="update_calendar", **calendar, name="Releases {{ ds }}", description="月末"
    )
    get = GetSubscribedCalendarOperator(task_id="get_calendar", **calendar)
    EnsureSubscribedCalendarsOperator(
        task_id="ensure_calendars",
        union_id="union-2",
        calendars=[{"name": "Of a team", "subscribe_scope": {"corp_ids": ["dingcorp"]}}],
    )
    listed = ListCalendarsOperator(task_id="list_calendars", union_id="union-3")
    chain(subscribe, unsubscribe, update, [get, listed])

    passing = CreateSubscribedCalendarOperator(
        task_id="create_passing", union_id=OWNER, name="Passing", subscribe_scope={"corp_ids": ["dingcorp"]}
    ).as_setup()
    delete = DeleteSubscribedCalendarOperator(
        task_id="delete_calendar", union_id=OWNER, calendar_id=passing.output
    ).as_teardown(setups=passing)
    chain(passing, listed, delete)

    create_event = CreateEventOperator.partial(
        task_id="create_event",
        union_id=OWNER,
        start="{{ ds }}T09:00:00+08:00",
        end="{{ ds }}T10:00:00+08:00",
        time_zone="Asia/Shanghai",
    ).expand(summary=["Release", "Rehearsal"])
    release, rehearsal = (f"{{{{ ti.xcom_pull('create_event', map_indexes={index}) }}}}" for index in (0, 1))
    event = {"union_id": OWNER, "event_id": release}
    invite = AddAttendeesOperator(task_id="invite", **event, attendees=union_ids)
    take_back = RemoveAttendeesOperator(task_id="take_back", **event, attendees=["union-2"])
    change = UpdateEventOperator(task_id="change_event", **event, location="Tower 7")
    cancel = DeleteEventOperator(task_id="delete_event", union_id=OWNER, event_id=rehearsal)
    events = ListEventsOperator(task_id="list_events", union_id=OWNER, time_min="{{ ds }}T00:00:00+08:00")
    busy = GetFreeBusyOperator(
        task_id="busy",
        union_id=OWNER,
        user_ids=union_ids,
        start_time="{{ ds }}T00:00:00+08:00",
        end_time="{{ macros.ds_add(ds, 1) }}T00:00:00+08:00",
    )
    sync = SyncEventsOperator(
        task_id="sync_events",
        union_id="union-4",
        events=[{"key": "close", "summary": "Close {{ ds }}", "start": "{{ macros.ds_add(ds, 5) }}"}],
        window_start="{{ ds }}",
    )
    share = DingTalkApiOperator(
        task_id="share",
        operation="CreateAcls",
        path={"userId": OWNER, "calendarId": "primary"},
        body={
            "privilege": "reader",
            "scope": {"scopeType": "user", "userId": "{{ ti.xcom_pull('people', key='union_ids')[0] }}"},
            "sendMsg": False,
        },
    )
    gate = CalendarGateOperator(
        task_id="gate", union_id=OWNER, calendar_id="primary", deny=["freeze", "封网"]
    )
    chain(create_event, invite, take_back, change, cancel, gate, [events, busy, share, sync])
