"""The API's lists of events, and the choice of one that a calendar supports."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Literal, TypeAlias

from airflow_provider_dingtalk_calendar.exceptions import (
    ApiError,
    DingTalkError,
    InvalidParameterError,
    NotFoundError,
    PermissionDeniedError,
)

from ...engine.effects import Flow
from ...engine.error_codes import is_gone
from ...engine.paging import all_items
from ...resources.events.lists import EVENTS_A_PAGE, EventListOperations
from ...resources.events.records import Event
from ...wire.values import PRIMARY

#: Lists, best first: with deleted events, without them, and the view, which has instances only.
Kind: TypeAlias = Literal["with deleted", "without deleted", "view"]

KINDS: tuple[Kind, ...] = ("with deleted", "without deleted", "view")

ONLY_PRIMARY = (
    "DingTalk documents events in the calendar 'primary' only, and this calendar is another; "
    "calendar_id='primary' works"
)


@dataclass
class Lists:
    """Reads the events of one calendar.

    :param client: The operations of a client.
    :param union_id: unionId of the user.
    :param calendar_id: Calendar of the events.
    :param kind: The list that this calendar supports. :meth:`first` sets it.
    """

    client: EventListOperations
    union_id: str
    calendar_id: str
    kind: Kind = field(default="with deleted", init=False)

    def first(self, period: tuple[datetime, datetime]) -> Flow[list[Event]]:
        """Return the events of a period, from the best list that the calendar supports.

        :raises DingTalkError: If DingTalk refuses every list, or does not answer.
        """
        refusal: DingTalkError | None = None
        for kind in KINDS:
            self.kind = kind
            try:
                events = yield from self.read(period)
            except DingTalkError as error:
                if not is_refused(error):
                    raise
                refusal = refusal or error
                continue
            if not events and kind == "with deleted":
                # Whether every calendar supports this list is undocumented. An empty list proves nothing.
                seen = yield from self._view(period)
                if seen:
                    self.kind = "view"
                    return seen
            return events
        assert refusal is not None  # noqa: S101  every list was refused
        self.explain(refusal)
        raise refusal

    def read(self, period: tuple[datetime, datetime]) -> Flow[list[Event]]:
        """Return the events of a period from the list that this calendar supports."""
        if self.kind == "view":
            return self.view(period)
        with_deleted = True if self.kind == "with deleted" else None
        return self._all(EventListOperations.list_events, period, show_deleted=with_deleted)

    def view(self, period: tuple[datetime, datetime]) -> Flow[list[Event]]:
        """Return the events that overlap a period, with the instances of series."""
        return self._all(EventListOperations.list_events_view, period)

    def _all(self, lists: Any, period: tuple[datetime, datetime], **more: Any) -> Flow[list[Event]]:
        """Return the events of a period from all pages.

        :param lists: The operation that returns one page.
        :param more: More arguments of the operation.
        """
        first, last = period
        page = partial(
            lists.flow,
            self.client,
            self.union_id,
            self.calendar_id,
            time_min=first,
            time_max=last,
            max_results=EVENTS_A_PAGE,
            max_attendees=1,
            **more,
        )
        return all_items(lambda token: page(next_token=token))

    def _view(self, period: tuple[datetime, datetime]) -> Flow[list[Event]]:
        """Return the events that the view shows, or none if the calendar does not support the view."""
        try:
            return (yield from self.view(period))
        except DingTalkError as error:
            if not is_refused(error):
                raise
            return []

    def explain(self, error: DingTalkError) -> None:
        """Say in the error about a refused calendar that DingTalk documents only the primary one."""
        if self.calendar_id != PRIMARY and is_refused(error):
            error.args = (f"{error.args[0]}; {ONLY_PRIMARY}",)


def is_refused(error: DingTalkError) -> bool:
    """Return whether DingTalk refuses this operation for the calendar, so another operation might work."""
    if isinstance(error, NotFoundError):
        return is_gone(error)
    return isinstance(error, InvalidParameterError) or type(error) in {ApiError, PermissionDeniedError}
