"""Airflow reads the provider metadata correctly."""

from __future__ import annotations

import importlib
import json
import logging
import subprocess
import sys
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import airflow
import jsonschema
import pytest
from airflow.providers.common.compat.version_compat import AIRFLOW_V_3_1_PLUS

from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook
from airflow_provider_dingtalk_calendar.provider_info import get_provider_info

AIRFLOW = Path(str(airflow.__file__)).parent

#: The fields of the form that are extras of the connection, in order.
EXTRA_FIELDS = [
    "region",
    "app_type",
    "corp_id",
    "suite_ticket_variable",
    "suite_ticket_secret",
    "authorization_code",
    "refresh_token",
    "cache",
    "connect_timeout",
    "timeout",
    "max_wait",
    "calls_per_second",
    "proxy",
    "ca_bundle",
]


def schema(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((AIRFLOW / name).read_text("utf-8"))
    return loaded


def test_the_entry_point_leads_to_it() -> None:
    (distribution,) = {
        entry.dist.name
        for entry in entry_points(group="apache_airflow_provider")
        if entry.dist and entry.value == "airflow_provider_dingtalk_calendar.provider_info:get_provider_info"
    }
    assert get_provider_info()["package-name"] == distribution == "airflow-provider-dingtalk-calendar"


def test_it_follows_airflows_schemas() -> None:
    info = get_provider_info()
    jsonschema.validate(info, schema("provider_info.schema.json"))
    strict = schema("provider.yaml.schema.json")
    jsonschema.validate(
        info["connection-types"],
        strict["properties"]["connection-types"] | {"definitions": strict["definitions"]},
    )


def test_the_classes_it_names_exist() -> None:
    info = get_provider_info()
    (connection_type,) = info["connection-types"]
    module, _, name = connection_type["hook-class-name"].rpartition(".")
    assert getattr(importlib.import_module(module), name) is DingTalkHook
    assert connection_type["connection-type"] == DingTalkHook.conn_type == "dingtalk"
    assert connection_type["hook-name"] == DingTalkHook.hook_name
    for kind in ("hooks", "operators", "sensors", "triggers"):
        for entry in info[kind]:
            for name in entry["python-modules"]:
                importlib.import_module(name)


def test_the_handlers_of_uris_exist() -> None:
    info = get_provider_info()
    assert info["asset-uris"] == info["dataset-uris"]
    (entry,) = info["asset-uris"]
    assert entry["schemes"] == ["dingtalk"]
    for key in ("handler", "factory"):
        module, _, name = entry[key].rpartition(".")
        assert callable(getattr(importlib.import_module(module), name))


def test_airflow_shows_what_it_names(caplog: pytest.LogCaptureFixture) -> None:
    from airflow.providers_manager import ProvidersManager

    with caplog.at_level(logging.WARNING):
        manager = ProvidersManager()
        manager._cleanup()
        listed = manager.providers["airflow-provider-dingtalk-calendar"].data
    for kind, module in (("sensors", "sensors.calendar"), ("triggers", "triggers.events")):
        names = [name for entry in listed[kind] for name in entry["python-modules"]]
        assert f"airflow_provider_dingtalk_calendar.{module}" in names
    assert "dingtalk" not in caplog.text.lower()


def test_the_form_has_the_limits_of_the_hook() -> None:
    fields = get_provider_info()["connection-types"][0]["conn-fields"]
    assert fields["region"]["schema"]["enum"] == ["international", "china"]
    assert fields["app_type"]["schema"]["enum"] == [
        "internal",
        "third_party_enterprise",
        "third_party_personal",
    ]
    for name, lowest, highest in (
        ("timeout", 0.1, 600),
        ("connect_timeout", 0.1, 600),
        ("max_wait", 0, 600),
        ("calls_per_second", 0.1, 10_000),
    ):
        limits = fields[name]["schema"]
        assert (limits["minimum"], limits["maximum"]) == (lowest, highest), name
    assert all("null" in field["schema"]["type"] for field in fields.values()), "each field may be empty"
    assert all(field["description"] for field in fields.values())


ASKS_THE_HOOK = "get_connection_form_widgets" in vars(DingTalkHook)


@pytest.mark.skipif(
    ASKS_THE_HOOK and not find_spec("flask_appbuilder"),
    reason="without the FAB provider, only the API server of this Airflow asks for the form",
)
def test_airflow_accepts_it_without_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    from airflow.providers_manager import ProvidersManager

    with caplog.at_level(logging.WARNING):
        manager = ProvidersManager()
        manager._cleanup()
        widgets = manager.connection_form_widgets
        behaviour = manager.field_behaviours["dingtalk"]
    assert {name for name in widgets if "__dingtalk__" in name} == {
        f"extra__dingtalk__{name}" for name in EXTRA_FIELDS
    }
    assert behaviour["relabeling"]["login"] == "Client ID"
    assert "dingtalk" not in caplog.text.lower()


#: Runs in a separate process, because Airflow 3.1 leaves mocks of WTForms in sys.modules.
SHOW_FORM = """
import json
from airflow.api_fastapi.core_api.services.ui.connections import HookMetaService
(form,) = (one for one in HookMetaService.hook_meta_data() if one.connection_type == "dingtalk")
print(json.dumps([form.standard_fields.login.title, list(form.extra_fields)]))
"""


@pytest.mark.skipif(not AIRFLOW_V_3_1_PLUS, reason="before 3.1, the form needs the FAB provider")
def test_the_api_server_has_the_form() -> None:
    shown = subprocess.run([sys.executable, "-c", SHOW_FORM], capture_output=True, text=True, check=True)
    assert json.loads(shown.stdout.splitlines()[-1]) == ["Client ID", EXTRA_FIELDS]
