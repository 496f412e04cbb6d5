"""Arguments of all operators: template fields, serialization, mapping and checks when a DAG is parsed."""

from __future__ import annotations

import importlib
import json

import pendulum
import pytest
from airflow.providers.common.compat.sdk import DAG, AirflowException, XComArg, task

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from airflow_provider_dingtalk_calendar.provider_info import get_provider_info
from airflow_provider_dingtalk_calendar.support.retries import HAS_RETRY_POLICIES
from tests.in_airflow.every_operator import GOOD, OPERATORS, arguments_of, make
from tests.in_airflow.versions import DagSerialization

#: Arguments that set how a task behaves. They are not template fields.
FIXED = {
    "CalendarGateOperator": {"on_closed", "on_unknown", "override_param", "ignore_downstream_trigger_rules"},
    "CreateSubscribedCalendarOperator": {"if_exists"},
    "DingTalkApiOperator": {"operation"},
    "ListEventsOperator": {"expand_recurrences"},
    "LookUpUnionIdsOperator": {"if_unknown"},
    "SubscribeCalendarOperator": {"fail_on_error"},
    "UnsubscribeCalendarOperator": {"fail_on_error"},
}
START = pendulum.datetime(2026, 1, 1, tz="UTC")
every_operator = pytest.mark.parametrize("name", OPERATORS)


def test_there_are_good_arguments_for_every_operator() -> None:
    assert list(GOOD) == list(OPERATORS)


def test_the_provider_metadata_has_every_module_with_an_operator() -> None:
    (listed,) = (entry["python-modules"] for entry in get_provider_info()["operators"])
    assert set(listed) == {kind.__module__ for kind in OPERATORS.values()}
    for module in listed:
        importlib.import_module(module)


@every_operator
def test_every_argument_but_the_fixed_ones_is_a_template_field(name: str) -> None:
    kind, operator = OPERATORS[name], make(name)
    assert set(kind.template_fields) == set(arguments_of(kind)) - FIXED.get(name, set())
    assert len(kind.template_fields) == len(set(kind.template_fields))
    assert [field for field in kind.template_fields if not hasattr(operator, field)] == []
    assert set(kind.template_fields_renderers) <= set(kind.template_fields)
    # Airflow needs each argument as an attribute with the same name.
    for argument, value in GOOD[name].items():
        assert getattr(operator, argument) == value


@every_operator
def test_the_docstring_describes_every_argument_and_says_whether_it_is_templated(name: str) -> None:
    kind = OPERATORS[name]
    text = kind.__doc__ or ""
    documented = {
        line.split(":")[1].removeprefix("param ").strip() for line in text.splitlines() if ":param" in line
    }
    arguments = set(arguments_of(kind))
    assert documented <= arguments
    if "The other arguments are those of" not in text:
        assert documented == arguments
    for argument in documented:
        (described,) = (line for line in text.splitlines() if f":param {argument}:" in line)
        assert ("(templated)" in described) == (argument in kind.template_fields), described


@every_operator
def test_a_serialized_dag_has_the_operator_and_no_secret(
    name: str, dingtalk_emulator: DingTalkEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", dingtalk_emulator.airflow_connection())
    with DAG("d", start_date=START, schedule=None) as dag:
        make(name)
    written = json.dumps(DagSerialization.to_dict(dag))
    assert dingtalk_emulator.client_secret not in written
    read = DagSerialization.from_dict(json.loads(written)).get_task("t")
    assert read.task_type == name
    assert read._task_module == OPERATORS[name].__module__
    assert list(read.template_fields) == list(OPERATORS[name].template_fields)
    assert {field: getattr(read, field) for field in read.template_fields if field in GOOD[name]} == {
        field: value for field, value in GOOD[name].items() if field in read.template_fields
    }
    assert read.dingtalk_conn_id == "dingtalk_default"
    assert getattr(read, "has_retry_policy", False) is HAS_RETRY_POLICIES


@every_operator
def test_a_mapped_operator_is_serialized_and_makes_an_operator_for_each_item(name: str) -> None:
    kind = OPERATORS[name]
    field = next(field for field in kind.template_fields if field in GOOD[name])
    fixed = {argument: value for argument, value in GOOD[name].items() if argument != field}
    with DAG("d", start_date=START, schedule=None) as dag:
        mapped = kind.partial(task_id="t", **fixed).expand(**{field: [GOOD[name][field]] * 2})
    read = DagSerialization.from_dict(DagSerialization.to_dict(dag)).get_task("t")
    assert type(read).__name__.endswith("MappedOperator")
    assert list(read.template_fields) == list(kind.template_fields)
    made = mapped.unmap({field: GOOD[name][field]})
    assert isinstance(made, kind)
    assert {argument: getattr(made, argument) for argument in GOOD[name]} == GOOD[name]
    policy = type(getattr(made, "retry_policy", None)).__name__
    assert (policy == "DingTalkRetryPolicy") is HAS_RETRY_POLICIES


@every_operator
def test_pending_arguments_are_left_to_the_run(name: str) -> None:
    kind = OPERATORS[name]
    arguments = [field for field in kind.template_fields if field in GOOD[name]]
    with DAG("d", start_date=START, schedule=None):

        @task
        def upstream() -> None: ...

        output = upstream()
        assert isinstance(output, XComArg)
        for pending in ("{{ x }}", output, output["key"]):
            given = GOOD[name] | dict.fromkeys(arguments, pending)
            kind(task_id=f"t{id(pending)}", **given)
            kind.partial(task_id=f"m{id(pending)}", **given).expand(dingtalk_conn_id=["a", "b"])


@every_operator
def test_default_args_of_the_dag_reach_every_argument(name: str) -> None:
    with DAG("d", start_date=START, schedule=None, default_args=GOOD[name] | {"dingtalk_conn_id": "other"}):
        operator = OPERATORS[name](task_id="t")
    assert {argument: getattr(operator, argument) for argument in GOOD[name]} == GOOD[name]
    assert operator.dingtalk_conn_id == "other"


@every_operator
def test_a_missing_argument_and_an_unknown_one_are_errors(name: str) -> None:
    with pytest.raises((TypeError, AirflowException), match="no_such_argument"):
        make(name, no_such_argument=1)
    required = {
        argument
        for argument, parameter in arguments_of(OPERATORS[name]).items()
        if parameter.default is parameter.empty
    }
    for argument in required:
        given = {key: value for key, value in GOOD[name].items() if key != argument}
        with pytest.raises((TypeError, AirflowException), match=argument):
            OPERATORS[name](task_id="t", **given)
