"""The subscribed calendars, and the members of groups and organizations."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .directory import Directory
from .ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ..core.clock import Clock
    from ..core.options import Options

SCOPE_KEYS = ("unionIds", "openConversationIds", "corpIds")
"""The lists of a ``subscribeScope`` (page create-subscription-calendar)."""


@dataclass(frozen=True)
class Calendar:
    """One subscribed calendar (page query-a-single-subscription-calendar).

    :param calendar_id: the id. It contains ``/``, ``+`` and ``=``, which must be percent-encoded.
    :param name: the title.
    :param description: the description, empty if none was given.
    :param author: unionId of the creator.
    :param managers: unionIds of the co-editors.
    :param subscribe_scope: the three lists of the scope, in the API's own spelling. No list is ever missing.
    :param subscribers: unionIds of the subscribers, in the order of subscribing.
    :param revision: 1 for a new calendar. Every update adds 1.
    :param created_at: the time of creation by the emulator's clock, in seconds since the epoch.
    """

    calendar_id: str
    name: str
    description: str
    author: str
    managers: tuple[str, ...]
    subscribe_scope: Mapping[str, tuple[str, ...]]
    subscribers: tuple[str, ...] = ()
    revision: int = 1
    created_at: float = 0.0

    def privilege_of(self, union_id: str) -> str | None:
        """Return a user's privilege in the words of ListCalendars, ``None`` for no access."""
        if union_id == self.author:
            return "owner"
        if union_id in self.managers:
            return "writer"
        return "reader" if union_id in self.subscribers else None

    def is_edited_by(self, union_id: str) -> bool:
        """Return whether the user is the author or a co-editor."""
        return union_id == self.author or union_id in self.managers


class Organization:
    """The calendars and the people. Not thread-safe, so the owner holds a lock.

    An undeclared group or organization contains everyone, so workflows run unchanged against the
    emulator. A declared group or organization has exactly its declared members.

    :param options: the emulator's options, for ``list_lag``.
    """

    def __init__(self, clock: Clock, options: Options) -> None:
        self.changes = 0
        """A count of all changes to calendars, subscriptions and groups."""
        self.directory = Directory()
        """The people, departments and chats of the organization."""
        self._clock = clock
        self._options = options
        self._calendars: dict[str, Calendar] = {}
        self._members: dict[tuple[str, str], frozenset[str]] = {}
        self._groups: dict[str, str] = {}

    def __iter__(self) -> Iterator[Calendar]:
        return iter(tuple(self._calendars.values()))

    def listed(self) -> list[Calendar]:
        """Return the calendars that are old enough for a list to show."""
        now = self._clock()
        return [calendar for calendar in self if self._options.lists(calendar.created_at, now)]

    def declare(self, key: str, identifier: str, members: Iterable[str]) -> None:
        """Set the members of a group or organization.

        :param key: the list in the scope that holds the identifier, ``openConversationIds`` or ``corpIds``.
        :param identifier: openConversationId or corpId.
        :param members: unionIds.
        """
        self._members[key, identifier] = frozenset(members)

    def create_group(self, uuid: str, members: Iterable[str]) -> str:
        """Return the chatId of a new group, or of the group that was created with the same uuid.

        :param uuid: identifies a repeated request, empty for none.
        :param members: unionIds.
        """
        if uuid in self._groups:
            return self._groups[uuid]
        chat_id, open_conversation_id = f"chat{secrets.token_hex(16)}", f"cid{new_id()}"
        self._groups[uuid or chat_id] = chat_id
        self.directory.chats[chat_id] = open_conversation_id
        self.declare("openConversationIds", open_conversation_id, members)
        self.changes += 1
        return chat_id

    def find(self, calendar_id: str) -> Calendar | None:
        """Return the calendar with the given decoded id."""
        return self._calendars.get(calendar_id)

    def create(self, author: str, fields: Mapping[str, Any]) -> Calendar:
        """Add a calendar. Several calendars can have the same name.

        :param author: unionId of the creator.
        :param fields: ``name``, ``subscribe_scope`` and optionally other fields of ``Calendar``, by name.
        """
        given: dict[str, Any] = {"description": "", "managers": (), **fields}
        calendar = Calendar(calendar_id=new_id(), author=author, created_at=self._clock(), **given)
        self._store(calendar)
        return calendar

    def update(self, calendar: Calendar, fields: Mapping[str, Any]) -> None:
        """Replace the given fields. A narrower scope keeps all subscribers (undocumented).

        :param fields: new values of the fields of ``Calendar``, by name.
        """
        self._store(replace(calendar, revision=calendar.revision + 1, **fields))

    def delete(self, calendar: Calendar) -> None:
        """Remove a calendar and all its subscriptions (page delete-subscription-calendar)."""
        del self._calendars[calendar.calendar_id]
        self.changes += 1

    def subscribe(self, calendar: Calendar, union_id: str) -> None:
        """Subscribe a user. Subscribing again changes nothing (undocumented)."""
        if union_id not in calendar.subscribers:
            self._store(replace(calendar, subscribers=(*calendar.subscribers, union_id)))

    def unsubscribe(self, calendar: Calendar, union_id: str) -> None:
        """End a subscription. If the user is not subscribed, nothing changes (undocumented)."""
        if union_id in calendar.subscribers:
            left = tuple(other for other in calendar.subscribers if other != union_id)
            self._store(replace(calendar, subscribers=left))

    def author_is_in_range(self, union_id: str, scope: Mapping[str, tuple[str, ...]]) -> bool:
        """Return whether the user belongs to a group or an organization in the scope.

        Every user is in the range of a scope that contains only unionIds (undocumented).
        """
        return not any(scope[key] for key in SCOPE_KEYS[1:]) or self._is_in_scope(union_id, scope)

    def may_subscribe(self, calendar: Calendar, union_id: str) -> bool:
        """Return whether the user is within the subscription scope.

        The author and the co-editors are always within the scope (undocumented).
        """
        scope = calendar.subscribe_scope
        return (
            calendar.is_edited_by(union_id)
            or union_id in scope["unionIds"]
            or self._is_in_scope(union_id, scope)
        )

    def forget_calendars(self) -> None:
        """Remove every calendar and every created group. Declared people and groups stay."""
        self._calendars.clear()
        for chat_id in self._groups.values():
            del self._members["openConversationIds", self.directory.chats.pop(chat_id)]
        self._groups.clear()

    def _is_in_scope(self, union_id: str, scope: Mapping[str, tuple[str, ...]]) -> bool:
        places = ((key, identifier) for key in SCOPE_KEYS[1:] for identifier in scope[key])
        # An undeclared group or organization contains everyone.
        return any(union_id in self._members.get(place, {union_id}) for place in places)

    def _store(self, calendar: Calendar) -> None:
        self._calendars[calendar.calendar_id] = calendar
        self.changes += 1
