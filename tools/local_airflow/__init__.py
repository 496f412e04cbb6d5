"""A whole Airflow on this machine, started and stopped by a program; the demo and the tests use it."""
