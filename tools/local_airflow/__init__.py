"""A whole Airflow on this machine, started and stopped by a program. The demo and the tests use it."""
