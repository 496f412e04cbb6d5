"""Typed records of the API, to and from the wire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from airflow_provider_dingtalk_calendar.client.checks import check_text, check_texts
from airflow_provider_dingtalk_calendar.client.records import Record
from airflow_provider_dingtalk_calendar.client.scope import (
    MAX_DESCRIPTION,
    MAX_NAME,
    SCOPE_FIELDS,
    check_scope,
)


@dataclass(frozen=True)
class SubscribeScope(Record):
    """Who may subscribe to a calendar.

    https://help.dingtalk.io/open/development/create-subscription-calendar

    :param union_ids: unionIds of users.
    :param open_conversation_ids: openConversationIds of groups.
    :param corp_ids: corpIds of organizations.
    """

    union_ids: tuple[str, ...] = ()
    open_conversation_ids: tuple[str, ...] = ()
    corp_ids: tuple[str, ...] = ()

    @classmethod
    def of(cls, value: object) -> SubscribeScope:
        """Return the scope, made of a mapping whose keys have either spelling, or given as it is.

        :raises InvalidArgumentError: As :func:`.scope.check_scope`.
        """
        if isinstance(value, SubscribeScope):
            value = {name: getattr(value, name) for name in SCOPE_FIELDS}
        ids: dict[str, Any] = check_scope(value)
        return cls(**ids)

    def to_wire(self) -> dict[str, list[str]]:
        """Return the API's form, without the fields that are empty."""
        return {name: ids for name, ids in super().to_wire().items() if ids}


ScopeLike: TypeAlias = SubscribeScope | Mapping[str, Any]


def definition_to_wire(
    *,
    name: str | None,
    description: str | None,
    managers: Sequence[str] | None,
    subscribe_scope: ScopeLike | None,
    partial: bool = False,
) -> dict[str, Any]:
    """Return the body that creates or updates a subscribed calendar.

    :param name: At most 128 characters, not blank.
    :param description: At most 1024 characters.
    :param managers: unionIds of the co-editors.
    :param subscribe_scope: Who may subscribe.
    :param partial: Whether what is None stays as it is (update) or is missing (create).
    :raises InvalidArgumentError: If the documentation rules a value out.
    """
    body: dict[str, Any] = {}
    if name is not None or not partial:
        check_text("name", name, limit=MAX_NAME)
        body["name"] = name
    if description is not None:
        check_text("description", description, limit=MAX_DESCRIPTION, required=False)
        body["description"] = description
    if managers is not None:
        body["managers"] = check_texts("managers", managers)
    if subscribe_scope is not None or not partial:
        body["subscribeScope"] = SubscribeScope.of(subscribe_scope).to_wire()
    return body


@dataclass(frozen=True)
class SubscribedCalendar(Record):
    """A subscribed calendar as its author and its co-editors see it.

    https://help.dingtalk.io/open/development/query-a-single-subscription-calendar

    :param calendar_id: Its id.
    :param name: Its name.
    :param description: Its description; empty if it has none.
    :param author: Its creator.
    :param managers: unionIds of the co-editors.
    :param subscribe_scope: Who may subscribe.
    """

    calendar_id: str
    name: str | None = None
    description: str | None = None
    author: str | None = None
    managers: tuple[str, ...] = ()
    subscribe_scope: SubscribeScope = field(default_factory=SubscribeScope)


@dataclass(frozen=True)
class Calendar(Record):
    """A calendar in a user's list.

    https://help.dingtalk.io/open/development/query-a-calendar

    :param id: Its id.
    :param summary: Its name.
    :param description: Its description.
    :param time_zone: IANA name of its time zone.
    :param e_tag: Changes with the calendar.
    :param type: Documented: unknown, primary, subscribed, shared. Other values occur.
    :param privilege: What the user may do. Documented: free_busy_reader, title_reader, reader, writer,
        owner. Other values occur: the page's own example shows ``VIEW_DETAIL``.
    """

    id: str
    summary: str | None = None
    description: str | None = None
    time_zone: str | None = None
    e_tag: str | None = None
    type: str | None = None
    privilege: str | None = None
