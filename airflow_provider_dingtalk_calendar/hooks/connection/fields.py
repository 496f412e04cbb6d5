"""The fields of an Airflow connection.

Empty fields are ignored, because an untouched form saves them. A wrong or misspelled field raises one error
that names the connection, the field and what is allowed. The error repeats the value only if it cannot be a
secret.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any, NoReturn

from airflow_provider_dingtalk_calendar.exceptions import ConfigurationError
from airflow_provider_dingtalk_calendar.provider_info import CONNECTION_FIELDS

#: Strings that Airflow shows instead of a secret: one in all versions, one only in the form of Airflow 2.
MASKED = ("***", "RATHER_LONG_SENSITIVE_FIELD_PLACEHOLDER")

#: On Airflow 2, the *Test* button sends each extra field twice: with and without this prefix.
FORM_PREFIX = "extra__dingtalk__"

#: Former names of extra fields, which are still read.
OLD_NAMES = {"token_cache": "cache"}

#: Maximum length of a value that an error repeats. A longer value could be a secret in the wrong field.
LONGEST_SHOWN = 24


class Fields:
    """The fields of one connection.

    :param connection: An Airflow connection.
    :raises ConfigurationError: If the connection has another type, or its extra is not a JSON object.
    """

    def __init__(self, connection: Any) -> None:
        self.conn_id = connection.conn_id
        self.standard = connection
        if connection.conn_type != "dingtalk":
            # The secret of this connection belongs to another service and must not be sent to DingTalk.
            self.refuse("conn_type", f"must be dingtalk, not {self.shown(connection.conn_type or '')}")
        # extra_dejson reads broken JSON as empty, and its masking can block an event loop.
        try:
            extra = json.loads(connection.extra or "{}")
        except (ValueError, RecursionError):
            extra = None
        if not isinstance(extra, Mapping):
            self.refuse("extra", "must be a JSON object")
        names = sorted(extra, key=lambda name: not name.startswith(FORM_PREFIX))
        self.extra: Mapping[str, Any] = {name.removeprefix(FORM_PREFIX): extra[name] for name in names}

    def refuse(self, field_name: str, why: str) -> NoReturn:
        """Raise the error for a field."""
        msg = f"connection {self.conn_id!r}: {field_name} {why}"
        raise ConfigurationError(msg)

    def shown(self, value: object) -> str:
        """Return the value as errors may show it: only the type if the value is long or equals the secret."""
        plain = isinstance(value, str | int | float)
        secret = getattr(self.standard, "password", None)
        if not plain or len(str(value)) > LONGEST_SHOWN or (secret and str(value) == secret):
            return f"this value of type {type(value).__name__}"
        return repr(value)

    def only(self, names: Collection[str]) -> None:
        """Refuse extra fields with other names, which are misspelled or would have no effect."""
        for name, value in self.extra.items():
            if name not in {*names, *OLD_NAMES} and value is not None and value != "":
                self.refuse(f"extra field {self.shown(name)}", f"is unknown; known are {', '.join(names)}")

    def empty(self, field_name: str, why: str) -> None:
        """Refuse a standard field that is set."""
        if getattr(self.standard, field_name):
            self.refuse(field_name, f"must be empty{why}")

    def required(self, field_name: str, label: str) -> str:
        """Return a standard field, such as the login, or raise an error if it is empty."""
        value = (getattr(self.standard, field_name) or "").strip()
        shown = f"{field_name} ({label})"
        if not value:
            self.refuse(shown, "is missing")
        return self._unmasked(shown, str(value))

    def text(self, field_name: str) -> str | None:
        """Return an extra field that is a string, stripped of white space, or None if it is not set."""
        value = self.extra.get(field_name)
        if value is None:
            return None
        if not isinstance(value, str):
            self.refuse(field_name, f"must be a string, not of type {type(value).__name__}")
        return self._unmasked(field_name, value.strip()) or None

    def choice(self, field_name: str, default: str) -> str:
        """Return an extra field that is one of a few values, or the default if it is not set."""
        allowed = CONNECTION_FIELDS[OLD_NAMES.get(field_name, field_name)]["schema"]["enum"]
        value = self.extra.get(field_name)
        if value is None or value == "":
            return default
        if value not in allowed:
            self.refuse(field_name, f"must be one of {', '.join(allowed)}, not {self.shown(value)}")
        return str(value)

    def number(self, field_name: str, what: str = "a number of seconds") -> float | None:
        """Return an extra field that is a number, or None if it is not set."""
        given = self.extra.get(field_name)
        if given is None or given == "":
            return None
        limits = CONNECTION_FIELDS[field_name]["schema"]
        low, high = limits["minimum"], limits["maximum"]
        try:
            value = float(given)
        except (TypeError, ValueError, OverflowError):
            value = float("nan")
        if isinstance(given, bool) or not low <= value <= high:
            self.refuse(field_name, f"must be {what} from {low:g} to {high:g}, not {self.shown(given)}")
        return value

    def _unmasked(self, field_name: str, value: str) -> str:
        if value in MASKED:
            self.refuse(field_name, f"is {value}, which Airflow shows instead of a secret; enter it again")
        return value
