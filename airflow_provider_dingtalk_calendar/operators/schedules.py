"""An operator that reports when people are busy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow_provider_dingtalk_calendar.client.wire.values import USERS_PER_CALL
from airflow_provider_dingtalk_calendar.support.arguments import moment, period, required_texts
from airflow_provider_dingtalk_calendar.support.base import DingTalkOperator

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context


#: Value of ``error`` for a user whom the answer leaves out.
NOT_NAMED = "the answer does not name this user"


class GetFreeBusyOperator(DingTalkOperator):
    """Report the busy times of any number of people. Each call covers up to 20 people.

    If DingTalk does not return a user's times, for example because a permission is missing, the entry's
    ``error`` field says why. https://help.dingtalk.io/open/development/free-schedule

    :param union_id: (templated) unionId of the user who asks.
    :param user_ids: (templated) unionIds of the people to report on.
    :param start_time: (templated) Start of the period: a datetime with a time zone, or an ISO 8601 string
        with an offset.
    :param end_time: (templated) End of the period, not before ``start_time``.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: One entry for each person, in the order of ``user_ids`` and in the API's spelling.
    """

    template_fields: Sequence[str] = ("union_id", "user_ids", "start_time", "end_time", "dingtalk_conn_id")
    template_fields_renderers = {"user_ids": "json"}
    checks = {"user_ids": required_texts, "start_time": moment, "end_time": moment}

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

    @classmethod
    def check_known(cls, arguments: Mapping[str, Any]) -> None:
        """Also refuse an end before the start."""
        super().check_known(arguments)
        period("start_time", "end_time", arguments)

    def call(self, context: Context) -> list[dict[str, Any]]:
        """Return one entry for each user."""
        from airflow_provider_dingtalk_calendar.support import batch

        users = list(dict.fromkeys(self.user_ids))
        parts = {str(number): part for number, part in enumerate(batch.chunks(users, USERS_PER_CALL))}
        outcomes = batch.Outcomes()
        with self.client() as client:
            batch.for_each(
                parts,
                lambda part: client.get_schedule(
                    self.union_id, user_ids=parts[part], start_time=self.start_time, end_time=self.end_time
                ),
                outcomes,
                # The result must cover everybody, so the first failure stops the rest.
                stop_on=lambda _: True,
            )
        if outcomes.stopped is not None:
            raise outcomes.stopped
        named = {schedule.user_id: dict(schedule.wire) for part in parts for schedule in outcomes.done[part]}
        found = [named.get(user, {"userId": user, "error": NOT_NAMED}) for user in users]
        failed = sum(bool(one.get("error")) for one in found)
        self.log.info("Read the free/busy times of %d users, %d of them with an error", len(found), failed)
        return found
