"""A request as it arrived, with properties that parse parts of the request."""

from __future__ import annotations

import ipaddress
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from ..core import legacy
from ..core.errors import OTHER_PARAMETER, ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class IncomingRequest:
    """A request as it arrived.

    :param method: HTTP method.
    :param target: the request target exactly as sent.
    :param headers: the headers, with names in lower case.
    :param raw_body: the bytes of the body.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    raw_body: bytes

    @cached_property
    def path(self) -> str:
        """The raw path, without the query, and without the scheme and host of an absolute target."""
        path = self.target.partition("?")[0]
        if not path.startswith("/"):
            path = "/" + path.partition("://")[2].partition("/")[2]
        return path

    @cached_property
    def is_legacy(self) -> bool:
        """Whether the request is for the legacy API."""
        return legacy.is_legacy(self.path)

    @cached_property
    def json(self) -> object:
        """The parsed JSON of the body, ``None`` if the body is not JSON."""
        try:
            return json.loads(self.raw_body)
        except (ValueError, RecursionError):
            return None

    @cached_property
    def fields(self) -> object:
        """The parsed JSON or the form fields, ``None`` if the body is neither JSON nor a form."""
        is_form = self.headers.get("content-type", "").lower().startswith(_FORM)
        if self.json is not None or not is_form:
            return self.json
        return dict(parse_qsl(self.raw_body.decode(errors="replace"), keep_blank_values=True))

    def foreign_header(self) -> str | None:
        """Return the header that names another machine than this one, ``None`` if there is no such header.

        A web page of another site can send requests to this machine, but it cannot choose these headers.
        """
        for header in ("host", "origin"):
            value = self.headers.get(header)
            if value is not None and not _is_of_this_machine(value):
                return f"foreign {header} {value!r}"
        return None

    def parameter(self, name: str) -> str | None:
        """Return a query parameter, ``None`` if the request does not have it.

        A ``+`` means a space, as in any form, so an offset such as ``+08:00`` must be percent-encoded.

        :raises ServiceError: if the parameter is given twice (undocumented).
        """
        values = [value for given, value in self._query if given == name]
        if len(values) > 1:
            raise ServiceError(OTHER_PARAMETER)
        return values[0] if values else None

    @cached_property
    def _query(self) -> list[tuple[str, str]]:
        return parse_qsl(self.target.partition("?")[2], keep_blank_values=True)


def _is_of_this_machine(value: str) -> bool:
    """Return whether the value of ``Host`` or ``Origin`` names this machine, with any port."""
    try:
        host = urlsplit(value if "://" in value else f"//{value}").hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
