"""Tests on a complete, running Airflow."""
