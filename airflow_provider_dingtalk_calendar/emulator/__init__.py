"""A stand-in DingTalk server for tests and demonstrations.

It shares no code with the client, so that the two cannot share one misreading of the documentation, and
needs neither Airflow nor a network; ``airflow-provider-dingtalk-calendar[emulator]`` installs what it needs.
Every route and error names the page it is from, as a slug under https://help.dingtalk.io/open/development/;
what DingTalk does not document is called undocumented where the emulator had to choose.

    with DingTalkEmulator() as emulator:
        emulator.order(Fault.drop().on("CreateSubscribedCalendar").after_effect())
        ...
        assert len(emulator.calendars) == 1

Names are imported when they are first used: pytest imports this package in every run, for its plugin.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.emulator.events import Attendee, Event
    from airflow_provider_dingtalk_calendar.emulator.faults import Fault
    from airflow_provider_dingtalk_calendar.emulator.journal import Journal, RecordedRequest
    from airflow_provider_dingtalk_calendar.emulator.server import DingTalkEmulator
    from airflow_provider_dingtalk_calendar.emulator.state import Calendar

__all__ = ["Attendee", "Calendar", "DingTalkEmulator", "Event", "Fault", "Journal", "RecordedRequest"]

_MODULES = {
    "Attendee": "events",
    "Calendar": "state",
    "DingTalkEmulator": "server",
    "Event": "events",
    "Fault": "faults",
    "Journal": "journal",
    "RecordedRequest": "journal",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = importlib.import_module(f"{__name__}.{_MODULES[name]}")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "werkzeug":
            raise
        raise ModuleNotFoundError(
            "The emulator needs werkzeug: pip install 'airflow-provider-dingtalk-calendar[emulator]'",
            name=error.name,
        ) from error
    return getattr(module, name)
