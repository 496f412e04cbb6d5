"""One calendar for each app type, and tasks that log as much as possible to expose any leaked secret."""

import asyncio
import logging

import pendulum
from airflow.sdk import DAG, task

from airflow_provider_dingtalk_calendar.exceptions import DingTalkError
from airflow_provider_dingtalk_calendar.hooks import clients
from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook
from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import CreateSubscribedCalendarOperator

CONNECTIONS = ["internal", "corp", "suite", "user"]
log = logging.getLogger(__name__)

with DAG("every_app_type", start_date=pendulum.datetime(2026, 1, 1, tz="UTC"), schedule=None):
    create = CreateSubscribedCalendarOperator.partial(
        task_id="create",
        union_id="owner",
        name="Month-end close",
        subscribe_scope={"corp_ids": ["dingcorp"]},
    ).expand(dingtalk_conn_id=CONNECTIONS)

    @task
    def talk(conn_id):
        """Log every detail of the hook and of its sync and async clients."""
        hook = DingTalkHook(conn_id)

        async def asynchronous():
            async with await hook.aget_conn() as client:
                token = await client.get_access_token()
                log.info("%r %r %r %r", client, client.settings, token, vars(client))
                return len(await client.list_calendars("owner"))

        with hook.get_conn() as client:
            token = client.get_access_token(fresh=True)
            log.info("%r %r %r %r %r", hook, client, client.settings, token, vars(client))
            found = len(client.list_calendars("owner"))
        # Clear the token from memory, because a new process would start without it.
        clients.TOKENS.tokens.clear()
        assert found == asyncio.run(asynchronous())
        return f"{client.settings!r} {token!r}"

    @task(retries=0)
    def fail(conn_id):
        """Log and raise the original exception, including everything that its stack frames hold."""
        try:
            with DingTalkHook(conn_id).get_conn() as client:
                client.get_subscribed_calendar("owner", "no-such-calendar")
        except DingTalkError as error:
            log.warning("as it came: %r %r", error, vars(error), exc_info=True)
            raise

    create >> talk.expand(conn_id=CONNECTIONS) >> fail.expand(conn_id=CONNECTIONS)
