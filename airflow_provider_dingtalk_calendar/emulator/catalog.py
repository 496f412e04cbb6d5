"""The list of all operations, and the function that finds the operation for a request.

To add an operation, edit the file for its subject in ``api``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .api import calendars, directory, groups, samples, sharing, tokens
from .api.events import attendees, free_busy, lists, single

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .api.route import Route

ROUTES: tuple[Route, ...] = (
    *tokens.ROUTES,
    *calendars.ROUTES,
    *single.ROUTES,
    *lists.ROUTES,
    *attendees.ROUTES,
    *free_busy.ROUTES,
    *sharing.ROUTES,
    *directory.ROUTES,
    *groups.ROUTES,
    *samples.ROUTES,
)

OPERATIONS = tuple(route.operation for route in ROUTES)
"""The official names of all operations."""


def find_route(method: str, path: str) -> tuple[Route, Mapping[str, str]] | None:
    """Return the operation that a request calls, and the path parameters. ``None`` if no operation matches.

    The path is split before it is decoded, so a ``%2F`` inside an id stays in its segment.

    :param path: the raw path.
    """
    segments = path.split("/")
    for route in ROUTES:
        if route.method == method:
            parameters = route.match(segments)
            if parameters is not None:
                return route, parameters
    return None
