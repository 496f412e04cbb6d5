"""``inspect`` and ``help`` show operations and iterators as methods of a client and of its class."""

from __future__ import annotations

import inspect
import pydoc
import re
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.client import AsyncDingTalkClient, DingTalkClient
from tests.client.story import SETTINGS


@pytest.mark.parametrize("kind", [DingTalkClient, AsyncDingTalkClient])
@pytest.mark.parametrize(
    ("method", "returned"),
    [("get_event", "Event"), ("list_calendars", "list[Calendar]"), ("iter_events", "PageIterator[Event]")],
)
def test_the_signature_shows_arguments_and_result(kind: Any, method: str, returned: str) -> None:
    of_class = inspect.signature(getattr(kind, method))
    of_client = inspect.signature(getattr(kind(SETTINGS), method))
    assert list(of_class.parameters)[:2] == ["self", "union_id"]
    assert next(iter(of_client.parameters)) == "union_id"
    assert of_class.return_annotation == of_client.return_annotation == returned


def test_an_iterator_over_pages_has_no_client_token() -> None:
    assert "client_token" in inspect.signature(DingTalkClient.list_events_view_by_me).parameters
    assert "client_token" not in inspect.signature(DingTalkClient.iter_events_view_by_me).parameters


@pytest.mark.parametrize("kind", [DingTalkClient, AsyncDingTalkClient])
def test_help_shows_signature_and_docstring(kind: Any) -> None:
    text = pydoc.render_doc(kind, renderer=pydoc.plaintext)
    # Python 3.13 writes each parameter of a long signature on its own line.
    assert re.search(r"create_event\([\s|]*self,[\s|]*union_id: 'str'", text)
    assert "Create an event and return it." in text
    assert re.search(r"iter_events\([\s|]*self,[\s|]*union_id: 'str'", text)
    assert "Iterate over the items of all pages of :meth:`list_events`" in text
    assert "Flow[" not in text.partition("create_event(")[2].partition("iter_events(")[0]
    assert pydoc.render_doc(kind.create_event, renderer=pydoc.plaintext).startswith("Python Library")


def test_an_operation_of_the_class_takes_the_client_first() -> None:
    with DingTalkClient(SETTINGS) as client:
        by_class: Any = DingTalkClient.iter_events
        assert next(by_class(client, "u").limit(0), None) is None
