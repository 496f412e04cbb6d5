"""Apache Airflow provider for DingTalk calendars.

Importing this package imports nothing else, because Airflow parses DAG files again and again, and because the
emulator works without Airflow.
"""

__version__ = "0.2.0"
