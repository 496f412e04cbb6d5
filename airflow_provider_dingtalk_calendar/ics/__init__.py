"""Read the events of an iCalendar file (.ics, RFC 5545) as rows that ``sync_events`` takes.

This module needs the extra ``ics``: ``airflow-provider-dingtalk-calendar[ics]``. Its libraries are imported
when a file is read.
"""

from __future__ import annotations

import os
from datetime import date
from typing import IO, Any, TypeAlias

__all__ = ["Source", "events_from_ics"]

#: A path, iCalendar text, its bytes in UTF-8, or an open file.
Source: TypeAlias = os.PathLike[str] | str | bytes | IO[str] | IO[bytes]

_OF_THE_EXTRA = ("icalendar", "dateutil")


def events_from_ics(
    source: Source,
    *,
    since: date | str | None = None,
    until: date | str | None = None,
    expand: bool = False,
) -> list[dict[str, Any]]:
    """Return the events of an iCalendar file as rows for ``sync_events``. The values are of JSON's types.

    The key of a row is the event's UID, or a digest of a UID that cannot be a key. A series
    becomes one row with ``recurrence`` if DingTalk can express its rule. Any other series is expanded: each
    instance becomes a row, whose key is the UID and the instance's date. Cancelled events are left out.
    Nothing is fetched, and nothing is sent.

    https://help.dingtalk.io/open/development/create-schedule has the rules of DingTalk,
    https://www.rfc-editor.org/rfc/rfc5545 the format of the file.

    :param source: A :class:`~pathlib.Path`, the text or the bytes (UTF-8) of a file, or an open file. A
        string is always text, never a path or a URL.
    :param since: Instances that end at or before this time are left out when a series is expanded: a date, a
        datetime, or ISO 8601 for either. A date, or a naive time, is in the event's own zone.
    :param until: Instances that start at or after this time are left out when a series is expanded. Required
        to expand a series that has no end.
    :param expand: Whether to expand every series, also one whose rule DingTalk can express.
    :raises InvalidArgumentError: If the source is empty or incomplete, or if an event cannot be read or
        expressed. The message names the event and the field.
    :raises ModuleNotFoundError: If the extra ``ics`` is not installed.
    :raises OSError: If the file cannot be read.
    """
    try:
        from .rows import read_rows
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in _OF_THE_EXTRA:
            raise
        msg = f"events_from_ics needs {missing}: pip install 'airflow-provider-dingtalk-calendar[ics]'"
        raise ModuleNotFoundError(msg, name=error.name) from error
    return read_rows(source, since=since, until=until, expand=expand)
