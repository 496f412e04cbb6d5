"""Parts of Airflow that have other names in other versions."""

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

#: Whether a task has a state store. It came in the same version as retry policies.
HAS_STATE_STORE = HAS_RETRY_POLICIES


def final(error: type[Exception]) -> type[Exception]:
    """Return what a task raises for a failure that a retry cannot mend."""
    return error if HAS_RETRY_POLICIES else AirflowFailException


def load_dag(path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Load the one DAG of a file, so that a run can find it, too."""
    try:
        from airflow.dag_processing import dagbag
    except ImportError:  # before 3.2
        from airflow.models import dagbag
    if AIRFLOW_V_3_0_PLUS:
        # A run needs its DAG in the database. Airflow puts the DAGs of this bundle there.
        bundle = {"name": path.parent.name, "classpath": BUNDLE, "kwargs": {"path": str(path.parent)}}
        monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST", json.dumps([bundle]))
    else:
        # Airflow 2's tables refer to those of its users. Its command line imports them, too.
        importlib.import_module("airflow.providers.fab.auth_manager.models")
    bag = dagbag.DagBag(str(path))
    assert bag.import_errors == {}
    if AIRFLOW_V_3_1_PLUS and not AIRFLOW_V_3_3_PLUS:
        # A run would use an older DAG of the same name from the database: apache/airflow#64884.
        manager = importlib.import_module("airflow.dag_processing.bundles.manager")
        manager.DagBundlesManager().sync_bundles_to_db()
        dagbag.sync_bag_to_db(bag, path.parent.name, None)
    (dag,) = bag.dags.values()
    return dag


def as_newer_ones_run() -> None:
    """Make ``DAG.test`` of Airflow 3.0 and 3.1 behave like that of 3.3.

    It makes one API per process instead of one per task, which takes a second. In 3.0 it also prints no debug
    messages of Airflow, which show secrets before they are masked; see docs/security.md.
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
    """Return the arguments of ``DAG.test`` with the names of this version."""
    if not AIRFLOW_V_3_0_PLUS:
        # The logical date was called execution date, and the run id came from it.
        arguments.pop("run_after", None)
        if "logical_date" in arguments:
            arguments["execution_date"] = arguments.pop("logical_date")
    return arguments
