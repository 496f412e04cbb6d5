"""Operators that subscribe and unsubscribe users. Each user needs one call and has one result."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.providers.common.compat.version_compat import AIRFLOW_V_3_0_PLUS

from airflow_provider_dingtalk_calendar.client import DingTalkClient
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from airflow_provider_dingtalk_calendar.exceptions import PartialFailureError
from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook
from tests.in_airflow.dag_source import dag
from tests.in_airflow.every_operator import make
from tests.in_airflow.versions import HAS_STATE_STORE
from tools.benchmarks import at_limit

SUBSCRIBE = "SubscribeCalendar"
UNSUBSCRIBE = "UnsubscribeCalendar"
ACCESS = "Forbidden.AccessDenied."
FIFTY = [f"user-{number:02}" for number in range(50)]
OUTSIDE = FIFTY[7::10]
MONTHLY = Fault.error(403, ACCESS + "ApiCountLimitForOrg").on(SUBSCRIBE)


@pytest.fixture
def client(unlimited: DingTalkEmulator) -> DingTalkClient:  # noqa: ARG001  it sets the connection
    return DingTalkHook().get_conn()


@pytest.fixture
def calendar(unlimited: DingTalkEmulator, client: DingTalkClient) -> str:
    """Create a calendar for a group of all but a few of the fifty users. Return the calendar's id."""
    unlimited.add_group("team", ["owner", *(user for user in FIFTY if user not in OUTSIDE)])
    return client.create_subscribed_calendar(
        "owner", name="n", subscribe_scope={"open_conversation_ids": ["team"]}
    )


def task(calendar: str, users: Any, more: str = "") -> str:
    return dag(
        f"SubscribeCalendarOperator(task_id='t', calendar_id={calendar!r}, union_id={users!r}, {more})"
    )


def calls(emulator: DingTalkEmulator, operation: str = SUBSCRIBE) -> list[str]:
    return [entry.path_parameters["userId"] for entry in emulator.journal.of(operation)]


def done(users: list[str]) -> dict[str, Any]:
    return {user: {"ok": True} for user in users}


def test_one_user(run_dag: Callable[..., Any], unlimited: DingTalkEmulator, calendar: str) -> None:
    run = run_dag(task(calendar, "user-00"))
    assert (run.state, run.xcom("t")) == ("success", {"user-00": {"ok": True}})
    assert unlimited.calendars[0].subscribers == ("user-00",)


def test_one_user_outside_the_scope_fails_with_the_error_of_the_call(
    run_dag: Callable[..., Any], unlimited: DingTalkEmulator, calendar: str
) -> None:
    run = run_dag(task(calendar, OUTSIDE[0], "**RETRIED"))
    assert run.state == "failed"
    assert "PermissionDeniedError" in run.log
    assert "PartialFailureError" not in run.log
    assert run.xcom("t")[OUTSIDE[0]]["code"] == "permissionDenied"
    assert len(calls(unlimited)) == 1


def test_every_user_has_a_result_though_five_of_fifty_fail(
    run_dag: Callable[..., Any], unlimited: DingTalkEmulator, calendar: str
) -> None:
    run = run_dag(task(calendar, FIFTY, "**RETRIED"))
    assert run.state == "failed"
    results = run.xcom("t")
    assert set(results) == set(FIFTY)
    assert {user for user, result in results.items() if not result["ok"]} == set(OUTSIDE)
    assert results["user-00"] == {"ok": True}
    refused = results[OUTSIDE[0]]
    assert refused.pop("message").startswith("SubscribeCalendar: HTTP 400 permissionDenied: ")
    assert refused == {
        "ok": False,
        "attempted": True,
        "error": "PermissionDeniedError",
        "code": "permissionDenied",
    }
    assert set(unlimited.calendars[0].subscribers) == set(FIFTY) - set(OUTSIDE)
    assert "PartialFailureError" in run.log
    assert (
        "5 of 50 failed (user-07, user-17, user-27, ...); first failure, for user-07: SubscribeCalendar: "
        in run.log
    )
    assert f"Subscribed 45 of 50 users to calendar {calendar!r}" in run.log
    # A retry could not fix any of these failures, so the task is not retried.
    assert sorted(calls(unlimited)) == FIFTY


def test_the_error_has_the_number_of_failures_and_whether_to_retry(
    unlimited: DingTalkEmulator, calendar: str
) -> None:
    operator = make(
        "SubscribeCalendarOperator", calendar_id=calendar, union_id=["user-01", OUTSIDE[0], "user-02"]
    )
    with pytest.raises(PartialFailureError, match=rf"^1 of 3 failed \({OUTSIDE[0]}\)") as raised:
        operator.call({})  # type: ignore[typeddict-item]
    assert raised.value.retry_after is None
    assert not raised.value.may_have_taken_effect
    unlimited.order(Fault.error(403, ACCESS + "QpmLimitForAppkeyAndApi").on(SUBSCRIBE))
    with pytest.raises(PartialFailureError, match=r"^2 of 3 failed") as raised:
        operator.call({})  # type: ignore[typeddict-item]
    assert raised.value.retry_after == 60


def test_with_fail_on_error_false_the_task_succeeds_and_warns(
    run_dag: Callable[..., Any], calendar: str
) -> None:
    run = run_dag(task(calendar, FIFTY[:10], "fail_on_error=False"))
    assert run.state == "success"
    assert [user for user, result in run.xcom("t").items() if not result["ok"]] == ["user-07"]
    assert "1 of 10 failed (user-07)" in run.log


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (MONTHLY, "MonthlyQuotaError"),
        (Fault.error(403, ACCESS + "IpNotInWhiteList").on(SUBSCRIBE), "IpNotAllowedError"),
        (
            Fault.error(403, ACCESS + "AccessTokenPermissionDenied").on(SUBSCRIBE),
            "MissingPermissionError",
        ),
    ],
)
def test_a_failure_of_the_whole_app_costs_one_call(
    fault: Fault, error: str, run_dag: Callable[..., Any], unlimited: DingTalkEmulator, calendar: str
) -> None:
    unlimited.order(fault.times(50))
    run = run_dag(task(calendar, FIFTY, "**RETRIED"))
    assert run.state == "failed"
    results = run.xcom("t")
    assert {result["error"] for result in results.values()} == {error}
    assert [user for user, result in results.items() if result["attempted"]] == ["user-00"]
    assert calls(unlimited) == ["user-00"]
    assert "50 of 50 failed" in run.log


def test_a_missing_calendar_costs_one_call(run_dag: Callable[..., Any], unlimited: DingTalkEmulator) -> None:
    run = run_dag(task("no such calendar", FIFTY))
    assert run.state == "failed"
    assert [result["attempted"] for result in run.xcom("t").values()] == [True] + [False] * 49
    assert len(calls(unlimited)) == 1


def test_an_empty_list_succeeds_without_a_call(
    run_dag: Callable[..., Any], unlimited: DingTalkEmulator, calendar: str
) -> None:
    run = run_dag(task(calendar, []))
    assert (run.state, run.xcom("t")) == ("success", {})
    assert calls(unlimited) == []


def test_a_user_named_twice_takes_one_call(
    run_dag: Callable[..., Any], unlimited: DingTalkEmulator, calendar: str
) -> None:
    run = run_dag(task(calendar, ["user-01", OUTSIDE[0], "user-01", OUTSIDE[0]]))
    assert sorted(run.xcom("t")) == ["user-01", OUTSIDE[0]]
    assert "1 of 2 failed" in run.log
    assert sorted(calls(unlimited)) == ["user-01", OUTSIDE[0]]


UPSTREAM = """
@task
def users():
    return %s

SubscribeCalendarOperator(task_id="t", calendar_id="{{ params.calendar }}", union_id=users())
"""


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        ("None", "union_id must be a string, not NoneType"),
        ("['user-01', None]", r"union_id[1] must be a string, not NoneType"),
        ("{'user-01': 1}", "union_id must be a list of strings, not dict"),
    ],
)
def test_a_bad_output_from_upstream_fails_before_a_call(
    returned: str, message: str, run_dag: Callable[..., Any], unlimited: DingTalkEmulator, calendar: str
) -> None:
    run = run_dag(dag(UPSTREAM % returned, calendar=calendar))
    assert run.state == "failed"
    assert f"{message}; trying again is useless" in run.log
    assert calls(unlimited) == []


def test_mapped_tasks_may_return_the_users(
    run_dag: Callable[..., Any], unlimited: DingTalkEmulator, calendar: str
) -> None:
    source = """
    @task
    def user(number):
        return f"user-0{number}"

    SubscribeCalendarOperator(
        task_id="t", calendar_id="{{ params.calendar }}", union_id=user.expand(number=[1, 2])
    )
    """
    assert run_dag(dag(source, calendar=calendar)).xcom("t") == done(["user-01", "user-02"])
    assert set(unlimited.calendars[0].subscribers) == {"user-01", "user-02"}


def test_a_retry_makes_only_the_remaining_calls(
    run_dag: Callable[..., Any], unlimited: DingTalkEmulator, calendar: str
) -> None:
    users = [user for user in FIFTY if user not in OUTSIDE][:20]
    unlimited.order(Fault.error(403, ACCESS + "QpmLimitForAppkeyAndApi").on(SUBSCRIBE).times(3))
    run = run_dag(task(calendar, users, "**RETRIED"))
    assert (run.state, run.xcom("t")) == ("success", done(users))
    if not HAS_STATE_STORE:
        # Without a state store, a retry repeats all calls. Subscribing a user again changes nothing.
        assert sorted(calls(unlimited)) == sorted(users * 2)
        return
    assert len(calls(unlimited)) == 20 + 3
    assert set(calls(unlimited)[20:]) == {
        entry.path_parameters["userId"] for entry in unlimited.journal.of(SUBSCRIBE) if entry.fault
    }
    assert set(unlimited.calendars[0].subscribers) == set(users)


def test_a_retry_for_another_calendar_makes_all_calls(
    run_dag: Callable[..., Any], unlimited: DingTalkEmulator, client: DingTalkClient, calendar: str
) -> None:
    other = client.create_subscribed_calendar("owner", name="m", subscribe_scope={"corp_ids": ["corp"]})
    unlimited.order(Fault.error(403, ACCESS + "QpmLimitForAppkeyAndApi").on(SUBSCRIBE))
    ids = f"{{{{ {[calendar, other]!r}[ti.try_number - 1] }}}}"
    run = run_dag(task(ids, ["user-00", "user-01", "user-02"], "**RETRIED"))
    assert run.state == "success"
    assert len(calls(unlimited)) == 6
    assert [len(one.subscribers) for one in unlimited.calendars] == [2, 3]


def test_a_retry_on_another_connection_makes_all_calls(
    run_dag: Callable[..., Any],
    unlimited: DingTalkEmulator,
    calendar: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with DingTalkEmulator() as other:
        monkeypatch.setenv("AIRFLOW_CONN_OTHER", other.airflow_connection())
        unlimited.order(Fault.error(403, ACCESS + "QpmLimitForAppkeyAndApi").on(SUBSCRIBE))
        # The requests succeed, but their answers have no body.
        other.order(Fault.empty().on(SUBSCRIBE).times(3))
        conn_id = "{{ ['dingtalk_default', 'other'][ti.try_number - 1] }}"
        users = ["user-00", "user-01", "user-02"]
        run = run_dag(task(calendar, users, f"dingtalk_conn_id={conn_id!r}, **RETRIED"))
        assert (run.state, run.xcom("t")) == ("success", done(users))
        assert sorted(calls(other)) == users


def test_unsubscribing_many(
    run_dag: Callable[..., Any], unlimited: DingTalkEmulator, client: DingTalkClient, calendar: str
) -> None:
    for user in ("user-01", "user-02"):
        client.subscribe_calendar(user, calendar)
    unlimited.order(Fault.error(403, ACCESS + "QpmLimitForAppkeyAndApi").on(UNSUBSCRIBE))
    source = task(calendar, ["user-01", "user-02", "user-03"], "**RETRIED").replace(SUBSCRIBE, UNSUBSCRIBE)
    run = run_dag(source)
    assert (run.state, run.xcom("t")) == (
        "success",
        done(["user-01", "user-02", "user-03"]),
    )
    assert len(calls(unlimited, UNSUBSCRIBE)) == (4 if HAS_STATE_STORE else 6)
    assert not unlimited.calendars[0].subscribers


class Store(dict[str, Any]):
    """The state store of one task. The store keeps its values when the task is cleared."""

    def set(self, key: str, value: Any) -> None:
        self[key] = value


def test_a_cleared_task_makes_all_calls_again(unlimited: DingTalkEmulator, calendar: str) -> None:
    operator = make(
        "SubscribeCalendarOperator", calendar_id=calendar, union_id=["user-00", "user-01"], retries=1
    )
    store = Store()

    def run(try_number: int, max_tries: int) -> Any:
        instance = SimpleNamespace(try_number=try_number, max_tries=max_tries, xcom_push=lambda **_: None)
        return operator.call({"ti": instance, "task_state_store": store})  # type: ignore[typeddict-item]

    busy = Fault.error(403, ACCESS + "QpmLimitForAppkeyAndApi").on(SUBSCRIBE)
    unlimited.order(busy)
    with pytest.raises(PartialFailureError):
        run(1, 1)
    assert run(2, 1) == done(["user-00", "user-01"])
    assert len(calls(unlimited)) == 3
    # After clearing, max_tries is the number of tries so far plus the retries.
    assert run(3, 3) == done(["user-00", "user-01"])
    assert len(calls(unlimited)) == 5
    # The task is cleared after a failure that saved some state. The worker of the next try dies before it
    # saves any state.
    unlimited.order(busy)
    with pytest.raises(PartialFailureError):
        run(4, 5)
    unlimited.order(Fault.error(403, ACCESS + "QpmLimitForAppkeyAndApi").on(SUBSCRIBE).times(2))
    with pytest.raises(PartialFailureError, match="2 of 2 failed"):
        run(6, 7)
    assert run(7, 7) == done(["user-00", "user-01"])
    assert len(calls(unlimited)) == 5 + 2 + 2 + 2


def test_a_failure_of_all_users_always_fails_the_task(unlimited: DingTalkEmulator, calendar: str) -> None:
    unlimited.order(MONTHLY)
    operator = make("SubscribeCalendarOperator", calendar_id=calendar, union_id=FIFTY, fail_on_error=False)
    with pytest.raises(PartialFailureError, match="50 of 50 failed"):
        operator.call({})  # type: ignore[typeddict-item]


@pytest.mark.skipif(not AIRFLOW_V_3_0_PLUS, reason="in Airflow 2, a timeout ends DAG.test too")
def test_a_timeout_keeps_the_results_so_far(
    run_dag: Callable[..., Any], unlimited: DingTalkEmulator, calendar: str
) -> None:
    # The first call runs alone. One of the following calls gets no answer in time.
    unlimited.order(Fault.empty().after_effect().on(SUBSCRIBE))
    unlimited.order(Fault.silence(5).after_effect().on(SUBSCRIBE))
    users = [user for user in FIFTY if user not in OUTSIDE][:5]
    run = run_dag(task(calendar, users, "execution_timeout=pendulum.duration(seconds=2)"))
    assert run.state == "failed"
    assert "AirflowTaskTimeout" in run.log
    results = run.xcom("t")
    (late,) = (result for result in results.values() if not result["ok"])
    assert (set(results), results["user-00"]) == (set(users), {"ok": True})
    assert (late["attempted"], late["error"]) == (True, "AirflowTaskTimeout")


def test_a_list_rendered_as_text_is_refused(
    run_dag: Callable[..., Any], unlimited: DingTalkEmulator, calendar: str
) -> None:
    run = run_dag(task(calendar, "{{ ['user-00', 'user-01'] }}"))
    assert run.state == "failed"
    assert "union_id must be a string or a list, not a list written as a string; " in run.log
    assert calls(unlimited) == []


@pytest.mark.usefixtures("airflow_database")
def test_200_users_are_subscribed_at_the_rate_limit(say: Callable[[str], None]) -> None:
    """On a busy machine a call may be throttled. The benchmark ``at_limit`` holds that none is."""
    measured = at_limit.run(at_limit.USERS, at_limit.by_operator)
    say(f"subscribing: {measured}")
    assert measured.subscribed == at_limit.USERS
