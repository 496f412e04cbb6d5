"""The service without faults: it checks access, runs the operation, and builds the answer."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from .api.call import Call
from .core import errors, legacy
from .core.errors import ServiceError
from .http.answer import Answer, json_answer
from .world.sharing import Sharing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .api.call import Json
    from .api.route import Route
    from .core.options import Options
    from .http.request import IncomingRequest
    from .world.app import App
    from .world.client_tokens import ClientTokenKey, ClientTokens
    from .world.events import Events
    from .world.limits import Limits
    from .world.organization import Organization
    from .world.tokens import TokenIssuer

    Found = tuple[Route, Mapping[str, str]]

TOKEN_HEADER = "x-acs-dingtalk-access-token"  # noqa: S105  # the name of a header
CLIENT_TOKEN_HEADER = "x-client-token"  # noqa: S105  # the name of a header


@dataclass(eq=False, repr=False)
class Service:
    """The DingTalk service as one app sees it. Not thread-safe, so the owner holds a lock.

    :param app: the app whose calls are accepted.
    :param tokens: the tokens of the app.
    :param limits: the rate limit and the quota of the app.
    :param organization: calendars and people.
    :param events: the events of everybody.
    :param client_tokens: the answers to requests with a client token. Repeated requests get the same answer.
    :param options: how the emulator behaves.
    :param sharing: the access that users give each other to their calendars.
    """

    app: App
    tokens: TokenIssuer
    limits: Limits
    organization: Organization
    events: Events
    client_tokens: ClientTokens
    options: Options
    sharing: Sharing = field(default_factory=Sharing)

    @property
    def changes(self) -> int:
        """A count of all changes to the data."""
        states = (self.organization, self.events, self.sharing, self.tokens)
        return sum(state.changes for state in states)

    def answer(self, found: Found | None, request: IncomingRequest, request_id: str) -> Answer:
        """Carry out a request and return its answer.

        :param found: the operation that the request calls, and the path parameters. ``None`` if no operation
            matches.
        :param request_id: the ``requestid`` of the answer.
        """
        headers = {"x-acs-request-id": request_id}
        try:
            result = self._admitted(found, request)()
        except ServiceError as error:
            told = error.answer
            if request.is_legacy:
                refusal = json_answer(200, legacy.error_body(told.code, told.message, request_id), headers)
            else:
                # This form is from page server-api-error-codes-1.
                body = {"code": told.code, "message": told.message, "requestid": request_id, **error.detail}
                refusal = json_answer(told.status, body, headers)
            return replace(refusal, warning=error.warning)
        if result is None:
            return Answer(200, headers=headers)
        return json_answer(200, legacy.ok_body(result, request_id) if request.is_legacy else result, headers)

    def prepare(self, found: Found | None, request: IncomingRequest) -> Callable[[], None] | None:
        """Check the access of a request now, and return a function that carries out the request later.

        :param found: as for ``answer``.
        :return: the function, ``None`` if access is refused.
        """
        try:
            operation = self._admitted(found, request)
        except ServiceError:
            return None
        key = _client_token(found, request)
        if key:
            self.client_tokens.in_flight.add(key)

        def carry_out() -> None:
            if key:
                self.client_tokens.in_flight.discard(key)
            with contextlib.suppress(ServiceError):
                operation()

        return carry_out

    def reset(self) -> None:
        """Clear calendars, subscriptions, created groups, events, sharing, all tokens and call counts."""
        self.organization.forget_calendars()
        self.events.forget()
        self.sharing.forget()
        self.client_tokens.forget()
        self.tokens.revoke()
        self.tokens.expire_refresh_tokens()
        self.limits.forget_calls()

    def _admitted(self, found: Found | None, request: IncomingRequest) -> Callable[[], Json | None]:
        if found is None:
            raise ServiceError(errors.UNKNOWN_ROUTE)
        route, parameters = found
        token = (
            request.parameter(legacy.TOKEN_PARAMETER)
            if request.is_legacy
            else request.headers.get(TOKEN_HEADER)
        )
        self._check_access(route, token)
        call = Call(
            request=request,
            parameters=parameters,
            contract=route.contract,
            app=self.app,
            tokens=self.tokens,
            organization=self.organization,
            events=self.events,
            sharing=self.sharing,
            options=self.options,
            user=self.tokens.user_of(token),
        )

        def operation() -> Json | None:
            call.check_path()
            return route.handler(call)

        key = _client_token(found, request)
        if key is None:
            return operation
        if key in self.client_tokens.in_flight:
            raise ServiceError(errors.IDEMPOTENCY_PROCESSING)
        return lambda: self.client_tokens.once(key, operation)

    def _check_access(self, route: Route, token: str | None) -> None:
        """Check token, app type, permission, rate and quota. The order in DingTalk is undocumented."""
        if route.permission is not None:
            if not self.tokens.accepts(token):
                is_expired = route.is_legacy and self.tokens.is_expired(token)
                raise ServiceError(legacy.EXPIRED_TOKEN if is_expired else errors.INVALID_AUTHENTICATION)
            if self.app.app_type not in route.app_types:
                raise ServiceError(errors.APP_TYPE_NOT_SUPPORTED)
            if route.permission and not self.options.grants(route.permission):
                detail = {"accessdenieddetail": {"requiredScopes": [route.permission]}}
                told = f"the app lacks the permission {route.permission}"
                raise ServiceError(errors.ACCESS_TOKEN_PERMISSION_DENIED, detail, told)
        self.limits.admit(route.operation, metered=route.permission is not None and route.is_metered)


def _client_token(found: Found | None, request: IncomingRequest) -> ClientTokenKey | None:
    """Return the key that identifies repetitions of a request, ``None`` for a request without a key."""
    if found is None or not found[0].is_idempotent:
        return None
    token = request.headers.get(CLIENT_TOKEN_HEADER)
    return (found[0].operation, token) if token else None
