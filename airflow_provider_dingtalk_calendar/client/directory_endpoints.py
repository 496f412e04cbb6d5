"""One entry per look-up of people and groups that calendars need, under the names of the official SDKs."""

from __future__ import annotations

from airflow_provider_dingtalk_calendar.client import answers
from airflow_provider_dingtalk_calendar.client.directory_models import Group, Members, Profile
from airflow_provider_dingtalk_calendar.client.endpoint import Endpoint, Replay

MEMBER_READ = "qyapi_get_member"

_GROUP = ("title", "template_id", "owner_user_id", "user_ids", "subadmin_ids", "uuid", "icon")

GET_USER: Endpoint[str] = Endpoint(
    operation="OapiV2UserGet",
    method="POST",
    path="/topapi/v2/user/get",
    page="query-user-details",
    answer=answers.inside("result", answers.text("unionid")),
    permission=MEMBER_READ,
    replay=Replay.READ,
    body=("userid", "language"),
    legacy=True,
    required=("userid",),
)

GET_USER_BY_MOBILE: Endpoint[str] = Endpoint(
    operation="OapiV2UserGetbymobile",
    method="POST",
    path="/topapi/v2/user/getbymobile",
    page="query-users-by-phone-number",
    answer=answers.inside("result", answers.text("userid")),
    permission="qyapi_get_member_by_mobile",
    replay=Replay.READ,
    body=("mobile",),
    legacy=True,
    required=("mobile",),
)

GET_USER_BY_UNION_ID: Endpoint[str] = Endpoint(
    operation="OapiUserGetbyunionid",
    method="POST",
    path="/topapi/user/getbyunionid",
    page="query-a-user-by-the-union-id",
    answer=answers.inside("result", answers.text("userid")),
    permission=MEMBER_READ,
    replay=Replay.READ,
    body=("unionid",),
    legacy=True,
    required=("unionid",),
)

LIST_DEPARTMENT_USERS: Endpoint[Members] = Endpoint(
    operation="OapiV2UserList",
    method="POST",
    path="/topapi/v2/user/list",
    page="queries-the-complete-information-of-a-department-user",
    answer=answers.inside("result", Members.from_wire),
    permission="qyapi_get_department_member",
    replay=Replay.READ,
    body=("dept_id", "cursor", "size"),
    legacy=True,
    required=("dept_id", "cursor", "size"),
)

GET_CONTACT_USER: Endpoint[Profile] = Endpoint(
    operation="GetUser",
    method="GET",
    path="/v1.0/contact/users/{unionId}",
    page="dingtalk-retrieve-user-information",
    answer=Profile.from_wire,
    permission="Contact.User.Read",
    replay=Replay.READ,
)

CONVERT_TO_OPEN_CONVERSATION_ID: Endpoint[str] = Endpoint(
    operation="ChatIdToOpenConversationId",
    method="POST",
    path="/v1.0/im/chat/{chatId}/convertToOpenConversationId",
    page="obtain-group-openconversationid",
    answer=answers.text("openConversationId"),
    permission="qyapi_chat_read",
    replay=Replay.READ,
)

# DingTalk knows a second request by the uuid in it, without which a request is not made here.
CREATE_SCENE_GROUP: Endpoint[Group] = Endpoint(
    operation="CreateSceneGroup",
    method="POST",
    path="/v1.0/im/sceneGroup/create",
    page="create-a-scene-group",
    answer=Group.from_wire,
    permission="qyapi_chat_manage",
    replay=Replay.REPEATABLE,
    body=(*_GROUP, "management_options"),
    required=("title", "template_id", "owner_user_id", "uuid"),
)

CREATE_SCENE_GROUP_LEGACY: Endpoint[Group] = Endpoint(
    operation="OapiImChatScenegroupCreate",
    method="POST",
    path="/topapi/im/chat/scenegroup/create",
    page="create-a-scene-group-v2",
    answer=answers.inside("result", Group.from_wire),
    replay=Replay.REPEATABLE,
    body=_GROUP,
    legacy=True,
    required=("title", "template_id", "owner_user_id", "uuid"),
)
