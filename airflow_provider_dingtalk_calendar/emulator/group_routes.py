"""The operations on groups. That of the legacy API is called as in its SDK."""

from __future__ import annotations

from airflow_provider_dingtalk_calendar.emulator import group_operations
from airflow_provider_dingtalk_calendar.emulator.access import INTERNAL
from airflow_provider_dingtalk_calendar.emulator.route import ANY_PERMISSION, ENTERPRISE_APPS, Route

GROUP_ROUTES = (
    Route(
        "ChatIdToOpenConversationId",
        "POST",
        "/v1.0/im/chat/{chatId}/convertToOpenConversationId",
        "obtain-group-openconversationid",
        "qyapi_chat_read",
        group_operations.convert_chat_id,
        (INTERNAL,),
    ),
    Route(
        "CreateSceneGroup",
        "POST",
        "/v1.0/im/sceneGroup/create",
        "create-a-scene-group",
        "qyapi_chat_manage",
        group_operations.create_scene_group,
        ENTERPRISE_APPS,
    ),
    Route(
        "OapiImChatScenegroupCreate",
        "POST",
        "/topapi/im/chat/scenegroup/create",
        "create-a-scene-group-v2",
        ANY_PERMISSION,
        group_operations.create_scene_group_legacy,
        ENTERPRISE_APPS,
    ),
)
