"""The options of the emulator, from every place where they can be set."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import requests

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Options
from tests.emulator.conftest import Caller, error_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

REFUSED = [
    ({"qps_limit": -1}, "qps_limit: must be a whole number of at least 0, or none, not -1"),
    ({"qps_limit": "20"}, "qps_limit: must be a whole number"),
    ({"qps_limit": True}, "qps_limit: must be a whole number"),
    ({"token_lifetime": None}, "token_lifetime: must be a whole number of at least 1, not None"),
    ({"list_lag": float("nan")}, "list_lag: must be a number of seconds from 0 to 3600, not nan"),
    ({"list_lag": 3601}, "list_lag: must be a number of seconds"),
    ({"organizer_attends": 1}, "organizer_attends: must be true or false, not 1"),
    ({"subscribed_events": "some"}, "one of writable, readable, refused, not 'some'"),
    ({"description_changes": "trim"}, "description_changes: must be a list out of trim, join, escape"),
    ({"missing_permissions": ["Calendar.Read"]}, "must be a list out of Calendar.Calendar.Read, "),
]


@pytest.mark.parametrize(("wrong", "says"), REFUSED)
def test_an_impossible_value_is_refused_by_name(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        DingTalkEmulator(**wrong)
    options = Options()
    with pytest.raises(ValueError, match=re.escape(says)):
        setattr(options, *next(iter(wrong.items())))
    assert options == Options()


def test_the_control_path_shows_and_changes_options(caller: Caller) -> None:
    url = f"{caller.emulator.url}/_emulator/options"
    shown = requests.get(url, timeout=10).json()
    assert (shown["list_lag"], shown["qps_limit"], shown["description_changes"]) == (0, None, [])

    changes = {"list_lag": 2.5, "description_changes": ["trim", "escape"], "permissions": None}
    answer = requests.post(url, json=changes, timeout=10)

    assert answer.json() == {**shown, **changes}
    assert caller.emulator.options.list_lag == caller.emulator.list_lag == 2.5
    for wrong, field in (({"list_lag": 1, "qps_limit": "x"}, "qps_limit"), ({"lag": 1}, "lag"), ([], "body")):
        refused = requests.post(url, json=wrong, timeout=10)
        assert (refused.status_code, refused.json()["field"]) == (400, field)
    assert caller.emulator.list_lag == 2.5, "all changes or none"


def test_the_marker_sets_the_arguments_of_the_fixture(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        """
import pytest
pytestmark = pytest.mark.dingtalk_emulator(list_lag=1, qps_limit=7)
def test_module(dingtalk_emulator):
    assert (dingtalk_emulator.options.list_lag, dingtalk_emulator.options.qps_limit) == (1, 7)
@pytest.mark.dingtalk_emulator(list_lag=2, app_type="third_party_personal")
def test_own(dingtalk_emulator):
    assert (dingtalk_emulator.options.list_lag, dingtalk_emulator.options.qps_limit) == (2, 7)
    assert dingtalk_emulator.app_type == "third_party_personal"
"""
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--strict-markers",
        "test_it.py",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "2 passed" in done.stdout, done.stdout


def test_limits_can_be_lowered_while_it_serves(caller: Caller) -> None:
    caller.emulator.options.monthly_quota = 1
    caller.listed()
    refused = caller.call("GET", "/v1.0/calendar/users/u/calendars")
    assert error_of(refused)[1] == "Forbidden.AccessDenied.ApiCountLimitForOrg"
    caller.emulator.options.monthly_quota = 2
    caller.listed()


def test_a_missing_permission_is_refused_and_named_in_the_journal(serve: Callable[..., Caller]) -> None:
    caller = serve(missing_permissions=["Calendar.Calendar.Write"])
    caller.fetch_token()

    refused = caller.create()

    assert error_of(refused)[:2] == (403, "Forbidden.AccessDenied.AccessTokenPermissionDenied")
    assert caller.emulator.journal[-1].warning == "the app lacks the permission Calendar.Calendar.Write"
    assert len(caller.listed()) == 1
    caller.emulator.options.missing_permissions = ()
    caller.created()
    caller.emulator.options.permissions = {"Calendar.Event.Read"}
    assert error_of(caller.create())[0] == 403
    assert len(caller.listed()) == 2
    caller.emulator.options.permissions = ()
    assert error_of(caller.call("GET", "/v1.0/calendar/users/u/calendars"))[0] == 403
