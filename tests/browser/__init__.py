"""Tests for the DingTalk connection in Airflow's user interface, in a real browser."""
