"""Operators for what calendars need of the directory and of groups: unionIds and openConversationIds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from airflow_provider_dingtalk_calendar.client.wire.values import MAX_GROUP_TITLE
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError, NotFoundError
from airflow_provider_dingtalk_calendar.support import batch
from airflow_provider_dingtalk_calendar.support.arguments import (
    is_pending,
    mapping,
    one_of,
    path_id,
    sequence,
    text,
    texts,
    unless_none,
)
from airflow_provider_dingtalk_calendar.support.base import DingTalkOperator
from airflow_provider_dingtalk_calendar.support.task_identity import client_token

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context

    from airflow_provider_dingtalk_calendar.client import DingTalkClient

#: What is wrong with a look-up of nobody.
NOBODY = "userids, mobiles or dept_ids must be given, and is None"


class LookUpUnionIdsOperator(DingTalkOperator):
    """Return the unionIds of staff userids, phone numbers and departments, as a mapping from what was given.

    The mapping of a department is from the userids of its members. ``union_ids`` is pushed to XCom beside the
    mapping: each unionId once, in order, as a subscribe scope or a list of attendees takes them; and
    ``unknown``: what nobody has. Look-ups do not count against the monthly quota of calls.

    https://help.dingtalk.io/open/development/query-user-details,
    https://help.dingtalk.io/open/development/query-users-by-phone-number and
    https://help.dingtalk.io/open/development/queries-the-complete-information-of-a-department-user

    :param userids: (templated) Staff userids.
    :param mobiles: (templated) Phone numbers; internal apps only.
    :param dept_ids: (templated) Departments; those below them are not looked at.
    :param if_unknown: ``"fail"`` if somebody is unknown, which names all that are, or ``"skip"``.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: A mapping from each userid and phone number to the unionId. Members of departments are
        listed by userid.
    """

    template_fields: Sequence[str] = ("userids", "mobiles", "dept_ids", "dingtalk_conn_id")
    template_fields_renderers = dict.fromkeys(("userids", "mobiles", "dept_ids"), "json")
    checks: ClassVar = {
        "userids": texts("userids"),
        "mobiles": texts("mobiles"),
        "dept_ids": unless_none(sequence("dept_ids")),
        "if_unknown": one_of("if_unknown", "fail", "skip"),
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
        if userids is None and mobiles is None and dept_ids is None:
            raise InvalidArgumentError(NOBODY)

    @classmethod
    def check_known(cls, arguments: Mapping[str, Any]) -> None:
        """Check also that nobody is named in two ways, since the result has one place for a name."""
        super().check_known(arguments)
        named = [arguments.get(kind) or () for kind in ("userids", "mobiles")]
        if not any(map(is_pending, named)):
            of_userids, of_mobiles = ({one for one in kind if isinstance(one, str)} for kind in named)
            twice = of_userids & of_mobiles
            if twice:
                msg = f"userids and mobiles must not both hold {min(twice)!r}"
                raise InvalidArgumentError(msg)

    def call(self, context: Context) -> dict[str, str]:
        """Return the unionId of each."""
        if self.userids is None and self.mobiles is None and self.dept_ids is None:
            raise InvalidArgumentError(NOBODY)
        with self.client() as client:
            found = self._of_departments(client)
            asked: dict[str, Callable[[str], str]] = dict.fromkeys(self.userids or (), client.get_union_id)
            asked |= dict.fromkeys(self.mobiles or (), _by_mobile(client))
            outcomes = batch.Outcomes()
            batch.for_each(
                asked,
                lambda given: asked[given](given),
                outcomes,
                concerns_all=lambda error: not isinstance(error, NotFoundError),
            )
        unknown = [given for given in asked if isinstance(outcomes.failed.get(given), NotFoundError)]
        failure = outcomes.failure([given for given in asked if given not in unknown])
        if failure is not None:
            raise failure
        for given in asked:
            if (
                given in outcomes.done
                and found.setdefault(given, outcomes.done[given]) != outcomes.done[given]
            ):
                msg = f"mobiles must not hold {given!r}, which is the userid of somebody else"
                raise InvalidArgumentError(msg)
        batch.push(context, "union_ids", list(dict.fromkeys(found.values())))
        batch.push(context, "unknown", unknown)
        if unknown:
            self._tell(unknown)
        return found

    def _of_departments(self, client: DingTalkClient) -> dict[str, str]:
        return {
            member.userid: member.unionid
            for dept_id in self.dept_ids or ()
            for member in client.list_department_users(dept_id)  # type: ignore[arg-type]
        }

    def _tell(self, unknown: list[str]) -> None:
        text = f"{len(unknown)} unknown: {', '.join(unknown)}"
        if self.if_unknown == "fail":
            raise NotFoundError(text)
        self.log.warning("%s", text)


def _by_mobile(client: DingTalkClient) -> Callable[[str], str]:
    return lambda mobile: client.get_union_id(client.get_userid_by_mobile(mobile))


class GetOpenConversationIdOperator(DingTalkOperator):
    """Return the openConversationId of a group, as the scope of a calendar takes it.

    https://help.dingtalk.io/open/development/obtain-group-openconversationid

    :param chat_id: (templated) chatId of the group.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: The openConversationId.
    """

    template_fields: Sequence[str] = ("chat_id", "dingtalk_conn_id")
    checks: ClassVar = {"chat_id": path_id("chat_id")}

    def __init__(self, *, chat_id: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.chat_id = chat_id
        self.check_known(vars(self))

    def call(self, context: Context) -> str:  # noqa: ARG002
        """Return the id."""
        with self.client() as client:
            return client.get_open_conversation_id(self.chat_id)


class CreateGroupOperator(DingTalkOperator):
    """Create a group chat from a template and return its openConversationId.

    A task that is tried again creates no second group: the request carries a ``uuid``, which follows from
    dag, run, task, map index and arguments. How long DingTalk remembers it is not documented.
    https://help.dingtalk.io/open/development/create-a-scene-group

    :param title: (templated) Name of the group, at most 30 characters.
    :param template_id: (templated) Id of the template.
    :param owner_user_id: (templated) Staff userid of the owner.
    :param user_ids: (templated) Staff userids of the members.
    :param subadmin_ids: (templated) Staff userids of the administrators.
    :param icon: (templated) mediaId of a picture.
    :param management_options: (templated) Settings by the names of the page, each 0 or 1.
    :param uuid: (templated) Instead of the one above: the same for every run gives one group for all of them.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: The openConversationId of the group.
    """

    template_fields: Sequence[str] = (
        "title",
        "template_id",
        "owner_user_id",
        "user_ids",
        "subadmin_ids",
        "icon",
        "management_options",
        "uuid",
        "dingtalk_conn_id",
    )
    template_fields_renderers = dict.fromkeys(("user_ids", "subadmin_ids", "management_options"), "json")
    checks: ClassVar = {
        "title": text("title", limit=MAX_GROUP_TITLE),
        "template_id": text("template_id"),
        "owner_user_id": text("owner_user_id"),
        "user_ids": texts("user_ids"),
        "subadmin_ids": texts("subadmin_ids"),
        "icon": text("icon", required=False),
        "management_options": unless_none(mapping("management_options")),
        "uuid": unless_none(text("uuid")),
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
        group: dict[str, Any] = {
            "title": self.title,
            "template_id": self.template_id,
            "owner_user_id": self.owner_user_id,
            "user_ids": self.user_ids,
            "subadmin_ids": self.subadmin_ids,
            "icon": self.icon,
            "management_options": self.management_options,
        }
        make_token = client_token(context)
        known_as = self.uuid or (make_token and make_token(json.dumps(group, sort_keys=True, default=str)))
        with self.client() as client:
            # Where there is no task, the error says that a uuid must be given.
            return client.create_scene_group(**group, uuid=known_as or "").open_conversation_id
