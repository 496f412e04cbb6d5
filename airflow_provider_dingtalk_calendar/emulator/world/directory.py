"""The people of the organization, their departments and chats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Person:
    """One person of the organization (page query-user-details).

    :param userid: the id within the organization.
    :param union_id: the id across all apps of one developer, which calendars use.
    :param mobile: mobile number, empty for none.
    :param name: shown to others.
    """

    userid: str
    union_id: str
    mobile: str
    name: str


@dataclass(frozen=True)
class Chat:
    """One group chat (page obtain-group-openconversationid).

    :param chat_id: its id in older operations.
    :param open_conversation_id: its id in the scope of a subscribed calendar.
    """

    chat_id: str
    open_conversation_id: str


class Directory:
    """Who and what can be looked up. Not thread-safe: its owner holds a lock."""

    def __init__(self) -> None:
        self._people: dict[str, Person] = {}
        self._departments: dict[int, tuple[str, ...]] = {}
        self._chats: dict[str, Chat] = {}

    def add_person(self, person: Person) -> None:
        """Add a person, or replace the one with the same userid."""
        self._people[person.userid] = person

    def add_department(self, dept_id: int, userids: Iterable[str]) -> None:
        """Set the members of a department, without those of its subdepartments."""
        self._departments[dept_id] = tuple(userids)

    def add_chat(self, chat: Chat) -> None:
        """Add a chat."""
        self._chats[chat.chat_id] = chat

    def remove_chat(self, chat: Chat) -> None:
        """Remove a chat."""
        del self._chats[chat.chat_id]

    def person(self, userid: str) -> Person | None:
        """Return the person with a userid."""
        return self._people.get(userid)

    def person_by(self, field: str, value: str) -> Person | None:
        """Return the first person with a value in a field.

        :param field: ``union_id`` or ``mobile``.
        :param value: an empty value is nobody's.
        """
        people = self._people.values()
        return next((person for person in people if value and getattr(person, field) == value), None)

    def department(self, dept_id: int) -> tuple[str, ...] | None:
        """Return the userids of a department, ``None`` if it does not exist."""
        return self._departments.get(dept_id)

    def departments_of(self, userid: str) -> list[int]:
        """Return the departments of a person."""
        return [dept_id for dept_id, userids in self._departments.items() if userid in userids]

    def chat(self, chat_id: str) -> Chat | None:
        """Return the chat with a chatId."""
        return self._chats.get(chat_id)
