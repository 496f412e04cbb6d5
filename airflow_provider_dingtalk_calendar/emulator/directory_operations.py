"""What the operations on people do: functions as in ``operations``.

That a parameter that is missing or of another type is answered as an invalid one is undocumented.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.emulator import errors, legacy
from airflow_provider_dingtalk_calendar.emulator.errors import ApiError

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.emulator.operations import Call, Json

_ME = "me"
_EMPLOYEE = 0
_DIGITS_MAX = 18
_PAGE_MAX = 100


def get_user_details(call: Call) -> Json:
    """Page query-user-details, which lists 33012 for an unknown user; of its fields, those that are known."""
    directory = call.organization.directory
    user = directory.user(_text(call, "userid"))
    if user is None:
        raise ApiError(legacy.INVALID_USERID)
    result: dict[str, object] = {
        "userid": user.userid,
        "unionid": user.union_id,
        "name": user.name,
        "active": True,
        "dept_id_list": directory.departments_of(user.userid),
    }
    if user.mobile:
        result["mobile"] = user.mobile
    return {"result": result}


def get_user_by_mobile(call: Call) -> Json:
    """Page query-users-by-phone-number."""
    mobile = _text(call, "mobile")
    if not mobile.lstrip("+").replace("-", "").isdecimal():
        raise ApiError(legacy.INVALID_MOBILE)
    user = call.organization.directory.user_by("mobile", mobile)
    if user is None:
        raise ApiError(legacy.USER_NOT_FOUND)
    return {"result": {"userid": user.userid}}


def get_user_by_union_id(call: Call) -> Json:
    """Page query-a-user-by-the-union-id; everyone is an employee."""
    user = call.organization.directory.user_by("union_id", _text(call, "unionid"))
    if user is None:
        raise ApiError(legacy.EMPLOYEE_NOT_FOUND)
    return {"result": {"contact_type": _EMPLOYEE, "userid": user.userid}}


def list_department_userids(call: Call) -> Json:
    """Page query-the-list-of-department-userids."""
    return {"result": {"userid_list": list(_members(call))}}


def list_department_users(call: Call) -> Json:
    """Page queries-the-complete-information-of-a-department-user; of their fields, those that are known.

    Undocumented: how large a page may be (100 here), and that a userid nobody has is left out.
    """
    first, size = _number(call, "cursor"), _number(call, "size")
    if not 1 <= size <= _PAGE_MAX:
        raise ApiError(legacy.INVALID_PARAMETER)
    userids = _members(call)
    users = [user for userid in userids if (user := call.organization.directory.user(userid))]
    page = users[first : first + size]
    result: dict[str, object] = {
        "has_more": first + size < len(users),
        "list": [{"userid": user.userid, "unionid": user.union_id, "name": user.name} for user in page],
    }
    if result["has_more"]:
        result["next_cursor"] = first + size
    return {"result": result}


def _members(call: Call) -> tuple[str, ...]:
    userids = call.organization.directory.department(_number(call, "dept_id"))
    if userids is None:
        raise ApiError(legacy.DEPARTMENT_NOT_FOUND)
    return userids


def _number(call: Call, field: str) -> int:
    """Return a number that is not negative. That it may be sent as a text is undocumented."""
    value = call.body.get(field) if isinstance(call.body, Mapping) else None
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= _DIGITS_MAX:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ApiError(legacy.INVALID_PARAMETER)
    return value


def get_user(call: Call) -> Json:
    """Page dingtalk-retrieve-user-information, which takes the token of a user.

    Undocumented: that any person can be looked up with it, that the token of an app finds nobody, and what is
    told of a user who signed in without having been added.
    """
    asked = call.parameters["unionId"]
    if call.user is None:
        raise ApiError(errors.NO_USER)
    union_id = call.user if asked == _ME else asked
    user = call.organization.directory.user_by("union_id", union_id)
    if user is None and asked != _ME:
        raise ApiError(errors.NO_USER)
    name, mobile = (union_id, "") if user is None else (user.name, user.mobile)
    told = {"nick": name, "unionId": union_id, "openId": f"openId-{union_id}"}
    return {**told, "mobile": mobile} if mobile else told


def _text(call: Call, field: str) -> str:
    value = call.body.get(field) if isinstance(call.body, Mapping) else None
    if not isinstance(value, str) or not value:
        raise ApiError(legacy.INVALID_PARAMETER)
    return value
