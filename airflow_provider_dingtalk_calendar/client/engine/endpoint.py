"""Description of one API operation, as data. The same code makes every call and interprets its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar
from urllib.parse import quote, urlencode

T = TypeVar("T")


class Replay(Enum):
    """Whether a request may be sent again if it is unknown whether DingTalk has carried it out.

    A request that certainly was not sent, or was refused, may always be sent again.
    """

    #: The request changes nothing, so it is sent again.
    READ = "read"
    #: Sending the request twice has the same effect as sending it once, so it is sent again.
    REPEATABLE = "repeatable"
    #: The request is sent again with the same ``x-client-token``. DingTalk recognizes the token for one day.
    KEYED = "keyed"
    #: Sending the request twice has two effects, or is not documented to be harmless, so it is not sent
    #: again.
    ONCE = "once"


@dataclass(frozen=True)
class Endpoint(Generic[T]):
    """An API operation.

    :param operation: Official name of the operation.
    :param route: HTTP method and path with ``{parameters}``, such as ``GET /v1.0/calendar/plugins``.
    :param answer: Reads the result from a decoded answer; raises a ``ValueError`` that names the missing
        field.
    :param page: Slug of the operation's page under https://help.dingtalk.io/open/development/. None for an
        operation that the official SDK has and the public reference does not ("SDK only").
    :param permission: Permission that the app needs, as the developer console calls it.
    :param replay: Whether the request may be sent again when the outcome is unknown. Always READ for GET.
    :param may_be_empty: Whether a successful answer may have no body.
    :param advice: What to check after a final refusal whose error code has no advice of its own.
    :param query: Names of the query parameters. If ``nextToken`` is among them, the list has pages.
    :param body: Names of the fields in the JSON body.
    :param required: Names of required query parameters and body fields.
    :param client_token: Whether the operation takes the header ``x-client-token``.
    :param secret: Name of the answer's field that holds a secret; None if there is none.
    """

    operation: str
    route: str
    answer: Callable[[Mapping[str, Any]], T]
    page: str | None = None
    permission: str | None = None
    replay: Replay = Replay.ONCE
    may_be_empty: bool = False
    advice: str = ""
    query: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    client_token: bool = False
    secret: str | None = None

    def __post_init__(self) -> None:
        if self.method == "GET":
            object.__setattr__(self, "replay", Replay.READ)

    @property
    def method(self) -> str:
        """HTTP method."""
        return self.route.partition(" ")[0]

    @property
    def path(self) -> str:
        """Path with ``{parameters}``."""
        return self.route.partition(" ")[2]

    @property
    def legacy(self) -> bool:
        """Whether this is the legacy API: another host, token in the query, ``errcode`` in HTTP 200."""
        return self.path.startswith("/topapi/")

    @property
    def changes(self) -> bool:
        """Whether the operation changes anything at DingTalk."""
        return self.replay is not Replay.READ

    @property
    def path_parameters(self) -> tuple[str, ...]:
        """Names of the path parameters, in order."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))

    def url(self, base: str, parameters: Mapping[str, str], query: Mapping[str, Any] | None = None) -> str:
        """Return the URL, with every reserved character of a parameter percent-encoded.

        The alphabet of ids is not documented. The samples look like base64, whose alphabet contains ``/``.

        :param base: Base URL of the API.
        :param parameters: Path parameters by name.
        :param query: Query parameters by name.
        """
        encoded = {name: quote(value, safe="") for name, value in parameters.items()}
        url = base.rstrip("/") + self.path.format_map(encoded)
        if not query:
            return url
        texts = {
            name: str(value).lower() if isinstance(value, bool) else value for name, value in query.items()
        }
        return f"{url}?{urlencode(texts, quote_via=quote, safe='')}"
