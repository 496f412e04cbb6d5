"""Our catalog describes each operation as the official SDK does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from airflow_provider_dingtalk_calendar.client.catalog import CALENDAR_OPERATIONS
from tests.oracle.calls import snake
from tests.oracle.sdk import SdkOperation, sdk_operations

if TYPE_CHECKING:
    from collections.abc import Mapping

UNDOCUMENTED_HEADER = "no page of the public reference lists the header or explains it"

#: Details that only the SDK has, by operation, with our reason for leaving them out.
ALLOWED: Mapping[str, Mapping[tuple[str, str], str]] = {
    "GenerateCaldavAccount": {("header", "dingUid"): UNDOCUMENTED_HEADER},
    "ListAiMinutes": {
        ("header", name): UNDOCUMENTED_HEADER
        for name in ("dingAccessTokenType", "dingIsvOrgId", "dingOrgId", "dingSuiteKey", "dingUid")
    },
    "ListOrgPlugins": {
        ("header", name): UNDOCUMENTED_HEADER
        for name in (
            "dingAccessTokenType",
            "dingClientId",
            "dingIsvOrgId",
            "dingOpenAppOrgId",
            "dingOrgId",
            "dingSuiteKey",
        )
    },
    "MeetingRoomRespond": {("header", "userAgent"): UNDOCUMENTED_HEADER},
}


def facts_of_the_sdk(known: SdkOperation) -> set[tuple[str, str]]:
    return {
        ("method", known.method),
        ("path", known.path),
        *(("query", name) for name in known.query),
        *(("body", name) for name in known.python if name not in known.query),
        *(("header", name) for name in known.headers),
    }


def our_facts(endpoint: Any) -> set[tuple[str, str]]:
    return {
        ("method", endpoint.method),
        ("path", endpoint.path),
        *(("query", name) for name in endpoint.query),
        *(("body", name) for name in endpoint.body),
        *([("header", "x-client-token")] if endpoint.client_token else []),
    }


def test_the_table_has_the_operations_of_the_official_sdk() -> None:
    assert set(CALENDAR_OPERATIONS) == set(sdk_operations())


@pytest.mark.parametrize("operation", CALENDAR_OPERATIONS, ids=snake)
def test_an_operation_is_described_as_in_the_official_sdk(operation: str) -> None:
    ours, sdk = our_facts(CALENDAR_OPERATIONS[operation]), facts_of_the_sdk(sdk_operations()[operation])
    assert ours - sdk == set()
    assert sdk - ours == set(ALLOWED.get(operation, ()))


def test_allowed_differences_belong_to_operations() -> None:
    assert ALLOWED.keys() <= CALENDAR_OPERATIONS.keys()
