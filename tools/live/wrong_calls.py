"""The questions about wrong calls and about the API of the other region."""

from __future__ import annotations

import time
from collections.abc import Callable

from airflow_provider_dingtalk_calendar.client import AccessToken
from airflow_provider_dingtalk_calendar.client.auth.token_memory import TokenMemory
from airflow_provider_dingtalk_calendar.client.engine.error_codes import is_gone
from airflow_provider_dingtalk_calendar.exceptions import ApiError, InvalidTokenError, NotFoundError

from .questions import the_calendar, tried
from .run import NotAnsweredError, Run

_DAY = 86400.0


def _unknown(run: Run) -> str:
    return f"nosuchcalendar{run.run_id}"


def _not_found(run: Run, action: Callable[[], object]) -> str:
    """Make a call for a calendar that does not exist. Compare the answer with the one the client expects."""
    seen: list[ApiError] = []

    def watched() -> object:
        try:
            return action()
        except ApiError as error:
            seen.append(error)
            raise

    result, _ = tried(watched)
    came = run.exchanges[-1].came
    if not seen and result is not False:
        return f"{came}: NOT as the client expects, which would take that for success"
    if not seen or (isinstance(seen[0], NotFoundError) and is_gone(seen[0])):
        return f"{came}: as the client expects, which takes it for 'not found'"
    taken = type(seen[0]).__name__
    return f"{came}: NOT as the client expects (HTTP 404 with a code), which takes it for {taken}"


def unknown_read(run: Run) -> str:
    """Read a calendar that does not exist."""
    return _not_found(run, lambda: run.client.get_subscribed_calendar(run.owner, _unknown(run)))


def unknown_subscribed(run: Run) -> str:
    """Subscribe to a calendar that does not exist."""
    return _not_found(run, lambda: run.client.subscribe_calendar(run.configuration.subscriber, _unknown(run)))


def unknown_deleted(run: Run) -> str:
    """Delete a calendar that does not exist."""
    return _not_found(run, lambda: run.client.delete_subscribed_calendar(run.owner, _unknown(run)))


def deleted_again(run: Run) -> str:
    """Delete the calendar again."""
    calendar_id = the_calendar(run)
    if calendar_id in run.calendars:
        raise NotAnsweredError("its deletion failed")
    return _not_found(run, lambda: run.client.delete_subscribed_calendar(run.owner, calendar_id))


def invalid_token(run: Run) -> str:
    """Make a call with a token that DingTalk did not issue."""
    settings, memory, now = run.configuration.settings, TokenMemory(), time.time()
    invalid = AccessToken("invalidtokenofalivetest", now, now + _DAY)
    memory.tokens[settings.credentials.cache_key(settings.api_url)] = invalid
    first = len(run.exchanges)
    with run.new_client(settings, memory) as client:
        try:
            client.list_calendars(run.owner)
        except InvalidTokenError as error:
            came = run.exchanges[first].came
            return f"{came}: NOT as the client expects, since a new token is refused too: {error}"
    refusal, repeats = run.exchanges[first], run.exchanges[first + 1 :]
    if not repeats:
        return f"{refusal.came}: NOT as the client expects, since it is taken for a good one"
    then = ", ".join(one.operation for one in repeats)
    return f"{refusal.came}: as the client expects, which goes on with a new token ({then})"


def other_region(run: Run) -> str:
    """Get a token from the other region and list calendars with it."""
    if run.elsewhere is None:
        raise NotAnsweredError("the connection names a host instead of a region")
    if run.configuration.app_type == "third_party_personal":
        raise NotAnsweredError("the authorization code of a third-party personal app works once")
    with run.new_client(run.elsewhere) as client:
        try:
            client.get_access_token(fresh=True)
        except ApiError as error:
            if error.retry_after is not None:
                raise
            return f"no: {run.exchanges[-1].host} gives no token: {error}"
        place = run.exchanges[-1].host
        try:
            calendars = client.list_calendars(run.owner)
        except ApiError as error:
            if error.retry_after is not None:
                raise
            return f"no: {place} gives a token, and refuses to list calendars: {error}"
    return f"yes: {place} gives a token and lists {len(calendars)} calendars"
