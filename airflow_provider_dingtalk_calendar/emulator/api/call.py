"""One call to an operation: the request, and the data that the operation may read and change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..core import errors
from ..core.contract import union_ids
from ..core.errors import ServiceError

if TYPE_CHECKING:
    from ..core.contract import Contract
    from ..core.options import Options
    from ..http.request import IncomingRequest
    from ..world.app import App
    from ..world.events import Events
    from ..world.organization import Calendar, Organization
    from ..world.sharing import Sharing
    from ..world.tokens import TokenIssuer

Json = Mapping[str, object]


@dataclass(frozen=True)
class Call:
    """One call to an operation. A handler takes a call and returns the answer's body, ``None`` for no body.

    :param request: the request as it arrived.
    :param parameters: the path parameters, decoded.
    :param contract: the valid requests and answers of the operation.
    :param app: the app that makes the call.
    :param tokens: the tokens of the app.
    :param organization: calendars and people.
    :param events: the events of everybody.
    :param sharing: the access that users give each other to their calendars.
    :param options: how the emulator behaves.
    :param user: unionId of the user on whose behalf the app calls, ``None`` if the app calls in its own
        name.
    """

    request: IncomingRequest
    parameters: Mapping[str, str]
    contract: Contract
    app: App
    tokens: TokenIssuer
    organization: Organization
    events: Events
    sharing: Sharing
    options: Options
    user: str | None = None

    def body(self) -> dict[str, Any]:
        """Return the fields of the body.

        The legacy API also accepts a form, and numbers written as strings (undocumented).

        :raises ServiceError: if the body breaks the contract, or has a userid in place of a unionId.
        """
        if self.request.is_legacy:
            return self.contract.read_form(self.request.fields)
        body = self.contract.read_body(self.request.json)
        for field, text in union_ids(body, self.contract.body or {}):
            self._check_union_id(field, text)
        return body

    def query(self) -> dict[str, Any]:
        """Return the query parameters that the request has.

        :raises ServiceError: if the parameters break the contract.
        """
        return self.contract.read_query({name: self.request.parameter(name) for name in self.contract.query})

    @property
    def union_id(self) -> str:
        """The path parameter ``userId``, which is a unionId. Any string is a valid unionId (undocumented).

        The value ``me`` stands for the user on whose behalf the app calls.

        :raises ServiceError: if the path has ``me`` and the app calls in its own name.
        """
        self.check_user()
        return self.parameters.get("userId") or self.user or ""

    def check_path(self) -> None:
        """Check the people in the path.

        :raises ServiceError: if the path has a userid in place of a unionId.
        """
        for name in ("userId", "unionId"):
            self._check_union_id(name, self.parameters.get(name, ""))

    def check_user(self) -> None:
        """Check that the call is for a user.

        :raises ServiceError: if the path has ``me`` and the app calls in its own name.
        """
        if "userId" not in self.parameters and self.user is None:
            raise ServiceError(errors.NO_USER)

    def _check_union_id(self, field: str, text: str) -> None:
        """Refuse the userid of a known person. DingTalk's answer to this mistake is undocumented."""
        directory = self.organization.directory
        person = directory.people.get(text)
        if person is not None and directory.person_by("union_id", text) is None:
            told = f"{field} is the userid {text!r}; DingTalk expects the unionId, {person.union_id!r}"
            raise ServiceError(errors.NO_USER, warning=told)

    def calendar(self) -> Calendar:
        """Return the subscribed calendar that the path identifies.

        :raises ServiceError: if the calendar does not exist.
        """
        calendar = self.organization.find(self.parameters["calendarId"])
        if calendar is None:
            raise ServiceError(errors.CALENDAR_NOT_FOUND)
        return calendar
