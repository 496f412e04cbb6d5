"""What the operations on groups do: functions as in ``operations``.

The two that create a group differ in spelling only. Undocumented, and the emulator's choice: that any text is
a template, that a member who does not exist is answered like an owner who does not, that the answer to a
second request with one ``uuid`` has the ids of the first, and that owner and administrators are members.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.emulator.errors import ApiError, ErrorAnswer

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.emulator.directory import Chat
    from airflow_provider_dingtalk_calendar.emulator.operations import Call, Json

_CONVERT = "obtain-group-openconversationid"
_CREATE = "create-a-scene-group"
_CREATE_LEGACY = "create-a-scene-group-v2"
_TITLE_MAX = 30
_MEMBERS_MAX = 999

INVALID_CHAT_ID = ErrorAnswer(400, "invalideChatId", "不合法的chatId", _CONVERT)


@dataclass(frozen=True)
class _Errors:
    """The errors of one of the two operations that create a group."""

    parameter: ErrorAnswer
    no_member: ErrorAnswer
    too_many: ErrorAnswer


_NEW = _Errors(
    ErrorAnswer(400, "parameter.invalid", "输入参数错误", _CREATE),
    ErrorAnswer(400, "member.notFound", "不存在的员工", _CREATE),
    ErrorAnswer(
        400,
        "member.exceed",
        "群成员数量超出限制",
        _CREATE,
        "How many are too many only page create-a-scene-group-v2 says.",
    ),
)
_LEGACY = _Errors(
    ErrorAnswer(200, "40035", "参数错误", _CREATE_LEGACY),
    ErrorAnswer(200, "660041", "不存在的员工", _CREATE_LEGACY),
    ErrorAnswer(200, "665033", "群成员数量超出限制", _CREATE_LEGACY),
)


def convert_chat_id(call: Call) -> Json:
    """Page obtain-group-openconversationid."""
    chat = call.organization.directory.chat(call.parameters["chatId"])
    if chat is None:
        raise ApiError(INVALID_CHAT_ID)
    return {"openConversationId": chat.open_conversation_id}


def create_scene_group(call: Call) -> Json:
    """Page create-a-scene-group."""
    body = _object(call.body, _NEW)
    members = [*_texts(body, "user_ids", _NEW), *_texts(body, "subadmin_ids", _NEW)]
    return _ids(_created(call, body, members, _NEW))


def create_scene_group_legacy(call: Call) -> Json:
    """Page create-a-scene-group-v2, where lists of people are texts with commas."""
    body = _object(call.body, _LEGACY)
    named = [_text(body, field, _LEGACY) for field in ("user_ids", "subadmin_ids")]
    members = [userid for text in named for userid in text.split(",") if userid]
    return {"result": _ids(_created(call, body, members, _LEGACY)), "success": True}


def _created(call: Call, body: Mapping[str, object], members: list[str], errors: _Errors) -> Chat:
    title, template_id, owner, uuid = (
        _text(body, field, errors) for field in ("title", "template_id", "owner_user_id", "uuid")
    )
    if not (title and template_id and owner) or len(title) > _TITLE_MAX:
        raise ApiError(errors.parameter)
    if len(members) > _MEMBERS_MAX:
        raise ApiError(errors.too_many)
    union_ids = []
    for userid in [owner, *members]:
        user = call.organization.directory.user(userid)
        if user is None:
            raise ApiError(errors.no_member)
        union_ids.append(user.union_id)
    return call.organization.create_group(uuid, union_ids)


def _ids(chat: Chat) -> Json:
    return {"open_conversation_id": chat.open_conversation_id, "chat_id": chat.chat_id}


def _object(body: object, errors: _Errors) -> Mapping[str, object]:
    if not isinstance(body, Mapping):
        raise ApiError(errors.parameter)
    return body


def _text(body: Mapping[str, object], field: str, errors: _Errors) -> str:
    """Return a text, empty if it is left out."""
    value = body.get(field)
    if value is not None and not isinstance(value, str):
        raise ApiError(errors.parameter)
    return value or ""


def _texts(body: Mapping[str, object], field: str, errors: _Errors) -> list[str]:
    value = body.get(field)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ApiError(errors.parameter)
    return value
