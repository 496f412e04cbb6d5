"""Sharing a calendar by access control entries (ACLs)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..engine.both_clients import operation
from ..engine.effects import Flow
from ..engine.endpoint import Endpoint, Replay
from ..wire import readers
from ..wire.records import Record, given
from ..wire.values import check_text
from .base import CALENDAR, Calling


@dataclass(frozen=True)
class AclScope(Record):
    """The user a calendar is shared with.

    :param scope_type: ``user``, the only documented value.
    :param user_id: unionId.
    """

    scope_type: str | None = None
    user_id: str | None = None


@dataclass(frozen=True)
class Acl(Record):
    """An access control entry: what one user is allowed to do with a calendar.

    https://help.dingtalk.io/open/development/create-schedule-access-control

    :param acl_id: Id of the entry.
    :param privilege: ``free_busy_reader``, ``title_reader``, ``reader`` or ``writer``.
    :param scope: The user.
    """

    acl_id: str
    privilege: str | None = None
    scope: AclScope | None = None


ACL_READ = "Calendar.Acl.Read"
ACL_WRITE = "Calendar.Acl.Write"

CREATE_ACLS: Endpoint[Acl] = Endpoint(
    operation="CreateAcls",
    route=f"POST {CALENDAR}/acls",
    page="create-schedule-access-control",
    answer=Acl.from_wire,
    permission=ACL_WRITE,
    body=("privilege", "scope", "sendMsg"),
    required=("privilege", "scope", "sendMsg"),
)

LIST_ACLS: Endpoint[list[Acl]] = Endpoint(
    operation="ListAcls",
    route=f"GET {CALENDAR}/acls",
    page="obtain-the-access-control-list-of-the-calendar",
    answer=readers.records("acls", Acl),
    permission=ACL_READ,
)

DELETE_ACL: Endpoint[None] = Endpoint(
    operation="DeleteAcl",
    route=f"DELETE {CALENDAR}/acls/{{aclId}}",
    page="delete-an-access-control-list",
    answer=readers.nothing,
    may_be_empty=True,
    permission=ACL_WRITE,
    replay=Replay.REPEATABLE,
)


class SharingOperations(Calling):
    """Share calendars with users."""

    @operation
    def create_acls(
        self,
        union_id: str,
        calendar_id: str,
        *,
        privilege: str,
        scope: str | Mapping[str, Any],
        send_msg: bool = False,
    ) -> Flow[Acl]:
        """Share a calendar with a user and return the entry. An owner can share with at most 500 users.

        The effect of a second call for the same user is not documented, so a request whose outcome is unknown
        is not repeated. https://help.dingtalk.io/open/development/create-schedule-access-control

        :param union_id: unionId of the owner.
        :param calendar_id: Id of the calendar.
        :param privilege: ``free_busy_reader``, ``title_reader``, ``reader`` or ``writer``.
        :param scope: unionId of the user, or a mapping in the API's form.
        :param send_msg: Whether DingTalk notifies the user.
        :raises DingTalkError: If DingTalk does not return the entry.
        """
        if not isinstance(scope, Mapping):
            check_text("scope", scope)
            scope = {"scopeType": "user", "userId": scope}
        body = given(privilege=privilege, scope=dict(scope), send_msg=send_msg)
        return self._send(CREATE_ACLS, union_id, calendar_id, body=body)

    @operation
    def list_acls(self, union_id: str, calendar_id: str) -> Flow[list[Acl]]:
        """Return the access control entries of a calendar.

        https://help.dingtalk.io/open/development/obtain-the-access-control-list-of-the-calendar

        :param union_id: unionId of the owner.
        :param calendar_id: Id of the calendar.
        :raises DingTalkError: If DingTalk does not return entries.
        """
        return self._send(LIST_ACLS, union_id, calendar_id)

    @operation
    def delete_acl(self, union_id: str, calendar_id: str, acl_id: str) -> Flow[None]:
        """Stop sharing a calendar with a user.

        https://help.dingtalk.io/open/development/delete-an-access-control-list

        :param union_id: unionId of the owner.
        :param calendar_id: Id of the calendar.
        :param acl_id: Id of the entry.
        :raises DingTalkError: If DingTalk refuses.
        """
        return self._send(DELETE_ACL, union_id, calendar_id, acl_id)
