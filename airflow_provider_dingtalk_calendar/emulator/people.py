"""Who and what the stand-in service knows: what a test declares before its requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.emulator.directory import Chat, User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from airflow_provider_dingtalk_calendar.emulator.application import Application


class People:
    """The people of the organization, their departments, chats and groups.

    :param application: what knows them.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    def add_user(self, *, userid: str, union_id: str, mobile: str = "", name: str = "") -> None:
        """Add a person to the directory, instead of one with the same userid.

        :param userid: what the organization calls the person.
        :param union_id: what calendars call the person.
        :param mobile: mobile number, empty for none.
        :param name: shown to others, empty for the userid.
        """
        with self._application.organization() as organization:
            organization.directory.add_user(User(userid, union_id, mobile, name or userid))

    def add_department(self, dept_id: int, userids: Iterable[str]) -> None:
        """Declare who is in a department.

        :param dept_id: the department, 1 for the root.
        :param userids: who is in it itself, not in those below it.
        """
        with self._application.organization() as organization:
            organization.directory.add_department(dept_id, userids)

    def add_chat(self, chat_id: str, open_conversation_id: str) -> None:
        """Add a group chat that can be looked up.

        :param chat_id: its chatId.
        :param open_conversation_id: its openConversationId.
        """
        with self._application.organization() as organization:
            organization.directory.add_chat(Chat(chat_id, open_conversation_id))

    def add_group(self, open_conversation_id: str, members: Iterable[str]) -> None:
        """Declare who is in a group. A group not declared contains everyone.

        :param open_conversation_id: the group.
        :param members: unionIds.
        """
        with self._application.organization() as organization:
            organization.declare("openConversationIds", open_conversation_id, members)

    def add_organization(self, corp_id: str, members: Iterable[str]) -> None:
        """Declare who is in an organization. An organization not declared contains everyone.

        :param corp_id: the organization.
        :param members: unionIds.
        """
        with self._application.organization() as organization:
            organization.declare("corpIds", corp_id, members)
