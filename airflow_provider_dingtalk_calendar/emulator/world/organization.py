"""The subscribed calendars, and who belongs to which group or organization."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .directory import Directory
from .ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ..core.clock import Clock

SCOPE_KEYS = ("unionIds", "openConversationIds", "corpIds")
"""The lists of a ``subscribeScope`` (page create-subscription-calendar)."""


@dataclass(frozen=True)
class Calendar:
    """One subscribed calendar (page query-a-single-subscription-calendar).

    :param calendar_id: has ``/``, ``+`` and ``=``, which must be percent-encoded.
    :param name: the title.
    :param description: empty if none was given.
    :param author: unionId of the creator.
    :param managers: unionIds of the co-editors.
    :param subscribe_scope: the three lists of the scope, in the API's own spelling, each present.
    :param subscribers: unionIds, in the order of subscribing.
    :param revision: 1 when created, one more with every update.
    :param created_at: in seconds since the epoch, by the emulator's clock.
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
        """Return what a user may do, in the words of ListCalendars, ``None`` for nothing."""
        if union_id == self.author:
            return "owner"
        if union_id in self.managers:
            return "writer"
        return "reader" if union_id in self.subscribers else None

    def is_edited_by(self, union_id: str) -> bool:
        """Return whether the user is the author or a co-editor."""
        return union_id == self.author or union_id in self.managers


class Organization:
    """The calendars and the people. Not thread-safe: its owner holds a lock.

    An undeclared group or organization contains everyone, so any workflow runs against the emulator
    unchanged. A declared one has exactly its declared members.

    :param list_lag: the age in seconds at which a list begins to show a calendar.
    """

    def __init__(self, clock: Clock, list_lag: float) -> None:
        self.list_lag = list_lag
        self.changes = 0
        """Goes up whenever a calendar, a subscription or a group changes."""
        self.directory = Directory()
        """Its people, departments and chats."""
        self._clock = clock
        self._calendars: dict[str, Calendar] = {}
        self._members: dict[tuple[str, str], frozenset[str]] = {}
        self._groups: dict[str, str] = {}

    def __iter__(self) -> Iterator[Calendar]:
        return iter(tuple(self._calendars.values()))

    def listed(self) -> list[Calendar]:
        """Return the calendars that a list shows already."""
        lag, now = self.list_lag, self._clock()
        return [calendar for calendar in self if not lag or calendar.created_at + lag <= now]

    def declare(self, key: str, identifier: str, members: Iterable[str]) -> None:
        """Set the members of a group or organization.

        :param key: ``openConversationIds`` or ``corpIds``: the list of a scope that the identifier is for.
        :param identifier: openConversationId or corpId.
        :param members: unionIds.
        """
        self._members[key, identifier] = frozenset(members)

    def create_group(self, uuid: str, members: Iterable[str]) -> str:
        """Return the chatId of a new group, or of the one that was created with the same uuid.

        :param uuid: makes a repeated request safe; empty for none.
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
        """Return the calendar with a decoded id."""
        return self._calendars.get(calendar_id)

    def create(self, author: str, fields: Mapping[str, Any]) -> Calendar:
        """Add a calendar. Two may have the same name.

        :param author: unionId of the creator.
        :param fields: ``name``, ``subscribe_scope`` and perhaps others, by the names of ``Calendar``.
        """
        given: dict[str, Any] = {"description": "", "managers": (), **fields}
        calendar = Calendar(calendar_id=new_id(), author=author, created_at=self._clock(), **given)
        self._store(calendar)
        return calendar

    def update(self, calendar: Calendar, fields: Mapping[str, Any]) -> None:
        """Replace the fields that are given. A narrower scope keeps all subscribers (undocumented).

        :param fields: by the names of ``Calendar``.
        """
        self._store(replace(calendar, revision=calendar.revision + 1, **fields))

    def delete(self, calendar: Calendar) -> None:
        """Remove a calendar and all its subscriptions (page delete-subscription-calendar)."""
        del self._calendars[calendar.calendar_id]
        self.changes += 1

    def subscribe(self, calendar: Calendar, union_id: str) -> None:
        """Subscribe a user. A second time changes nothing (undocumented)."""
        if union_id not in calendar.subscribers:
            self._store(replace(calendar, subscribers=(*calendar.subscribers, union_id)))

    def unsubscribe(self, calendar: Calendar, union_id: str) -> None:
        """End a subscription. Without one, nothing changes (undocumented)."""
        if union_id in calendar.subscribers:
            left = tuple(other for other in calendar.subscribers if other != union_id)
            self._store(replace(calendar, subscribers=left))

    def author_is_in_range(self, union_id: str, scope: Mapping[str, tuple[str, ...]]) -> bool:
        """Return whether the creator belongs to one of the scope's groups and organizations.

        A scope that names unionIds only has every creator in its range (undocumented).
        """
        return not any(scope[key] for key in SCOPE_KEYS[1:]) or self._is_in_scope(union_id, scope)

    def may_subscribe(self, calendar: Calendar, union_id: str) -> bool:
        """Return whether the user is within the subscription scope.

        Author and co-editors always are (undocumented).
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
        # An undeclared place contains everyone.
        return any(union_id in self._members.get(place, {union_id}) for place in places)

    def _store(self, calendar: Calendar) -> None:
        self._calendars[calendar.calendar_id] = calendar
        self.changes += 1
