"""The connection as a person meets it: Airflow's user interface in a real browser."""
