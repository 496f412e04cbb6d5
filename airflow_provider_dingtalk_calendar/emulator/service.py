"""The service when nothing goes wrong: from a request to its answer, through access and operation."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from airflow_provider_dingtalk_calendar.emulator import errors, legacy
from airflow_provider_dingtalk_calendar.emulator.acls import Acls
from airflow_provider_dingtalk_calendar.emulator.answers import Answer, json_answer
from airflow_provider_dingtalk_calendar.emulator.client_tokens import ClientTokens
from airflow_provider_dingtalk_calendar.emulator.errors import ApiError
from airflow_provider_dingtalk_calendar.emulator.operations import Call
from airflow_provider_dingtalk_calendar.emulator.query import Query
from airflow_provider_dingtalk_calendar.emulator.route import raw_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_provider_dingtalk_calendar.emulator.access import App, Limits
    from airflow_provider_dingtalk_calendar.emulator.client_tokens import Key
    from airflow_provider_dingtalk_calendar.emulator.clock import Clock
    from airflow_provider_dingtalk_calendar.emulator.events import Events
    from airflow_provider_dingtalk_calendar.emulator.operations import Json
    from airflow_provider_dingtalk_calendar.emulator.route import Route
    from airflow_provider_dingtalk_calendar.emulator.state import Organization
    from airflow_provider_dingtalk_calendar.emulator.tokens import Tokens

    Found = tuple[Route, Mapping[str, str]]

_FORM = "application/x-www-form-urlencoded"

TOKEN_HEADER = "x-acs-dingtalk-access-token"  # noqa: S105  # the name of a header
CLIENT_TOKEN_HEADER = "x-client-token"  # noqa: S105  # as above


@dataclass(frozen=True)
class Request:
    """A request off the wire.

    :param method: HTTP method.
    :param target: the request target exactly as sent.
    :param headers: names in lower case.
    :param raw_body: the bytes of the body.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    raw_body: bytes

    @property
    def body(self) -> object:
        """The parsed JSON, ``None`` if there is none or it is no JSON."""
        try:
            return json.loads(self.raw_body)
        except (ValueError, RecursionError):
            return None

    @property
    def fields(self) -> object:
        """The parsed JSON, or the fields of a form, which the legacy API takes too; ``None`` for neither."""
        is_form = self.headers.get("content-type", "").lower().startswith(_FORM)
        if self.body is not None or not is_form:
            return self.body
        return dict(parse_qsl(self.raw_body.decode(errors="replace"), keep_blank_values=True))


class Service:
    """Access and operations of one app; not thread-safe, its owner holds a lock.

    :param app: the app that may call.
    :param tokens: its tokens.
    :param limits: how often it may call.
    :param organization: the calendars it calls for.
    :param events: the events it calls for.
    :param clock: the time.
    :param subscription_limit: how many calendars a user may subscribe to, ``None`` for any number.
    """

    def __init__(
        self,
        app: App,
        tokens: Tokens,
        limits: Limits,
        organization: Organization,
        *,
        events: Events,
        clock: Clock,
        subscription_limit: int | None,
    ) -> None:
        self.tokens = tokens
        self.organization = organization
        self.events = events
        self.acls = Acls()
        self._client_tokens = ClientTokens(clock)
        self._app = app
        self._limits = limits
        self._subscription_limit = subscription_limit

    @property
    def changes(self) -> int:
        """Goes up whenever something changed."""
        states = (self.organization, self.events, self.acls, self.tokens)
        return sum(state.changes for state in states)

    def answer(self, found: Found | None, request: Request, request_id: str) -> Answer:
        """Carry a request out and return its answer.

        :param found: the operation that it names, with its path parameters; ``None`` if it names none.
        :param request: what arrived.
        :param request_id: the ``requestid`` of the answer.
        """
        is_legacy = legacy.is_legacy(raw_path(request.target))
        try:
            result = self._admitted(found, request)()
        except ApiError as error:
            return _legacy_error(error, request_id) if is_legacy else _error_answer(error, request_id)
        headers = _headers(request_id)
        if result is None:
            return Answer(200, headers=headers)
        return json_answer(200, legacy.ok_body(result, request_id) if is_legacy else result, headers)

    def prepare(self, found: Found | None, request: Request) -> Callable[[], None] | None:
        """Judge the access of a request and return what carries it out when nobody waits for it.

        :param found: the operation that it names, with its path parameters; ``None`` if it names none.
        :param request: what arrived.
        :return: ``None`` if it may not be carried out.
        """
        try:
            operation = self._admitted(found, request)
        except ApiError:
            return None
        key = _client_token(found, request)
        if key:
            self._client_tokens.begin(key)

        def carry_out() -> None:
            if key:
                self._client_tokens.end(key)
            with contextlib.suppress(ApiError):
                operation()

        return carry_out

    def reset(self) -> None:
        """Forget calendars, subscriptions, events, sharing, tokens and the calls counted."""
        self.organization.forget_calendars()
        self.events.forget()
        self.acls.forget()
        self._client_tokens.forget()
        self.tokens.revoke()
        self.tokens.expire_refresh_tokens()
        self._limits.forget_calls()

    def _admitted(self, found: Found | None, request: Request) -> Callable[[], Json | None]:
        if found is None:
            raise ApiError(errors.UNKNOWN_ROUTE)
        route, parameters = found
        token = _token(route, request)
        self._check_access(route, token)
        call = Call(
            app=self._app,
            tokens=self.tokens,
            organization=self.organization,
            events=self.events,
            acls=self.acls,
            parameters=parameters,
            body=request.fields if route.is_legacy else request.body,
            query=Query(request.target),
            user=self.tokens.user_of(token),
            subscription_limit=self._subscription_limit,
        )
        key = _client_token(found, request)
        if key is None:
            return lambda: route.handler(call)
        self._client_tokens.check(key)
        return lambda: self._client_tokens.once(key, lambda: route.handler(call))

    def _check_access(self, route: Route, token: str | None) -> None:
        """Token, app type, permission, rate, quota: the order in which DingTalk checks is not documented."""
        if route.permission is not None:
            if not self.tokens.accepts(token):
                is_expired = route.is_legacy and self.tokens.is_expired(token)
                raise ApiError(legacy.EXPIRED_TOKEN if is_expired else errors.INVALID_AUTHENTICATION)
            if self._app.app_type not in route.app_types:
                raise ApiError(errors.APP_TYPE_NOT_SUPPORTED)
            if route.permission and route.permission not in self._app.permissions:
                detail = {"accessdenieddetail": {"requiredScopes": [route.permission]}}
                raise ApiError(errors.ACCESS_TOKEN_PERMISSION_DENIED, detail)
        self._limits.admit(route.operation, metered=route.permission is not None and route.is_metered)


def _token(route: Route, request: Request) -> str | None:
    if route.is_legacy:
        return Query(request.target).text(legacy.TOKEN_PARAMETER)
    return request.headers.get(TOKEN_HEADER)


def _client_token(found: Found | None, request: Request) -> Key | None:
    """Return what makes a request the same as another, ``None`` if nothing does."""
    if found is None or not found[0].is_idempotent:
        return None
    token = request.headers.get(CLIENT_TOKEN_HEADER)
    return (found[0].operation, token) if token else None


def _headers(request_id: str) -> dict[str, str]:
    return {"x-acs-request-id": request_id}


def _error_answer(error: ApiError, request_id: str) -> Answer:
    """Return an error in the form of the API (page server-api-error-codes-1)."""
    told = error.answer
    body = {"code": told.code, "message": told.message, "requestid": request_id, **error.detail}
    return json_answer(told.status, body, _headers(request_id))


def _legacy_error(error: ApiError, request_id: str) -> Answer:
    body = legacy.error_body(error.answer.code, error.answer.message, request_id)
    return json_answer(200, body, _headers(request_id))
