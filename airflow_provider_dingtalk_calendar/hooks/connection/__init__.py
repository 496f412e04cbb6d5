"""Client settings from an Airflow connection, and the connection's form and test."""
