"""What Airflow discovers about this package: the connection type with its form, and the classes it offers.

Airflow 3.2 and later draw the form from this mapping alone and never import the hook for it. The entry
point names this module and not the package, which Airflow would otherwise import twice.
"""

from __future__ import annotations

from typing import Any

PACKAGE = "airflow_provider_dingtalk_calendar"
INTEGRATION = "DingTalk Calendar"


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
                "python-modules": [f"{PACKAGE}.operators.subscribed_calendar"],
            }
        ],
        "connection-types": [_connection_type()],
    }


def _connection_type() -> dict[str, Any]:
    return {
        "connection-type": "dingtalk",
        "hook-class-name": f"{PACKAGE}.hooks.dingtalk.DingTalkHook",
        "hook-name": "DingTalk",
        "ui-field-behaviour": {
            "hidden-fields": ["port", "schema"],
            "relabeling": {
                "login": "Client ID",
                "password": "Client Secret",
                "host": "Base URL",
            },
            "placeholders": {
                "login": "dingxxxxxxxxxxxxxxxx",
                "host": "empty: the hosts of the region below",
            },
        },
        # Every type admits null: an optional field that is left alone means "not set", and the hook applies
        # the default, as it must for a connection that comes from an environment variable.
        "conn-fields": {
            "region": {
                "label": "Region",
                "description": (
                    "Where the organization lives. international (the default): api.dingtalk.io. "
                    "china: api.dingtalk.com. A Base URL above overrides it."
                ),
                "schema": {"type": ["string", "null"], "enum": ["international", "china"]},
            },
            "app_type": {
                "label": "App type",
                "description": (
                    "internal (the default): an app of your own organization. The two third-party types "
                    "are refused by this version."
                ),
                "schema": {
                    "type": ["string", "null"],
                    "enum": ["internal", "third_party_enterprise", "third_party_personal"],
                },
            },
            "timeout": {
                "label": "Timeout (seconds)",
                "description": (
                    "How long to wait for a connection, and then for each piece of an answer. Default: 30."
                ),
                "schema": {"type": ["number", "null"], "minimum": 0.1, "maximum": 600},
            },
            "proxy": {
                "label": "Proxy",
                "description": (
                    "URL of an HTTP proxy, e.g. http://proxy.example.com:3128. Empty: what the environment "
                    "variables of the worker say."
                ),
                "schema": {"type": ["string", "null"], "format": "url"},
            },
        },
    }
