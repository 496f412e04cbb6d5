"""From an Airflow connection to the settings of a client; also the connection's form and test."""
