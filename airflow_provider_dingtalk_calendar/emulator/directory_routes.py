"""The operations on people. Those of the legacy API are called as in its SDK."""

from __future__ import annotations

from airflow_provider_dingtalk_calendar.emulator import directory_operations
from airflow_provider_dingtalk_calendar.emulator.access import INTERNAL
from airflow_provider_dingtalk_calendar.emulator.route import ENTERPRISE_APPS, Route

_MEMBER = "qyapi_get_member"

DIRECTORY_ROUTES = (
    Route(
        "OapiV2UserGet",
        "POST",
        "/topapi/v2/user/get",
        "query-user-details",
        _MEMBER,
        directory_operations.get_user_details,
        ENTERPRISE_APPS,
        is_metered=False,
    ),
    Route(
        "OapiV2UserGetbymobile",
        "POST",
        "/topapi/v2/user/getbymobile",
        "query-users-by-phone-number",
        "qyapi_get_member_by_mobile",
        directory_operations.get_user_by_mobile,
        (INTERNAL,),
        is_metered=False,
    ),
    Route(
        "OapiUserGetbyunionid",
        "POST",
        "/topapi/user/getbyunionid",
        "query-a-user-by-the-union-id",
        _MEMBER,
        directory_operations.get_user_by_union_id,
        ENTERPRISE_APPS,
        is_metered=False,
    ),
    Route(
        "OapiUserListid",
        "POST",
        "/topapi/user/listid",
        "query-the-list-of-department-userids",
        _MEMBER,
        directory_operations.list_department_userids,
        ENTERPRISE_APPS,
        is_metered=False,
    ),
    Route(
        "OapiV2UserList",
        "POST",
        "/topapi/v2/user/list",
        "queries-the-complete-information-of-a-department-user",
        "qyapi_get_department_member",
        directory_operations.list_department_users,
        ENTERPRISE_APPS,
        is_metered=False,
    ),
    Route(
        "GetUser",
        "GET",
        "/v1.0/contact/users/{unionId}",
        "dingtalk-retrieve-user-information",
        "Contact.User.Read",
        directory_operations.get_user,
        is_metered=False,
    ),
)
