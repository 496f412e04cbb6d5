"""The connection form for Airflow 2.11, 3.0 and 3.1, which get it from the hook class.

Later versions read the same data from the provider metadata.
"""

from __future__ import annotations

from typing import Any

from airflow_provider_dingtalk_calendar.provider_info import CONNECTION_FIELDS, field_behaviour


class DropDown:
    """Widget that offers the choices of a text field.

    Airflow 2.11 draws widgets, but it refuses WTForms' own field for choices, and the page overwrites the
    message about a refused value. Airflow 3.0 and 3.1 ignore widgets.

    :param choices: The choices. The field may also stay empty.
    """

    def __init__(self, choices: list[str]) -> None:
        self.choices = choices

    def __call__(self, field: Any, **_: Any) -> str:
        """Return the field as HTML."""
        from markupsafe import Markup

        chosen, other = Markup("<option selected>{}</option>"), Markup("<option>{}</option>")
        options = Markup("").join(
            (chosen if choice == field.data else other).format(choice) for choice in ["", *self.choices]
        )
        select = Markup('<select class="form-control" id="{}" name="{}">{}</select>')
        return select.format(field.id, field.name, options)


def widgets() -> dict[str, Any]:
    """Return the fields stored in extra as WTForms fields. Each field may stay empty."""
    from flask_appbuilder.fieldwidgets import BS3PasswordFieldWidget, BS3TextFieldWidget
    from wtforms import PasswordField, StringField
    from wtforms.validators import Optional, any_of

    fields = {}
    for name, field in CONNECTION_FIELDS.items():
        # A proxy URL can hold a password. Later versions of Airflow hide the field because of its name.
        secret = field["schema"].get("format") == "password" or name == "proxy"
        choices = field["schema"].get("enum")
        text = BS3PasswordFieldWidget() if secret else BS3TextFieldWidget()
        fields[name] = (PasswordField if secret else StringField)(
            field["label"],
            validators=[Optional(), *([any_of(choices)] if choices else [])],
            description=field["description"],
            widget=DropDown(choices) if choices else text,
        )
    return fields


def behaviour() -> dict[str, Any]:
    """Return which standard fields are hidden, and the labels of the others."""
    return {key.replace("-", "_"): value for key, value in field_behaviour().items()}
