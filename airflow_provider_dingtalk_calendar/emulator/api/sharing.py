"""The operations on sharing a primary calendar.

The documentation says what each privilege allows, but not where a shared calendar appears. Here the other
user's ListCalendars shows the calendar with type ``shared``, and the operations on events accept its id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core import errors
from ..core.contract import FILLED_UNION_ID, FLAG, TEXT, Contract, array, choice, exactly, full
from ..core.errors import ServiceError
from ..core.permissions import ACL_READ, ACL_WRITE
from ..world.app import THIRD_PARTY_ENTERPRISE
from ..world.events import PRIMARY_CALENDAR_ID
from ..world.sharing import PRIVILEGES
from .route import CALENDAR, Route

if TYPE_CHECKING:
    from ..world.sharing import SharedAccess
    from .call import Call, Json


def create_acls(call: Call) -> Json:
    """Share a primary calendar (page create-schedule-access-control).

    Sharing with the same user again changes the privilege (undocumented).
    """
    owner, body = _owner(call), call.body()
    union_id = body["scope"]["userId"]
    if union_id == owner:
        raise ServiceError(errors.OTHER_PARAMETER)
    return _answer(call.sharing.share(owner, union_id, body["privilege"]))


def list_acls(call: Call) -> Json:
    """List who has access (page obtain-the-access-control-list-of-the-calendar)."""
    return {"acls": [_answer(shared) for shared in call.sharing.by(_owner(call))]}


def delete_acl(call: Call) -> None:
    """Take access away (page delete-an-access-control-list).

    The page's only error is also the answer to an unknown id (undocumented).
    """
    wanted = call.parameters["aclId"]
    found = [shared for shared in call.sharing.by(_owner(call)) if shared.acl_id == wanted]
    if not found:
        raise ServiceError(errors.OTHER_PARAMETER)
    call.sharing.remove(found[0])


def _owner(call: Call) -> str:
    """Check that the app and the calendar support sharing, and return the calendar's owner."""
    if call.app.app_type == THIRD_PARTY_ENTERPRISE:
        raise ServiceError(errors.APP_TYPE_NOT_SUPPORTED)
    if call.parameters["calendarId"] != PRIMARY_CALENDAR_ID:
        raise ServiceError(errors.SUBSCRIBED_NOT_SUPPORTED)
    return call.union_id


def _answer(shared: SharedAccess) -> Json:
    scope = {"scopeType": "user", "userId": shared.union_id}
    return {"privilege": shared.privilege, "aclId": shared.acl_id, "scope": scope}


_ACLS = f"{CALENDAR}/acls"
_FIELDS = {
    "privilege": choice(*PRIVILEGES),
    "scope": full({"scopeType": choice("user"), "userId": FILLED_UNION_ID}),
}
_ACL = exactly({"aclId": TEXT, **_FIELDS})

ROUTES = (
    Route(
        "CreateAcls",
        f"POST {_ACLS}",
        "create-schedule-access-control",
        ACL_WRITE,
        create_acls,
        Contract(_ACL, full({**_FIELDS, "sendMsg": FLAG})),
    ),
    Route(
        "ListAcls",
        f"GET {_ACLS}",
        "obtain-the-access-control-list-of-the-calendar",
        ACL_READ,
        list_acls,
        Contract(exactly({"acls": array(_ACL)})),
    ),
    Route(
        "DeleteAcl",
        f"DELETE {_ACLS}/{{aclId}}",
        "delete-an-access-control-list",
        ACL_WRITE,
        delete_acl,
        Contract(None),
    ),
)
