"""What the tests need of Airflow, whatever its version calls it."""

from __future__ import annotations

import functools
import importlib
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from airflow.providers.common.compat.sdk import AirflowFailException
from airflow.providers.common.compat.version_compat import (
    AIRFLOW_V_3_0_PLUS,
    AIRFLOW_V_3_1_PLUS,
    AIRFLOW_V_3_3_PLUS,
)

from airflow_provider_dingtalk_calendar.support.retries import HAS_RETRY_POLICIES

try:
    from airflow.serialization.serialized_objects import DagSerialization
except ImportError:  # before 3.2
    from airflow.serialization.serialized_objects import SerializedDAG as DagSerialization

BUNDLE = "airflow.dag_processing.bundles.local.LocalDagBundle"

__all__ = [
    "HAS_RETRY_POLICIES",
    "HAS_STATE_STORE",
    "DagSerialization",
    "as_newer_ones_run",
    "final",
    "load_dag",
    "run_arguments",
]

#: Whether a task has a memory that outlives its tries; it came with the retry policies.
HAS_STATE_STORE = HAS_RETRY_POLICIES


def final(error: type[Exception]) -> type[Exception]:
    """Return what a task raises for a failure that no other try mends."""
    return error if HAS_RETRY_POLICIES else AirflowFailException


def load_dag(path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the one DAG of a file, from where a run of it finds it too."""
    try:
        from airflow.dag_processing import dagbag
    except ImportError:  # before 3.2
        from airflow.models import dagbag
    if AIRFLOW_V_3_0_PLUS:
        # A run needs its DAG in the database, and Airflow writes there what is in this folder.
        bundle = {"name": path.parent.name, "classpath": BUNDLE, "kwargs": {"path": str(path.parent)}}
        monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST", json.dumps([bundle]))
    else:
        # As the command line does: tables of Airflow 2 refer to those of its users.
        importlib.import_module("airflow.providers.fab.auth_manager.models")
    bag = dagbag.DagBag(str(path))
    assert bag.import_errors == {}
    if AIRFLOW_V_3_1_PLUS and not AIRFLOW_V_3_3_PLUS:
        # A run of a DAG whose name is in the database would be one of what is there: apache/airflow#64884.
        manager = importlib.import_module("airflow.dag_processing.bundles.manager")
        manager.DagBundlesManager().sync_bundles_to_db()
        dagbag.sync_bag_to_db(bag, path.parent.name, None)
    (dag,) = bag.dags.values()
    return dag


def as_newer_ones_run() -> None:
    """Have ``DAG.test`` of Airflow 3.0 and 3.1 do two things as that of 3.3 does.

    It makes one API for the process, and not one for each task, which takes a second. And in 3.0 it prints no
    debug messages of Airflow's own: they show what a task wants masked, see docs/security.md.
    """
    if not AIRFLOW_V_3_0_PLUS:
        return
    if not AIRFLOW_V_3_1_PLUS:
        structlog = importlib.import_module("structlog")
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    supervisor = importlib.import_module("airflow.sdk.execution_time.supervisor")
    if not hasattr(supervisor.in_process_api_server, "cache_info"):
        supervisor.in_process_api_server = functools.cache(supervisor.in_process_api_server)


def run_arguments(**arguments: Any) -> dict[str, Any]:
    """Return the arguments of ``DAG.test`` as this version takes them."""
    if not AIRFLOW_V_3_0_PLUS:
        # The logical date was the execution date, and a run's id was made of it.
        arguments.pop("run_after", None)
        if "logical_date" in arguments:
            arguments["execution_date"] = arguments.pop("logical_date")
    return arguments
