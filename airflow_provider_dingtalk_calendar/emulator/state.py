"""What the stand-in DingTalk remembers: calendars, and who belongs to which group or organization."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.emulator.directory import Chat, Directory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from airflow_provider_dingtalk_calendar.emulator.clock import Clock

SCOPE_KEYS = ("unionIds", "openConversationIds", "corpIds")
"""The lists of a ``subscribeScope`` (page create-subscription-calendar)."""


@dataclass(frozen=True)
class Calendar:
    """One subscribed calendar (page query-a-single-subscription-calendar).

    :param calendar_id: base64-like; always with one of ``/``, ``+``, ``=``, which have to be percent-encoded.
    :param name: the title.
    :param description: empty if none was given.
    :param author: unionId of the creator.
    :param managers: unionIds of the co-editors.
    :param subscribe_scope: the three lists of the scope, in the API's own spelling, each present.
    :param subscribers: unionIds, in the order of subscribing.
    :param revision: 1 when created, one more with every update.
    :param created_at: when it came to be, in seconds since the epoch, by the emulator's clock.
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
        """Return what a user may do, in the words of ListCalendars, ``None`` for nothing.

        :param union_id: the user.
        """
        if union_id == self.author:
            return "owner"
        if union_id in self.managers:
            return "writer"
        return "reader" if union_id in self.subscribers else None

    def is_edited_by(self, union_id: str) -> bool:
        """Return whether the user is the author or a co-editor.

        :param union_id: the user.
        """
        return union_id == self.author or union_id in self.managers


@dataclass(frozen=True)
class CalendarFields:
    """The fields of a calendar that a request gives; ``None`` for one that it leaves out."""

    name: str | None
    description: str | None
    managers: tuple[str, ...] | None
    subscribe_scope: Mapping[str, tuple[str, ...]] | None


class Organization:
    """The calendars and the people; not thread-safe, its owner holds a lock.

    Groups and organizations that were never declared contain everyone, so that any workflow runs against the
    emulator unchanged; the ones declared have exactly the members they were declared with.

    :param clock: the time.
    :param list_lag: how many seconds old a calendar is before a list shows it.
    """

    def __init__(self, clock: Clock, list_lag: float) -> None:
        self.list_lag = list_lag
        self.changes = 0
        """Goes up whenever a calendar, a subscription or a group changed."""
        self.directory = Directory()
        """Its people, departments and chats."""
        self._clock = clock
        self._calendars: dict[str, Calendar] = {}
        self._members: dict[tuple[str, str], frozenset[str]] = {}
        self._groups: dict[str, Chat] = {}

    def __iter__(self) -> Iterator[Calendar]:
        return iter(tuple(self._calendars.values()))

    def listed(self) -> list[Calendar]:
        """Return the calendars that are old enough for a list."""
        if not self.list_lag:
            return list(self)
        now = self._clock()
        return [calendar for calendar in self if calendar.created_at + self.list_lag <= now]

    def declare(self, key: str, identifier: str, members: Iterable[str]) -> None:
        """Set the members of a group or organization.

        :param key: ``openConversationIds`` or ``corpIds``: the list of a scope that the identifier stands in.
        :param identifier: openConversationId or corpId.
        :param members: unionIds.
        """
        self._members[key, identifier] = frozenset(members)

    def create_group(self, uuid: str, members: Iterable[str]) -> Chat:
        """Return a new group, or the one that was created with this uuid.

        :param uuid: what the request gave so that a second one creates no second group, empty for nothing.
        :param members: unionIds.
        """
        if uuid in self._groups:
            return self._groups[uuid]
        chat = Chat(f"chat{secrets.token_hex(16)}", f"cid{_new_calendar_id()}")
        self._groups[uuid or chat.chat_id] = chat
        self.directory.add_chat(chat)
        self.declare("openConversationIds", chat.open_conversation_id, members)
        self.changes += 1
        return chat

    def find(self, calendar_id: str) -> Calendar | None:
        """Return the calendar with this id.

        :param calendar_id: its id, decoded.
        """
        return self._calendars.get(calendar_id)

    def create(self, author: str, fields: CalendarFields) -> Calendar:
        """Add a calendar; two may have one name.

        :param author: unionId of the creator.
        :param fields: what the request gave.
        """
        calendar = Calendar(
            calendar_id=_new_calendar_id(),
            name=fields.name or "",
            description=fields.description or "",
            author=author,
            managers=fields.managers or (),
            subscribe_scope=fields.subscribe_scope or {},
            created_at=self._clock(),
        )
        self._store(calendar)
        return calendar

    def update(self, calendar: Calendar, fields: CalendarFields) -> None:
        """Replace the fields that are given.

        What a narrower scope does to those who have subscribed already is not documented: they stay.

        :param calendar: the calendar as it is.
        :param fields: what the request gave.
        """
        given = {name: value for name, value in vars(fields).items() if value is not None}
        self._store(replace(calendar, revision=calendar.revision + 1, **given))

    def delete(self, calendar: Calendar) -> None:
        """Remove a calendar, and with it every subscription (page delete-subscription-calendar).

        :param calendar: the calendar to remove.
        """
        del self._calendars[calendar.calendar_id]
        self.changes += 1

    def subscribe(self, calendar: Calendar, union_id: str) -> None:
        """Subscribe a user; a second time changes nothing (undocumented).

        :param calendar: the calendar.
        :param union_id: the subscriber.
        """
        if union_id not in calendar.subscribers:
            self._store(replace(calendar, subscribers=(*calendar.subscribers, union_id)))

    def unsubscribe(self, calendar: Calendar, union_id: str) -> None:
        """End a subscription; without one nothing changes (undocumented).

        :param calendar: the calendar.
        :param union_id: the subscriber.
        """
        if union_id in calendar.subscribers:
            left = tuple(other for other in calendar.subscribers if other != union_id)
            self._store(replace(calendar, subscribers=left))

    def author_is_in_range(self, union_id: str, scope: Mapping[str, tuple[str, ...]]) -> bool:
        """Return whether the creator is inside one of the scope's groups and organizations.

        A scope that names unionIds only is not documented: every creator is in its range.

        :param union_id: the creator.
        :param scope: the three lists.
        """
        named = [(key, identifier) for key in SCOPE_KEYS[1:] for identifier in scope[key]]
        return not named or any(self._contains(*place, union_id) for place in named)

    def may_subscribe(self, calendar: Calendar, union_id: str) -> bool:
        """Return whether the user is within the subscription scope.

        That author and co-editors always are is the emulator's choice: it is not documented.

        :param calendar: the calendar.
        :param union_id: the user.
        """
        scope = calendar.subscribe_scope
        places = [(key, identifier) for key in SCOPE_KEYS[1:] for identifier in scope[key]]
        return (
            calendar.is_edited_by(union_id)
            or union_id in scope["unionIds"]
            or any(self._contains(*place, union_id) for place in places)
        )

    def forget_calendars(self) -> None:
        """Remove every calendar and every group created; who and what was declared stays."""
        self._calendars.clear()
        for chat in self._groups.values():
            self.directory.remove_chat(chat)
            del self._members["openConversationIds", chat.open_conversation_id]
        self._groups.clear()

    def _contains(self, key: str, identifier: str, union_id: str) -> bool:
        members = self._members.get((key, identifier))
        return members is None or union_id in members

    def _store(self, calendar: Calendar) -> None:
        self._calendars[calendar.calendar_id] = calendar
        self.changes += 1


def _new_calendar_id() -> str:
    """Return an id that no client can use without percent-encoding it.

    DingTalk does not document the alphabet; its samples are base64. The fixed bytes in the middle encode to
    ``/++/`` and the length makes the text end in ``==``.
    """
    return base64.b64encode(secrets.token_bytes(6) + b"\xff\xef\xbf" + secrets.token_bytes(7)).decode("ascii")
