"""Look-ups of people and groups, once for the sync and the async client.

None of them counts against the monthly quota of calls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from airflow_provider_dingtalk_calendar.client import directory_endpoints as endpoints
from airflow_provider_dingtalk_calendar.client.actions import Flow
from airflow_provider_dingtalk_calendar.client.calling import Calling
from airflow_provider_dingtalk_calendar.client.checks import MAX_GROUP_TITLE, check_text, check_texts
from airflow_provider_dingtalk_calendar.client.directory_models import Group, Member, Members, Profile
from airflow_provider_dingtalk_calendar.client.operation import operation
from airflow_provider_dingtalk_calendar.client.pages import ENDLESS
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError, UnexpectedAnswerError

#: Members a page; https://help.dingtalk.io/open/development/queries-the-complete-information-of-a-department-user
#: names no largest number.
MEMBERS_A_PAGE = 100


class DirectoryOperations(Calling):
    """Look-ups that calendars need, since they know people by unionId and groups by openConversationId."""

    @operation
    def get_union_id(self, userid: str) -> Flow[str]:
        """Return the unionId of a staff userid.

        https://help.dingtalk.io/open/development/query-user-details

        :param userid: Staff userid.
        :raises NotFoundError: If there is no such user.
        :raises DingTalkError: If DingTalk does not answer with a unionId.
        """
        check_text("userid", userid)
        return self._send(endpoints.GET_USER, body={"userid": userid})

    @operation
    def get_userid_by_mobile(self, mobile: str) -> Flow[str]:
        """Return the staff userid of a phone number.

        https://help.dingtalk.io/open/development/query-users-by-phone-number

        :param mobile: Phone number of a user of the organization.
        :raises NotFoundError: If there is no such user.
        :raises DingTalkError: If DingTalk does not answer with a userid.
        """
        check_text("mobile", mobile)
        return self._send(endpoints.GET_USER_BY_MOBILE, body={"mobile": mobile})

    @operation
    def get_userid(self, union_id: str) -> Flow[str]:
        """Return the staff userid of a unionId.

        https://help.dingtalk.io/open/development/query-a-user-by-the-union-id

        :param union_id: unionId.
        :raises NotFoundError: If there is no such user.
        :raises DingTalkError: If DingTalk does not answer with a userid.
        """
        check_text("union_id", union_id)
        return self._send(endpoints.GET_USER_BY_UNION_ID, body={"unionid": union_id})

    @operation
    def list_department_users(self, dept_id: int) -> Flow[list[Member]]:
        """Return those who belong to a department itself, and not to one below it; all pages of them.

        https://help.dingtalk.io/open/development/queries-the-complete-information-of-a-department-user

        :param dept_id: Id of the department; the root is 1.
        :raises UnexpectedAnswerError: If an answer leads back to a page that has been read.
        :raises DingTalkError: If DingTalk does not answer with members.
        """
        dept_id = _department(dept_id)
        found: list[Member] = []
        cursor: int | None = 0
        asked: set[int] = set()
        while cursor is not None:
            if cursor in asked:
                raise UnexpectedAnswerError(ENDLESS, operation=endpoints.LIST_DEPARTMENT_USERS.operation)
            asked.add(cursor)
            body = {"dept_id": dept_id, "cursor": cursor, "size": MEMBERS_A_PAGE}
            page: Members = yield from self._send(endpoints.LIST_DEPARTMENT_USERS, body=body)
            found += page.members
            cursor = page.next_cursor
        return found

    @operation
    def get_contact_user(self, union_id: str = "me") -> Flow[Profile]:
        """Return a user's profile; it takes the token of a user.

        https://help.dingtalk.io/open/development/dingtalk-retrieve-user-information

        :param union_id: unionId, or ``"me"`` for the user whose token it is.
        :raises DingTalkError: If DingTalk does not answer with a profile.
        """
        return self._send(endpoints.GET_CONTACT_USER, union_id=union_id)

    @operation
    def get_open_conversation_id(self, chat_id: str) -> Flow[str]:
        """Return the openConversationId of a group.

        https://help.dingtalk.io/open/development/obtain-group-openconversationid

        :param chat_id: chatId of the group.
        :raises DingTalkError: If DingTalk does not answer with an openConversationId.
        """
        return self._send(endpoints.CONVERT_TO_OPEN_CONVERSATION_ID, chat_id=chat_id)

    @operation
    def create_scene_group(
        self,
        *,
        title: str,
        template_id: str,
        owner_user_id: str,
        uuid: str,
        user_ids: Sequence[str] | None = None,
        subadmin_ids: Sequence[str] | None = None,
        icon: str | None = None,
        management_options: Mapping[str, Any] | None = None,
    ) -> Flow[Group]:
        """Create a group chat from a template, and return it.

        https://help.dingtalk.io/open/development/create-a-scene-group

        :param title: Name of the group, at most 30 characters.
        :param template_id: Id of the template.
        :param owner_user_id: Staff userid of the owner.
        :param uuid: By it DingTalk knows a second request for the same group; for how long is not documented.
        :param user_ids: Staff userids of the members.
        :param subadmin_ids: Staff userids of the administrators.
        :param icon: mediaId of a picture.
        :param management_options: Settings by the names of the page, each 0 or 1.
        :raises InvalidArgumentError: If a value is ruled out; nothing is sent.
        :raises DingTalkError: If DingTalk does not answer with the group.
        """
        people = {"user_ids": user_ids, "subadmin_ids": subadmin_ids}
        body = _group(title, template_id, owner_user_id, uuid, icon)
        body |= {name: check_texts(name, ids) for name, ids in people.items() if ids is not None}
        if management_options is not None:
            if not isinstance(management_options, Mapping):
                msg = f"management_options must be a mapping, not {type(management_options).__name__}"
                raise InvalidArgumentError(msg)
            body["management_options"] = dict(management_options)
        return self._send(endpoints.CREATE_SCENE_GROUP, body=body)

    @operation
    def create_scene_group_legacy(
        self,
        *,
        title: str,
        template_id: str,
        owner_user_id: str,
        uuid: str,
        user_ids: Sequence[str] | None = None,
        subadmin_ids: Sequence[str] | None = None,
        icon: str | None = None,
    ) -> Flow[Group]:
        """Create a group chat by the older API, which new apps are not granted.

        https://help.dingtalk.io/open/development/create-a-scene-group-v2

        :param title: Name of the group, at most 30 characters.
        :param template_id: Id of the template.
        :param owner_user_id: Staff userid of the owner.
        :param uuid: By it DingTalk knows a second request for the same group.
        :param user_ids: Staff userids of the members.
        :param subadmin_ids: Staff userids of the administrators.
        :param icon: mediaId of a picture.
        :raises InvalidArgumentError: If a value is ruled out; nothing is sent.
        :raises DingTalkError: If DingTalk does not answer with the group.
        """
        people = {"user_ids": user_ids, "subadmin_ids": subadmin_ids}
        body = _group(title, template_id, owner_user_id, uuid, icon)
        body |= {name: ",".join(check_texts(name, ids)) for name, ids in people.items() if ids is not None}
        return self._send(endpoints.CREATE_SCENE_GROUP_LEGACY, body=body)


def _group(title: str, template_id: str, owner_user_id: str, uuid: str, icon: str | None) -> dict[str, Any]:
    check_text("title", title, limit=MAX_GROUP_TITLE)
    body = {"title": title, "template_id": template_id, "owner_user_id": owner_user_id, "uuid": uuid}
    for name, value in body.items():
        check_text(name, value)
    return body if icon is None else body | {"icon": icon}


def _department(dept_id: object) -> int:
    """Return a department's id as a number: a template renders it as a text."""
    try:
        if isinstance(dept_id, str | int) and not isinstance(dept_id, bool):
            return int(dept_id)
    except ValueError:
        pass
    msg = f"dept_id must be a whole number, not of type {type(dept_id).__name__}"
    raise InvalidArgumentError(msg)
