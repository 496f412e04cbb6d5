"""The people in the organization, their departments and chats."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Person:
    """One person in the organization (page query-user-details).

    :param userid: the id within the organization.
    :param union_id: the id across all apps of one developer, which calendars use.
    :param mobile: mobile number, empty for none.
    :param name: the name shown to others.
    """

    userid: str
    union_id: str
    mobile: str
    name: str


@dataclass
class Directory:
    """The people, departments and chats to look up. Not thread-safe, so the owner holds a lock.

    :param people: the people, by userid.
    :param departments: the userids of each department, without the members of its subdepartments.
    :param chats: the openConversationId of each group chat, by chatId.
    """

    people: dict[str, Person] = field(default_factory=dict)
    departments: dict[int, tuple[str, ...]] = field(default_factory=dict)
    chats: dict[str, str] = field(default_factory=dict)

    def person_by(self, field: str, value: str) -> Person | None:
        """Return the first person whose field has the given value, ``None`` if nobody has the value.

        :param field: ``union_id`` or ``mobile``.
        :param value: the value. An empty value matches nobody.
        """
        people = self.people.values()
        return next((person for person in people if value and getattr(person, field) == value), None)

    def departments_of(self, userid: str) -> list[int]:
        """Return the departments of a person."""
        return [dept_id for dept_id, userids in self.departments.items() if userid in userids]
