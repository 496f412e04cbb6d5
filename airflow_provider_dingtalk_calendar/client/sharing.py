"""The operations on sharing a calendar, and the rest of the API, once for the sync and the async client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from airflow_provider_dingtalk_calendar.client import event_endpoints
from airflow_provider_dingtalk_calendar.client import meeting_endpoints as endpoints
from airflow_provider_dingtalk_calendar.client.actions import Flow, Mask
from airflow_provider_dingtalk_calendar.client.calling import Calling, ClientToken
from airflow_provider_dingtalk_calendar.client.checks import check_ids, check_text, check_texts
from airflow_provider_dingtalk_calendar.client.meeting_models import (
    Acl,
    AiMinutes,
    CaldavAccount,
    Category,
    Plugin,
)
from airflow_provider_dingtalk_calendar.client.operation import operation
from airflow_provider_dingtalk_calendar.client.records import given


class SharingOperations(Calling):
    """Operations on sharing, and what the SDK has besides."""

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
        """Share a calendar with a user, and return the entry. A user may share with 500.

        What a second call for the same user does is not documented, so that a request whose outcome is
        unknown is not sent again. https://help.dingtalk.io/open/development/create-schedule-access-control

        :param union_id: unionId of the owner.
        :param calendar_id: Calendar.
        :param privilege: ``free_busy_reader``, ``title_reader``, ``reader`` or ``writer``.
        :param scope: unionId of the user, or a mapping.
        :param send_msg: Whether DingTalk tells the user.
        :raises DingTalkError: If DingTalk does not answer with the entry.
        """
        if not isinstance(scope, Mapping):
            check_text("scope", scope)
            scope = {"scopeType": "user", "userId": scope}
        body = given(privilege=privilege, scope=dict(scope), send_msg=send_msg)
        return self._send(endpoints.CREATE_ACLS, union_id=union_id, calendar_id=calendar_id, body=body)

    @operation
    def list_acls(self, union_id: str, calendar_id: str) -> Flow[list[Acl]]:
        """Return with whom a calendar is shared.

        https://help.dingtalk.io/open/development/obtain-the-access-control-list-of-the-calendar

        :param union_id: unionId of the owner.
        :param calendar_id: Calendar.
        :raises DingTalkError: If DingTalk does not answer with entries.
        """
        return self._send(endpoints.LIST_ACLS, union_id=union_id, calendar_id=calendar_id)

    @operation
    def delete_acl(self, union_id: str, calendar_id: str, acl_id: str) -> Flow[None]:
        """Share a calendar with a user no longer.

        https://help.dingtalk.io/open/development/delete-an-access-control-list

        :param union_id: unionId of the owner.
        :param calendar_id: Calendar.
        :param acl_id: Id of the entry.
        :raises DingTalkError: If DingTalk refuses.
        """
        return self._send(endpoints.DELETE_ACL, union_id=union_id, calendar_id=calendar_id, acl_id=acl_id)

    @operation
    def generate_caldav_account(self, union_id: str, *, device: str) -> Flow[CaldavAccount]:
        """Make an account for a CalDAV program. SDK only.

        Its password is in the answer alone.

        :param union_id: unionId of the user.
        :param device: Not documented; by its name, what the account is for.
        :raises DingTalkError: If DingTalk does not answer with an account.
        """
        account = yield from self._send(
            endpoints.GENERATE_CALDAV_ACCOUNT, union_id=union_id, body=given(device=device)
        )
        yield Mask(account.password)
        return account

    @operation
    def list_categories(self, *, client_token: ClientToken | None = None) -> Flow[list[Category]]:
        """Return the kinds of meetings. SDK only.

        :param client_token: Value of ``x-client-token``, which the SDK can send; what for is not documented.
        :raises DingTalkError: If DingTalk does not answer with categories.
        """
        return self._send(endpoints.LIST_CATEGORIES, client_token=client_token)

    @operation
    def list_ai_minutes(
        self, union_id: str, calendar_id: str, event_id: str, *, fetch_all: bool | None = None
    ) -> Flow[list[AiMinutes]]:
        """Return the machine's minutes of an event. SDK only.

        :param union_id: unionId of the user.
        :param calendar_id: Calendar that it belongs to.
        :param event_id: Its id.
        :param fetch_all: Not documented.
        :raises DingTalkError: If DingTalk does not answer with minutes.
        """
        return self._send(
            endpoints.LIST_AI_MINUTES,
            union_id=union_id,
            calendar_id=calendar_id,
            event_id=event_id,
            query=given(fetch_all=fetch_all),
        )

    @operation
    def list_org_plugins(self) -> Flow[list[Plugin]]:
        """Return the plugins of the organization's calendar. SDK only.

        :raises DingTalkError: If DingTalk does not answer with plugins.
        """
        return self._send(endpoints.LIST_ORG_PLUGINS)

    @operation
    def update_org_plugin_subscribers(
        self,
        plugin_id: str,
        *,
        dept_ids: Sequence[str] | None = None,
        union_ids: Sequence[str] | None = None,
    ) -> Flow[None]:
        """Say who has a plugin. SDK only: whether it replaces or adds is not documented.

        :param plugin_id: Id of the plugin.
        :param dept_ids: Departments.
        :param union_ids: unionIds of users.
        :raises DingTalkError: If DingTalk does not answer ``result: true``.
        """
        body = given(
            dept_ids=None if dept_ids is None else check_texts("dept_ids", dept_ids),
            union_ids=None if union_ids is None else check_texts("union_ids", union_ids),
        )
        return self._send(endpoints.UPDATE_ORG_PLUGIN_SUBSCRIBERS, plugin_id=plugin_id, body=body)

    @operation
    def convert_legacy_event_id(
        self, union_id: str, *, legacy_event_ids: Sequence[str]
    ) -> Flow[dict[str, Any]]:
        """Return the ids that events of the older API have in this one. SDK only.

        :param union_id: unionId of the user.
        :param legacy_event_ids: Their older ids.
        :raises DingTalkError: If DingTalk does not answer with a mapping.
        """
        body = given(legacy_event_ids=check_ids("legacy_event_ids", legacy_event_ids))
        return self._send(event_endpoints.CONVERT_LEGACY_EVENT_ID, union_id=union_id, body=body)
