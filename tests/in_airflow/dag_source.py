"""Build the source text of DAG files for tests."""

from __future__ import annotations

import textwrap

_HEAD = """
import pendulum
from airflow.providers.common.compat.sdk import DAG, task
from airflow_provider_dingtalk_calendar.operators.api import *
from airflow_provider_dingtalk_calendar.operators.attendees import *
from airflow_provider_dingtalk_calendar.operators.calendars import *
from airflow_provider_dingtalk_calendar.operators.directory import *
from airflow_provider_dingtalk_calendar.operators.events import *
from airflow_provider_dingtalk_calendar.operators.gate import *
from airflow_provider_dingtalk_calendar.operators.schedules import *
from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import *

RETRIED = {"retries": 2, "retry_delay": pendulum.duration(seconds=0)}
NINE = "2026-05-06T09:00:00+08:00"
TEN = "2026-05-06T10:00:00+08:00"
with DAG("a_dag", schedule=None, start_date=pendulum.datetime(2026, 1, 1, tz="UTC"), params=%r):
"""


def dag(*bodies: str, **params: object) -> str:
    """Return the source text of a DAG file.

    :param bodies: Parts of the body of ``with DAG(...)``, each with its own indentation. The parts can use
        every operator, ``task``, ``pendulum``, and ``RETRIED`` for a task with two retries and no delay.
    :param params: Params of the DAG.
    """
    return _HEAD % params + "".join(textwrap.indent(textwrap.dedent(body), "    ") for body in bodies)
