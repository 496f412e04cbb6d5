"""docs/failures.md: what Airflow does with each failure follows from its class."""

from __future__ import annotations

import re

import pytest

from airflow_provider_dingtalk_calendar import exceptions
from tests.provider.docs.pages import rows_of

PAGE = "docs/failures.md"
ROWS = rows_of(PAGE, "| what happens |")
SECONDS = {"s": 1, "day": 86400}


@pytest.mark.parametrize(("what", "does", "airflow"), ROWS, ids=[row[0][:40] for row in ROWS])
def test_what_airflow_does_follows_from_the_class(what: str, does: str, airflow: str) -> None:
    kinds = [getattr(exceptions, name) for name in re.findall(r"`(\w+Error)`", does)]
    errors = [kind("reason") for kind in kinds]
    back = re.fullmatch(r"comes back after (?:a|(\d+)) (s|day)", airflow)
    if back:
        seconds = int(back[1] or 1) * SECONDS[back[2]]
        assert [error.retry_after for error in errors] == [seconds], what
        assert isinstance(errors[0], exceptions.ThrottledError)
    elif airflow == "fails at once":
        assert all(error.retry_after is None for error in errors), what
    else:
        assert airflow == "retries as the task says"
        assert all(error.retry_after is not None for error in errors), what
        assert not any(isinstance(error, exceptions.ThrottledError) for error in errors)


def test_every_limit_has_a_row() -> None:
    named = set(re.findall(r"`(\w+Error)`", " ".join(row[1] for row in ROWS)))
    assert named >= {kind.__name__ for kind in exceptions.ThrottledError.__subclasses__()}
