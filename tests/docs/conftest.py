"""Fixtures that run DAGs, shared with the tests of the operators."""

from tests.in_airflow.fixtures import _no_proxy_of_the_machine, airflow_database, connection, run_dag

__all__ = ["_no_proxy_of_the_machine", "airflow_database", "connection", "run_dag"]
