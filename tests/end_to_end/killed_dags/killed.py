"""Tasks that are killed on their first try, and tasks that find invalid data in their state store."""

import os
from dataclasses import replace
from datetime import timedelta

import pendulum
from airflow.sdk import DAG

from airflow_provider_dingtalk_calendar.client.resources.calendars import definition_to_wire
from airflow_provider_dingtalk_calendar.client.workflows.ensure_calendar.memo import Memo
from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook
from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import (
    STATE_KEY,
    CreateSubscribedCalendarOperator,
)
from tests.end_to_end.killing import CASES, OWNER, RUBBISH, WITH_WORKER, Killings

SCOPE = {"corp_ids": ["dingcorp"]}
ARGUMENTS = {
    "start_date": pendulum.datetime(2026, 1, 1, tz="UTC"),
    "schedule": None,
    "max_active_tasks": 100,
    "default_args": {
        "union_id": OWNER,
        "subscribe_scope": SCOPE,
        "retries": 2,
        "retry_delay": timedelta(seconds=1),
    },
}


class FatalStore:
    """A task state store that kills its task just before or after the task writes its intent or the id."""

    def __init__(self, store, point, die):
        self.get = store.get
        self._set = store.set
        self._point = point
        self._die = die

    def set(self, key, value):
        what = "intent" if value["calendar_id"] is None else "id"
        if self._point == f"before_{what}":
            self._die()
        self._set(key, value)
        if self._point == f"after_{what}":
            self._die()


class Killed(CreateSubscribedCalendarOperator):
    """A task that is killed on its first try."""

    def __init__(self, *, point, takes_its_worker=False, **arguments):
        super().__init__(**arguments)
        self.point = point
        self.takes_its_worker = takes_its_worker

    def call(self, context):
        if context["ti"].try_number == 1:
            store = FatalStore(context["task_state_store"], self.point, self.die)
            context = {**context, "task_state_store": store}
            if self.point == "after_effect":
                # Kill the worker first. Otherwise the worker would report the end of its task to Airflow.
                worker = [os.getppid()] if self.takes_its_worker else []
                Killings.of_this_airflow().offer(self.name, *worker, os.getpid())
        return super().call(context)

    def post_execute(self, context, result=None):  # noqa: ARG002
        if context["ti"].try_number == 1 and self.point == "before_xcom":
            self.die()

    def die(self):
        Killings.of_this_airflow().kill(self.name, os.getpid())


class Confused(CreateSubscribedCalendarOperator):
    """A task that finds invalid data in its state store."""

    def __init__(self, *, rubbish, **arguments):
        super().__init__(**arguments)
        self.rubbish = rubbish

    def call(self, context):
        if context["ti"].try_number == 1:
            rubbish = self.make(context["dag_run"].conf[self.name])[self.rubbish]
            context["task_state_store"].set(STATE_KEY, rubbish)
        return super().call(context)

    def make(self, another):
        """Return invalid data of every kind. A task that trusts the data returns the existing calendar."""
        with DingTalkHook().get_conn() as client:
            host = client.settings.api_url
        body = definition_to_wire(name=self.name, description=None, managers=None, subscribe_scope=SCOPE)
        record = Memo.of(host, OWNER, body)
        record_of_another = Memo.of(host, OWNER, body | {"name": "another"})
        return {
            "text": another,
            "list": [replace(record, calendar_id=another).to_json()],
            "bare_version": {"version": 99},
            "newer_record": replace(record, calendar_id=another).to_json() | {"version": 99},
            "record_of_another": replace(record_of_another, calendar_id=another).to_json(),
            "open_record_of_another": replace(record_of_another, sent_at=1.0, others=frozenset()).to_json(),
        }


with DAG("killed", **ARGUMENTS):
    for task_id, (if_exists, point) in CASES.items():
        Killed(task_id=task_id, name=task_id, if_exists=if_exists, point=point)

with DAG("killed_with_worker", **ARGUMENTS):
    Killed(
        task_id=WITH_WORKER,
        name=WITH_WORKER,
        if_exists="create",
        point="after_effect",
        takes_its_worker=True,
        # This task starts first, because the wait for the missing heartbeat takes longest.
        priority_weight=100,
    )

with DAG("confused", **ARGUMENTS):
    for kind in RUBBISH:
        Confused(task_id=kind, name=kind, if_exists="create", rubbish=kind)
