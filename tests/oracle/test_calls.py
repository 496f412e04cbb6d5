"""The compared calls cover every operation and every field that the official SDK defines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.oracle.calls import CALLS, IDS, snake
from tests.oracle.operations import OPERATIONS
from tests.oracle.sdk import sdk_operations

if TYPE_CHECKING:
    from collections.abc import Iterator


def fields(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the name and the value of each field of a request, with names as in ``sdk_operations.py``."""
    if isinstance(value, dict):
        for name, entry in value.items():
            if path == "extra":
                yield "extra{}", entry
            else:
                yield from fields(entry, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for entry in value:
            yield from fields(entry, f"{path}[]")
    else:
        yield path, value


def test_there_are_calls_for_every_operation_of_the_official_sdk() -> None:
    assert set(OPERATIONS) == set(sdk_operations())


@pytest.mark.parametrize("operation", OPERATIONS, ids=snake)
def test_every_field_that_the_official_sdk_knows_is_sent(operation: str) -> None:
    known = sdk_operations()[operation]
    calls = [call for call in CALLS if call.operation == operation]
    sent = {name for call in calls for name, _ in fields(call.request)}
    assert sent == {*known.query, *known.body}
    assert any(call.client_token for call in calls) == ("x-client-token" in known.headers)
    assert any(call.client_token is None for call in calls)


@pytest.mark.parametrize("operation", OPERATIONS, ids=snake)
def test_every_path_parameter_gets_every_id(operation: str) -> None:
    parameters = [part[1:-1] for part in sdk_operations()[operation].path.split("/") if part[:1] == "{"]
    calls = [call for call in CALLS if call.operation == operation]
    assert all(list(call.path) == parameters for call in calls)
    for parameter in parameters:
        assert {call.path[parameter] for call in calls} > set(IDS)


@pytest.mark.parametrize("operation", OPERATIONS, ids=snake)
def test_every_bool_is_sent_as_true_and_as_false(operation: str) -> None:
    sent: dict[str, set[bool]] = {}
    for call in CALLS:
        for name, value in fields(call.request) if call.operation == operation else ():
            if isinstance(value, bool):
                sent.setdefault(name, set()).add(value)
    assert all(values == {True, False} for values in sent.values()), sent


def test_values_that_are_easily_lost_are_sent() -> None:
    sent = [value for call in CALLS for _, value in fields(call.request)]
    assert any(value == 0 and value is not False for value in sent)
    assert {"", None} & set(sent) == {""}
    assert any(value == [] for call in CALLS for value in call.request.values())
