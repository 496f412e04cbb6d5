"""People and groups: look-ups of ids, profiles and members, and the creation of group chats.

Look-ups of people do not count against the monthly quota. DingTalk does not document whether calls for groups
count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

from ..engine.both_clients import operation
from ..engine.effects import Flow
from ..engine.endpoint import Endpoint, Replay
from ..engine.paging import Course
from ..wire import readers
from ..wire.records import Record
from ..wire.values import MAX_GROUP_TITLE, check_text, check_texts
from .base import Calling


@dataclass(frozen=True)
class Profile(Record):
    """A user's profile.

    https://help.dingtalk.io/open/development/dingtalk-retrieve-user-information

    :param union_id: unionId.
    :param nick: Name.
    :param open_id: Id within the app.
    :param email: Email address, if visible to the app.
    """

    union_id: str
    nick: str | None = None
    open_id: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class Group(Record):
    """A new group chat.

    https://help.dingtalk.io/open/development/create-a-scene-group

    :param open_conversation_id: openConversationId, which the scope of a calendar takes.
    :param chat_id: Older id of the group.
    """

    open_conversation_id: str = field(metadata={"key": "open_conversation_id"})
    chat_id: str | None = field(default=None, metadata={"key": "chat_id"})


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


def _members(result: Mapping[str, Any]) -> tuple[list[Member], int | None]:
    """Return the members on one page, and the cursor of the next page; None on the last page."""
    members = readers.records("list", Member)(result)
    has_more = result.get("has_more") in (True, "true")
    return members, readers.number("next_cursor")(result) if has_more else None


MEMBER_READ = "qyapi_get_member"

_GROUP = ("title", "template_id", "owner_user_id", "user_ids", "subadmin_ids", "uuid", "icon")

GET_USER: Endpoint[str] = Endpoint(
    operation="OapiV2UserGet",
    route="POST /topapi/v2/user/get",
    page="query-user-details",
    answer=readers.inside("result", readers.identifier("unionid")),
    permission=MEMBER_READ,
    replay=Replay.READ,
    body=("userid", "language"),
    required=("userid",),
)

GET_USER_BY_MOBILE: Endpoint[str] = Endpoint(
    operation="OapiV2UserGetbymobile",
    route="POST /topapi/v2/user/getbymobile",
    page="query-users-by-phone-number",
    answer=readers.inside("result", readers.identifier("userid")),
    permission="qyapi_get_member_by_mobile",
    replay=Replay.READ,
    body=("mobile",),
    required=("mobile",),
)

GET_USER_BY_UNION_ID: Endpoint[str] = Endpoint(
    operation="OapiUserGetbyunionid",
    route="POST /topapi/user/getbyunionid",
    page="query-a-user-by-the-union-id",
    answer=readers.inside("result", readers.identifier("userid")),
    permission=MEMBER_READ,
    replay=Replay.READ,
    body=("unionid",),
    required=("unionid",),
)

LIST_DEPARTMENT_USERS: Endpoint[tuple[list[Member], int | None]] = Endpoint(
    operation="OapiV2UserList",
    route="POST /topapi/v2/user/list",
    page="queries-the-complete-information-of-a-department-user",
    answer=readers.inside("result", _members),
    permission="qyapi_get_department_member",
    replay=Replay.READ,
    body=("dept_id", "cursor", "size"),
    required=("dept_id", "cursor", "size"),
)

GET_CONTACT_USER: Endpoint[Profile] = Endpoint(
    operation="GetUser",
    route="GET /v1.0/contact/users/{unionId}",
    page="dingtalk-retrieve-user-information",
    answer=Profile.from_wire,
    permission="Contact.User.Read",
)

CONVERT_TO_OPEN_CONVERSATION_ID: Endpoint[str] = Endpoint(
    operation="ChatIdToOpenConversationId",
    route="POST /v1.0/im/chat/{chatId}/convertToOpenConversationId",
    page="obtain-group-openconversationid",
    answer=readers.identifier("openConversationId"),
    permission="qyapi_chat_read",
    replay=Replay.READ,
)

# A repeat is safe, because DingTalk recognizes it by the uuid, and the client requires a uuid.
CREATE_SCENE_GROUP: Endpoint[Group] = Endpoint(
    operation="CreateSceneGroup",
    route="POST /v1.0/im/sceneGroup/create",
    page="create-a-scene-group",
    answer=Group.from_wire,
    permission="qyapi_chat_manage",
    replay=Replay.REPEATABLE,
    body=(*_GROUP, "management_options"),
    required=("title", "template_id", "owner_user_id", "uuid"),
)

CREATE_SCENE_GROUP_LEGACY: Endpoint[Group] = Endpoint(
    operation="OapiImChatScenegroupCreate",
    route="POST /topapi/im/chat/scenegroup/create",
    page="create-a-scene-group-v2",
    answer=readers.inside("result", Group.from_wire),
    replay=Replay.REPEATABLE,
    body=_GROUP,
    required=("title", "template_id", "owner_user_id", "uuid"),
)

#: Members per page. The maximum is not documented:
#: https://help.dingtalk.io/open/development/queries-the-complete-information-of-a-department-user
MEMBERS_A_PAGE = 100


def _group(
    title: str,
    template_id: str,
    owner_user_id: str,
    uuid: str,
    icon: str | None,
    **people: Sequence[str] | None,
) -> dict[str, Any]:
    """Return the body that creates a group."""
    check_text("title", title, limit=MAX_GROUP_TITLE)
    needed = {"template_id": template_id, "owner_user_id": owner_user_id, "uuid": uuid}
    for name, value in needed.items():
        check_text(name, value)
    body = {"title": title, **needed} | ({} if icon is None else {"icon": icon})
    return body | {name: check_texts(name, ids) for name, ids in people.items() if ids is not None}


def _department(dept_id: object) -> int:
    """Return a department's id as a number. A string is accepted, because a rendered template is one."""
    try:
        if isinstance(dept_id, str | int) and not isinstance(dept_id, bool):
            return int(dept_id)
    except ValueError:
        pass
    msg = f"dept_id must be a whole number, not of type {type(dept_id).__name__}"
    raise InvalidArgumentError(msg)


class DirectoryOperations(Calling):
    """Look up people and groups, above all the ids that calendars use, and create group chats."""

    @operation
    def get_union_id(self, userid: str) -> Flow[str]:
        """Return the unionId that belongs to a staff userid.

        https://help.dingtalk.io/open/development/query-user-details

        :param userid: Staff userid.
        :raises NotFoundError: If the user does not exist.
        :raises DingTalkError: If DingTalk does not return a unionId.
        """
        check_text("userid", userid)
        return self._send(GET_USER, body={"userid": userid})

    @operation
    def get_userid_by_mobile(self, mobile: str) -> Flow[str]:
        """Return the staff userid that belongs to a phone number.

        https://help.dingtalk.io/open/development/query-users-by-phone-number

        :param mobile: Phone number of a user of the organization.
        :raises NotFoundError: If the user does not exist.
        :raises DingTalkError: If DingTalk does not return a userid.
        """
        check_text("mobile", mobile)
        return self._send(GET_USER_BY_MOBILE, body={"mobile": mobile})

    @operation
    def get_userid(self, union_id: str) -> Flow[str]:
        """Return the staff userid that belongs to a unionId.

        https://help.dingtalk.io/open/development/query-a-user-by-the-union-id

        :param union_id: unionId.
        :raises NotFoundError: If the user does not exist.
        :raises DingTalkError: If DingTalk does not return a userid.
        """
        check_text("union_id", union_id)
        return self._send(GET_USER_BY_UNION_ID, body={"unionid": union_id})

    @operation
    def list_department_users(self, dept_id: int) -> Flow[list[Member]]:
        """Return the direct members of a department, from all pages. Sub-departments are not included.

        https://help.dingtalk.io/open/development/queries-the-complete-information-of-a-department-user

        :param dept_id: Id of the department; the root is 1.
        :raises UnexpectedAnswerError: If the list would not end.
        :raises DingTalkError: If DingTalk does not return members.
        """
        dept_id = _department(dept_id)
        found: list[Member] = []
        cursor: int | None = 0
        course = Course()
        while cursor is not None:
            course.ask(cursor)
            body = {"dept_id": dept_id, "cursor": cursor, "size": MEMBERS_A_PAGE}
            members, cursor = yield from self._send(LIST_DEPARTMENT_USERS, body=body)
            course.check(len(members), cursor, LIST_DEPARTMENT_USERS.operation)
            found += members
        return found

    @operation
    def get_contact_user(self, union_id: str = "me") -> Flow[Profile]:
        """Return a user's profile. The call needs a user's token, not an app's.

        https://help.dingtalk.io/open/development/dingtalk-retrieve-user-information

        :param union_id: unionId, or ``"me"`` for the user who owns the token.
        :raises DingTalkError: If DingTalk does not return a profile.
        """
        return self._send(GET_CONTACT_USER, union_id)

    @operation
    def get_open_conversation_id(self, chat_id: str) -> Flow[str]:
        """Return the openConversationId of a group.

        https://help.dingtalk.io/open/development/obtain-group-openconversationid

        :param chat_id: chatId of the group.
        :raises DingTalkError: If DingTalk does not return an openConversationId.
        """
        return self._send(CONVERT_TO_OPEN_CONVERSATION_ID, chat_id)

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
        """Create a group chat from a template, and return the group.

        https://help.dingtalk.io/open/development/create-a-scene-group

        :param title: Name of the group, at most 30 characters.
        :param template_id: Id of the template.
        :param owner_user_id: Staff userid of the owner.
        :param uuid: Idempotency key: DingTalk treats a second call with the same key as a repeat. How long
            DingTalk remembers the key is not documented.
        :param user_ids: Staff userids of the members.
        :param subadmin_ids: Staff userids of the administrators.
        :param icon: mediaId of the picture.
        :param management_options: Settings, named as on the page, each 0 or 1.
        :raises InvalidArgumentError: If a value breaks a documented limit; nothing is sent.
        :raises DingTalkError: If DingTalk does not return the group.
        """
        people = {"user_ids": user_ids, "subadmin_ids": subadmin_ids}
        body = _group(title, template_id, owner_user_id, uuid, icon, **people)
        if management_options is not None:
            if not isinstance(management_options, Mapping):
                msg = f"management_options must be a mapping, not {type(management_options).__name__}"
                raise InvalidArgumentError(msg)
            body["management_options"] = dict(management_options)
        return self._send(CREATE_SCENE_GROUP, body=body)

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
        """Create a group chat with the older API, whose permission new apps do not get.

        https://help.dingtalk.io/open/development/create-a-scene-group-v2

        :param title: Name of the group, at most 30 characters.
        :param template_id: Id of the template.
        :param owner_user_id: Staff userid of the owner.
        :param uuid: Idempotency key: DingTalk treats a second call with the same key as a repeat.
        :param user_ids: Staff userids of the members.
        :param subadmin_ids: Staff userids of the administrators.
        :param icon: mediaId of the picture.
        :raises InvalidArgumentError: If a value breaks a documented limit; nothing is sent.
        :raises DingTalkError: If DingTalk does not return the group.
        """
        people = {"user_ids": user_ids, "subadmin_ids": subadmin_ids}
        body = _group(title, template_id, owner_user_id, uuid, icon, **people)
        body |= {name: ",".join(body[name]) for name in people if name in body}
        return self._send(CREATE_SCENE_GROUP_LEGACY, body=body)
