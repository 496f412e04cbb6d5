"""Records of people and groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from airflow_provider_dingtalk_calendar.client.records import Record


def _key(name: str) -> Any:
    return field(default=None, metadata={"key": name})


@dataclass(frozen=True)
class Profile(Record):
    """A user as the directory shows one.

    https://help.dingtalk.io/open/development/dingtalk-retrieve-user-information

    :param union_id: unionId.
    :param nick: Name.
    :param open_id: Id within the app.
    :param email: Mail address, where it is shown.
    """

    union_id: str
    nick: str | None = None
    open_id: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class Group(Record):
    """A group chat that has been made.

    https://help.dingtalk.io/open/development/create-a-scene-group

    :param open_conversation_id: openConversationId, for the scope of a calendar.
    :param chat_id: The older id.
    """

    open_conversation_id: str = field(metadata={"key": "open_conversation_id"})
    chat_id: str | None = _key("chat_id")


@dataclass(frozen=True)
class Member(Record):
    """A member of a department.

    https://help.dingtalk.io/open/development/queries-the-complete-information-of-a-department-user

    :param userid: Staff userid.
    :param unionid: unionId.
    :param name: Name.
    """

    userid: str
    unionid: str
    name: str | None = None


@dataclass(frozen=True)
class Members:
    """One page of the members of a department.

    :param members: Who is on it.
    :param next_cursor: Where the next page begins; None if this is the last one.
    """

    members: tuple[Member, ...]
    next_cursor: int | None = None

    @classmethod
    def from_wire(cls, result: Mapping[str, Any]) -> Members:
        """Read ``list``, ``has_more`` and ``next_cursor``.

        :raises ValueError: If there is no list, or a member without an id.
        """
        listed = result.get("list")
        if not isinstance(listed, list) or not all(isinstance(entry, Mapping) for entry in listed):
            msg = "the answer has no result.list"
            raise ValueError(msg)
        cursor = result.get("next_cursor") if result.get("has_more") in {True, "true"} else None
        members = tuple(Member.from_wire(entry) for entry in listed)
        return cls(members, None if cursor is None else int(cursor))
