"""What Airflow discovers about this package: the connection type with its form, and the classes it offers.

Airflow 3.2 and later draw the form from this mapping alone and never import the hook for it. The entry
point names this module and not the package, which Airflow would otherwise import twice.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

PACKAGE = "airflow_provider_dingtalk_calendar"
INTEGRATION = "DingTalk Calendar"

#: The *Test* button of this Airflow sends port 0 for a connection without a port, which its api-server takes
#: for another destination and refuses: https://github.com/apache/airflow/pull/73298.
TEST_NEEDS_A_PORT = {"3.3.2"}

#: The fields of the form beside the standard ones, each kept in the connection's extra under its name.
#: Every type admits null: an optional field that is left alone means "not set", and the hook applies the
#: default, as it must for a connection that comes from an environment variable. Whether Airflow masks a
#: field in its API, its form and its logs depends on the name: secret, token, authorization, proxy.
CONNECTION_FIELDS: dict[str, dict[str, Any]] = {
    "region": {
        "label": "Region",
        "description": (
            "Where the organization lives. international (the default): api.dingtalk.io. "
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
            "optional, your own organization."
        ),
        "schema": {"type": ["string", "null"]},
    },
    "suite_ticket_variable": {
        "label": "Suite ticket: name of a Variable",
        "description": (
            "third_party_enterprise: the Airflow Variable in which your callback keeps the newest suite "
            "ticket. Empty: no ticket is needed, the token is asked for by CorpId."
        ),
        "schema": {"type": ["string", "null"]},
    },
    "suite_ticket_secret": {
        "label": "Suite ticket",
        "description": (
            "third_party_enterprise: the ticket itself, instead of a Variable. DingTalk pushes a new one "
            "about every five hours, so this is good for a trial only."
        ),
        "schema": {"type": ["string", "null"], "format": "password"},
    },
    "authorization_code": {
        "label": "Authorization code",
        "description": (
            "third_party_personal: the code of the user's authorization. It is used once; after that the "
            "refresh token is kept in an Airflow Variable. Leave it here."
        ),
        "schema": {"type": ["string", "null"], "format": "password"},
    },
    "refresh_token": {
        "label": "Refresh token",
        "description": (
            "third_party_personal: a refresh token to begin with, instead of an authorization code. Each "
            "one that follows is kept in an Airflow Variable. Leave it here."
        ),
        "schema": {"type": ["string", "null"], "format": "password"},
    },
    "token_cache": {
        "label": "Token cache",
        "description": (
            "process: each worker process asks for an access token of its own. variable: all share one, in "
            "an Airflow Variable. Default: process; third_party_personal: variable. Airflow hides what is "
            "saved here, since the field's name holds token, but keeps it."
        ),
        "schema": {"type": ["string", "null"], "enum": ["process", "variable"]},
    },
    "connect_timeout": {
        "label": "Connect timeout (seconds)",
        "description": "How long to wait for a connection. Default: the timeout below.",
        "schema": {"type": ["number", "null"], "minimum": 0.1, "maximum": 600},
    },
    "timeout": {
        "label": "Timeout (seconds)",
        "description": "How long to wait for each piece of an answer. Default: 30.",
        "schema": {"type": ["number", "null"], "minimum": 0.1, "maximum": 600},
    },
    "max_wait": {
        "label": "Longest wait (seconds)",
        "description": (
            "How long one call may wait, all in all, before what may be repeated is sent again: at a limit "
            "of calls a second, without a connection. What needs longer fails the task. Default: 10."
        ),
        "schema": {"type": ["number", "null"], "minimum": 0, "maximum": 600},
    },
    "calls_per_second": {
        "label": "Calls a second",
        "description": (
            "How many calls of one API a process sends in a second at most, so that DingTalk refuses none. "
            "Default: 20, the limit of a standard organization. Where several tasks call the same API at "
            "the same time, give each its share."
        ),
        "schema": {"type": ["number", "null"], "minimum": 0.1, "maximum": 10000},
    },
    "proxy": {
        "label": "Proxy",
        "description": (
            "URL of an HTTP proxy, e.g. http://proxy.example.com:3128. Empty: what the environment "
            "variables of the worker say."
        ),
        "schema": {"type": ["string", "null"], "format": "url"},
    },
    "ca_bundle": {
        "label": "CA certificates",
        "description": (
            "Path on the worker of a PEM file with the certificate authorities to trust, for a gateway "
            "with a private one. Empty: the usual ones. Verification cannot be switched off."
        ),
        "schema": {"type": ["string", "null"]},
    },
}


#: Modules of operators, in the order of the README.
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
    """Return the provider metadata in the form of Airflow's ``provider_info.schema.json``."""
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
    """Return what the form makes of the fields that every connection has."""
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
