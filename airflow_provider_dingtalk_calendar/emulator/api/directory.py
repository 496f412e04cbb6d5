"""The operations that look people up. Operations in the legacy API are named as in the legacy SDK.

The legacy operations have no error for a parameter that is missing or has the wrong type. Both cases get the
answer to an invalid parameter (undocumented).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core import errors, legacy
from ..core.contract import (
    FLAG,
    INTEGER,
    TEXT,
    Contract,
    Schema,
    array,
    choice,
    exactly,
    full,
    integer,
    text_with,
)
from ..core.errors import ServiceError
from ..core.permissions import CONTACT_READ, DEPARTMENT_MEMBER, MEMBER, MEMBER_BY_MOBILE
from ..world.app import INTERNAL
from .route import ENTERPRISE_APPS, Route

if TYPE_CHECKING:
    from .call import Call, Json

_ME = "me"
_EMPLOYEE = 0


def get_user_details(call: Call) -> Json:
    """Return a person by userid (page query-user-details).

    The page lists errcode 33012 for an unknown user. The answer has only the fields that the emulator knows.
    """
    directory = call.organization.directory
    person = directory.people.get(call.body()["userid"])
    if person is None:
        raise ServiceError(legacy.INVALID_USERID)
    result: dict[str, object] = {
        "userid": person.userid,
        "unionid": person.union_id,
        "name": person.name,
        "active": True,
        "dept_id_list": directory.departments_of(person.userid),
    }
    if person.mobile:
        result["mobile"] = person.mobile
    return {"result": result}


def get_user_by_mobile(call: Call) -> Json:
    """Return the userid for a mobile number (page query-users-by-phone-number)."""
    mobile = call.body()["mobile"]
    if not mobile.lstrip("+").replace("-", "").isdecimal():
        raise ServiceError(legacy.INVALID_MOBILE)
    person = call.organization.directory.person_by("mobile", mobile)
    if person is None:
        raise ServiceError(legacy.USER_NOT_FOUND)
    return {"result": {"userid": person.userid}}


def get_user_by_union_id(call: Call) -> Json:
    """Return the userid for a unionId (page query-a-user-by-the-union-id).

    In the emulator everyone is an employee.
    """
    person = call.organization.directory.person_by("union_id", call.body()["unionid"])
    if person is None:
        raise ServiceError(legacy.EMPLOYEE_NOT_FOUND)
    return {"result": {"contact_type": _EMPLOYEE, "userid": person.userid}}


def list_department_userids(call: Call) -> Json:
    """List the userids in a department (page query-the-list-of-department-userids)."""
    return {"result": {"userid_list": list(_members(call, call.body()["dept_id"]))}}


def list_department_users(call: Call) -> Json:
    """List the people in a department (page queries-the-complete-information-of-a-department-user).

    The answer has only the fields that the emulator knows. An answer has at most 100 people, and an unknown
    userid is left out (neither is documented).
    """
    body = call.body()
    first, size = int(body["cursor"]), int(body["size"])
    members = _members(call, body["dept_id"])
    known = call.organization.directory.people
    people = [known[userid] for userid in members if userid in known]
    page = people[first : first + size]
    result: dict[str, object] = {
        "has_more": first + size < len(people),
        "list": [
            {"userid": person.userid, "unionid": person.union_id, "name": person.name} for person in page
        ],
    }
    if result["has_more"]:
        result["next_cursor"] = first + size
    return {"result": result}


def get_user(call: Call) -> Json:
    """Return a person to an app with a user's token (page dingtalk-retrieve-user-information).

    The emulator chose three rules that are not documented. A user's token can look up any person. An app's
    token finds nobody. For a user who signed in without being added, the unionId
    stands in for the name.
    """
    asked = call.parameters["unionId"]
    if call.user is None:
        raise ServiceError(errors.NO_USER)
    union_id = call.user if asked == _ME else asked
    person = call.organization.directory.person_by("union_id", union_id)
    if person is None and asked != _ME:
        raise ServiceError(errors.NO_USER)
    name, mobile = (union_id, "") if person is None else (person.name, person.mobile)
    known = {"nick": name, "unionId": union_id, "openId": f"openId-{union_id}"}
    return {**known, "mobile": mobile} if mobile else known


def _members(call: Call, dept_id: int) -> tuple[str, ...]:
    userids = call.organization.directory.departments.get(dept_id)
    if userids is None:
        raise ServiceError(legacy.DEPARTMENT_NOT_FOUND)
    return userids


_FILLED_TEXT = text_with(minLength=1)
_NUMBER: Schema = {**INTEGER, "minimum": 0}


def _contract(
    result: dict[str, Schema], body: dict[str, Schema], *, optional: tuple[str, ...] = ()
) -> Contract:
    """Return the contract of an operation in the legacy API.

    :param optional: the fields that requests and answers can leave out.
    """
    answer = exactly({"result": exactly(result, optional=optional)})
    return Contract(answer, full(body, optional), error=legacy.INVALID_PARAMETER)


ROUTES = (
    Route(
        "OapiV2UserGet",
        "POST /topapi/v2/user/get",
        "query-user-details",
        MEMBER,
        get_user_details,
        _contract(
            {
                "userid": TEXT,
                "unionid": TEXT,
                "name": TEXT,
                "active": FLAG,
                "dept_id_list": array(INTEGER),
                "mobile": TEXT,
            },
            {"userid": _FILLED_TEXT, "language": choice("zh_CN", "en_US")},
            optional=("mobile", "language"),
        ),
        ENTERPRISE_APPS,
        is_metered=False,
    ),
    Route(
        "OapiV2UserGetbymobile",
        "POST /topapi/v2/user/getbymobile",
        "query-users-by-phone-number",
        MEMBER_BY_MOBILE,
        get_user_by_mobile,
        _contract({"userid": TEXT}, {"mobile": _FILLED_TEXT}),
        (INTERNAL,),
        is_metered=False,
    ),
    Route(
        "OapiUserGetbyunionid",
        "POST /topapi/user/getbyunionid",
        "query-a-user-by-the-union-id",
        MEMBER,
        get_user_by_union_id,
        _contract({"contact_type": INTEGER, "userid": TEXT}, {"unionid": _FILLED_TEXT}),
        ENTERPRISE_APPS,
        is_metered=False,
    ),
    Route(
        "OapiUserListid",
        "POST /topapi/user/listid",
        "query-the-list-of-department-userids",
        MEMBER,
        list_department_userids,
        _contract({"userid_list": array(TEXT)}, {"dept_id": _NUMBER}),
        ENTERPRISE_APPS,
        is_metered=False,
    ),
    Route(
        "OapiV2UserList",
        "POST /topapi/v2/user/list",
        "queries-the-complete-information-of-a-department-user",
        DEPARTMENT_MEMBER,
        list_department_users,
        _contract(
            {
                "has_more": FLAG,
                "next_cursor": INTEGER,
                "list": array(exactly({"userid": TEXT, "unionid": TEXT, "name": TEXT})),
            },
            {"dept_id": _NUMBER, "cursor": _NUMBER, "size": integer(1, 100)},
            optional=("next_cursor",),
        ),
        ENTERPRISE_APPS,
        is_metered=False,
    ),
    Route(
        "GetUser",
        "GET /v1.0/contact/users/{unionId}",
        "dingtalk-retrieve-user-information",
        CONTACT_READ,
        get_user,
        Contract(
            exactly({"nick": TEXT, "unionId": TEXT, "openId": TEXT, "mobile": TEXT}, optional=("mobile",))
        ),
        is_metered=False,
    ),
)
