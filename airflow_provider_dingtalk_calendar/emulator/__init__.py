"""A stand-in DingTalk server for tests and demonstrations.

The emulator shares no code with the client, so a mistake in one does not carry over to the other. The
emulator needs neither Airflow nor a network. Its dependencies come with
``airflow-provider-dingtalk-calendar[emulator]``.

Routes, operations and errors give the slug of their documentation page under
https://help.dingtalk.io/open/development/. Where the pages do not specify the behaviour and the emulator had
to choose, the code says "undocumented" or "not documented".

    with DingTalkEmulator() as emulator:
        emulator.order(Fault.drop().on("CreateSubscribedCalendar").after_effect())
        ...
        assert len(emulator.calendars) == 1

Names are imported on first use, because every pytest run imports this package to load the plugin.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .core.options import Options
    from .faults.fault import Fault
    from .journal import Journal, RecordedRequest
    from .server import DingTalkEmulator
    from .world.events import Attendee, Event
    from .world.organization import Calendar

__all__ = [
    "Attendee",
    "Calendar",
    "DingTalkEmulator",
    "Event",
    "Fault",
    "Journal",
    "Options",
    "RecordedRequest",
]

_MODULES = {
    "Attendee": "world.events",
    "Calendar": "world.organization",
    "DingTalkEmulator": "server",
    "Event": "world.events",
    "Fault": "faults.fault",
    "Journal": "journal",
    "Options": "core.options",
    "RecordedRequest": "journal",
}
_OF_THE_EXTRA = ("fastjsonschema", "jinja2", "werkzeug")


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = importlib.import_module(f"{__name__}.{_MODULES[name]}")
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in _OF_THE_EXTRA:
            raise
        raise ModuleNotFoundError(
            f"The emulator needs {missing}: pip install 'airflow-provider-dingtalk-calendar[emulator]'",
            name=error.name,
        ) from error
    return getattr(module, name)
