"""Assets for DingTalk calendars, and the URIs that name them.

``dingtalk://calendars/UNION_ID/CALENDAR_ID`` names a calendar. With ``?on=start`` or ``?on=end`` it names the
starts or the ends of the calendar's events, and with ``match=...`` only the events that match.

Airflow loads this module whenever a DAG file has an asset with a URI, so the module imports little.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlunsplit

from airflow_provider_dingtalk_calendar.client.wire.event_match import (
    EventMatch,
    MatchLike,
    matches_from_texts,
    matches_to_texts,
)
from airflow_provider_dingtalk_calendar.client.wire.values import check_path_id
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError
from airflow_provider_dingtalk_calendar.support import arguments
from airflow_provider_dingtalk_calendar.support.arguments import RECHECK, holds_pending, one_of

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Asset

__all__ = ["calendar_asset", "calendar_uri"]

On: TypeAlias = Literal["start", "end", "change"]

SCHEME, PLACE = "dingtalk", "calendars"

#: What an error says about the form of a URI.
FORM = (
    f"the URI must be {SCHEME}://{PLACE}/UNION_ID/CALENDAR_ID, optionally with on=start or end, and match=..."
)


def calendar_asset(
    name: str,
    union_id: str,
    calendar_id: str,
    on: On = "start",
    *,
    match: MatchLike | Sequence[MatchLike] | None = None,
    time_zone: str = "UTC",
    recheck: timedelta = RECHECK,
    dingtalk_conn_id: str = "dingtalk_default",
) -> Asset:
    """Return an asset that is updated whenever an event of a calendar starts, ends or changes.

    ``DAG(schedule=calendar_asset(...))`` runs on each update. The triggerer watches the calendar while a DAG
    that is scheduled on the asset is active. All watchers and deferrable sensors for one calendar share their
    looks. Each page of 100 events is one call.
    https://help.dingtalk.io/open/development/query-schedule-view

    The update's ``extra["payload"]`` has ``kind`` (``start``, ``end``, ``added``, ``changed`` or
    ``removed``), ``event_id`` and ``instance_start`` (ISO 8601, in UTC), which together identify an instance
    of an event, and ``title``, ``start`` and ``end`` (ISO 8601, in ``time_zone``).

    :param name: Name of the asset.
    :param union_id: unionId of the user whose calendar it is.
    :param calendar_id: Any id that ListCalendarsOperator returns, or ``"primary"``.
    :param on: ``"start"`` and ``"end"``: each instance of an event updates the asset once, when it starts or
        ends. ``"change"``: an event that takes place in the next 7 days was added, changed or removed.
    :param match: Selects events, like ``allow`` of CalendarGateOperator. None for all events. Cancelled
        events, and events that the user has declined, do not count.
    :param time_zone: TZ database name of the zone in which all-day events lie.
    :param recheck: Longest time between two looks, from 1 second to 7 days.
    :param dingtalk_conn_id: Id of the connection.
    :raises InvalidArgumentError: If an argument is wrong, or a template.
    :raises AirflowOptionalProviderFeatureException: On Airflow 2, which has no asset watchers.
    """
    arguments.recheck("recheck", recheck)
    _refuse_templates(name=name, time_zone=time_zone, dingtalk_conn_id=dingtalk_conn_id)
    uri = calendar_uri(union_id, calendar_id, on, match=match)
    try:
        from airflow.sdk import Asset, AssetWatcher
    except ImportError:
        from airflow.providers.common.compat.sdk import AirflowOptionalProviderFeatureException

        msg = (
            "calendar_asset needs Airflow 3.0 or later. On Airflow 2, let a DAG wait with CalendarSensor: "
            'see "Start a DAG on Airflow 2" in docs/steer-pipelines.md'
        )
        raise AirflowOptionalProviderFeatureException(msg) from None
    from airflow_provider_dingtalk_calendar.triggers.events import CalendarEventTrigger

    trigger = CalendarEventTrigger(
        name=name,
        union_id=union_id,
        calendar_id=calendar_id,
        on=on,
        match=matches_to_texts("match", match),
        time_zone=time_zone,
        recheck=recheck.total_seconds(),
        dingtalk_conn_id=dingtalk_conn_id,
    )
    return Asset(name=name, uri=uri, watchers=[AssetWatcher(name=name, trigger=trigger)])


def calendar_uri(
    union_id: str,
    calendar_id: str,
    on: On = "change",
    *,
    match: MatchLike | Sequence[MatchLike] | None = None,
) -> str:
    """Return the URI of the asset for a calendar, or for what happens in it.

    :param union_id: unionId of the user whose calendar it is.
    :param calendar_id: Id of the calendar.
    :param on: ``"change"`` for the calendar itself, ``"start"`` or ``"end"`` for its events.
    :param match: Selects events, as in :func:`calendar_asset`.
    :raises InvalidArgumentError: If an argument is wrong, or a template.
    """
    _refuse_templates(union_id=union_id, calendar_id=calendar_id, on=on, match=match)
    return urlunsplit(_parts(union_id, calendar_id, on, match))


def create_asset(*, union_id: str, calendar_id: str, extra: dict[str, Any] | None = None) -> Asset:
    """Return the asset for a calendar, without a watcher. Airflow calls this for the scheme ``dingtalk``.

    :param union_id: unionId of the user whose calendar it is.
    :param calendar_id: Id of the calendar.
    :param extra: More about the asset.
    """
    from airflow.providers.common.compat.sdk import Asset

    return Asset(uri=calendar_uri(union_id, calendar_id), extra=extra)


def _refuse_templates(**given: Any) -> None:
    for field_name, value in given.items():
        entries = value if isinstance(value, list | tuple) else [value]
        records = [vars(one) for one in entries if isinstance(one, EventMatch)]
        if holds_pending([value, *records]):
            msg = f"{field_name} must not be a template, because Airflow renders none in assets"
            raise InvalidArgumentError(msg)


def sanitize_uri(uri: SplitResult) -> SplitResult:
    """Return the normal form of a URI. Airflow calls this for every asset with the scheme ``dingtalk``.

    :param uri: The URI.
    :raises ValueError: If the URI names no calendar. The error does not show the URI, because it could hold a
        secret.
    """
    ids = uri.path.removeprefix("/").split("/")
    query = parse_qsl(uri.query, keep_blank_values=True)
    on = [value for name, value in query if name == "on"] or ["change"]
    texts = [value for name, value in query if name == "match"]
    unknown = {name for name, _ in query} - {"on", "match"}
    if uri.netloc.lower() != PLACE or len(on) != 1 or unknown:
        raise InvalidArgumentError(FORM)
    try:
        union_id, calendar_id = (unquote(one, errors="strict") for one in ids)
    except ValueError:
        raise InvalidArgumentError(FORM) from None
    return _parts(union_id, calendar_id, on[0], matches_from_texts("match", texts))


def _parts(union_id: str, calendar_id: str, on: str, match: Any) -> SplitResult:
    check_path_id("union_id", union_id)
    check_path_id("calendar_id", calendar_id)
    one_of("start", "end", "change")("on", on)
    query = [("match", text) for text in matches_to_texts("match", match)]
    if on != "change":
        query.append(("on", on))
    path = "/".join(("", *(quote(one, safe="") for one in (union_id, calendar_id))))
    return SplitResult(SCHEME, PLACE, path, urlencode(query), "")
