"""The contracts of the operations on people and groups."""

from __future__ import annotations

from airflow_provider_dingtalk_calendar.emulator.contract import Contract
from airflow_provider_dingtalk_calendar.emulator.schema import (
    FLAG,
    INTEGER,
    TEXT,
    array,
    exactly,
    one_of,
    record,
    text,
)

_TITLE_MAX = 30
_MEMBERS_MAX = 999
_SWITCH = {"type": "integer", "enum": [0, 1]}

_GROUP = exactly({"open_conversation_id": TEXT, "chat_id": TEXT})
_GROUP_FIELDS = {
    "title": text(maxLength=_TITLE_MAX),
    "template_id": TEXT,
    "owner_user_id": TEXT,
    "uuid": TEXT,
    "icon": TEXT,
}
_GROUP_REQUIRED = ("title", "template_id", "owner_user_id")
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

DIRECTORY_CONTRACTS = {
    "OapiV2UserGet": Contract(
        exactly(
            {
                "result": exactly(
                    {
                        "userid": TEXT,
                        "unionid": TEXT,
                        "name": TEXT,
                        "active": FLAG,
                        "dept_id_list": array(INTEGER),
                        "mobile": TEXT,
                    },
                    optional=("mobile",),
                )
            }
        ),
        record({"userid": TEXT, "language": one_of("zh_CN", "en_US")}, required=("userid",)),
    ),
    "OapiV2UserGetbymobile": Contract(
        exactly({"result": exactly({"userid": TEXT})}), record({"mobile": TEXT}, required=("mobile",))
    ),
    "OapiUserGetbyunionid": Contract(
        exactly({"result": exactly({"contact_type": INTEGER, "userid": TEXT})}),
        record({"unionid": TEXT}, required=("unionid",)),
    ),
    "OapiUserListid": Contract(
        exactly({"result": exactly({"userid_list": array(TEXT)})}),
        record({"dept_id": INTEGER}, required=("dept_id",)),
    ),
    "OapiV2UserList": Contract(
        exactly(
            {
                "result": exactly(
                    {
                        "has_more": FLAG,
                        "next_cursor": INTEGER,
                        "list": array(exactly({"userid": TEXT, "unionid": TEXT, "name": TEXT})),
                    },
                    optional=("next_cursor",),
                )
            }
        ),
        record(
            {"dept_id": INTEGER, "cursor": INTEGER, "size": INTEGER},
            required=("dept_id", "cursor", "size"),
        ),
    ),
    "GetUser": Contract(
        exactly({"nick": TEXT, "unionId": TEXT, "openId": TEXT, "mobile": TEXT}, optional=("mobile",))
    ),
    "ChatIdToOpenConversationId": Contract(exactly({"openConversationId": TEXT})),
    "CreateSceneGroup": Contract(
        _GROUP,
        record(
            {
                **_GROUP_FIELDS,
                "user_ids": array(TEXT, maxItems=_MEMBERS_MAX),
                "subadmin_ids": array(TEXT),
                "management_options": record(_NEW_OPTIONS),
            },
            required=_GROUP_REQUIRED,
        ),
    ),
    "OapiImChatScenegroupCreate": Contract(
        exactly({"result": _GROUP, "success": FLAG}),
        record(
            {**_GROUP_FIELDS, "user_ids": TEXT, "subadmin_ids": TEXT, **_OPTIONS}, required=_GROUP_REQUIRED
        ),
    ),
}
