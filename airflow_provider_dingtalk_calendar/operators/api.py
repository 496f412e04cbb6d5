"""An operator for operations that have no operator of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_dingtalk_calendar.exceptions import DingTalkError, InvalidArgumentError
from airflow_provider_dingtalk_calendar.support.arguments import explained, is_pending
from airflow_provider_dingtalk_calendar.support.base import DingTalkOperator

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context


class DingTalkApiOperator(DingTalkOperator):
    """Call an operation by its official name, in the API's own spelling, and return its answer.

    The request is repeated only if a repeat does no harm. Otherwise, the task ends without a retry if the
    failed request may have taken effect. A change that takes ``x-client-token`` gets the token of the task.
    If DingTalk documents the token for the operation, a retry within a day does not make the change a second
    time. https://help.dingtalk.io/open/development/dingtalk-event-overview

    :param operation: Name of the operation, such as ``"CreateAcls"``; ``client.catalog.OPERATIONS`` lists all
        names.
    :param path: (templated) Path parameters, such as ``{"userId": "...", "calendarId": "primary"}``.
    :param query: (templated) Query parameters.
    :param body: (templated) Fields of the body.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: The decoded answer.
    """

    template_fields: Sequence[str] = ("path", "query", "body", "dingtalk_conn_id")
    template_fields_renderers = {"path": "json", "query": "json", "body": "json"}

    def __init__(
        self,
        *,
        operation: str,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.operation = operation
        self.path = path
        self.query = query
        self.body = body
        self.check_known(vars(self))

    @classmethod
    def check_known(cls, arguments: Mapping[str, Any]) -> None:
        """Check the operation, and the names in the other arguments, as far as they are known."""
        from airflow_provider_dingtalk_calendar.client.catalog import check_names, named
        from airflow_provider_dingtalk_calendar.client.wire.values import check_path_id

        if "operation" not in arguments:
            return
        endpoint = named(arguments["operation"])
        if endpoint.secret:
            msg = f"operation must not be {endpoint.operation}, whose answer is a secret that XCom would show"
            raise InvalidArgumentError(msg)
        for part in ("path", "query", "body"):
            value = arguments.get(part, {})
            if part in arguments and not is_pending(value):
                with explained({part: value}):
                    check_names(endpoint, part, {} if value is None else value)
                for name, one in value.items() if part == "path" and value else ():
                    check_path_id(f"path[{name!r}]", one, pending=is_pending)

    def call(self, context: Context) -> dict[str, Any]:
        """Make the call and return the answer."""
        from airflow_provider_dingtalk_calendar.client.catalog import named
        from airflow_provider_dingtalk_calendar.client.engine.endpoint import Replay

        endpoint = named(self.operation)
        # A read gets a new token each time, because DingTalk could otherwise repeat an old answer.
        token = self.request_token(context) if endpoint.client_token and endpoint.changes else None
        with self.client() as client:
            try:
                answer = client.call(
                    self.operation, path=self.path, query=self.query, body=self.body, client_token=token
                )
            except DingTalkError as error:
                if error.may_have_taken_effect and endpoint.replay is Replay.ONCE:
                    # A retry could make the change a second time.
                    error.retry_after = None
                raise
        self.log.info("Called %s", self.operation)
        return answer
