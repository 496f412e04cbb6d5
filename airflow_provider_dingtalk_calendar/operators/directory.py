"""Operators that look up people and groups for calendars: unionIds and openConversationIds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from airflow_provider_dingtalk_calendar.client.wire.values import MAX_GROUP_TITLE, check_path_id
from airflow_provider_dingtalk_calendar.exceptions import (
    ContactScopeError,
    DingTalkError,
    InvalidArgumentError,
    NotFoundError,
)
from airflow_provider_dingtalk_calendar.support.arguments import (
    is_pending,
    mapping,
    one_of,
    optional,
    sequence,
    text,
    texts,
)
from airflow_provider_dingtalk_calendar.support.base import DingTalkOperator, push

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context

    from airflow_provider_dingtalk_calendar.client import DingTalkClient
    from airflow_provider_dingtalk_calendar.support import batch

NOBODY = "give at least one of userids, mobiles, dept_ids"

#: Arguments that describe a new group.
GROUP = ("title", "template_id", "owner_user_id", "user_ids", "subadmin_ids", "icon", "management_options")


class LookUpUnionIdsOperator(DingTalkOperator):
    """Return the unionIds of staff userids, phone numbers and members of departments.

    The XCom ``union_ids`` has each unionId once, in order, for use as a subscribe scope or a list of
    attendees. The XCom ``unknown`` has the userids and phone numbers that belong to nobody. These calls do
    not count against the monthly quota.

    https://help.dingtalk.io/open/development/query-user-details,
    https://help.dingtalk.io/open/development/query-users-by-phone-number and
    https://help.dingtalk.io/open/development/queries-the-complete-information-of-a-department-user

    :param userids: (templated) Staff userids.
    :param mobiles: (templated) Phone numbers; internal apps only.
    :param dept_ids: (templated) Ids of departments. Sub-departments are not included.
    :param if_unknown: What to do about unknown userids and phone numbers: ``"fail"`` raises an error that
        lists all of them, ``"skip"`` leaves them out. ``"skip"`` also leaves out, and counts as unknown, the
        people outside the app's contact scope.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: A mapping from each userid and phone number to the unionId. Members of departments are
        listed by userid.
    """

    template_fields: Sequence[str] = ("userids", "mobiles", "dept_ids", "dingtalk_conn_id")
    template_fields_renderers = dict.fromkeys(("userids", "mobiles", "dept_ids"), "json")
    checks = {
        "userids": texts,
        "mobiles": texts,
        "dept_ids": optional(sequence),
        "if_unknown": one_of("fail", "skip"),
    }

    def __init__(
        self,
        *,
        userids: Sequence[str] | None = None,
        mobiles: Sequence[str] | None = None,
        dept_ids: Sequence[int | str] | None = None,
        if_unknown: Literal["fail", "skip"] = "fail",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.userids = userids
        self.mobiles = mobiles
        self.dept_ids = dept_ids
        self.if_unknown = if_unknown
        self.check_known(vars(self))
        self._require_somebody()

    @classmethod
    def check_known(cls, arguments: Mapping[str, Any]) -> None:
        """Also refuse a value that is in both lists, because userids and mobiles are keys of one result."""
        super().check_known(arguments)
        userids, mobiles = (arguments.get(name) or () for name in ("userids", "mobiles"))
        if not is_pending(userids) and not is_pending(mobiles):
            twice = {one for one in userids if isinstance(one, str)}.intersection(
                one for one in mobiles if isinstance(one, str)
            )
            if twice:
                msg = f"userids and mobiles must not both hold {min(twice)!r}"
                raise InvalidArgumentError(msg)

    def _require_somebody(self) -> None:
        if self.userids is None and self.mobiles is None and self.dept_ids is None:
            raise InvalidArgumentError(NOBODY)

    def call(self, context: Context) -> dict[str, str]:
        """Return the unionIds."""
        self._require_somebody()
        with self.client() as client:
            found = self._department_members(client)
            asked, outcomes = self._look_up(client)
        unknown = [given for given in asked if self._is_unknown(outcomes.failed.get(given))]
        failure = outcomes.failure([given for given in asked if given not in unknown])
        if failure is not None:
            raise failure
        _add(found, {given: outcomes.done[given] for given in asked if given in outcomes.done})
        push(context, "union_ids", list(dict.fromkeys(found.values())))
        push(context, "unknown", unknown)
        self.log.info("Found the unionIds of %d people", len(found))
        if unknown:
            message = f"{len(unknown)} unknown: {', '.join(unknown)}"
            outside = sum(isinstance(outcomes.failed[given], ContactScopeError) for given in unknown)
            if outside:
                message += f"; {outside} of them outside the app's contact scope"
            if self.if_unknown == "fail":
                raise NotFoundError(message)
            self.log.warning("%s", message)
        return found

    def _is_unknown(self, error: DingTalkError | None) -> bool:
        outside = isinstance(error, ContactScopeError) and self.if_unknown == "skip"
        return isinstance(error, NotFoundError) or outside

    def _department_members(self, client: DingTalkClient) -> dict[str, str]:
        return {
            member.userid: member.unionid
            for dept_id in self.dept_ids or ()
            for member in client.list_department_users(dept_id)  # type: ignore[arg-type]
        }

    def _look_up(self, client: DingTalkClient) -> tuple[list[str], batch.Outcomes]:
        """Look up every userid and phone number. Return them in order, and their unionIds as outcomes."""
        from airflow_provider_dingtalk_calendar.support import batch

        def by_mobile(mobile: str) -> str:
            return client.get_union_id(client.get_userid_by_mobile(mobile))

        asked: dict[str, Callable[[str], str]] = dict.fromkeys(self.userids or (), client.get_union_id)
        asked |= dict.fromkeys(self.mobiles or (), by_mobile)
        outcomes = batch.Outcomes()
        batch.for_each(
            asked,
            lambda given: asked[given](given),
            outcomes,
            stop_on=lambda error: not self._is_unknown(error),
        )
        return list(asked), outcomes


def _add(found: dict[str, str], more: Mapping[str, str]) -> None:
    """Add looked-up unionIds to the members of departments. Refuse a key that stands for two people."""
    for given, union_id in more.items():
        if found.setdefault(given, union_id) != union_id:
            msg = f"mobiles must not hold {given!r}, which is the userid of somebody else"
            raise InvalidArgumentError(msg)


class GetOpenConversationIdOperator(DingTalkOperator):
    """Return the openConversationId of a group, for the scope of a calendar.

    https://help.dingtalk.io/open/development/obtain-group-openconversationid

    :param chat_id: (templated) chatId of the group.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: The openConversationId.
    """

    template_fields: Sequence[str] = ("chat_id", "dingtalk_conn_id")
    checks = {"chat_id": check_path_id}

    def __init__(self, *, chat_id: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.chat_id = chat_id
        self.check_known(vars(self))

    def call(self, context: Context) -> str:
        """Return the openConversationId."""
        with self.client() as client:
            found = client.get_open_conversation_id(self.chat_id)
        self.log.info("Found the openConversationId of chat %r: %s", self.chat_id, found)
        return found


class CreateGroupOperator(DingTalkOperator):
    """Create a group chat from a template and return its openConversationId.

    A retry does not create a second group, because the request carries a ``uuid`` derived from the DAG, run,
    task, map index and arguments. DingTalk does not document how long it remembers the ``uuid``.
    https://help.dingtalk.io/open/development/create-a-scene-group

    :param title: (templated) Name of the group, at most 30 characters.
    :param template_id: (templated) Id of the template.
    :param owner_user_id: (templated) Staff userid of the owner.
    :param user_ids: (templated) Staff userids of the members.
    :param subadmin_ids: (templated) Staff userids of the administrators.
    :param icon: (templated) mediaId of the group's picture.
    :param management_options: (templated) Settings, named as on the page, each 0 or 1.
    :param uuid: (templated) Your own ``uuid``. Runs with the same ``uuid`` share one group.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: The openConversationId of the group.
    """

    template_fields: Sequence[str] = (*GROUP, "uuid", "dingtalk_conn_id")
    template_fields_renderers = dict.fromkeys(("user_ids", "subadmin_ids", "management_options"), "json")
    checks = {
        "title": text(limit=MAX_GROUP_TITLE),
        "template_id": text(),
        "owner_user_id": text(),
        "user_ids": texts,
        "subadmin_ids": texts,
        "icon": text(required=False),
        "management_options": optional(mapping),
        "uuid": optional(text()),
    }

    def __init__(
        self,
        *,
        title: str,
        template_id: str,
        owner_user_id: str,
        user_ids: Sequence[str] | None = None,
        subadmin_ids: Sequence[str] | None = None,
        icon: str | None = None,
        management_options: Mapping[str, Any] | None = None,
        uuid: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.title = title
        self.template_id = template_id
        self.owner_user_id = owner_user_id
        self.user_ids = user_ids
        self.subadmin_ids = subadmin_ids
        self.icon = icon
        self.management_options = management_options
        self.uuid = uuid
        self.check_known(vars(self))

    def call(self, context: Context) -> str:
        """Create the group and return its openConversationId."""
        group: dict[str, Any] = {name: getattr(self, name) for name in GROUP}
        make_token = self.request_token(context)
        known_as = self.uuid or (make_token and make_token(json.dumps(group, sort_keys=True, default=str)))
        with self.client() as client:
            # Without a task there is no uuid, and the client's error asks for one.
            created = client.create_scene_group(**group, uuid=known_as or "").open_conversation_id
        self.log.info("Created group %r: %s", self.title, created)
        return created
