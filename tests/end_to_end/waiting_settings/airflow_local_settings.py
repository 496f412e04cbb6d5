"""Airflow imports this module when it starts.

Each task is a fork of the scheduler, or of a Celery worker. What is imported here, no task imports again,
which saves a third of the CPU time.
"""

import importlib

PACKAGE = "airflow_provider_dingtalk_calendar"
for name in (
    "airflow.sdk.execution_time.task_runner",
    "airflow.sdk.execution_time.supervisor",
    "airflow.dag_processing.bundles.manager",
    "airflow.dag_processing.dagbag",
    "requests",
    f"{PACKAGE}.client.clients",
    f"{PACKAGE}.client.transport.sync",
    f"{PACKAGE}.hooks.clients",
    f"{PACKAGE}.hooks.dingtalk",
    f"{PACKAGE}.operators.subscribed_calendar",
    f"{PACKAGE}.sensors.calendar",
    f"{PACKAGE}.triggers.calendar",
):
    importlib.import_module(name)
