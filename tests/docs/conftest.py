"""Fixtures that run DAGs. The operator tests use the same fixtures."""

from tests.in_airflow.fixtures import _no_proxy_of_the_machine, airflow_database, connection, run_dag

__all__ = ["_no_proxy_of_the_machine", "airflow_database", "connection", "run_dag"]
