"""What the test of a connection says."""

from __future__ import annotations

from airflow_provider_dingtalk_calendar.client import REGIONS, AccessToken, ClientSettings
from airflow_provider_dingtalk_calendar.exceptions import (
    ApiError,
    DingTalkError,
    InvalidCredentialsError,
    InvalidSuiteTicketError,
)


def _region(settings: ClientSettings) -> str | None:
    return next((name for name, hosts in REGIONS.items() if hosts.api_url == settings.api_url), None)


def success(settings: ClientSettings, token: AccessToken) -> str:
    """Say for which app, region and organization there was a token."""
    credentials = settings.credentials
    region = _region(settings)
    place = f"region {region} ({settings.api_url})" if region else f"Base URL {settings.api_url}"
    organization = credentials.organization or token.corp_id
    return (
        f"Got an access token: app type {credentials.app_type}, Client ID {credentials.client_id}, {place}, "
        + (f"organization {organization}" if organization else "organization: the app's own")
    )


def failure(settings: ClientSettings, error: DingTalkError) -> str:
    """Say what DingTalk said and what to look at."""
    region = _region(settings)
    wrong_app = isinstance(error, InvalidCredentialsError) and not isinstance(error, InvalidSuiteTicketError)
    # How the request for a user's token is refused is not documented.
    unclear = isinstance(error, ApiError) and error.operation == "GetUserToken" and error.retry_after is None
    if region is None or not (wrong_app or unclear):
        return str(error)
    others = " or ".join(name for name in REGIONS if name != region)
    return (
        f"{error}. Asked in region {region} ({settings.api_url}), where an app of another region is refused "
        f"with the right secret, too: if it is one, change the region to {others}"
    )
