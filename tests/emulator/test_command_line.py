"""The command line of the emulator."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests

from airflow_provider_dingtalk_calendar.emulator.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.emulator.conftest import Caller

PROGRAM = [sys.executable, "-m", "airflow_provider_dingtalk_calendar.emulator"]


class Screen:
    """A stand-in for standard output. A test can wait until a line appears."""

    def __init__(self, then: Callable[[str], None]) -> None:
        self.text = ""
        self._then = then

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        self._then(self.text)


def token_request(url: str, connection: dict[str, str]) -> requests.Response:
    body = {"appKey": connection["login"], "appSecret": connection["password"]}
    return requests.post(f"{url}/v1.0/oauth2/accessToken", json=body, timeout=10)


def exported(text: str) -> dict[str, str]:
    (line,) = [line for line in text.splitlines() if line.startswith("export ")]
    name, _, value = shlex.split(line)[1].partition("=")
    assert name == "AIRFLOW_CONN_DINGTALK_DEFAULT"
    return dict(json.loads(value))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_a_signal(number: signal.Signals) -> None:
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    with subprocess.Popen(
        PROGRAM, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        first, second = process.stdout.readline(), process.stdout.readline()
        connection = exported(second)
        assert connection["host"] in first
        page = re.search(r"https?://\S+", first)
        assert page is not None
        assert "No calendars yet" in requests.get(page[0], timeout=10).text
        with requests.Session() as idle:
            journal = idle.get(f"{connection['host']}/_emulator/journal", timeout=10).json()
            assert journal == {"kept": 0, "dropped": 0, "requests": []}
            assert token_request(connection["host"], connection).status_code == 200
            process.send_signal(number)
            rest, errors = process.communicate(timeout=30)

    assert (process.returncode, rest, errors) == (0, "", "")


@pytest.mark.usefixtures("signal_handlers")
def test_verbose_prints_a_line_per_request_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    started = threading.Event()
    screen = Screen(lambda text: started.set() if "export " in text else None)
    monkeypatch.setattr(sys, "stdout", screen)

    def use() -> None:
        started.wait()
        connection = exported(screen.text)
        url = connection["host"]
        token_request(url, connection)
        requests.get(f"{url}/x?access_token=hidden", timeout=10)
        for kind in ("silence", "ip_block"):
            order = {"kind": kind, "seconds": 0.01} if kind == "silence" else {"kind": kind}
            requests.post(f"{url}/_emulator/faults", json=order, timeout=10)
        with pytest.raises(requests.ConnectionError):
            requests.get(f"{url}/y", timeout=10)
        token_request(url, connection)
        os.kill(os.getpid(), signal.SIGTERM)

    user = threading.Thread(target=use)
    user.start()
    status = main(["--verbose", "--client-id", "my-id", "--client-secret", "it's secret"])
    user.join()

    assert status == 0
    assert exported(screen.text)["login"] == "my-id"
    assert exported(screen.text)["password"] == "it's secret"
    assert screen.text.splitlines()[2:] == [
        "GetAccessToken POST /v1.0/oauth2/accessToken -> 200",
        "- GET /x?access_token=*** -> 404",
        "- GET /y -> no answer (silence)",
        "GetAccessToken POST /v1.0/oauth2/accessToken -> 200 (ip_block)",
    ]


@pytest.mark.usefixtures("signal_handlers")
@pytest.mark.parametrize(
    ("app_type", "extra"),
    [
        ("internal", None),
        ("third_party_enterprise", {"app_type", "corp_id", "suite_ticket_secret"}),
        ("third_party_personal", {"app_type", "authorization_code"}),
    ],
)
def test_the_printed_connection_fits_the_app_type(
    monkeypatch: pytest.MonkeyPatch, app_type: str, extra: set[str] | None
) -> None:
    def stop(text: str) -> None:
        if "export " in text:
            os.kill(os.getpid(), signal.SIGTERM)

    screen = Screen(stop)
    monkeypatch.setattr(sys, "stdout", screen)

    assert main(["--app-type", app_type]) == 0
    fields: Any = exported(screen.text).get("extra")
    if extra is None:
        assert fields is None
    else:
        assert set(fields) == extra
        assert fields["app_type"] == app_type


def test_an_unknown_app_type_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--app-type=external"])

    assert caught.value.code == 2
    assert "third_party_personal" in capsys.readouterr().err


@pytest.mark.usefixtures("signal_handlers")
@pytest.mark.parametrize(("options", "failing"), [([], False), (["--fail-at-random", "1"], True)])
def test_requests_fail_at_random_if_told_to(
    monkeypatch: pytest.MonkeyPatch, options: list[str], failing: bool
) -> None:
    started = threading.Event()
    screen = Screen(lambda text: started.set() if "export " in text else None)
    monkeypatch.setattr(sys, "stdout", screen)
    failed: list[bool] = []

    def is_failure(connection: dict[str, str]) -> bool:
        try:
            return "accessToken" not in token_request(connection["host"], connection).json()
        except requests.RequestException:
            return True

    def use() -> None:
        started.wait()
        failed.extend(is_failure(exported(screen.text)) for _ in range(10))
        os.kill(os.getpid(), signal.SIGTERM)

    user = threading.Thread(target=use)
    user.start()
    status = main(options)
    user.join()

    assert (status, failed) == (0, [failing] * 10)


@pytest.mark.parametrize("rate", ["1.1", "-0.1", "nan", "often"])
def test_an_impossible_rate_is_refused(rate: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([f"--fail-at-random={rate}"])

    assert caught.value.code == 2
    assert f"'{rate}' is no rate: 0 to 1" in capsys.readouterr().err


@pytest.mark.parametrize("latency", ["-0.1", "nan", "inf", "3601", "long"])
def test_an_impossible_latency_is_refused(latency: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([f"--latency={latency}"])

    assert caught.value.code == 2
    assert "argument --latency: must be a number of seconds from 0 to 3600" in capsys.readouterr().err


@pytest.mark.usefixtures("signal_handlers")
@pytest.mark.parametrize(("options", "is_slow"), [([], False), (["--latency", "0.3"], True)])
def test_answers_take_the_given_latency(
    monkeypatch: pytest.MonkeyPatch, options: list[str], is_slow: bool
) -> None:
    started = threading.Event()
    screen = Screen(lambda text: started.set() if "export " in text else None)
    monkeypatch.setattr(sys, "stdout", screen)
    took: list[float] = []

    def use() -> None:
        started.wait()
        connection = exported(screen.text)
        took.extend(token_request(connection["host"], connection).elapsed.total_seconds() for _ in range(3))
        os.kill(os.getpid(), signal.SIGTERM)

    user = threading.Thread(target=use)
    user.start()
    status = main(options)
    user.join()

    assert status == 0
    assert [seconds >= 0.3 for seconds in took] == [is_slow] * 3


OPTIONS = {
    "--qps-limit": ("5", 5),
    "--monthly-quota": ("none", None),
    "--daily-event-limit": ("3", 3),
    "--subscription-limit": ("0", 0),
    "--token-lifetime": ("60", 60),
    "--permissions": (
        "Calendar.Event.Read,Calendar.Calendar.Write",
        ["Calendar.Event.Read", "Calendar.Calendar.Write"],
    ),
    "--missing-permissions": ("Calendar.Calendar.Write", ["Calendar.Calendar.Write"]),
    "--latency": ("0.01", 0.01),
    "--list-lag": ("2.5", 2.5),
    "--subscribed-events": ("readable", "readable"),
    "--subscribed-deleted": ("refused", "refused"),
    "--description-changes": ("trim,escape", ["trim", "escape"]),
    "--journal-size": ("7", 7),
}


def test_every_option_is_on_the_command_line_and_mistakes_are_told_without_verbose() -> None:
    given = [f"{flag}={text}" for flag, (text, _) in OPTIONS.items()]
    flags = ["--deleted-without-description", "--organizer-attends", "--user", "alice:u-alice"]
    with subprocess.Popen([*PROGRAM, *given, *flags], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            connection = exported(process.stdout.readline())
            url = connection["host"]
            shown = requests.get(f"{url}/_emulator/options", timeout=10).json()
            headers = {"x-acs-dingtalk-access-token": token_request(url, connection).json()["accessToken"]}
            for method, path in (("GET", "calendars"), ("POST", "subscribedCalendars")):
                requests.request(
                    method, f"{url}/v1.0/calendar/users/alice/{path}", headers=headers, timeout=10
                )
        finally:
            process.terminate()
        told = process.stdout.read().splitlines()

    expected = {flag.lstrip("-").replace("-", "_"): value for flag, (_, value) in OPTIONS.items()}
    assert shown == {**expected, "deleted_without_description": True, "organizer_attends": True}
    assert told == [
        "warning: ListCalendars: userId is the userid 'alice'; DingTalk expects the unionId, 'u-alice'",
        "warning: CreateSubscribedCalendar: the app lacks the permission Calendar.Calendar.Write",
    ]


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("--qps-limit=-1", "argument --qps-limit: must be a whole number of at least 0, or none, not -1"),
        ("--qps-limit=many", "or none, not 'many'"),
        ("--token-lifetime=none", "must be a whole number of at least 1, not 'none'"),
        ("--subscribed-events=some", "must be one of writable, readable, refused, not 'some'"),
        ("--missing-permissions=Calendar.Read", "must be a list out of Calendar.Calendar.Read, "),
    ],
)
def test_an_impossible_option_is_refused(option: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([option])

    assert caught.value.code == 2
    assert says in " ".join(capsys.readouterr().err.split())


@pytest.mark.usefixtures("signal_handlers")
def test_a_port_in_use_gives_one_clear_line(caller: Caller, capfd: pytest.CaptureFixture[str]) -> None:
    port = urlsplit(caller.emulator.url).port

    assert main(["--port", str(port)]) == 1
    output, errors = capfd.readouterr()
    assert output == ""
    assert re.fullmatch(rf"error: cannot serve on port {port}: .*in use.*\n", errors)


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
def test_an_impossible_port_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([f"--port={port}"])

    assert caught.value.code == 2
    assert f"'{port}' is no port: 0 to 65535" in capsys.readouterr().err


def test_it_goes_on_when_nobody_reads_its_output() -> None:
    with subprocess.Popen([*PROGRAM, "--verbose"], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            connection = exported(process.stdout.readline())
            process.stdout.close()
            for _ in range(3):
                assert token_request(connection["host"], connection).status_code == 200
        finally:
            process.terminate()
