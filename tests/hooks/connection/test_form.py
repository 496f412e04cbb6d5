"""The form for Airflow before 3.2 is the same as the one that later versions read from the metadata."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType
from typing import Any

import pytest
from airflow.providers.common.compat import version_compat

from airflow_provider_dingtalk_calendar.hooks import dingtalk
from airflow_provider_dingtalk_calendar.hooks.connection import form
from airflow_provider_dingtalk_calendar.provider_info import CONNECTION_FIELDS, field_behaviour

METHODS = {"get_connection_form_widgets", "get_ui_field_behaviour"}


class Field:
    """A field of WTForms, which Airflow before 3.2 brings or stands in for."""

    def __init__(self, label: str, validators: list[Any], description: str, widget: Any) -> None:
        self.label, self.validators, self.description, self.widget = label, validators, description, widget


class StringField(Field):
    """Text."""


class PasswordField(Field):
    """Hidden text."""


@pytest.fixture
def _web_server_of_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the two methods import; none of it is installed with Airflow 3.2 and later."""
    offered: dict[str, dict[str, Any]] = {
        "wtforms": {"StringField": StringField, "PasswordField": PasswordField},
        "wtforms.validators": {"Optional": lambda: "optional", "any_of": lambda values: ("any of", values)},
        "flask_appbuilder": {},
        "flask_appbuilder.fieldwidgets": {
            "BS3TextFieldWidget": lambda: "text",
            "BS3PasswordFieldWidget": lambda: "password",
        },
    }
    for name, contents in offered.items():
        module = ModuleType(name)
        vars(module).update(contents)
        monkeypatch.setitem(sys.modules, name, module)


@pytest.mark.usefixtures("_web_server_of_old")
def test_every_field_is_the_same() -> None:
    widgets = form.widgets()
    assert list(widgets) == list(CONNECTION_FIELDS)
    for name, widget in widgets.items():
        told = CONNECTION_FIELDS[name]
        choices = told["schema"].get("enum")
        secret = told["schema"].get("format") == "password" or name == "proxy"
        assert (widget.label, widget.description) == (told["label"], told["description"])
        assert widget.validators == ["optional", *([("any of", choices)] if choices else [])]
        assert type(widget) is (PasswordField if secret else StringField)
        assert widget.widget == ("password" if secret else "text")


def test_the_standard_fields_are_treated_the_same() -> None:
    told = field_behaviour()
    assert form.behaviour() == {
        "hidden_fields": told["hidden-fields"],
        "relabeling": told["relabeling"],
        "placeholders": told["placeholders"],
    }


@pytest.mark.usefixtures("_web_server_of_old")
@pytest.mark.parametrize("declarative", [False, True])
def test_the_hook_has_the_methods_only_where_they_are_asked_for(
    declarative: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Airflow 3.2 and later warn of a hook class that has them."""
    monkeypatch.setattr(version_compat, "AIRFLOW_V_3_2_PLUS", declarative)
    spec = importlib.util.spec_from_file_location("a_copy_of_the_module", dingtalk.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    hook = module.DingTalkHook
    assert METHODS & set(vars(hook)) == (set() if declarative else METHODS)
    if not declarative:
        assert set(hook.get_connection_form_widgets()) == set(CONNECTION_FIELDS)
        assert hook.get_ui_field_behaviour() == form.behaviour()


@pytest.mark.parametrize("needs_a_port", [False, True])
def test_the_port_is_shown_only_where_the_test_button_needs_it(
    needs_a_port: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow_provider_dingtalk_calendar import provider_info

    monkeypatch.setattr(provider_info, "version", lambda _: "3.3.2" if needs_a_port else "3.3.3")
    behaviour = field_behaviour()
    assert ("port" in behaviour["hidden-fields"]) is not needs_a_port
    assert ("port" in behaviour["placeholders"]) is needs_a_port
