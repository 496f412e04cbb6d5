"""The legacy API (oapi). All answers have HTTP status 200, and ``errcode`` shows success or failure.

The errors are ``ErrorAnswer`` objects, as in ``errors``. Their ``code`` holds the ``errcode``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import errors
from .errors import ErrorAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "/topapi/"
TOKEN_PARAMETER = "access_token"  # noqa: S105  # the name of a query parameter

_OK = 200

# Page server-api-error-codes-1.
SYSTEM_BUSY = ErrorAnswer(_OK, "-1", "系统繁忙")
# Page server-api-error-codes-1. A missing access_token gets the same answer.
INVALID_TOKEN = ErrorAnswer(_OK, "40014", "不合法的access_token")
# Page server-api-error-codes-1. According to the page, only the legacy API distinguishes an expired token
# from an unknown one.
EXPIRED_TOKEN = ErrorAnswer(_OK, "42001", "access_token超时")
# Page server-api-error-codes-1. The page lists 88 (see sub_code) and 60011 (no permission). Answers from
# the service show how 88 wraps 60011.
NO_PERMISSION = ErrorAnswer(_OK, "88", "ding talk error[subcode=60011,submsg=没有调用该接口的权限]")
# Page how-to-process-api-throttling-on-the-dingtalk-server, for both limits. The page gives no message, so
# the words are the emulator's.
QPS_LIMIT = ErrorAnswer(_OK, "90018", errors.QPS_LIMIT.message)
MONTHLY_QUOTA = ErrorAnswer(_OK, "90020", errors.MONTHLY_QUOTA.message)
# Page server-api-error-codes-1.
UNKNOWN_URI = ErrorAnswer(_OK, "404", "请求的URI地址不存在")
# Page query-user-details. The page does not say which requests get this answer. Here a parameter that
# is missing, empty or of the wrong type gets this answer.
INVALID_PARAMETER = ErrorAnswer(_OK, "400002", "无效的参数")
# Page query-user-details.
INVALID_USERID = ErrorAnswer(_OK, "33012", "无效的userId")
# Page query-users-by-phone-number.
USER_NOT_FOUND = ErrorAnswer(_OK, "60121", "未找到该用户")
# Page query-a-user-by-the-union-id.
EMPLOYEE_NOT_FOUND = ErrorAnswer(_OK, "60121", "未找到对应员工")
# Page query-users-by-phone-number. The page does not say when this error applies instead of 60121. Here a
# string that is not a number gets this error.
INVALID_MOBILE = ErrorAnswer(_OK, "40104", "企业中无效的手机号")
# Page server-api-error-codes-1, to which page query-the-list-of-department-userids refers for errors.
DEPARTMENT_NOT_FOUND = ErrorAnswer(_OK, "60003", "部门不存在")

_SUB_CODE_60011 = {"sub_code": "60011", "sub_msg": "没有调用该接口的权限"}

_COUNTERPARTS: Mapping[str, ErrorAnswer] = {
    errors.INVALID_AUTHENTICATION.code: INVALID_TOKEN,
    errors.ACCESS_TOKEN_PERMISSION_DENIED.code: NO_PERMISSION,
    errors.APP_TYPE_NOT_SUPPORTED.code: NO_PERMISSION,
    errors.QPS_LIMIT.code: QPS_LIMIT,
    errors.MONTHLY_QUOTA.code: MONTHLY_QUOTA,
    errors.OTHER_PARAMETER.code: INVALID_PARAMETER,
    errors.UNKNOWN_ROUTE.code: UNKNOWN_URI,
}
"""The errors of the legacy API, by the code of the same failure in the new API."""


def is_legacy(path: str) -> bool:
    """Return whether a raw path, or the template of a route, belongs to the legacy API."""
    return path.startswith(PREFIX)


def ok_body(result: Mapping[str, object], request_id: str) -> Mapping[str, object]:
    """Return the body of a successful answer.

    :param result: the field ``result`` and the other fields of the answer.
    :param request_id: the id of the request.
    """
    return {"errcode": 0, "errmsg": "ok", **result, "request_id": request_id}


def error_body(code: str, message: str, request_id: str) -> Mapping[str, object]:
    """Return the body of an error.

    :param code: an ``errcode`` in decimal digits, or a ``code`` of the new API. A ``code`` becomes the
        matching ``errcode``, or -1 (the system is busy) if none matches.
    :param message: ``errmsg``, if the code is an ``errcode``.
    :param request_id: the id of the request.
    """
    if not code.lstrip("-").isdecimal():
        counterpart = _COUNTERPARTS.get(code, SYSTEM_BUSY)
        code, message = counterpart.code, counterpart.message
    wrapped = _SUB_CODE_60011 if (code, message) == (NO_PERMISSION.code, NO_PERMISSION.message) else {}
    return {"errcode": int(code), "errmsg": message, **wrapped, "request_id": request_id}
