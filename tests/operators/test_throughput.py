"""Many calls in one task: as fast as the limit allows, and none too many."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tools.benchmarks import at_limit


@pytest.mark.usefixtures("airflow_database")
def test_200_users_are_subscribed_and_no_call_is_throttled(say: Callable[[str], None]) -> None:
    measured = at_limit.run(at_limit.USERS, at_limit.by_operator)
    say(f"subscribing: {measured}")
    assert measured.throttled == 0
    assert measured.subscribed == at_limit.USERS
