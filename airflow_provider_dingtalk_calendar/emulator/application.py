"""From a request to its answer: faults, access, the operation, and the entry in the journal."""

from __future__ import annotations

import json
import threading
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.emulator import errors
from airflow_provider_dingtalk_calendar.emulator.answers import Answer, json_answer
from airflow_provider_dingtalk_calendar.emulator.errors import ApiError
from airflow_provider_dingtalk_calendar.emulator.faults import Fault, FaultQueue
from airflow_provider_dingtalk_calendar.emulator.journal import Journal, RecordedRequest
from airflow_provider_dingtalk_calendar.emulator.operations import Call
from airflow_provider_dingtalk_calendar.emulator.routes import OPERATIONS, Route, find_route, raw_path
from airflow_provider_dingtalk_calendar.emulator.state import Calendar, Organization

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from airflow_provider_dingtalk_calendar.emulator.access import App, Limits
    from airflow_provider_dingtalk_calendar.emulator.tokens import Clock, Tokens

TOKEN_HEADER = "x-acs-dingtalk-access-token"  # noqa: S105  # the name of a header


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


class Application:
    """The stand-in service without its sockets. Its methods may be called from any thread.

    :param app: the app that may call.
    :param tokens: its tokens.
    :param limits: how often it may call.
    :param journal: where requests are recorded.
    :param clock: the time.
    :param subscription_limit: how many calendars a user may subscribe to, ``None`` for any number.
    """

    def __init__(
        self,
        app: App,
        tokens: Tokens,
        limits: Limits,
        journal: Journal,
        clock: Clock,
        *,
        subscription_limit: int | None,
    ) -> None:
        self.journal = journal
        self._app = app
        self._tokens = tokens
        self._limits = limits
        self._clock = clock
        self._subscription_limit = subscription_limit
        self._organization = Organization()
        self._faults = FaultQueue()
        self._lock = threading.RLock()

    @property
    def calendars(self) -> list[Calendar]:
        """The subscribed calendars, oldest first."""
        with self._lock:
            return list(self._organization)

    @property
    def issued_tokens(self) -> list[str]:
        """Every access token ever issued, oldest first."""
        with self._lock:
            return list(self._tokens.issued)

    @property
    def issued_secrets(self) -> list[str]:
        """Every secret ever handed out or accepted, oldest first."""
        with self._lock:
            return list(self._tokens.secrets)

    @property
    def suite_ticket(self) -> str:
        """The newest suite ticket."""
        with self._lock:
            return self._tokens.suite_ticket

    def push_suite_ticket(self) -> str:
        """Replace the suite ticket and return the new one."""
        with self._lock:
            return self._tokens.push_suite_ticket()

    def authorize(self) -> str:
        """Return a new authorization code."""
        with self._lock:
            return self._tokens.authorize()

    def declare(self, key: str, identifier: str, members: Iterable[str]) -> None:
        """Set the members of a group or organization, as ``Organization.declare`` does.

        :param key: ``openConversationIds`` or ``corpIds``.
        :param identifier: openConversationId or corpId.
        :param members: unionIds.
        """
        with self._lock:
            self._organization.declare(key, identifier, members)

    def order(self, fault: Fault) -> None:
        """Queue a fault.

        :param fault: what shall go wrong.
        :raises ValueError: if it is for an operation that does not exist.
        """
        if fault.operation is not None and fault.operation not in OPERATIONS:
            raise ValueError(f"no operation {fault.operation!r}; there are {', '.join(OPERATIONS)}")
        with self._lock:
            self._faults.add(fault)

    def expire_tokens(self) -> None:
        """Let every access token's time be over."""
        with self._lock:
            self._tokens.expire()

    def revoke_tokens(self) -> None:
        """Make every access token invalid."""
        with self._lock:
            self._tokens.revoke()

    def expire_refresh_tokens(self) -> None:
        """Let every refresh token's time be over."""
        with self._lock:
            self._tokens.expire_refresh_tokens()

    def reset(self) -> None:
        """Forget calendars, subscriptions, journal, faults, tokens and the calls counted."""
        with self._lock:
            self._organization.forget_calendars()
            self._faults.clear()
            self._tokens.revoke()
            self._tokens.expire_refresh_tokens()
            self._limits.forget_calls()
            self.journal.clear()

    def handle(self, request: Request) -> Answer:
        """Carry a request out and record it; it is in the journal before its answer is on the wire.

        :param request: what arrived.
        """
        request_id = str(uuid.uuid4()).upper()
        found = find_route(request.method, raw_path(request.target))
        with self._lock:
            now, before = self._clock(), self._changes()
            fault = self._faults.take(found[0].operation if found else None)
            if fault is None:
                answer = self._carry_out(found, request, request_id)
            else:
                if fault.is_after_effect:
                    self._carry_out(found, request, request_id)
                answer = fault.as_answer(request_id)
            entry = RecordedRequest(
                operation=found[0].operation if found else None,
                method=request.method,
                target=request.target,
                headers=request.headers,
                body=request.body,
                raw_body=request.raw_body,
                path_parameters=found[1] if found else {},
                status=answer.status_on_the_wire,
                fault=fault,
                effect=self._changes() != before,
                request_id=request_id,
                time=now,
            )
            self.journal.record(entry)
        return answer

    def _carry_out(
        self, found: tuple[Route, Mapping[str, str]] | None, request: Request, request_id: str
    ) -> Answer:
        if found is None:
            return _error_answer(ApiError(errors.UNKNOWN_ROUTE), request_id)
        route, parameters = found
        call = Call(
            self._app, self._tokens, self._organization, parameters, request.body, self._subscription_limit
        )
        try:
            self._check_access(route, request.headers.get(TOKEN_HEADER))
            result = route.handler(call)
        except ApiError as error:
            return _error_answer(error, request_id)
        headers = _headers(request_id)
        return Answer(200, headers=headers) if result is None else json_answer(200, result, headers)

    def _check_access(self, route: Route, token: str | None) -> None:
        """Token, permission, rate, quota: the order in which DingTalk checks is not documented."""
        if route.permission is not None:
            if not self._tokens.accepts(token):
                raise ApiError(errors.INVALID_AUTHENTICATION)
            if route.permission not in self._app.permissions:
                detail = {"accessdenieddetail": {"requiredScopes": [route.permission]}}
                raise ApiError(errors.ACCESS_TOKEN_PERMISSION_DENIED, detail)
        self._limits.admit(route.operation, metered=route.permission is not None)

    def _changes(self) -> int:
        return self._organization.changes + self._tokens.changes


def _headers(request_id: str) -> dict[str, str]:
    return {"x-acs-request-id": request_id}


def _error_answer(error: ApiError, request_id: str) -> Answer:
    """Return an error in the form of the API (page server-api-error-codes-1)."""
    told = error.answer
    body = {"code": told.code, "message": told.message, "requestid": request_id, **error.detail}
    return json_answer(told.status, body, _headers(request_id))
