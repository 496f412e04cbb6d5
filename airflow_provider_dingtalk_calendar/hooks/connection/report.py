"""The test behind the *Test* button: the request to DingTalk, and the report."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from airflow_provider_dingtalk_calendar.client import REGIONS, AccessToken, ClientSettings, DingTalkClient
from airflow_provider_dingtalk_calendar.exceptions import (
    ApiError,
    DingTalkError,
    InvalidCredentialsError,
    InvalidSuiteTicketError,
)

from ..masking import mask
from ..variables import VariableStore
from .settings import settings_of


def report_on(connection: Any) -> tuple[bool, str]:
    """Request a new access token once. Return whether the request succeeded, and a message for the user.

    :param connection: An Airflow connection of type ``dingtalk``.
    """
    try:
        settings = settings_of(connection)
    except DingTalkError as error:
        return False, str(error)
    try:
        store = VariableStore(settings.credentials)
        with DingTalkClient(replace(settings, max_wait=0.0), mask=mask, store=store) as client:
            token = client.get_access_token(fresh=True)
    except DingTalkError as error:
        return False, _failure(settings, error)
    return True, _success(settings, token)


def _region(settings: ClientSettings) -> str | None:
    return next((name for name, hosts in REGIONS.items() if hosts.api_url == settings.api_url), None)


def _success(settings: ClientSettings, token: AccessToken) -> str:
    """Return the success message: the token's app, region and organization."""
    credentials = settings.credentials
    region = _region(settings)
    place = f"region {region} ({settings.api_url})" if region else f"Base URL {settings.api_url}"
    organization = credentials.organization or token.corp_id
    return (
        f"Got an access token: app type {credentials.app_type}, Client ID {credentials.client_id}, {place}, "
        + (f"organization {organization}" if organization else "organization: the app's own")
    )


def _failure(settings: ClientSettings, error: DingTalkError) -> str:
    """Report DingTalk's answer, and suggest another region if the app may belong there."""
    region = _region(settings)
    wrong_app = isinstance(error, InvalidCredentialsError) and not isinstance(error, InvalidSuiteTicketError)
    # DingTalk does not document how it refuses a user's token.
    unclear = isinstance(error, ApiError) and error.operation == "GetUserToken" and error.retry_after is None
    if region is None or not (wrong_app or unclear):
        return str(error)
    others = " or ".join(name for name in REGIONS if name != region)
    return (
        f"{error}. Region {region} ({settings.api_url}) also refuses the right secret of an app from another "
        f"region. If the app is from another region, change the region to {others}"
    )
