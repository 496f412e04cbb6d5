"""An operator for when people are busy, as many people as there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_dingtalk_calendar.client.wire.values import USERS_PER_CALL
from airflow_provider_dingtalk_calendar.support import batch
from airflow_provider_dingtalk_calendar.support.arguments import moment, path_id, texts
from airflow_provider_dingtalk_calendar.support.base import DingTalkOperator
from airflow_provider_dingtalk_calendar.support.batch import chunks

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context


#: What is said of a user of whom the answer says nothing.
UNTOLD = "the answer does not name this user"


class GetFreeBusyOperator(DingTalkOperator):
    """Return when people are busy, 20 people in a call: one entry for each, in their order.

    An entry is in the API's spelling. What cannot be told of somebody, say for want of a permission, is in
    the ``error`` of the entry. https://help.dingtalk.io/open/development/free-schedule

    :param union_id: (templated) unionId of the user who asks.
    :param user_ids: (templated) unionIds of those who are asked about.
    :param start_time: (templated) Where the time begins: a datetime with a time zone, or ISO 8601 with its
        offset.
    :param end_time: (templated) Where it ends.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: One mapping per person, in the API's spelling and in the order of ``user_ids``.
    """

    template_fields: Sequence[str] = ("union_id", "user_ids", "start_time", "end_time", "dingtalk_conn_id")
    template_fields_renderers = {"user_ids": "json"}  # noqa: RUF012  as in BaseOperator
    checks: ClassVar = {
        "union_id": path_id("union_id"),
        "user_ids": texts("user_ids", required=True),
        "start_time": moment("start_time"),
        "end_time": moment("end_time"),
    }

    def __init__(
        self,
        *,
        union_id: str,
        user_ids: Sequence[str],
        start_time: datetime | str,
        end_time: datetime | str,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.union_id = union_id
        self.user_ids = user_ids
        self.start_time = start_time
        self.end_time = end_time
        self.check_known(vars(self))

    def call(self, context: Context) -> list[dict[str, Any]]:  # noqa: ARG002
        """Return one entry for each user."""
        users = list(dict.fromkeys(self.user_ids))
        parts = {str(number): part for number, part in enumerate(chunks(users, USERS_PER_CALL))}
        outcomes = batch.Outcomes()
        with self.client() as client:
            batch.for_each(
                parts,
                lambda part: client.get_schedule(
                    self.union_id, user_ids=parts[part], start_time=self.start_time, end_time=self.end_time
                ),
                outcomes,
                # The result is of all.
                concerns_all=lambda _: True,
            )
        failure = outcomes.first_failure
        if failure is not None:
            raise failure
        told = {schedule.user_id: dict(schedule.wire) for part in parts for schedule in outcomes.done[part]}
        return [told.get(user, {"userId": user, "error": UNTOLD}) for user in users]
