"""The options of the emulator: its limits, and its behaviour where DingTalk documents none.

``Options`` is the only list of the options. The arguments of ``DingTalkEmulator``, the pytest marker, the
command line, ``/_emulator/options`` and the table in the documentation follow from its fields.
"""

from __future__ import annotations

import functools
import html
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from .errors import FieldError
from .permissions import PERMISSIONS

Schema = Mapping[str, Any]

_COUNT: Schema = {"type": ["integer", "null"], "minimum": 0}
_SECONDS: Schema = {"type": "number", "minimum": 0, "maximum": 3600}
_NAMES: Schema = {
    "title": "official names of permissions",
    "type": "array",
    "items": {"enum": list(PERMISSIONS)},
}
_FLAG: Schema = {"type": "boolean"}


def _choice(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def _option(default: object, schema: Schema, text: str) -> Any:
    return field(default=default, metadata={"schema": schema, "text": text})


@dataclass
class Options:
    """How the emulator behaves. Every option can be changed at any time, and an impossible value is refused.

    The page "Test your own DAGs" lists the options. The default limits are those of an internal app in
    a standard organization.

    :raises FieldError: if a value is not allowed.
    """

    qps_limit: int | None = _option(
        20,
        _COUNT,
        "Calls to one API in any second (page how-to-process-api-throttling-on-the-dingtalk-server).",
    )
    monthly_quota: int | None = _option(
        5000,
        _COUNT,
        "Metered calls in a month. Calls for tokens and contacts are free (page call-frequency-limit).",
    )
    daily_event_limit: int | None = _option(
        100, _COUNT, "Events that a user may create in a day in China's time zone (page create-schedule)."
    )
    subscription_limit: int | None = _option(
        None, _COUNT, "Calendars that a user may subscribe to. DingTalk's limit is undocumented."
    )
    token_lifetime: int = _option(
        7200,
        {"type": "integer", "minimum": 1},
        "Lifetime of an access token in seconds (page obtain-the-access-token-of-an-internal-app).",
    )
    permissions: Collection[str] | None = _option(
        None, {**_NAMES, "type": ["array", "null"]}, "The permissions that the app was granted, none for all."
    )
    missing_permissions: Collection[str] = _option(
        (), _NAMES, "Permissions that the app lacks, even if `permissions` has them."
    )
    latency: float = _option(0, _SECONDS, "Seconds between carrying out a request and answering it.")
    list_lag: float = _option(
        0,
        _SECONDS,
        "Age in seconds at which ListCalendars, ListEvents and ListEventsView begin to show a calendar or an "
        "event. All other operations show it at once. Whether DingTalk's lists lag is undocumented.",
    )
    subscribed_events: str = _option(
        "writable",
        _choice("writable", "readable", "refused"),
        "What subscribed calendars allow with events: reading and writing, reading only, or nothing. "
        "Undocumented.",
    )
    subscribed_deleted: str = _option(
        "listed",
        _choice("listed", "hidden", "refused"),
        "What ListEvents does with `showDeleted` in subscribed calendars: it lists deleted events, leaves "
        "them out, or refuses the request. Undocumented.",
    )
    deleted_without_description: bool = _option(
        False, _FLAG, "Whether lists show deleted events without their description. Undocumented."
    )
    description_changes: Collection[str] = _option(
        (),
        {"type": "array", "items": {"enum": ["trim", "join", "escape"]}},
        "What DingTalk does to the descriptions that it answers with: it removes white space at the ends, "
        "joins the lines with spaces, or escapes HTML. Undocumented.",
    )
    organizer_attends: bool = _option(
        False, _FLAG, "Whether answers list the organizer among the attendees. Undocumented."
    )
    journal_size: int = _option(
        10_000, {"type": "integer", "minimum": 1}, "Requests that the journal keeps. It drops the oldest."
    )

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, checked(name, value))

    def change(self, changes: Mapping[str, object]) -> None:
        """Change all of the given options, or none if one change is not allowed.

        :param changes: the new values, by name.
        :raises FieldError: if an option does not exist or a value is not allowed.
        """
        for name, value in {name: checked(name, value) for name, value in changes.items()}.items():
            setattr(self, name, value)

    def as_json(self) -> dict[str, object]:
        """Return the options as JSON values, by name."""
        return asdict(self)

    def grants(self, permission: str) -> bool:
        """Return whether the app has a permission."""
        granted = PERMISSIONS if self.permissions is None else self.permissions
        return permission in granted and permission not in self.missing_permissions

    def lists(self, created_at: float, now: float) -> bool:
        """Return whether a calendar or an event is old enough for a list to show.

        :param created_at: the time of creation, in seconds since the epoch.
        :param now: the time of the list, in seconds since the epoch.
        """
        return not self.list_lag or created_at + self.list_lag <= now

    def described(self, text: str) -> str:
        """Return a description in the form in which answers show it."""
        if "trim" in self.description_changes:
            text = text.strip()
        if "join" in self.description_changes:
            text = " ".join(text.splitlines())
        return html.escape(text) if "escape" in self.description_changes else text


def checked(name: str, value: object) -> object:
    """Return the value of an option in the form in which it is stored.

    :raises FieldError: if the option does not exist or the value is not allowed.
    """
    if name not in SCHEMAS:
        raise FieldError(name, f"unknown; the options are {', '.join(SCHEMAS)}")
    if "items" in SCHEMAS[name] and isinstance(value, Iterable) and not isinstance(value, (str, Mapping)):
        value = list(value)
    is_no_number = isinstance(value, float) and not math.isfinite(value)
    if is_no_number or not _check(name)(value):
        raise FieldError(name, f"must be {allowed(SCHEMAS[name])}, not {value!r}")
    return tuple(value) if isinstance(value, list) else value


@functools.cache
def _check(name: str) -> Callable[[object], bool]:
    """Return a function that says whether an option may have a value."""
    import fastjsonschema  # not at the top, because listing the options must work without the extra

    validate: Callable[[object], object] = fastjsonschema.compile(dict(SCHEMAS[name]))

    def is_valid(value: object) -> bool:
        try:
            validate(value)
        except fastjsonschema.JsonSchemaValueException:
            return False
        return True

    return is_valid


def allowed(schema: Schema) -> str:
    """Describe the values that a schema allows."""
    if "items" in schema:
        words = f"a list out of {', '.join(schema['items']['enum'])}"
    elif "enum" in schema:
        words = f"one of {', '.join(schema['enum'])}"
    elif "maximum" in schema:
        words = f"a number of seconds from {schema['minimum']} to {schema['maximum']}"
    else:
        words = f"a whole number of at least {schema['minimum']}" if "minimum" in schema else "true or false"
    return f"{words}, or none" if "null" in schema["type"] else words


SCHEMAS: Mapping[str, Schema] = {one.name: one.metadata["schema"] for one in fields(Options)}
"""The JSON Schema of each option's value."""
