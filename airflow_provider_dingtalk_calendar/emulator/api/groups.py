"""The operations on groups. The legacy operation is named as in the legacy SDK.

The two operations that create a group differ only in the form of requests, answers and errors. The
emulator chose four rules that are not documented. Any string is valid as a template. An unknown member gets
the same error as an unknown owner. A repeated ``uuid`` returns the ids of the first group. The owner and the
administrators are members.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core.contract import FLAG, TEXT, Contract, Schema, array, exactly, record, text_with
from ..core.errors import ErrorAnswer, ServiceError
from ..core.permissions import ANY_PERMISSION, CHAT_MANAGE, CHAT_READ
from ..world.app import INTERNAL
from .route import ENTERPRISE_APPS, Route

if TYPE_CHECKING:
    from .call import Call, Json

_MOST_MEMBERS = 999

# Page obtain-group-openconversationid.
INVALID_CHAT_ID = ErrorAnswer(400, "invalideChatId", "不合法的chatId")
# Page create-a-scene-group.
PARAMETER = ErrorAnswer(400, "parameter.invalid", "输入参数错误")
NO_MEMBER = ErrorAnswer(400, "member.notFound", "不存在的员工")
# Only page create-a-scene-group-v2 says how many members are allowed.
TOO_MANY_MEMBERS = ErrorAnswer(400, "member.exceed", "群成员数量超出限制")
# Page create-a-scene-group-v2.
LEGACY_PARAMETER = ErrorAnswer(200, "40035", "参数错误")
LEGACY_NO_MEMBER = ErrorAnswer(200, "660041", "不存在的员工")
LEGACY_TOO_MANY_MEMBERS = ErrorAnswer(200, "665033", "群成员数量超出限制")


def convert_chat_id(call: Call) -> Json:
    """Return the openConversationId for a chatId (page obtain-group-openconversationid)."""
    open_conversation_id = call.organization.directory.chats.get(call.parameters["chatId"])
    if open_conversation_id is None:
        raise ServiceError(INVALID_CHAT_ID)
    return {"openConversationId": open_conversation_id}


def create_scene_group(call: Call) -> Json:
    """Create a group (page create-a-scene-group)."""
    body = call.body()
    members = [*body.get("user_ids", ()), *body.get("subadmin_ids", ())]
    return _created(call, body, members, NO_MEMBER, TOO_MANY_MEMBERS)


def create_scene_group_legacy(call: Call) -> Json:
    """Create a group. Lists of people are comma-separated strings (page create-a-scene-group-v2)."""
    body = call.body()
    texts = (body.get("user_ids", ""), body.get("subadmin_ids", ""))
    members = [userid for text in texts for userid in text.split(",") if userid]
    group = _created(call, body, members, LEGACY_NO_MEMBER, LEGACY_TOO_MANY_MEMBERS)
    return {"result": group, "success": True}


def _created(
    call: Call, body: dict[str, Any], members: list[str], no_member: ErrorAnswer, too_many: ErrorAnswer
) -> Json:
    """Create a group, or find the group with the same uuid. Return the ids of the group."""
    if len(members) > _MOST_MEMBERS:
        raise ServiceError(too_many)
    directory = call.organization.directory
    try:
        union_ids = [directory.people[userid].union_id for userid in (body["owner_user_id"], *members)]
    except KeyError as error:
        raise ServiceError(no_member) from error
    chat_id = call.organization.create_group(body.get("uuid", ""), union_ids)
    return {"open_conversation_id": directory.chats[chat_id], "chat_id": chat_id}


_SWITCH: Schema = {"type": "integer", "enum": [0, 1]}
_GROUP = exactly({"open_conversation_id": TEXT, "chat_id": TEXT})
_FIELDS = {
    "title": text_with(minLength=1, maxLength=30),
    "template_id": text_with(minLength=1),
    "owner_user_id": text_with(minLength=1),
    "uuid": TEXT,
    "icon": TEXT,
}
_REQUIRED = ("title", "template_id", "owner_user_id")
_OPTIONS = dict.fromkeys(
    (
        "mention_all_authority",
        "show_history_type",
        "validation_type",
        "searchable",
        "chat_banned_type",
        "management_type",
        "only_admin_can_ding",
        "all_members_can_create_mcs_conf",
        "all_members_can_create_calendar",
        "group_email_disabled",
        "only_admin_can_set_msg_top",
        "add_friend_forbidden",
        "group_live_switch",
        "members_to_admin_chat",
    ),
    _SWITCH,
)
_NEW_OPTIONS = {**_OPTIONS, "not_quit_when_emp_leave": _SWITCH, "only_admin_can_add_mem": _SWITCH}

ROUTES = (
    Route(
        "ChatIdToOpenConversationId",
        "POST /v1.0/im/chat/{chatId}/convertToOpenConversationId",
        "obtain-group-openconversationid",
        CHAT_READ,
        convert_chat_id,
        Contract(exactly({"openConversationId": TEXT})),
        (INTERNAL,),
    ),
    Route(
        "CreateSceneGroup",
        "POST /v1.0/im/sceneGroup/create",
        "create-a-scene-group",
        CHAT_MANAGE,
        create_scene_group,
        Contract(
            _GROUP,
            record(
                {
                    **_FIELDS,
                    "user_ids": array(TEXT),
                    "subadmin_ids": array(TEXT),
                    "management_options": record(_NEW_OPTIONS),
                },
                required=_REQUIRED,
            ),
            error=PARAMETER,
        ),
        ENTERPRISE_APPS,
    ),
    Route(
        "OapiImChatScenegroupCreate",
        "POST /topapi/im/chat/scenegroup/create",
        "create-a-scene-group-v2",
        ANY_PERMISSION,
        create_scene_group_legacy,
        Contract(
            exactly({"result": _GROUP, "success": FLAG}),
            record({**_FIELDS, "user_ids": TEXT, "subadmin_ids": TEXT, **_OPTIONS}, required=_REQUIRED),
            error=LEGACY_PARAMETER,
        ),
        ENTERPRISE_APPS,
    ),
)
