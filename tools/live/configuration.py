"""The environment variables of the run, and the announcement that the run prints first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from airflow_provider_dingtalk_calendar.client import REGIONS, ClientSettings
from airflow_provider_dingtalk_calendar.exceptions import ConfigurationError
from airflow_provider_dingtalk_calendar.hooks.connection.settings import settings_of

OPT_IN = "DINGTALK_LIVE"
CONNECTION = "DINGTALK_LIVE_CONNECTION"
OWNER = "DINGTALK_LIVE_OWNER"
SUBSCRIBER = "DINGTALK_LIVE_SUBSCRIBER"
CORP_ID = "DINGTALK_LIVE_CORP_ID"

VARIABLES = {
    CONNECTION: (
        "the connection as JSON, in the format of AIRFLOW_CONN_DINGTALK_DEFAULT: "
        '{"conn_type": "dingtalk", '
        '"login": CLIENT_ID, "password": CLIENT_SECRET, "extra": {"region": "china"}}'
    ),
    OWNER: "unionId of the user who will own the test calendar",
    SUBSCRIBER: "unionId of another user of the organization, who is subscribed for a short time",
    CORP_ID: "CorpId of the organization whose members may subscribe",
}

#: The maximum number of metered calls in a run without failures. The first number applies if lists do not
#: lag, the second if lists lag for as long as the run waits.
USUAL_CALLS = 60
MOST_CALLS = 80

PLAN = f"""\
This test calls the real DingTalk on behalf of {OWNER}. It
  - deletes what earlier runs left behind, if {OWNER} owns it and it is older than an hour;
  - creates two or three subscribed calendars whose names begin with "Live test of
    airflow-provider-dingtalk-calendar"; during the run, the whole organization can see and subscribe to them;
  - reads and changes one of them, subscribes {SUBSCRIBER} and ends that subscription;
  - creates an event in that calendar, and one or two in the owner's own calendar: 15 minutes long, at 3:00
    (China time) on the next 1 January, without guests or reminders;
  - makes a few calls that must fail, with an unknown calendar, with an invalid token and to the API of the
    other region; the Client ID and the Client Secret are sent to that region once;
  - deletes all of this, even if the test fails or is interrupted, and lists what it could not delete;
  - writes a report without secrets, unionIds or names of people.
About {USUAL_CALLS} calls count against the monthly quota of the organization (5,000 by default), or up to
{MOST_CALLS} if lists lag. Failed calls are repeated a few times. The app needs the permissions
Calendar.Calendar.Read, Calendar.Calendar.Write, Calendar.Event.Read and Calendar.Event.Write."""


class NotReadyError(Exception):
    """The run cannot start, and nothing was sent. The message gives the reason."""


@dataclass(frozen=True)
class Configuration:
    """The app and the users of a run.

    :param connection: The fields of the connection.
    :param settings: The client settings for that connection.
    :param owner: unionId of the owner.
    :param subscriber: unionId of the subscriber.
    :param corp_id: CorpId of the organization.
    """

    connection: Mapping[str, Any] = field(repr=False)
    settings: ClientSettings
    owner: str
    subscriber: str
    corp_id: str

    @property
    def app_type(self) -> str:
        """The type of the app."""
        return self.settings.credentials.app_type

    @property
    def region(self) -> str | None:
        """The name of the region, or None if the connection specifies a host."""
        return next((name for name, hosts in REGIONS.items() if hosts.api_url == self.settings.api_url), None)

    def elsewhere(self, url: str | None) -> ClientSettings | None:
        """Return the settings for the other region, or None if there is no other region.

        :param url: The base URL to use for the other region, if any.
        """
        if url is not None:
            return _settings({**self.connection, "host": url})
        others = [hosts for name, hosts in REGIONS.items() if self.region not in {None, name}]
        return (
            replace(self.settings, api_url=others[0].api_url, oapi_url=others[0].oapi_url) if others else None
        )


def read_configuration(environment: Mapping[str, str]) -> Configuration:
    """Read the configuration from environment variables.

    :raises NotReadyError: If the opt-in or a variable is missing, or if the connection is not valid.
    """
    variables = "\n".join(f"  {name}  {what}" for name, what in VARIABLES.items())
    if environment.get(OPT_IN) != "1":
        msg = f"{PLAN}\nNothing was sent. To run the test, set {OPT_IN}=1 and\n{variables}"
        raise NotReadyError(msg)
    found = {name: environment.get(name, "").strip() for name in VARIABLES}
    connection = _connection(found[CONNECTION])
    found[CORP_ID] = found[CORP_ID] or str(connection.get("extra", {}).get("corp_id") or "")
    missing = [f"  {name}  {VARIABLES[name]}" for name, value in found.items() if not value]
    if missing:
        raise NotReadyError("\n".join(["Nothing was sent: these variables are missing:", *missing]))
    if found[OWNER] == found[SUBSCRIBER]:
        raise NotReadyError(f"Nothing was sent: {OWNER} and {SUBSCRIBER} must be two users")
    settings = _settings(connection)
    return Configuration(connection, settings, found[OWNER], found[SUBSCRIBER], found[CORP_ID])


def _connection(text: str) -> dict[str, Any]:
    if not text:
        return {}
    try:
        found = json.loads(text)
        extra = found.get("extra") or {}
        found["extra"] = json.loads(extra) if isinstance(extra, str) else dict(extra)
    except (ValueError, TypeError, AttributeError):
        # Do not show the value, because it contains the secret.
        raise NotReadyError(f"Nothing was sent: {CONNECTION} must be a JSON object") from None
    for name, instead in _KEPT_IN_VARIABLES.items():
        if found["extra"].get(name):
            raise NotReadyError(f"Nothing was sent: {CONNECTION}: {name} is not for this run; give {instead}")
    return dict(found)


#: Fields whose values change during a run, each with the field to use instead. The new values would be lost,
#: because no Airflow stores them.
_KEPT_IN_VARIABLES = {
    "refresh_token": "authorization_code: the run would use up the token for everyone else",
    "suite_ticket_variable": "suite_ticket_secret",
}


def _settings(connection: Mapping[str, Any]) -> ClientSettings:
    fields = dict.fromkeys(("login", "password", "host", "port", "schema"))
    given = {name: connection.get(name) for name in fields}
    given["conn_type"] = connection.get("conn_type", "dingtalk")
    extra = json.dumps({**connection["extra"], "cache": "process"})
    try:
        return settings_of(SimpleNamespace(conn_id=CONNECTION, extra=extra, **given))
    except ConfigurationError as error:
        raise NotReadyError(f"Nothing was sent: {error}") from None
