"""The Airflow connection that leads to an emulator."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.emulator.access import THIRD_PARTY_ENTERPRISE, THIRD_PARTY_PERSONAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_provider_dingtalk_calendar.emulator.server import DingTalkEmulator


def connection_to(emulator: DingTalkEmulator, extra: Mapping[str, object]) -> str:
    """Return the connection as JSON text.

    :param emulator: where it leads.
    :param extra: fields of its ``extra``, besides or instead of what the app type needs there; ``None`` for
        one that it shall not have.
    :raises RuntimeError: if the emulator does not serve.
    """
    connection: dict[str, object] = {
        "conn_type": "dingtalk",
        "host": emulator.url,
        "login": emulator.client_id,
        "password": emulator.client_secret,
    }
    fields = {**_extra_of_app_type(emulator), **extra}
    given = {name: value for name, value in fields.items() if value is not None}
    return json.dumps({**connection, "extra": given} if given else connection)


def _extra_of_app_type(emulator: DingTalkEmulator) -> dict[str, object]:
    app_type = emulator.app_type
    if app_type == THIRD_PARTY_ENTERPRISE:
        ticket = emulator.suite_ticket
        return {"app_type": app_type, "corp_id": emulator.corp_id, "suite_ticket_secret": ticket}
    if app_type == THIRD_PARTY_PERSONAL:
        return {"app_type": app_type, "authorization_code": emulator.authorization_code}
    return {}
