"""The contracts of all operations."""

from __future__ import annotations

from airflow_provider_dingtalk_calendar.emulator.calendar_contracts import CALENDAR_CONTRACTS
from airflow_provider_dingtalk_calendar.emulator.directory_contracts import DIRECTORY_CONTRACTS
from airflow_provider_dingtalk_calendar.emulator.event_contracts import EVENT_CONTRACTS
from airflow_provider_dingtalk_calendar.emulator.recorded_contracts import RECORDED_CHECKS

CONTRACTS = {
    **CALENDAR_CONTRACTS,
    **EVENT_CONTRACTS,
    **DIRECTORY_CONTRACTS,
    **{operation: check.contract for operation, check in RECORDED_CHECKS.items()},
}
