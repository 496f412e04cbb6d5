"""From the fields of an Airflow connection to the settings of a client, and the form that shows them."""
