"""Many calls in one task: as fast as the limit allows, and none too many."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks import subscribe_many
from benchmarks.subscribe_many import Measured


@pytest.mark.usefixtures("airflow_database")
def test_200_users_are_subscribed_and_no_call_is_throttled(say: Callable[[str], None]) -> None:
    measured = subscribe_many.measure()
    say(f"subscribing: {measured}")
    assert measured.throttled == 0
    assert measured.subscribed == subscribe_many.USERS


@pytest.mark.parametrize(
    ("measured", "is_good"),
    [
        (Measured(11.0, 0, 200), True),
        (Measured(11.1, 0, 200), False),
        (Measured(10.0, 1, 200), False),
        (Measured(10.0, 0, 199), False),
    ],
)
def test_a_run_is_good_if_all_are_subscribed_in_time_without_a_throttled_call(
    measured: Measured, is_good: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(subscribe_many, "measure", lambda: measured)
    for name in ("AIRFLOW_HOME", "AIRFLOW__LOGGING__LOGGING_LEVEL"):
        # Set back afterwards.
        monkeypatch.setenv(name, "")
    assert subscribe_many.main() == (0 if is_good else 1)
    assert capsys.readouterr().out.count(f"{measured.throttled} throttled") == subscribe_many.RUNS
