"""Triggers that get tokens in the triggerer, where nothing may block the event loop."""

import pendulum
from airflow.sdk import DAG, BaseOperator

from tests.end_to_end.triggers import CountCalendars


class Count(BaseOperator):
    """Count calendars in the triggerer. The mapped tasks run several triggers at once."""

    def __init__(self, *, conn_id, **arguments):
        super().__init__(**arguments)
        self.conn_id = conn_id

    def execute(self, context):  # noqa: ARG002
        self.defer(trigger=CountCalendars(self.conn_id), method_name="counted")

    def counted(self, context, event):  # noqa: ARG002
        return event


with DAG("triggered", start_date=pendulum.datetime(2026, 1, 1, tz="UTC"), schedule=None):
    Count.partial(task_id="count").expand(conn_id=["internal", "suite", "user", "shared"])
