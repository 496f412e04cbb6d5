"""Airflow before 3.2 shows the same form as later versions, which read the form from the metadata."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from airflow.providers.common.compat import version_compat

from airflow_provider_dingtalk_calendar.hooks import dingtalk
from airflow_provider_dingtalk_calendar.hooks.connection import form
from airflow_provider_dingtalk_calendar.provider_info import CONNECTION_FIELDS, field_behaviour

METHODS = {"get_connection_form_widgets", "get_ui_field_behaviour"}


class Field:
    """A stand-in for a WTForms field. Airflow before 3.2 installs WTForms or replaces it with mocks."""

    def __init__(self, label: str, validators: list[Any], description: str, widget: Any) -> None:
        self.label, self.validators, self.description, self.widget = label, validators, description, widget


class StringField(Field):
    """A field with visible text."""


class PasswordField(Field):
    """A field with hidden text."""


@pytest.fixture
def _old_web_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand-ins for the modules that the hook's form methods import. Airflow 3.2 and later lack them."""
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


@pytest.mark.usefixtures("_old_web_server")
def test_every_extra_field_is_the_same() -> None:
    widgets = form.widgets()
    assert list(widgets) == list(CONNECTION_FIELDS)
    for name, widget in widgets.items():
        field = CONNECTION_FIELDS[name]
        choices = field["schema"].get("enum")
        secret = field["schema"].get("format") == "password" or name == "proxy"
        assert (widget.label, widget.description) == (field["label"], field["description"])
        assert widget.validators == ["optional", *([("any of", choices)] if choices else [])]
        assert type(widget) is (PasswordField if secret else StringField)
        if choices:
            assert widget.widget.choices == choices
        else:
            assert widget.widget == ("password" if secret else "text")


def test_a_drop_down_is_html() -> None:
    field = SimpleNamespace(id="an-id", name="a-name", data="b<")
    assert form.DropDown(["a", "b<"])(field, class_="ignored") == (
        '<select class="form-control" id="an-id" name="a-name">'
        "<option></option><option>a</option><option selected>b&lt;</option></select>"
    )


def test_the_standard_fields_are_the_same() -> None:
    field = field_behaviour()
    assert form.behaviour() == {
        "hidden_fields": field["hidden-fields"],
        "relabeling": field["relabeling"],
        "placeholders": field["placeholders"],
    }


@pytest.mark.usefixtures("_old_web_server")
@pytest.mark.parametrize("declarative", [False, True])
def test_the_hook_has_the_form_methods_only_before_3_2(
    declarative: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Airflow 3.2 and later warn about a hook class with these methods."""
    monkeypatch.setattr(version_compat, "AIRFLOW_V_3_2_PLUS", declarative)
    spec = importlib.util.spec_from_file_location(f"{dingtalk.__package__}.a_copy", dingtalk.__file__)
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
def test_the_form_shows_the_port_only_if_the_test_button_needs_it(
    needs_a_port: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow_provider_dingtalk_calendar import provider_info

    monkeypatch.setattr(provider_info, "version", lambda _: "3.3.2" if needs_a_port else "3.3.3")
    behaviour = field_behaviour()
    assert ("port" in behaviour["hidden-fields"]) is not needs_a_port
    assert ("port" in behaviour["placeholders"]) is needs_a_port
