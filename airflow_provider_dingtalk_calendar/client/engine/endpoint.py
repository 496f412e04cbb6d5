"""What tells one API operation from another, as data. How a call is made and judged is the same for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar
from urllib.parse import quote, urlencode

T = TypeVar("T")


class Replay(Enum):
    """When a request may be sent again.

    After it certainly was not sent, or certainly was refused, any may. What tells them apart is what may be
    done where nobody knows whether DingTalk has carried it out.
    """

    #: It changes nothing, so it is sent again.
    READ = "read"
    #: Doing it twice is the same as doing it once, so it is sent again.
    REPEATABLE = "repeatable"
    #: It is sent again with the same ``x-client-token``, by which DingTalk knows it, for one day.
    KEYED = "keyed"
    #: Doing it twice makes two, or is not documented to be harmless, so it is not sent again.
    ONCE = "once"


@dataclass(frozen=True)
class Endpoint(Generic[T]):
    """An API operation.

    :param operation: Its official name.
    :param method: HTTP method.
    :param path: Path with ``{parameters}``.
    :param page: Slug of its page under https://help.dingtalk.io/open/development/; None for an operation
        that the official SDK has and the public reference has not ("SDK only").
    :param answer: Reads what the operation promises out of a decoded answer; raises ``ValueError`` with the
        name of what is missing.
    :param permission: What the app must have been granted, as the developer console calls it.
    :param replay: When its request may be sent again.
    :param may_be_empty: Whether a good answer may have no body.
    :param advice: What to look at when the operation is refused for good, and the reason has no advice.
    :param query: Names of its query parameters; with ``nextToken`` among them, answers come page by page.
    :param body: Names of the fields of its JSON body.
    :param required: Those of either that have to be there.
    :param client_token: Whether it takes the header ``x-client-token``.
    :param legacy: Whether it belongs to the legacy API: other host, token in the query, failures as HTTP 200
        with ``errcode``.
    :param secret: Name of the field of its answer that is a secret, if there is one.
    """

    operation: str
    method: str
    path: str
    page: str | None
    answer: Callable[[Mapping[str, Any]], T]
    permission: str | None = None
    replay: Replay = Replay.ONCE
    may_be_empty: bool = False
    advice: str = ""
    query: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    client_token: bool = False
    legacy: bool = False
    secret: str | None = None

    @property
    def changes(self) -> bool:
        """Whether the operation changes anything."""
        return self.replay is not Replay.READ

    @property
    def path_parameters(self) -> tuple[str, ...]:
        """Names of the parameters in its path, in their order."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))

    def url(self, base: str, parameters: Mapping[str, str], query: Mapping[str, Any] | None = None) -> str:
        """Return the URL for these parameters, each percent-encoded with nothing left safe.

        The alphabet of the ids is not documented; the samples look like base64, where ``/`` is a digit.
        """
        encoded = {name: quote(value, safe="") for name, value in parameters.items()}
        url = base.rstrip("/") + self.path.format_map(encoded)
        if not query:
            return url
        texts = {name: _query_text(value) for name, value in query.items()}
        return f"{url}?{urlencode(texts, quote_via=quote, safe='')}"


def _query_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
