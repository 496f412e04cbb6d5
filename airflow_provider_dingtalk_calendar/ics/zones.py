"""The time zones of a calendar: from a TZID to a zone with a TZ database name, where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from icalendar.timezone.tzp import TZP
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from airflow_provider_dingtalk_calendar.client.wire.times import read_zone
from airflow_provider_dingtalk_calendar.client.wire.values import described
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

_HOUR = timedelta(hours=1)


class Zones:
    """The zones to which the times of one calendar refer.

    :param calendar: The calendar. Its VTIMEZONE components define names that the TZ database does not have.
    """

    def __init__(self, calendar: Any) -> None:
        self._defined = {str(zone.get("TZID", "")): zone for zone in calendar.walk("VTIMEZONE")}
        self._found: dict[str, tzinfo] = {}
        self._default = str(calendar.get("X-WR-TIMEZONE", "")).strip()

    @property
    def default(self) -> tzinfo | None:
        """The zone of times without one; None if the calendar names none."""
        return self.zone(self._default) if self._default else None

    def zone(self, tzid: str) -> tzinfo:
        """Return the zone of a TZID: a ZoneInfo, or a zone by the rules of the file.

        :raises InvalidArgumentError: If neither the TZ database, nor Windows, nor the file has this name.
        """
        if tzid not in self._found:
            self._found[tzid] = self._named(tzid) or self._by_rules(tzid)
        return self._found[tzid]

    def _named(self, tzid: str) -> ZoneInfo | None:
        for name in self._names(tzid):
            try:
                return read_zone("TZID", name)
            except InvalidArgumentError:
                continue
        return None

    def _names(self, tzid: str) -> Iterator[str]:
        """Return names that the TZ database might have, best first."""
        yield tzid
        if tzid in self._defined:
            yield str(self._defined[tzid].get("X-LIC-LOCATION", ""))
        # Such as /freeassociation.sourceforge.net/Europe/Berlin
        parts = tzid.strip("/").split("/")
        yield from ("/".join(parts[first:]) for first in range(len(parts)))
        yield WINDOWS_TO_OLSON.get(tzid, "")

    def _by_rules(self, tzid: str) -> tzinfo:
        rules: Any = self._defined.get(tzid)
        if rules is None:
            msg = (
                "TZID must be a TZ database name such as 'Asia/Shanghai', a Windows name, or the name of a "
                f"VTIMEZONE in the file, not {described(tzid)}"
            )
            raise InvalidArgumentError(msg)
        try:
            offsets = {one["TZOFFSETTO"].td for one in rules.subcomponents}
            hours, rest = divmod(next(iter(offsets)), _HOUR)
            if len(offsets) == 1 and not rest:
                # The sign of these names is the opposite of the offset's sign.
                return read_zone("TZID", f"Etc/GMT{-hours:+d}" if hours else "UTC")
            # Do not use icalendar's own zone of that name, which another file may have defined.
            made: tzinfo = rules.to_tz(TZP("zoneinfo"), lookup_tzid=False)
        except (ValueError, KeyError, AttributeError, StopIteration) as error:
            msg = f"the VTIMEZONE {described(tzid)} cannot be read: {error}"
            raise InvalidArgumentError(msg) from None
        return made
