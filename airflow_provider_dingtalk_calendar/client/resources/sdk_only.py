"""Undocumented operations of the official SDK that belong in no other module."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..engine.both_clients import operation
from ..engine.effects import Flow, Mask
from ..engine.endpoint import Endpoint, Replay
from ..wire import readers
from ..wire.records import Record, given
from ..wire.values import check_ids, check_texts
from .base import EVENT, USER, Calling, ClientToken


@dataclass(frozen=True)
class CaldavAccount(Record):
    """An account for a CalDAV client.

    :param username: User name.
    :param password: Password.
    :param server_address: Address of the CalDAV server.
    """

    username: str
    password: str = field(repr=False)
    server_address: str | None = None


@dataclass(frozen=True)
class Category(Record):
    """A category of meetings.

    :param open_category_id: Id of the category.
    :param display_name: Name.
    """

    open_category_id: str
    display_name: str | None = None


@dataclass(frozen=True)
class AiMinutes(Record):
    """AI-generated minutes of a meeting.

    :param minutes_id: Id of the minutes.
    :param creator_user_id: Id of the creator.
    """

    minutes_id: str
    creator_user_id: str | None = None


@dataclass(frozen=True)
class PluginSubscribers(Record):
    """The users and departments that have a plugin.

    :param dept_ids: Ids of departments.
    :param union_ids: unionIds of users.
    """

    dept_ids: tuple[str, ...] = ()
    union_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plugin(Record):
    """A plugin of the organization's calendar.

    :param plugin_id: Id of the plugin.
    :param name: Name.
    :param logo: Picture.
    :param plugin_classification: Kind of plugin.
    :param subscribers: The users and departments that have the plugin.
    """

    plugin_id: str
    name: str | None = None
    logo: str | None = None
    plugin_classification: str | None = None
    subscribers: PluginSubscribers | None = None


GENERATE_CALDAV_ACCOUNT: Endpoint[CaldavAccount] = Endpoint(
    operation="GenerateCaldavAccount",
    route=f"POST {USER}/caldavAccounts",
    answer=CaldavAccount.from_wire,
    body=("device",),
    secret="password",  # noqa: S106  the name of a field
    required=("device",),
)

LIST_CATEGORIES: Endpoint[list[Category]] = Endpoint(
    operation="ListCategories",
    route="GET /v1.0/calendar/categories",
    answer=readers.records("categories", Category),
    client_token=True,
)

LIST_AI_MINUTES: Endpoint[list[AiMinutes]] = Endpoint(
    operation="ListAiMinutes",
    route=f"GET {EVENT}/minutes",
    answer=readers.records("minutes", AiMinutes),
    query=("fetchAll",),
)

LIST_ORG_PLUGINS: Endpoint[list[Plugin]] = Endpoint(
    operation="ListOrgPlugins",
    route="GET /v1.0/calendar/plugins",
    answer=readers.records("plugins", Plugin),
)

UPDATE_ORG_PLUGIN_SUBSCRIBERS: Endpoint[None] = Endpoint(
    operation="UpdateOrgPluginSubscribers",
    route="POST /v1.0/calendar/plugins/{pluginId}/subscribers",
    answer=readers.result_true,
    body=("deptIds", "unionIds"),
)

CONVERT_LEGACY_EVENT_ID: Endpoint[dict[str, Any]] = Endpoint(
    operation="ConvertLegacyEventId",
    route=f"POST {USER}/legacyEventIds/convert",
    answer=readers.mapping("legacyEventIdMap"),
    replay=Replay.READ,
    body=("legacyEventIds",),
    required=("legacyEventIds",),
)


class SdkOnlyOperations(Calling):
    """Call operations that only the official SDK describes."""

    @operation
    def generate_caldav_account(self, union_id: str, *, device: str) -> Flow[CaldavAccount]:
        """Create an account for a CalDAV client. SDK only.

        Only this answer holds the password.

        :param union_id: unionId of the user.
        :param device: Not documented; presumably the device that will use the account.
        :raises DingTalkError: If DingTalk does not return an account.
        """
        account = yield from self._send(GENERATE_CALDAV_ACCOUNT, union_id, body=given(device=device))
        yield Mask(account.password)
        return account

    @operation
    def list_categories(self, *, client_token: ClientToken | None = None) -> Flow[list[Category]]:
        """Return the categories of meetings. SDK only.

        :param client_token: Value of ``x-client-token``; its effect is not documented.
        :raises DingTalkError: If DingTalk does not return categories.
        """
        return self._send(LIST_CATEGORIES, client_token=client_token)

    @operation
    def list_ai_minutes(
        self, union_id: str, calendar_id: str, event_id: str, *, fetch_all: bool | None = None
    ) -> Flow[list[AiMinutes]]:
        """Return the AI-generated minutes of an event. SDK only.

        :param union_id: unionId of the user.
        :param calendar_id: Calendar of the event.
        :param event_id: Id of the event.
        :param fetch_all: Not documented.
        :raises DingTalkError: If DingTalk does not return minutes.
        """
        return self._send(LIST_AI_MINUTES, union_id, calendar_id, event_id, query=given(fetch_all=fetch_all))

    @operation
    def list_org_plugins(self) -> Flow[list[Plugin]]:
        """Return the plugins of the organization's calendar. SDK only.

        :raises DingTalkError: If DingTalk does not return plugins.
        """
        return self._send(LIST_ORG_PLUGINS)

    @operation
    def update_org_plugin_subscribers(
        self,
        plugin_id: str,
        *,
        dept_ids: Sequence[str] | None = None,
        union_ids: Sequence[str] | None = None,
    ) -> Flow[None]:
        """Give a plugin to users and departments. SDK only.

        Whether the new list replaces the old one is not documented.

        :param plugin_id: Id of the plugin.
        :param dept_ids: Ids of departments.
        :param union_ids: unionIds of users.
        :raises DingTalkError: If DingTalk does not answer ``result: true``.
        """
        body = given(
            dept_ids=None if dept_ids is None else check_texts("dept_ids", dept_ids),
            union_ids=None if union_ids is None else check_texts("union_ids", union_ids),
        )
        return self._send(UPDATE_ORG_PLUGIN_SUBSCRIBERS, plugin_id, body=body)

    @operation
    def convert_legacy_event_id(
        self, union_id: str, *, legacy_event_ids: Sequence[str]
    ) -> Flow[dict[str, Any]]:
        """Convert event ids of the older API. SDK only.

        :param union_id: unionId of the user.
        :param legacy_event_ids: The ids to convert.
        :raises DingTalkError: If DingTalk does not return a mapping.
        """
        body = given(legacy_event_ids=check_ids("legacy_event_ids", legacy_event_ids))
        return self._send(CONVERT_LEGACY_EVENT_ID, union_id, body=body)
