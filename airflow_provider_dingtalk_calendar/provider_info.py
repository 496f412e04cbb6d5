"""The provider metadata that Airflow reads: the connection type with its form, the hook and the operators.

Airflow 3.2 and later draw the form from this metadata without importing the hook. The entry point names this
module, because Airflow would import the package twice if it named the package.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

PACKAGE = "airflow_provider_dingtalk_calendar"
INTEGRATION = "DingTalk Calendar"

#: In these versions of Airflow, the *Test* button sends port 0 for a connection without a port, and the
#: api-server refuses that as another destination: https://github.com/apache/airflow/pull/73298.
TEST_NEEDS_A_PORT = {"3.3.2"}

#: The extra fields of the form, by their names in the connection's extra. Every type allows null, because an
#: empty field means "not set" and the hook applies the default. Airflow masks a field in its API, form and
#: logs if the field's name contains secret, token, authorization or proxy.
CONNECTION_FIELDS: dict[str, dict[str, Any]] = {
    "region": {
        "label": "Region",
        "description": (
            "Region of the organization. international (the default): api.dingtalk.io. "
            "china: api.dingtalk.com. A Base URL (standard fields) overrides it."
        ),
        "schema": {"type": ["string", "null"], "enum": ["international", "china"]},
    },
    "app_type": {
        "label": "App type",
        "description": (
            "internal (the default): an app of your own organization. third_party_enterprise: an app that "
            "other organizations have authorized. third_party_personal: an app that acts for one user."
        ),
        "schema": {
            "type": ["string", "null"],
            "enum": ["internal", "third_party_enterprise", "third_party_personal"],
        },
    },
    "corp_id": {
        "label": "CorpId",
        "description": (
            "third_party_enterprise: the organization that authorized the app (required). internal: "
            "your own organization (optional)."
        ),
        "schema": {"type": ["string", "null"]},
    },
    "suite_ticket_variable": {
        "label": "Suite ticket: name of a Variable",
        "description": (
            "third_party_enterprise: the Airflow Variable in which your callback saves the newest suite "
            "ticket. Empty: the token is requested by CorpId and needs no ticket."
        ),
        "schema": {"type": ["string", "null"]},
    },
    "suite_ticket_secret": {
        "label": "Suite ticket",
        "description": (
            "third_party_enterprise: the ticket itself, instead of a Variable. Only for a trial, because "
            "DingTalk pushes a new ticket about every five hours."
        ),
        "schema": {"type": ["string", "null"], "format": "password"},
    },
    "authorization_code": {
        "label": "Authorization code",
        "description": (
            "third_party_personal: the code of the user's authorization. It is used once. After that, an "
            "Airflow Variable holds the refresh token. Do not remove the code."
        ),
        "schema": {"type": ["string", "null"], "format": "password"},
    },
    "refresh_token": {
        "label": "Refresh token",
        "description": (
            "third_party_personal: the first refresh token, instead of an authorization code. An Airflow "
            "Variable holds the later ones. Do not remove the first one."
        ),
        "schema": {"type": ["string", "null"], "format": "password"},
    },
    "token_cache": {
        "label": "Token cache",
        "description": (
            "process: each worker process requests its own access token. variable: all processes share one "
            "in an Airflow Variable. Default: process; for third_party_personal: variable. Airflow hides "
            "the saved value because the field's name contains token."
        ),
        "schema": {"type": ["string", "null"], "enum": ["process", "variable"]},
    },
    "connect_timeout": {
        "label": "Connect timeout (seconds)",
        "description": "Longest wait for a connection. Default: the timeout below.",
        "schema": {"type": ["number", "null"], "minimum": 0.1, "maximum": 600},
    },
    "timeout": {
        "label": "Timeout (seconds)",
        "description": "Longest wait for each part of an answer. Default: 30.",
        "schema": {"type": ["number", "null"], "minimum": 0.1, "maximum": 600},
    },
    "max_wait": {
        "label": "Longest wait (seconds)",
        "description": (
            "Longest total wait of one call before it is repeated, for example after a rate limit or a "
            "lost connection. If the wait would be longer, the task fails. Default: 10."
        ),
        "schema": {"type": ["number", "null"], "minimum": 0, "maximum": 600},
    },
    "calls_per_second": {
        "label": "Calls a second",
        "description": (
            "Most calls of one API that a process sends in a second, so that DingTalk refuses none. "
            "Default: 20, the limit of a standard organization. If several tasks call the same API at "
            "the same time, divide the limit between them."
        ),
        "schema": {"type": ["number", "null"], "minimum": 0.1, "maximum": 10000},
    },
    "proxy": {
        "label": "Proxy",
        "description": (
            "URL of an HTTP proxy, such as http://proxy.example.com:3128. Empty: the worker's environment "
            "variables decide."
        ),
        "schema": {"type": ["string", "null"], "format": "url"},
    },
    "ca_bundle": {
        "label": "CA certificates",
        "description": (
            "Path on the worker of a PEM file with the certificate authorities to trust, for a gateway "
            "with a private one. Empty: the public ones. Verification cannot be switched off."
        ),
        "schema": {"type": ["string", "null"]},
    },
}


#: The modules of operators, in the order of the documentation.
OPERATOR_MODULES = (
    "subscribed_calendar",
    "calendars",
    "events",
    "attendees",
    "schedules",
    "directory",
    "api",
)


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
        "connection-types": [_connection_type()],
    }


def field_behaviour() -> dict[str, Any]:
    """Return how the form shows the standard fields of a connection."""
    behaviour: dict[str, Any] = {
        "hidden-fields": ["port", "schema"],
        "relabeling": {
            "login": "Client ID",
            "password": "Client Secret",
            "host": "Base URL",
        },
        "placeholders": {
            "login": "dingxxxxxxxxxxxxxxxx",
            "host": "empty: the hosts of the region (extra fields)",
        },
    }
    if _airflow_version() in TEST_NEEDS_A_PORT:
        behaviour["hidden-fields"].remove("port")
        behaviour["placeholders"]["port"] = "0: this version of Airflow cannot test a connection without it"
    return behaviour


def _airflow_version() -> str | None:
    try:
        return version("apache-airflow-core")
    except PackageNotFoundError:  # Airflow 2
        return None


def _connection_type() -> dict[str, Any]:
    return {
        "connection-type": "dingtalk",
        "hook-class-name": f"{PACKAGE}.hooks.dingtalk.DingTalkHook",
        "hook-name": "DingTalk",
        "ui-field-behaviour": field_behaviour(),
        "conn-fields": CONNECTION_FIELDS,
    }
