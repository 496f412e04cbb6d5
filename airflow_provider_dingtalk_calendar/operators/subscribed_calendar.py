"""Operators for subscribed calendars: template fields in, one hook call, JSON out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_dingtalk_calendar.client.checks import (
    IfExists,
    check_if_exists,
    check_path_id,
    check_text,
    check_texts,
)
from airflow_provider_dingtalk_calendar.client.models import MAX_DESCRIPTION, MAX_NAME, SubscribeScope
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError
from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook
from airflow_provider_dingtalk_calendar.operators.base import DingTalkOperator
from airflow_provider_dingtalk_calendar.operators.memory import TaskMemory
from airflow_provider_dingtalk_calendar.operators.pending import is_pending
from airflow_provider_dingtalk_calendar.operators.retries import was_tried_before

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context


#: Name of the record in the task state store.
MEMORY_KEY = "dingtalk_subscribed_calendar"


class CreateSubscribedCalendarOperator(DingTalkOperator):
    """Create a DingTalk calendar that people can subscribe to, and return its calendarId.

    The calendarId is the task's return value in XCom. By default a calendar of the same name that the user
    owns is reused, so that a DAG that runs every day owns one calendar and not one a day.

    https://help.dingtalk.io/open/development/create-subscription-calendar

    :param union_id: (templated) unionId of the creator and owner.
    :param name: (templated) Name of the calendar, at most 128 characters, not blank.
    :param subscribe_scope: (templated) Who may subscribe: a mapping with one or more of ``union_ids``,
        ``open_conversation_ids`` and ``corp_ids``, each a list. The API's own spelling is taken as well.
    :param description: (templated) Description, at most 1024 characters.
    :param managers: (templated) unionIds of the co-editors.
    :param if_exists: What to do if the user owns a calendar of that name: ``"reuse"`` returns its id and
        leaves it as it is, ``"fail"`` fails, ``"create"`` makes another one. Looking takes one more call and
        the permission Calendar.Event.Read; with ``"create"``, a task with ``retries`` looks too, so that a
        retry can tell the calendar of a lost answer from those that were there.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :raises InvalidArgumentError: When the DAG is parsed, if an argument is known to be ruled out by then;
        when the task runs, if it turns out after rendering. Nothing is sent in either case.
    """

    template_fields: Sequence[str] = (
        "union_id",
        "name",
        "subscribe_scope",
        "description",
        "managers",
        "dingtalk_conn_id",
    )
    template_fields_renderers = {"subscribe_scope": "json", "managers": "json"}  # noqa: RUF012  as in BaseOperator

    def __init__(
        self,
        *,
        union_id: str,
        name: str,
        subscribe_scope: Mapping[str, Any],
        description: str | None = None,
        managers: Sequence[str] | None = None,
        if_exists: IfExists = "reuse",
        dingtalk_conn_id: str = DingTalkHook.default_conn_name,
        **kwargs: Any,
    ) -> None:
        super().__init__(dingtalk_conn_id=dingtalk_conn_id, **kwargs)
        self.union_id = union_id
        self.name = name
        self.subscribe_scope = subscribe_scope
        self.description = description
        self.managers = managers
        self.if_exists = if_exists
        _check_known(
            union_id=union_id,
            name=name,
            subscribe_scope=subscribe_scope,
            description=description,
            managers=managers,
            if_exists=if_exists,
        )

    @classmethod
    def partial(cls, **kwargs: Any) -> Any:
        """Fix some arguments for ``expand``; what is known of them is checked now."""
        _check_known(**kwargs)
        return super().partial(**kwargs)

    def call(self, context: Context) -> str:
        """Create or reuse the calendar and return its calendarId."""
        with DingTalkHook(self.dingtalk_conn_id).get_conn() as client:
            ensured = client.ensure_subscribed_calendar(
                self.union_id,
                name=self.name,
                subscribe_scope=self.subscribe_scope,
                description=self.description,
                managers=self.managers,
                if_exists=self.if_exists,
                look_first=bool(self.retries),
                memory=TaskMemory.of(context, MEMORY_KEY),
                retried=was_tried_before(context, self.retries),
            )
        done = "Recovered" if ensured.recovered else "Created" if ensured.created else "Reused"
        how = ", which an earlier request of this task had created" if ensured.recovered else ""
        self.log.info(
            "%s subscribed calendar %r of %r: %s%s", done, self.name, self.union_id, ensured.calendar_id, how
        )
        if ensured.duplicates:
            self.log.warning(
                "%r owns %d more calendars named %r: %s",
                self.union_id,
                len(ensured.duplicates),
                self.name,
                ", ".join(ensured.duplicates),
            )
        return ensured.calendar_id


def _check_known(**arguments: Any) -> None:
    """Check those of the arguments that are given and no longer pending."""
    checks = {
        "union_id": lambda value: check_path_id("union_id", value, pending=is_pending),
        "name": lambda value: check_text("name", value, limit=MAX_NAME, pending=is_pending),
        "description": lambda value: check_text(
            "description", value, limit=MAX_DESCRIPTION, required=False, pending=is_pending
        ),
        "managers": lambda value: check_texts("managers", value, pending=is_pending),
        "subscribe_scope": _check_scope,
        "if_exists": check_if_exists,
    }
    for name, check in checks.items():
        if name in arguments:
            check(arguments[name])


def _check_scope(value: object) -> None:
    if isinstance(value, SubscribeScope):
        msg = "subscribe_scope must be a mapping, which Airflow can render, not SubscribeScope"
        raise InvalidArgumentError(msg)
    SubscribeScope.check(value, pending=is_pending)
