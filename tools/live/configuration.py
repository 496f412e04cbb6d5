"""What the run is told by environment variables, and what it says about itself before it begins."""

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
        "the app, as JSON, as AIRFLOW_CONN_DINGTALK_DEFAULT takes it: "
        '{"conn_type": "dingtalk", '
        '"login": CLIENT_ID, "password": CLIENT_SECRET, "extra": {"region": "china"}}'
    ),
    OWNER: "unionId of the user who will own the test calendar",
    SUBSCRIBER: "unionId of another user of the organization, who is subscribed to it for a moment",
    CORP_ID: "CorpId of the organization, who may subscribe",
}

#: How many calls that count against the monthly quota a run makes at most where nothing goes wrong, and where
#: besides lists lag as long as the run waits.
USUAL_CALLS = 40
MOST_CALLS = 60

PLAN = f"""\
This calls the real DingTalk, in the name of {OWNER}. It
  - deletes what an earlier run of it left behind, if that is older than an hour and owned by {OWNER};
  - creates subscribed calendars (two or three in all) whose names begin with "Live test of
    airflow-provider-dingtalk-calendar", which the whole organization may see and subscribe to meanwhile;
  - reads and changes one, subscribes {SUBSCRIBER} and ends that subscription;
  - creates an event in it, and one or two, of 15 minutes, without guests and reminders, in the owner's own
    calendar, at 3 o'clock (China time) of the night of next 1 January;
  - makes a few calls that have to fail: an unknown calendar, an invalid token, the API of the other region,
    which is sent Client ID and Client Secret once;
  - deletes all of that, also when it fails or is interrupted, and says what it could not delete;
  - writes a report without secrets, unionIds and names of people.
About {USUAL_CALLS} calls count against the monthly quota of the organization (5,000 as a standard), up to
{MOST_CALLS} where lists lag; what fails is repeated some times. The app needs the permissions
Calendar.Calendar.Read, Calendar.Calendar.Write, Calendar.Event.Read and Calendar.Event.Write."""


class NotReadyError(Exception):
    """Nothing was sent, for a reason that the message says."""


@dataclass(frozen=True)
class Configuration:
    """As whom to call, and for whom.

    :param connection: The fields of the connection.
    :param settings: What they stand for.
    :param owner: unionId of the owner.
    :param subscriber: unionId of the subscriber.
    :param corp_id: The organization.
    """

    connection: Mapping[str, Any] = field(repr=False)
    settings: ClientSettings
    owner: str
    subscriber: str
    corp_id: str

    @property
    def app_type(self) -> str:
        """What kind of app it is."""
        return self.settings.credentials.app_type

    @property
    def region(self) -> str | None:
        """Name of the region; None where a host is named instead."""
        return next((name for name, hosts in REGIONS.items() if hosts.api_url == self.settings.api_url), None)

    def elsewhere(self, url: str | None) -> ClientSettings | None:
        """Return the settings for the other region; None if there is none.

        :param url: Base URL to take for it.
        """
        if url is not None:
            return _settings({**self.connection, "host": url})
        others = [hosts for name, hosts in REGIONS.items() if self.region not in {None, name}]
        return (
            replace(self.settings, api_url=others[0].api_url, oapi_url=others[0].oapi_url) if others else None
        )


def read_configuration(environment: Mapping[str, str]) -> Configuration:
    """Return what the variables say.

    :raises NotReadyError: If the run is not wanted, a variable is missing, or the connection is wrong.
    """
    variables = "\n".join(f"  {name}  {what}" for name, what in VARIABLES.items())
    if environment.get(OPT_IN) != "1":
        msg = f"{PLAN}\nNothing was sent. If that is what you want, set {OPT_IN}=1 and\n{variables}"
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
        # The text holds the secret and is not repeated.
        raise NotReadyError(f"Nothing was sent: {CONNECTION} must be a JSON object") from None
    for name, instead in _KEPT_IN_VARIABLES.items():
        if found["extra"].get(name):
            raise NotReadyError(f"Nothing was sent: {CONNECTION}: {name} is not for this run; give {instead}")
    return dict(found)


#: There is no Airflow here to keep what has to outlive the run.
_KEPT_IN_VARIABLES = {
    "refresh_token": "authorization_code: the run would spend the token of whoever else uses it",
    "suite_ticket_variable": "suite_ticket_secret",
}


def _settings(connection: Mapping[str, Any]) -> ClientSettings:
    fields = dict.fromkeys(("login", "password", "host", "port", "schema"))
    given = {name: connection.get(name) for name in fields}
    extra = json.dumps({**connection["extra"], "token_cache": "process"})
    try:
        return settings_of(SimpleNamespace(conn_id=CONNECTION, extra=extra, **given))
    except ConfigurationError as error:
        raise NotReadyError(f"Nothing was sent: {error}") from None
