"""The people of the organization, their departments and chats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class User:
    """One person of the organization (page query-user-details).

    :param userid: what the organization calls the person.
    :param union_id: what every app of one developer calls the person, and what calendars go by.
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

    :param chat_id: what the older operations call it.
    :param open_conversation_id: what the scope of a subscribed calendar calls it.
    """

    chat_id: str
    open_conversation_id: str


class Directory:
    """Who and what can be looked up; not thread-safe, its owner holds a lock."""

    def __init__(self) -> None:
        self._users: dict[str, User] = {}
        self._departments: dict[int, tuple[str, ...]] = {}
        self._chats: dict[str, Chat] = {}

    def add_user(self, user: User) -> None:
        """Add a person, instead of one with the same userid.

        :param user: the person.
        """
        self._users[user.userid] = user

    def add_department(self, dept_id: int, userids: Iterable[str]) -> None:
        """Set who is in a department.

        :param dept_id: the department.
        :param userids: who is in it itself, not in those below it.
        """
        self._departments[dept_id] = tuple(userids)

    def add_chat(self, chat: Chat) -> None:
        """Add a chat.

        :param chat: the chat.
        """
        self._chats[chat.chat_id] = chat

    def remove_chat(self, chat: Chat) -> None:
        """Remove a chat.

        :param chat: the chat.
        """
        del self._chats[chat.chat_id]

    def user(self, userid: str) -> User | None:
        """Return the person with this userid.

        :param userid: what the organization calls the person.
        """
        return self._users.get(userid)

    def user_by(self, field: str, value: str) -> User | None:
        """Return the first person of whom this is true.

        :param field: ``union_id`` or ``mobile``.
        :param value: the value of the field; an empty one is nobody's.
        """
        return next((user for user in self._users.values() if value and getattr(user, field) == value), None)

    def department(self, dept_id: int) -> tuple[str, ...] | None:
        """Return the userids of a department, ``None`` if there is none such.

        :param dept_id: the department.
        """
        return self._departments.get(dept_id)

    def departments_of(self, userid: str) -> list[int]:
        """Return the departments that a person is in.

        :param userid: the person.
        """
        return [dept_id for dept_id, userids in self._departments.items() if userid in userids]

    def chat(self, chat_id: str) -> Chat | None:
        """Return the chat with this chatId.

        :param chat_id: the chatId.
        """
        return self._chats.get(chat_id)
