"""The hook, and how it reads Airflow connections, masks secrets and keeps tokens in Variables."""
