"""What a request of an operation may contain, and what its answer does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from airflow_provider_dingtalk_calendar.emulator.schema import Schema


@dataclass(frozen=True)
class Contract:
    """Query, body and answer of an operation, as its page has them, or else the official SDK.

    :param answer: the schema of the answer, ``None`` for one without a body; of the legacy API, what stands
        beside ``errcode``.
    :param body: the schema of the request's body, ``None`` for none.
    :param query: the schemas of the query parameters.
    :param required: the query parameters that it has to have.
    """

    answer: Schema | None
    body: Schema | None = None
    query: Mapping[str, Schema] = field(default_factory=dict)
    required: tuple[str, ...] = ()
