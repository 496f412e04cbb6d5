"""The app types: the connection fields of each type, and the credentials made from the fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from airflow_provider_dingtalk_calendar.client import (
    CorpCredentials,
    Credentials,
    InternalAppCredentials,
    SuiteCredentials,
    UserCredentials,
)
from airflow_provider_dingtalk_calendar.client.wire.values import is_visible_ascii

from .fields import Fields

#: The extra fields of each app type. All types take Client ID and Client Secret.
FIELDS_OF: Mapping[str, tuple[str, ...]] = {
    "internal": ("corp_id",),
    "third_party_enterprise": ("corp_id", "suite_ticket_variable", "suite_ticket_secret"),
    "third_party_personal": ("authorization_code", "refresh_token"),
}

#: Where each app type keeps access tokens by default. Processes share a user's token, because a refresh token
#: works once: a process that used it to get its own access token would lock the others out.
DEFAULT_CACHE = dict.fromkeys(FIELDS_OF, "process") | {"third_party_personal": "variable"}


def credentials_of(fields: Fields, app_type: str) -> Credentials:
    """Return the credentials of an app.

    :param fields: The connection.
    :param app_type: A key of :data:`FIELDS_OF`.
    :raises ConfigurationError: If a field is missing, is wrong or belongs to another app type.
    """
    for name in dict.fromkeys(name for names in FIELDS_OF.values() for name in names):
        if fields.text(name) and name not in FIELDS_OF[app_type]:
            others = " and ".join(other for other, names in FIELDS_OF.items() if name in names)
            fields.refuse(name, f"is for app_type {others}; it must be empty for {app_type}")
    client_id = fields.required("login", "Client ID")
    client_secret = fields.required("password", "Client Secret")
    return _MAKERS[app_type](fields, client_id, client_secret)


def _internal(fields: Fields, client_id: str, client_secret: str) -> Credentials:
    corp_id = _corp_id(fields)
    if corp_id:
        return CorpCredentials(client_id, client_secret, corp_id)
    return InternalAppCredentials(client_id, client_secret)


def _third_party_enterprise(fields: Fields, client_id: str, client_secret: str) -> Credentials:
    corp_id = _corp_id(fields)
    if not corp_id:
        fields.refuse("corp_id", "is missing: the CorpId of the organization that authorized the app")
    name, ticket = fields.text("suite_ticket_variable"), fields.text("suite_ticket_secret")
    if name and ticket:
        fields.refuse("suite_ticket_variable, suite_ticket_secret", "are both set; set one or neither")
    if name or ticket:
        return SuiteCredentials(client_id, client_secret, corp_id, ticket, name)
    return CorpCredentials(client_id, client_secret, corp_id, third_party=True)


def _third_party_personal(fields: Fields, client_id: str, client_secret: str) -> Credentials:
    names = FIELDS_OF["third_party_personal"]
    code, refresh_token = (fields.text(name) for name in names)
    if bool(code) == bool(refresh_token):
        given = "are both set" if code else "are both missing"
        fields.refuse(", ".join(names), f"{given}; set one of them, and leave it after it has been used")
    return UserCredentials(client_id, client_secret, code, refresh_token)


def _corp_id(fields: Fields) -> str | None:
    corp_id = fields.text("corp_id")
    # The id becomes part of a path, where dots alone would lead to another operation.
    if corp_id and not (corp_id.strip(".") and is_visible_ascii(corp_id)):
        fields.refuse("corp_id", f"must be an id such as dingxxxxxxxxxxxxxxxx, not {fields.shown(corp_id)}")
    return corp_id


_MAKERS: Mapping[str, Callable[[Fields, str, str], Credentials]] = {
    "internal": _internal,
    "third_party_enterprise": _third_party_enterprise,
    "third_party_personal": _third_party_personal,
}
