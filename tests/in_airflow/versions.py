"""Parts of Airflow whose names differ between versions."""

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

#: Whether tasks have a state store. Airflow 3.3 added the store and retry policies.
HAS_STATE_STORE = HAS_RETRY_POLICIES


def final(error: type[Exception]) -> type[Exception]:
    """Return the type of exception that a task raises for a failure that a retry cannot fix."""
    return error if HAS_RETRY_POLICIES else AirflowFailException


def load_dag(path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Load the only DAG of a file, and make sure that a run can find the DAG."""
    try:
        from airflow.dag_processing import dagbag
    except ImportError:  # before 3.2
        from airflow.models import dagbag
    if AIRFLOW_V_3_0_PLUS:
        # A run needs its DAG in the database. Airflow writes the DAGs of this bundle to the database.
        bundle = {"name": path.parent.name, "classpath": BUNDLE, "kwargs": {"path": str(path.parent)}}
        monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST", json.dumps([bundle]))
    else:
        # Some tables of Airflow 2 refer to the user tables. Import the user models, as Airflow's CLI does.
        importlib.import_module("airflow.providers.fab.auth_manager.models")
    bag = dagbag.DagBag(str(path))
    assert bag.import_errors == {}
    if AIRFLOW_V_3_1_PLUS and not AIRFLOW_V_3_3_PLUS:
        # Otherwise a run would use an older DAG of the same name from the database: apache/airflow#64884.
        manager = importlib.import_module("airflow.dag_processing.bundles.manager")
        manager.DagBundlesManager().sync_bundles_to_db()
        dagbag.sync_bag_to_db(bag, path.parent.name, None)
    (dag,) = bag.dags.values()
    return dag


def as_newer_ones_run() -> None:
    """Make ``DAG.test`` of Airflow 3.0 and 3.1 behave as in 3.3.

    ``DAG.test`` then creates one API per process. One API per task would take a second for each task. In 3.0,
    Airflow's debug messages are switched off too, because they show secrets before masking. See
    docs/security.md.
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
    """Return the arguments of ``DAG.test`` with the names that the installed version uses."""
    if not AIRFLOW_V_3_0_PLUS:
        # In Airflow 2, the logical date is called execution date, and the run id depends on it.
        arguments.pop("run_after", None)
        if "logical_date" in arguments:
            arguments["execution_date"] = arguments.pop("logical_date")
    return arguments
