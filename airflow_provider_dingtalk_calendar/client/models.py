"""Typed records of the API, to and from the wire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias

from airflow_provider_dingtalk_calendar.client.checks import (
    Pending,
    check_text,
    check_texts,
    described,
    nothing_pending,
)
from airflow_provider_dingtalk_calendar.client.records import Record, wire_name
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

#: https://help.dingtalk.io/open/development/create-subscription-calendar (parameters and error table)
MAX_NAME = 128
MAX_DESCRIPTION = 1024


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

    #: The API's spelling of each field.
    WIRE_NAMES: ClassVar[Mapping[str, str]] = {
        name: wire_name(name) for name in ("union_ids", "open_conversation_ids", "corp_ids")
    }

    @classmethod
    def check(cls, value: object, *, pending: Pending = nothing_pending) -> dict[str, tuple[Any, ...]]:
        """Check a scope given as a mapping or as a :class:`SubscribeScope`, and return the ids of each field.

        :param value: The value given; keys in either spelling.
        :param pending: Which values to pass over.
        :raises InvalidArgumentError: If it is no mapping, has an unknown key, names a field twice, holds
            anything but lists of ids, or has no id at all.
        """
        if pending(value):
            return {}
        if isinstance(value, SubscribeScope):
            value = {name: getattr(value, name) for name in cls.WIRE_NAMES}
        if not isinstance(value, Mapping):
            msg = f"subscribe_scope must be a mapping, not {type(value).__name__}"
            raise InvalidArgumentError(msg)
        spellings = {spelling: name for name, wire in cls.WIRE_NAMES.items() for spelling in (name, wire)}
        found: dict[str, tuple[Any, ...]] = {}
        for key, ids in value.items():
            name = spellings.get(key) if isinstance(key, str) else None
            if name is None:
                allowed = ", ".join(f"{name} (or {wire})" for name, wire in cls.WIRE_NAMES.items())
                msg = f"subscribe_scope has an unknown key {described(key)}; allowed are {allowed}"
                raise InvalidArgumentError(msg)
            if name in found:
                msg = f"subscribe_scope has {name} twice, in both spellings"
                raise InvalidArgumentError(msg)
            found[name] = tuple(check_texts(f"subscribe_scope.{name}", ids, pending=pending))
        if not any(found.values()) and not any(pending(ids) for ids in value.values()):
            msg = f"subscribe_scope must hold at least one id in {', '.join(cls.WIRE_NAMES)}; it holds 0"
            raise InvalidArgumentError(msg)
        return found

    @classmethod
    def of(cls, value: SubscribeScope | Mapping[str, Any]) -> SubscribeScope:
        """Make a scope of a mapping whose keys have either spelling.

        :raises InvalidArgumentError: As :meth:`check`.
        """
        ids: dict[str, Any] = cls.check(value)
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
    if subscribe_scope is not None:
        body["subscribeScope"] = SubscribeScope.of(subscribe_scope).to_wire()
    elif not partial:
        SubscribeScope.check(subscribe_scope)
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
