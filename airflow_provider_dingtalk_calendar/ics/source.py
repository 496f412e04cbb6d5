"""The calendars in a source. A source that is not whole is rejected.

If the end of a file were missing, a sync would delete the events of that part. icalendar drops a
component that does not end, so the components are counted.
"""

from __future__ import annotations

import os
import re
import warnings
from pathlib import Path
from typing import Any

import icalendar

from airflow_provider_dingtalk_calendar.client.wire.values import described
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

#: Maximum length, in characters, of text of the source that an error quotes.
MAX_SHOWN = 200

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
#: A line break within a line. It can come between the bytes of a character.
_FOLD = re.compile(rb"\r?\n[ \t]")
_LINE = re.compile(r"^(BEGIN|END):(VCALENDAR|VEVENT)[ \t\r]*$", re.IGNORECASE | re.MULTILINE)


def read_calendars(source: object) -> list[Any]:
    """Return the calendars of a source; there is at least one.

    :param source: A path, text, bytes, or an open file.
    :raises InvalidArgumentError: If the source is no iCalendar text, or is incomplete.
    :raises OSError: If the file cannot be read.
    """
    text = _text(source)
    lines = [(mark.upper(), name.upper()) for mark, name in _LINE.findall(text)]
    begun, ended = (sorted(name for mark, name in lines if mark == wanted) for wanted in ("BEGIN", "END"))
    if "VCALENDAR" not in begun:
        msg = (
            f"source must have iCalendar text, which begins with BEGIN:VCALENDAR, not {described(text)}; "
            "for the path of a file, give a pathlib.Path; a URL is not fetched"
        )
        raise InvalidArgumentError(msg)
    try:
        with warnings.catch_warnings():
            # icalendar guesses zones, too, but its guesses are not used.
            warnings.filterwarnings("ignore", message=".* is a globally unique TZID")
            found = icalendar.Calendar.from_ical(text, multiple=True)
    except (ValueError, LookupError, AttributeError, TypeError) as error:
        raise InvalidArgumentError(f"source cannot be read: {str(error)[:MAX_SHOWN]}") from None
    calendars = list(found) if isinstance(found, list) else [found]
    whole = sorted(str(one.name) for calendar in calendars for one in calendar.walk() if one.name in begun)
    if not begun == ended == whole or any(calendar.name != "VCALENDAR" for calendar in calendars):
        msg = "source is incomplete: every BEGIN:VCALENDAR and BEGIN:VEVENT must have its END"
        raise InvalidArgumentError(msg)
    return calendars


def _text(source: object) -> str:
    if isinstance(source, os.PathLike):
        source = Path(source).read_bytes()
    elif hasattr(source, "read"):
        source = source.read()
    if isinstance(source, bytes | bytearray):
        lines = _FOLD.sub(b"", source)
        try:
            source = lines.decode("utf-8")
        except UnicodeDecodeError as error:
            line = lines[: error.end].rpartition(b"\n")[2]
            msg = f"source must be UTF-8, but it is not at the end of {line[-MAX_SHOWN:]!r}"
            raise InvalidArgumentError(msg) from None
    if not isinstance(source, str):
        msg = f"source must be a path, text, bytes or an open file, not {described(source)}"
        raise InvalidArgumentError(msg)
    return source.removeprefix(_BOM)
