"""docs/operators.md, client.md and operations.md: their examples run, and their tables are complete."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.client import DingTalkClient
from airflow_provider_dingtalk_calendar.client.auth import grants
from airflow_provider_dingtalk_calendar.client.catalog import CALENDAR_OPERATIONS, OPERATIONS
from airflow_provider_dingtalk_calendar.client.engine.endpoint import Endpoint
from airflow_provider_dingtalk_calendar.client.engine.operation import operation
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import CreateSubscribedCalendarOperator
from airflow_provider_dingtalk_calendar.provider_info import OPERATOR_MODULES, PACKAGE
from airflow_provider_dingtalk_calendar.support.base import DingTalkOperator
from tests.provider.docs.pages import blocks_of, claims, rows_of, text_of

HELP = "https://help.dingtalk.io/open/development/"


@claims("docs/operators.md", "python", 0)
def test_setup_and_teardown(block: str, run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    run = run_dag(block)
    assert run.state == "success"
    assert connection.calendars == []
    assert connection.journal.operations[-3:] == [
        *("CreateSubscribedCalendar", "CreateEvent"),
        "DeleteSubscribedCalendar",
    ]


@claims("docs/client.md", "python", 0)
def test_the_hook_in_a_task(block: str, run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    (dag,) = (one.text for one in blocks_of("README.md") if "month_end" in one.text)
    body = block.replace("\n", "\n    ")
    run = run_dag(f"{dag}\n    {body}\n    rename(create_calendar.output)\n")
    assert run.state == "success"
    assert connection.calendars[0].name == "Quarter-end close"
    assert connection.calendars[0].subscribers == ("unionId of a reader",)
    assert "Quarter-end close" in run.log


@claims("docs/client.md", "python", 1)
def test_a_client_without_airflow(
    block: str, dingtalk_emulator: DingTalkEmulator, capsys: pytest.CaptureFixture[str]
) -> None:
    there = f'InternalAppCredentials("{dingtalk_emulator.client_id}", "{dingtalk_emulator.client_secret}")'
    here = block.replace('InternalAppCredentials("the-client-id", "the-client-secret")', there)
    assert here != block
    here = here.replace(there, f'{there}, api_url="{dingtalk_emulator.url}"')
    exec(compile(here, "docs/client.md", "exec"), {})
    assert dingtalk_emulator.journal.operations == ["GetAccessToken", "ListCalendars"]
    assert len(capsys.readouterr().out.splitlines()) == 1


def told_of(endpoint: Endpoint[Any], nothing: str) -> list[str]:
    page = f"[{endpoint.page}]({HELP}{endpoint.page})" if endpoint.page else "SDK only"
    return [endpoint.permission or nothing, page]


def test_every_operation_is_listed_with_its_method_permission_and_page() -> None:
    tokens = {entry.operation: entry for entry in vars(grants).values() if isinstance(entry, Endpoint)}
    rows = rows_of("docs/operations.md", "| operation | method of the client |")
    assert [row[0] for row in rows] == [*OPERATIONS, *tokens]
    for name, method, *rest in rows:
        assert isinstance(getattr(DingTalkClient, method.strip("`")), operation)
        endpoint = OPERATIONS.get(name) or tokens[name]
        assert rest == told_of(endpoint, "none" if name in tokens else "not documented")
    methods = {row[0]: row[1].strip("`") for row in rows}
    for name in CALENDAR_OPERATIONS:
        assert methods[name].replace("_", "") == name.lower()


def operators() -> dict[str, type[DingTalkOperator]]:
    """Return every operator of the package by module and name."""
    found = {}
    for name in OPERATOR_MODULES:
        module = importlib.import_module(f"{PACKAGE}.operators.{name}")
        for kind in vars(module).values():
            is_ours = isinstance(kind, type) and issubclass(kind, DingTalkOperator)
            if is_ours and kind.__module__ == module.__name__ and not kind.__name__.startswith("_"):
                found[f"`{name}.{kind.__name__}`"] = kind
    return found


def test_every_operator_is_listed_with_its_permission_and_page() -> None:
    rows = rows_of("docs/operators.md", "| operator | what it does |")
    assert [row[0] for row in rows] == list(operators())
    by_page = {entry.page: entry for entry in OPERATIONS.values() if entry.page}
    for name, _, _, permission, pages in rows[:-1]:
        linked = re.findall(r"\[([\w-]+)\]\((\S+)\)", pages)
        assert linked, name
        assert all(url == HELP + page for page, url in linked)
        needed = dict.fromkeys(by_page[page].permission for page, _ in linked)
        assert permission == ", ".join(map(str, needed)), name
    assert rows[-1][3:] == ["that of the operation", "of the operation"]


def test_the_readme_says_the_same_of_each_operator() -> None:
    def told(page: str) -> list[list[str]]:
        rows = [row[:3] for row in rows_of(page, "| operator | what it does |")]
        return [[re.sub(r"\[(\w+)\]\([^)]+\)", r"\1", cell) for cell in row] for row in rows]

    assert told("README.md") == told("docs/operators.md")


def test_the_readme_names_the_permissions_of_the_first_operator() -> None:
    ((_, _, _, permissions, _), *_) = rows_of("docs/operators.md", "| operator | what it does |")
    told = re.search(r"(\S+) and\s+(\S+) for `CreateSubscribedCalendarOperator`", text_of("README.md"))
    assert told is not None
    assert ", ".join(told.groups()) == permissions


@pytest.fixture
def operator() -> CreateSubscribedCalendarOperator:
    return CreateSubscribedCalendarOperator(
        task_id="t", union_id="u", name="n", subscribe_scope={"corp_ids": ["c"]}
    )


def test_the_arguments_are_those_of_the_operator(operator: CreateSubscribedCalendarOperator) -> None:
    rows = rows_of("docs/operators.md", "| argument |")
    assert {name.strip("`") for name, _, is_templated, _ in rows if is_templated == "yes"} == set(
        CreateSubscribedCalendarOperator.template_fields
    )
    for name, default, *_ in rows:
        if default != "required":
            held = getattr(operator, name.strip("`"))
            assert json.dumps(held).replace("null", "None") == default.strip("`")


def test_the_default_of_if_exists_is_marked(operator: CreateSubscribedCalendarOperator) -> None:
    rows = rows_of("README.md", "| `if_exists` | if there is one |")
    assert [row[0] for row in rows if "(default)" in row[0]] == [f'`"{operator.if_exists}"` (default)']
    assert [row[0].removesuffix(" (default)") for row in rows] == [
        row[0] for row in rows_of("docs/operators.md", "| `if_exists` | if there is one |")
    ]
