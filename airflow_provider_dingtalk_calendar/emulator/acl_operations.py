"""What the operations on sharing do: functions as in ``operations``.

What a privilege allows is documented, where it shows is not: here the calendar is in the other's
ListCalendars, of type ``shared``, and the operations on events take its id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.emulator import errors, event_errors
from airflow_provider_dingtalk_calendar.emulator.access import THIRD_PARTY_ENTERPRISE
from airflow_provider_dingtalk_calendar.emulator.acls import PRIVILEGES, Acl
from airflow_provider_dingtalk_calendar.emulator.errors import ApiError
from airflow_provider_dingtalk_calendar.emulator.events import PRIMARY_CALENDAR_ID
from airflow_provider_dingtalk_calendar.emulator.json_fields import (
    read_bool,
    read_filled,
    read_mapping,
    read_one_of,
)

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.emulator.operations import Call, Json


def create_acls(call: Call) -> Json:
    """Page create-schedule-access-control. A second time changes the privilege (undocumented)."""
    owner = _owner(call)
    body = read_mapping(call.body)
    privilege = read_one_of(body.get("privilege"), PRIVILEGES)
    read_bool(body.get("sendMsg"))
    scope = read_mapping(body.get("scope"))
    read_one_of(scope.get("scopeType"), ("user",))
    union_id = read_filled(scope, "userId")
    if union_id == owner:
        raise ApiError(errors.OTHER_PARAMETER)
    return _answer(call.acls.share(owner, union_id, privilege))


def list_acls(call: Call) -> Json:
    """Page obtain-the-access-control-list-of-the-calendar."""
    return {"acls": [_answer(acl) for acl in call.acls.of(_owner(call))]}


def delete_acl(call: Call) -> None:
    """Page delete-an-access-control-list; its only error is also that for an unknown id (undocumented)."""
    wanted = call.parameters["aclId"]
    found = [acl for acl in call.acls.of(_owner(call)) if acl.acl_id == wanted]
    if not found:
        raise ApiError(errors.OTHER_PARAMETER)
    call.acls.remove(found[0])


def _owner(call: Call) -> str:
    """Return whose primary calendar the path names, to an app of a type that the pages name."""
    if call.app.app_type == THIRD_PARTY_ENTERPRISE:
        raise ApiError(errors.APP_TYPE_NOT_SUPPORTED)
    if call.parameters["calendarId"] != PRIMARY_CALENDAR_ID:
        raise ApiError(event_errors.SUBSCRIBED_NOT_SUPPORTED)
    return call.union_id


def _answer(acl: Acl) -> Json:
    scope = {"scopeType": "user", "userId": acl.union_id}
    return {"privilege": acl.privilege, "aclId": acl.acl_id, "scope": scope}
