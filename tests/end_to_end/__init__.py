"""A real Airflow around the provider: the harness, the test that uses it, and the demo."""
