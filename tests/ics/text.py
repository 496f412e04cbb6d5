"""iCalendar text for the tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from airflow_provider_dingtalk_calendar.client import Recurrence
from airflow_provider_dingtalk_calendar.client.resources.events.content import recurrence_to_wire
from airflow_provider_dingtalk_calendar.ics import events_from_ics

FILES = Path(__file__).parent / "files"


def event(*lines: str, uid: str | None = "e1", summary: str = "Title") -> str:
    """Return a VEVENT. If no line has DTSTART, the event is on 2026-01-05, a Monday."""
    start = [] if any(line.startswith("DTSTART") for line in lines) else ["DTSTART:20260105T010000Z"]
    head = [f"UID:{uid}"] if uid else []
    return "\r\n".join(["BEGIN:VEVENT", *head, f"SUMMARY:{summary}", *start, *lines, "END:VEVENT", ""])


def calendar(*events: str, head: str = "") -> str:
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{head}{''.join(events)}END:VCALENDAR\r\n"


def rows(*events: str, head: str = "", **options: Any) -> list[dict[str, Any]]:
    return events_from_ics(calendar(*events, head=head), **options)


def row(*lines: str, head: str = "", **options: Any) -> dict[str, Any]:
    """Return the only row of one event."""
    (found,) = rows(event(*lines), head=head, **options)
    return found


def starts(*lines: str, head: str = "", **options: Any) -> list[str]:
    return [found["start"] for found in rows(event(*lines), head=head, **options)]


def on_the_wire(found: dict[str, Any]) -> dict[str, Any]:
    """Return the recurrence of a row in the API's form."""
    return recurrence_to_wire(Recurrence(**found["recurrence"]), found.get("time_zone"))
