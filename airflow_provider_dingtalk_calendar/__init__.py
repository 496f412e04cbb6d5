"""Apache Airflow provider for DingTalk calendars.

Importing this package imports nothing else: Airflow parses DAG files over and over, and the emulator
must be usable without Airflow.
"""

__version__ = "0.1.0"
