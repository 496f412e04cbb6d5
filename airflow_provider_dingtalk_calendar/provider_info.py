"""The provider metadata that Airflow reads: the connection type with its form, the hook and the operators.

Airflow 3.2 and later draw the form from this metadata without importing the hook. The entry point points to
this module, because Airflow would import the package twice if the entry point pointed to the package.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

PACKAGE = "airflow_provider_dingtalk_calendar"
INTEGRATION = "DingTalk Calendar"

#: In these versions of Airflow, the *Test* button sends port 0 for a connection without a port, and the
#: api-server refuses the test, because it considers port 0 a different destination:
#: https://github.com/apache/airflow/pull/73298.
TEST_NEEDS_A_PORT = {"3.3.2"}


def _field(label: str, description: str, kind: str = "string", **limits: Any) -> dict[str, Any]:
    # Null is allowed, because an empty field means "not set" and the hook applies the default.
    return {"label": label, "description": description, "schema": {"type": [kind, "null"], **limits}}


#: The extra fields of the form, by their names in the connection's extra. Airflow masks a field in its API,
#: form and logs if the field's name contains secret, token, authorization or proxy.
CONNECTION_FIELDS: dict[str, dict[str, Any]] = {
    "region": _field(
        "Region",
        "Region of the organization. international (the default): api.dingtalk.io. "
        "china: api.dingtalk.com. A Base URL (standard fields) overrides it.",
        enum=["international", "china"],
    ),
    "app_type": _field(
        "App type",
        "internal (the default): an app of your own organization. third_party_enterprise: an app that "
        "other organizations have authorized. third_party_personal: an app that acts for one user.",
        enum=["internal", "third_party_enterprise", "third_party_personal"],
    ),
    "corp_id": _field(
        "CorpId",
        "third_party_enterprise: the organization that authorized the app (required). internal: "
        "your own organization (optional).",
    ),
    "suite_ticket_variable": _field(
        "Suite ticket: name of a Variable",
        "third_party_enterprise: the Airflow Variable in which your callback saves the newest suite "
        "ticket. Empty: the token is requested by CorpId and needs no ticket.",
    ),
    "suite_ticket_secret": _field(
        "Suite ticket",
        "third_party_enterprise: the ticket itself, instead of a Variable. Only for a trial, because "
        "DingTalk pushes a new ticket about every five hours.",
        format="password",
    ),
    "authorization_code": _field(
        "Authorization code",
        "third_party_personal: the code of the user's authorization. It is used once. After that, an "
        "Airflow Variable holds the refresh token. Do not remove the code.",
        format="password",
    ),
    "refresh_token": _field(
        "Refresh token",
        "third_party_personal: the first refresh token, instead of an authorization code. An Airflow "
        "Variable holds the later ones. Do not remove the first one.",
        format="password",
    ),
    # The name must not contain "token": Airflow would mask the words "process" and "variable" in every log.
    "cache": _field(
        "Token cache",
        "process: each worker process requests its own access token. variable: all processes share one "
        "in an Airflow Variable. Default: process; for third_party_personal: variable.",
        enum=["process", "variable"],
    ),
    "connect_timeout": _field(
        "Connect timeout (seconds)",
        "Longest wait for a connection. Default: the timeout below.",
        "number",
        minimum=0.1,
        maximum=600,
    ),
    "timeout": _field(
        "Timeout (seconds)",
        "Longest wait for each part of an answer; the whole may take three times as long. Default: 30.",
        "number",
        minimum=0.1,
        maximum=600,
    ),
    "max_wait": _field(
        "Longest wait (seconds)",
        "Longest total wait of one call before it is repeated, for example after a rate limit or a "
        "lost connection. If the wait would be longer, the task fails. Default: 10.",
        "number",
        minimum=0,
        maximum=600,
    ),
    "calls_per_second": _field(
        "Calls a second",
        "Maximum number of calls per second that a process makes to one API, so that DingTalk refuses none. "
        "Default: 20, the limit of a standard organization. Each process counts only its own "
        "calls, so many tasks at the same time need a pool.",
        "number",
        minimum=0.1,
        maximum=10000,
    ),
    "proxy": _field(
        "Proxy",
        "URL of an HTTP proxy, such as http://proxy.example.com:3128. Empty: the worker's environment "
        "variables decide.",
        format="url",
    ),
    "ca_bundle": _field(
        "CA certificates",
        "Path on the worker of a PEM file with the certificate authorities to trust, for a gateway "
        "with a private one. Empty: the public ones. Verification cannot be switched off.",
    ),
}


#: The operator modules, in the order of the documentation.
OPERATOR_MODULES = (
    "subscribed_calendar",
    "calendars",
    "events",
    "attendees",
    "schedules",
    "gate",
    "directory",
    "api",
)

#: The sensor and trigger modules.
SENSOR_MODULES = ("calendar",)
TRIGGER_MODULES = ("calendar", "events")


def get_provider_info() -> dict[str, Any]:
    """Return the provider metadata, as Airflow's ``provider_info.schema.json`` defines it."""
    return {
        "package-name": "airflow-provider-dingtalk-calendar",
        "name": INTEGRATION,
        "description": "Create and manage DingTalk calendars from Airflow.",
        "integrations": [
            {
                "integration-name": INTEGRATION,
                "external-doc-url": "https://help.dingtalk.io/open/development/create-subscription-calendar",
                "tags": ["service"],
            }
        ],
        "hooks": [{"integration-name": INTEGRATION, "python-modules": [f"{PACKAGE}.hooks.dingtalk"]}],
        "operators": [
            {
                "integration-name": INTEGRATION,
                "python-modules": [f"{PACKAGE}.operators.{module}" for module in OPERATOR_MODULES],
            }
        ],
        # Airflow's schema has "path", and its code reads "class-name".
        "task-decorators": [
            {"name": "dingtalk_events", "class-name": f"{PACKAGE}.decorators.events.dingtalk_events_task"}
        ],
        "sensors": [
            {
                "integration-name": INTEGRATION,
                "python-modules": [f"{PACKAGE}.sensors.{module}" for module in SENSOR_MODULES],
            }
        ],
        "triggers": [
            {
                "integration-name": INTEGRATION,
                "python-modules": [f"{PACKAGE}.triggers.{module}" for module in TRIGGER_MODULES],
            }
        ],
        # Airflow 2 calls assets datasets.
        "asset-uris": [_uris()],
        "dataset-uris": [_uris()],
        "connection-types": [
            {
                "connection-type": "dingtalk",
                "hook-class-name": f"{PACKAGE}.hooks.dingtalk.DingTalkHook",
                "hook-name": "DingTalk",
                "ui-field-behaviour": field_behaviour(),
                "conn-fields": CONNECTION_FIELDS,
            }
        ],
    }


def _uris() -> dict[str, Any]:
    # Airflow ignores an entry that lacks one of these keys.
    return {
        "schemes": ["dingtalk"],
        "handler": f"{PACKAGE}.assets.sanitize_uri",
        "factory": f"{PACKAGE}.assets.create_asset",
    }


def field_behaviour() -> dict[str, Any]:
    """Return how the form shows the standard fields of a connection."""
    behaviour: dict[str, Any] = {
        "hidden-fields": ["port", "schema"],
        "relabeling": {"login": "Client ID", "password": "Client Secret", "host": "Base URL"},
        "placeholders": {
            "login": "dingxxxxxxxxxxxxxxxx",
            "host": "empty: the hosts of the region (extra fields)",
        },
    }
    try:
        needs_a_port = version("apache-airflow-core") in TEST_NEEDS_A_PORT
    except PackageNotFoundError:  # Airflow 2
        needs_a_port = False
    if needs_a_port:
        behaviour["hidden-fields"].remove("port")
        behaviour["placeholders"]["port"] = "0: this version of Airflow cannot test a connection without it"
    return behaviour
