"""The connection form for Airflow 2.11, 3.0 and 3.1, which ask the hook class for it.

Later ones read it from the provider metadata; it is the same form, made of the same data.
"""

from __future__ import annotations

from typing import Any

from airflow_provider_dingtalk_calendar.provider_info import CONNECTION_FIELDS, field_behaviour


def widgets() -> dict[str, Any]:
    """Return the fields that are kept in extra, as fields of WTForms, each of which may stay empty."""
    from flask_appbuilder.fieldwidgets import BS3PasswordFieldWidget, BS3TextFieldWidget
    from wtforms import PasswordField, StringField
    from wtforms.validators import Optional, any_of

    fields = {}
    for name, told in CONNECTION_FIELDS.items():
        # Airflow 2 shows a proxy with its password otherwise; later ones hide it by its name.
        secret = told["schema"].get("format") == "password" or name == "proxy"
        choices = told["schema"].get("enum")
        fields[name] = (PasswordField if secret else StringField)(
            told["label"],
            validators=[Optional(), *([any_of(choices)] if choices else [])],
            description=told["description"],
            widget=BS3PasswordFieldWidget() if secret else BS3TextFieldWidget(),
        )
    return fields


def behaviour() -> dict[str, Any]:
    """Return which standard fields are hidden, and what the others are called."""
    return {key.replace("-", "_"): value for key, value in field_behaviour().items()}
