"""Assets for calendars: one URI for one calendar, and an asset with a watcher on Airflow 3."""

from __future__ import annotations

import importlib
from datetime import timedelta
from importlib.util import find_spec
from typing import Any

import pytest
from airflow.providers.common.compat.sdk import AirflowException, Asset

from airflow_provider_dingtalk_calendar.assets import calendar_asset, calendar_uri, create_asset
from airflow_provider_dingtalk_calendar.client import EventMatch
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

HAS_WATCHERS = find_spec("airflow.sdk") is not None
on_airflow_3 = pytest.mark.skipif(not HAS_WATCHERS, reason="Airflow 2 has no asset watchers")

#: The module with the function that Airflow writes a trigger with.
ENCODERS, BEFORE_3_2 = "airflow.serialization.encoders", "airflow.serialization.serialized_objects"

#: Ids that contain what a URI must not contain as it is.
OWNER, CALENDAR = "iE/iS+1=", "日历 1?#@:%2F"
URI = "dingtalk://calendars/iE%2FiS%2B1%3D/%E6%97%A5%E5%8E%86%201%3F%23%40%3A%252F"


@pytest.mark.parametrize(
    ("arguments", "query"),
    [
        ({}, ""),
        ({"on": "start"}, "?on=start"),
        ({"on": "end", "match": "freeze"}, "?match=freeze&on=end"),
        ({"match": EventMatch(title="freeze")}, "?match=freeze"),
        ({"match": ["b", "a", "b"]}, "?match=a&match=b"),
        ({"match": "封网 1"}, "?match=%E5%B0%81%E7%BD%91+1"),
        ({"match": {"all_day": True}}, "?match=%7B%22all_day%22%3Atrue%7D"),
        ({"match": "{x"}, "?match=%7B%22title%22%3A%22%7Bx%22%7D"),
    ],
)
def test_airflow_leaves_our_uris_as_they_are(arguments: dict[str, Any], query: str) -> None:
    uri = calendar_uri(OWNER, CALENDAR, **arguments)
    assert uri == URI + query
    assert Asset(uri=uri).uri == uri


@pytest.mark.parametrize(
    "uri",
    [
        "dingtalk://calendars/u/c",
        "DingTalk://Calendars/u/c/",
        "dingtalk://calendars/%75/%63#fragment",
        "dingtalk://calendars/u/c?on=change",
    ],
)
def test_every_way_to_write_a_calendar_is_one_asset(uri: str) -> None:
    assert Asset(uri=uri).uri == calendar_uri("u", "c") == "dingtalk://calendars/u/c"


@pytest.mark.parametrize(
    "uri",
    [
        "dingtalk://calendars",
        "dingtalk://calendars/u",
        "dingtalk://calendars/u/c/e",
        "dingtalk://calendars//c",
        "dingtalk://calendars/u/..",
        "dingtalk://calendars/u/%ff",
        "dingtalk://u/c",
        "dingtalk://app:key@calendars:443/u/c",
        "dingtalk://calendars/u/c?token=hidden",
        "dingtalk://calendars/u/c?on=later",
        "dingtalk://calendars/u/c?on=start&on=end",
        "dingtalk://calendars/u/c?match={",
        "dingtalk://calendars/u/c?match={}",
        'dingtalk://calendars/u/c?match={"color":1}',
        "dingtalk://calendars/u/c?match=" + '{"a":' * 3000,
    ],
)
@pytest.mark.filterwarnings("ignore:An Asset URI should not contain a password")
@on_airflow_3
def test_a_uri_that_names_no_calendar_is_refused(uri: str) -> None:
    with pytest.raises(ValueError, match="unknown criterion" if "color" in uri else "must") as raised:
        Asset(uri=uri)
    assert "hidden" not in str(raised.value)
    assert "key@" not in str(raised.value)


def test_airflow_makes_an_asset_from_ids() -> None:
    assert create_asset(union_id="u", calendar_id="c").uri == "dingtalk://calendars/u/c"
    assert create_asset(union_id="u", calendar_id="c", extra={"team": "a"}).extra == {"team": "a"}


@on_airflow_3
def test_the_outlet_of_a_sync_and_the_watched_calendar_are_one_asset() -> None:
    from airflow_provider_dingtalk_calendar.operators.events import SyncEventsOperator

    watched = calendar_asset("releases", "u", "c", on="change")
    sync = SyncEventsOperator(
        task_id="sync",
        union_id="u",
        calendar_id="c",
        events=[],
        outlets=[Asset(name="releases", uri=calendar_uri("u", "c"))],
    )
    (outlet,) = sync.outlets
    assert (outlet.name, outlet.uri) == (watched.name, watched.uri)


@on_airflow_3
def test_an_asset_has_a_watcher_for_its_events() -> None:
    asset: Any = calendar_asset(
        "freezes",
        "u",
        "c",
        on="end",
        match="freeze",
        time_zone="Asia/Shanghai",
        recheck=timedelta(hours=1),
        dingtalk_conn_id="other",
    )
    (watcher,) = asset.watchers
    assert (asset.name, asset.uri) == ("freezes", "dingtalk://calendars/u/c?match=freeze&on=end")
    assert watcher.trigger.serialize()[1] == {
        "name": "freezes",
        "union_id": "u",
        "calendar_id": "c",
        "on": "end",
        "match": ["freeze"],
        "time_zone": "Asia/Shanghai",
        "recheck": 3600.0,
        "dingtalk_conn_id": "other",
    }


@on_airflow_3
@pytest.mark.parametrize("match", [None, "freeze", ["封网", {"all_day": True, "pattern": "a|b"}]])
def test_airflow_finds_the_trigger_of_an_asset_again(match: Any) -> None:
    """Airflow stores the trigger, and connects it with the asset by a hash of what it has read back."""
    from airflow.models.trigger import Trigger
    from airflow.triggers.base import BaseEventTrigger

    place = importlib.import_module(ENCODERS if find_spec(ENCODERS) else BEFORE_3_2)
    encode_trigger = getattr(place, "encode_trigger", None) or place._encode_trigger
    asset: Any = calendar_asset("freezes", "u", "c", match=match)
    (watcher,) = asset.watchers
    encoded = encode_trigger(watcher.trigger)
    stored = Trigger(**encoded)
    assert BaseEventTrigger.hash(stored.classpath, stored.kwargs) == BaseEventTrigger.hash(**encoded)


@on_airflow_3
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"on": "later"}, "on must be one of 'start', 'end', 'change', not 'later'"),
        ({"match": []}, "match must be None or have at least one entry"),
        ({"match": {"color": 1}}, "match has an unknown criterion 'color'; allowed are title, pattern"),
        ({"time_zone": "Nowhere/Land"}, "time_zone must be a TZ database name"),
        ({"recheck": 60}, "recheck must be a timedelta from 1 second to 7 days"),
        ({"calendar_id": ""}, "calendar_id must not be blank"),
        ({"union_id": "{{ params.owner }}"}, "union_id must not be a template"),
        ({"match": ["a", {"title": "{{ ds }}"}]}, "match must not be a template"),
        ({"match": EventMatch(title="{{ ds }}")}, "match must not be a template"),
        ({"dingtalk_conn_id": "{{ params.connection }}"}, "dingtalk_conn_id must not be a template"),
        ({"name": "{{ ds }}"}, "name must not be a template"),
        ({"dingtalk_conn_id": ""}, "dingtalk_conn_id must not be blank"),
    ],
)
def test_a_wrong_argument_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        calendar_asset(**{"name": "n", "union_id": "u", "calendar_id": "c"} | wrong)


@pytest.mark.skipif(HAS_WATCHERS, reason="Airflow 3 has asset watchers")
def test_airflow_2_is_told_what_to_do() -> None:
    with pytest.raises(AirflowException, match=r"Airflow 3\.0 or later.*CalendarSensor"):
        calendar_asset("n", "u", "c")
