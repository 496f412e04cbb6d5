"""What our clients send is what DingTalk's official SDK sends for the same arguments.

The SDK runs in an environment of its own (see ``sdk_calls.py``). Both sides make the calls of ``CALLS``
against one emulator, and its journal of what arrived is compared. Where the two may differ is ``ALLOWED``,
and nowhere else. The SDK is DingTalk's own word on the API: without it, a path or a field name misread by us
could be wrong in our client and in our emulator alike.
"""

from __future__ import annotations

import asyncio
import contextlib
import difflib
import json
import re
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

import pytest

from airflow_provider_dingtalk_calendar.client import (
    AsyncDingTalkClient,
    ClientSettings,
    DingTalkClient,
    InternalAppCredentials,
)
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from airflow_provider_dingtalk_calendar.exceptions import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HERE = Path(__file__).parent
SDK_PYTHON = HERE.parents[1] / ".venv-sdk" / "bin" / "python"

TOKEN_HEADER = "x-acs-dingtalk-access-token"
TOKEN_OPERATION = "get_access_token"


class AllowedDifference(NamedTuple):
    """Where the SDK sends something else than we do: in every call with such an id, and in no other.

    :param in_id: what the unionId or the calendarId contains.
    :param part: the field of ``SentRequest``.
    :param ours: regular expression for what we send.
    :param sdk: what the SDK sends in its place.
    :param reason: why it is right that the two differ.
    """

    in_id: str
    part: str
    ours: str
    sdk: str
    reason: str


# The SDK pastes ids into the path as they are and leaves the rest to an HTTP library, which escapes what is
# never legal in a URL and nothing that has a meaning there. We escape all but unreserved characters.
ALLOWED = (
    *(
        AllowedDifference(mark, "target", quote(mark, safe=""), mark, "the same id in another spelling")
        for mark in "!$&'()*+,;=:@"
    ),
    AllowedDifference("/", "target", "%2F", "/", "the SDK cuts an id with a slash into two path segments"),
    AllowedDifference("?", "target", "%3F", "?", "the SDK makes a query of what follows a question mark"),
    AllowedDifference("#", "target", "%23.*", "", "the SDK drops the path from a hash in an id on"),
    AllowedDifference("%2B", "target", "%252B", "%2B", "the SDK takes an id that looks escaped as escaped"),
)


@dataclass(frozen=True)
class Call:
    """One call, made in the same way on both sides."""

    operation: str
    arguments: Mapping[str, Any]

    @property
    def allowed(self) -> set[AllowedDifference]:
        """The differences that this call has to show."""
        ids = (self.arguments.get("union_id", ""), self.arguments.get("calendar_id", ""))
        return {allowed for allowed in ALLOWED if any(allowed.in_id in identifier for identifier in ids)}

    def __str__(self) -> str:
        return f"{self.operation}({', '.join(f'{name}={value!r}' for name, value in self.arguments.items())})"


@dataclass(frozen=True)
class SentRequest:
    """What is compared of a request.

    :param method: HTTP method.
    :param target: the request target as it arrived: path and query, escapes untouched.
    :param headers: DingTalk's own headers, and the type of the body.
    :param body: the JSON of the body, ``None`` without one.
    """

    method: str
    target: str
    headers: str
    body: Any

    @classmethod
    def from_journal(cls, entry: Any) -> SentRequest:
        compared = sorted(
            name for name in entry.headers if name.startswith("x-acs-") or name == "content-type"
        )
        headers = "\n".join(f"{name}: {entry.headers[name]}" for name in compared)
        return cls(entry.method, entry.target, headers, entry.body)

    def __str__(self) -> str:
        path, _, query = self.target.partition("?")
        body = json.dumps(self.body, ensure_ascii=False, indent=2, sort_keys=True)
        return f"{self.method} {path}\nquery: {query or 'none'}\n{self.headers or 'no headers'}\nbody: {body}"


class Recorder:
    """Cuts the emulator's journal into calls."""

    def __init__(self, journal: Sequence[Any]) -> None:
        self._journal = journal
        self._seen = len(journal)
        self.calls: list[list[SentRequest]] = []

    def end_call(self) -> None:
        """Take the requests that arrived since the last call."""
        arrived = self._journal[self._seen :]
        self._seen += len(arrived)
        self.calls.append([SentRequest.from_journal(entry) for entry in arrived])


@dataclass(frozen=True)
class Recording:
    """What each side sent, in the order of ``CALLS``: the SDK one request a call, we hopefully too."""

    granted_token: str
    sdk: Sequence[SentRequest]
    clients: Mapping[str, Sequence[Sequence[SentRequest]]]


AUTHOR = "zhangsan-unionid"

RICH_SCOPE = {
    "union_ids": ["u1", "iiLZ+/x0=="],
    "open_conversation_ids": ["cidAbC+/9w=="],
    "corp_ids": ["ding0123456789abcdef"],
}

IDS = (
    "plain-id_1.2~3",
    "日历 🎉",
    "a b",
    "a+b=",
    "!$&'()*,;:@x",
    '"<>[]\\^`{|}',
    "100% x",
    "x/y",
    "x?y",
    "x#y",
    "x%2By",
)

CREATIONS: tuple[dict[str, Any], ...] = (
    {"name": "发布窗口 🎉", "subscribe_scope": {"union_ids": ["u1"]}},
    {"name": "month-end close", "subscribe_scope": {"open_conversation_ids": ["cid1", "cid2"]}},
    {"name": "campaigns", "subscribe_scope": {"corp_ids": ["ding1"]}, "description": "", "managers": []},
    {
        "name": "中秋节 \"Mid-Autumn\" \\ 'quotes'",
        "subscribe_scope": RICH_SCOPE,
        "description": 'line one\nline "two"\t第三行 🥮\\n',
        "managers": ["lisi-unionid", "王五+/="],
    },
)

UPDATES: tuple[dict[str, Any], ...] = (
    {"name": "国庆节"},
    {"description": "two\nlines"},
    {"description": ""},
    {"managers": ["u2", "u3"]},
    {"managers": []},
    {"subscribe_scope": RICH_SCOPE},
    {"subscribe_scope": {"union_ids": ["u1"]}, "name": "National Day"},
    CREATIONS[-1],
)

CALLS = (
    Call(TOKEN_OPERATION, {}),
    *(Call("create_subscribed_calendar", {"union_id": AUTHOR, **creation}) for creation in CREATIONS),
    *(
        Call("update_subscribed_calendars", {"union_id": AUTHOR, "calendar_id": "c1", **update})
        for update in UPDATES
    ),
    *(Call("create_subscribed_calendar", {"union_id": union_id, **CREATIONS[0]}) for union_id in IDS),
    *(Call("list_calendars", {"union_id": union_id}) for union_id in IDS),
    *(
        Call(operation, {"union_id": AUTHOR, "calendar_id": calendar_id, **more})
        for operation, more in (
            ("get_subscribed_calendar", {}),
            ("update_subscribed_calendars", UPDATES[0]),
            ("subscribe_calendar", {}),
            ("unsubscribe_calendar", {}),
            ("delete_subscribed_calendar", {}),
        )
        for calendar_id in IDS
    ),
)


def run_sdk(
    emulator: DingTalkEmulator, calls: Sequence[Call], environment: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Make the calls through the official SDK and return one answer for each."""
    if not SDK_PYTHON.exists():
        pytest.fail(
            f"{SDK_PYTHON} is missing: `make test` builds the official SDK's environment from "
            f"{HERE.parent.name}/{HERE.name}/requirements.txt",
            pytrace=False,
        )
    plan = {
        "url": emulator.url,
        "client_id": emulator.client_id,
        "client_secret": emulator.client_secret,
        "calls": [{"operation": call.operation, "arguments": call.arguments} for call in calls],
    }
    done = subprocess.run(
        [SDK_PYTHON, "-I", "-W", "error", HERE / "sdk_calls.py"],
        input=json.dumps(plan),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        env=dict(environment or {}),
    )
    if done.returncode or done.stderr:
        pytest.fail(f"sdk_calls.py ended with {done.returncode}:\n{done.stderr}", pytrace=False)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["operation"] for answer in answers] == [call.operation for call in calls]
    return answers


def run_sync(settings: ClientSettings, recorder: Recorder) -> None:
    with DingTalkClient(settings) as client:
        for call in CALLS:
            # A refusal, say of an id that no calendar has, comes after the request that is compared.
            with contextlib.suppress(ApiError):
                getattr(client, call.operation)(**call.arguments)
            recorder.end_call()


def run_async(settings: ClientSettings, recorder: Recorder) -> None:
    async def run() -> None:
        async with AsyncDingTalkClient(settings) as client:
            for call in CALLS:
                with contextlib.suppress(ApiError):
                    await getattr(client, call.operation)(**call.arguments)
                recorder.end_call()

    asyncio.run(run())


CLIENTS = {"DingTalkClient": run_sync, "AsyncDingTalkClient": run_async}


@pytest.fixture(scope="module")
def emulator() -> Iterator[DingTalkEmulator]:
    # The calls of all sides come in one second, which is more than the emulator lets through by default.
    with DingTalkEmulator(qps_limit=None) as running:
        yield running


@pytest.fixture(scope="module")
def recording(emulator: DingTalkEmulator) -> Recording:
    emulator.reset()
    answers = run_sdk(emulator, CALLS)
    sdk = [SentRequest.from_journal(entry) for entry in emulator.journal]
    assert len(sdk) == len(CALLS), "the SDK repeats requests"
    settings = ClientSettings(
        credentials=InternalAppCredentials(
            client_id=emulator.client_id, client_secret=emulator.client_secret
        ),
        api_url=emulator.url,
        oapi_url=emulator.url,
    )
    clients = {}
    for name, run in CLIENTS.items():
        # The SDK's token is still valid, so that all sides get the same one and its value is compared too.
        recorder = Recorder(emulator.journal)
        run(settings, recorder)
        clients[name] = recorder.calls
    return Recording(answers[0]["result"]["accessToken"], sdk, clients)


def in_the_words_of_the_sdk(ours: SentRequest) -> tuple[SentRequest, set[AllowedDifference]]:
    """Apply every allowed difference, and say which ones there were."""
    occurred = set()
    for allowed in ALLOWED:
        changed, times = re.subn(allowed.ours, allowed.sdk, getattr(ours, allowed.part))
        if times:
            ours = replace(ours, **{allowed.part: changed})
            occurred.add(allowed)
    return ours, occurred


def differences(call: Call, ours: Sequence[SentRequest], sdk: SentRequest) -> str:
    """Return how one call differs, empty if only in what is allowed."""
    if not ours:
        return f"{call}\nsent nothing"
    translated, occurred = in_the_words_of_the_sdk(ours[0])
    findings: list[str] = []
    if translated != sdk:
        diff = difflib.unified_diff(
            str(sdk).splitlines(),
            str(translated).splitlines(),
            "official SDK",
            "our client",
            n=99,
            lineterm="",
        )
        findings += diff
    for allowed in ALLOWED:
        if allowed in occurred and (translated != sdk or allowed not in call.allowed):
            findings.append(f"{allowed.ours} taken for {allowed.sdk!r}: {allowed.reason}")
        if allowed in call.allowed - occurred:
            findings.append(f"{allowed.ours} expected in {ours[0].target}: {allowed.reason}")
    if len(ours) > 1:
        findings.append("further requests:")
        findings += [f"{request.method} {request.target}" for request in ours[1:]]
    return "\n".join([str(call), *findings]) if findings else ""


@pytest.mark.parametrize("client", CLIENTS)
def test_our_client_sends_what_the_official_sdk_sends(client: str, recording: Recording) -> None:
    found = [
        text
        for call, ours, sdk in zip(CALLS, recording.clients[client], recording.sdk, strict=True)
        if (text := differences(call, ours, sdk))
    ]
    if found:
        summary = f"{len(found)} of {len(CALLS)} calls of {client} differ from the official SDK's"
        pytest.fail("\n\n".join([summary, *found]), pytrace=False)


@pytest.mark.parametrize("client", CLIENTS)
def test_every_allowed_difference_still_occurs(client: str, recording: Recording) -> None:
    occurred = set()
    for ours, sdk in zip(recording.clients[client], recording.sdk, strict=True):
        for request in ours:
            if request != sdk:
                occurred |= in_the_words_of_the_sdk(request)[1]
    gone = [allowed for allowed in ALLOWED if allowed not in occurred]
    assert not gone, "no request has these differences any more; take them out of ALLOWED"


def test_every_call_carries_the_token_that_was_granted(recording: Recording) -> None:
    expected = f"{TOKEN_HEADER}: {recording.granted_token}"
    assert TOKEN_HEADER not in recording.sdk[0].headers
    assert all(expected in request.headers.splitlines() for request in recording.sdk[1:])
    for calls in recording.clients.values():
        assert all(TOKEN_HEADER not in request.headers for request in calls[0])
        assert all(expected in request.headers.splitlines() for requests in calls[1:] for request in requests)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("method", "PATCH"),
        ("target", "/v1.0/calendar/users/u/calendars/x%2Fy/"),
        ("target", "/v1.0/calendar/users/u/calendars/x%2Fy?z=1"),
        ("headers", "x-acs-dingtalk-access-token: other"),
        ("headers", "x-acs-dingtalk-access-token: t\nx-acs-more: 1"),
        ("body", {"name": "n", "description": None}),
    ],
)
def test_the_comparison_notices_a_change(part: str, value: Any) -> None:
    call = Call("update_subscribed_calendars", {"union_id": "u", "calendar_id": "x/y", "name": "n"})
    ours = SentRequest("PUT", "/v1.0/calendar/users/u/calendars/x%2Fy", f"{TOKEN_HEADER}: t", {"name": "n"})
    sdk = replace(ours, target="/v1.0/calendar/users/u/calendars/x/y")

    assert not differences(call, [ours], sdk)
    assert differences(call, [replace(ours, **{part: value})], sdk)
    assert differences(call, [ours], replace(sdk, **{part: value}))


def test_the_comparison_notices_what_is_not_escaped_any_more_and_what_is_sent_twice() -> None:
    call = Call("get_subscribed_calendar", {"union_id": "u", "calendar_id": "x/y"})
    ours = SentRequest("GET", "/v1.0/calendar/users/u/calendars/x%2Fy", f"{TOKEN_HEADER}: t", None)
    sdk = replace(ours, target="/v1.0/calendar/users/u/calendars/x/y")

    assert not differences(call, [ours], sdk)
    assert "expected in" in differences(call, [sdk], sdk)
    assert "taken for" in differences(replace(call, arguments={}), [ours], sdk)
    assert "further requests" in differences(call, [ours, ours], sdk)
    assert "sent nothing" in differences(call, [], sdk)


def test_the_official_sdk_completes_every_operation(emulator: DingTalkEmulator) -> None:
    emulator.reset()
    fields = CREATIONS[-1]
    created = run_sdk(
        emulator,
        [Call(TOKEN_OPERATION, {}), Call("create_subscribed_calendar", {"union_id": AUTHOR, **fields})],
    )
    calendar_id = created[1]["result"]["calendarId"]
    assert [calendar.calendar_id for calendar in emulator.calendars] == [calendar_id]

    # The emulator's ids are base64 with a slash in them, and the SDK needs its caller to escape such an id.
    ids = {"union_id": AUTHOR, "calendar_id": quote(calendar_id, safe="")}
    reader = {**ids, "union_id": RICH_SCOPE["union_ids"][0]}
    answers = run_sdk(
        emulator,
        [
            Call(TOKEN_OPERATION, {}),
            Call("get_subscribed_calendar", ids),
            Call("get_subscribed_calendar", {"union_id": AUTHOR, "calendar_id": calendar_id}),
            Call("update_subscribed_calendars", {**ids, "name": "改名"}),
            Call("get_subscribed_calendar", ids),
            Call("list_calendars", {"union_id": AUTHOR}),
            Call("subscribe_calendar", reader),
            Call("list_calendars", {"union_id": reader["union_id"]}),
            Call("unsubscribe_calendar", reader),
            Call("list_calendars", {"union_id": reader["union_id"]}),
            Call("delete_subscribed_calendar", ids),
            Call("get_subscribed_calendar", ids),
        ],
    )

    def listed(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
        calendars = answer["result"]["response"]["calendars"]
        return [(entry["id"], entry["summary"]) for entry in calendars if entry["type"] == "subscribed"]

    token, got, unescaped, updated, got_again, own, subscribed, read, unsubscribed, left, deleted, gone = (
        answers
    )
    assert token["result"]["accessToken"] == created[0]["result"]["accessToken"]
    assert got["result"] == {
        "calendarId": calendar_id,
        "author": AUTHOR,
        "name": fields["name"],
        "description": fields["description"],
        "managers": fields["managers"],
        "subscribeScope": {
            "unionIds": RICH_SCOPE["union_ids"],
            "openConversationIds": RICH_SCOPE["open_conversation_ids"],
            "corpIds": RICH_SCOPE["corp_ids"],
        },
    }
    assert unescaped["error"]["status"] == 404
    assert updated["result"] == {"result": True}
    assert got_again["result"] == {**got["result"], "name": "改名"}
    assert listed(own) == [(calendar_id, "改名")]
    assert subscribed["result"] is None
    assert listed(read) == [(calendar_id, "改名")]
    assert unsubscribed["result"] == {"result": True}
    assert listed(left) == []
    assert deleted["result"] == {"result": True}
    assert gone["error"]["status"] == 404
    assert not list(emulator.calendars)


def test_the_sdk_reaches_nothing_but_the_emulator(emulator: DingTalkEmulator) -> None:
    with pytest.raises(pytest.fail.Exception, match=r"refused to connect to \('127\.0\.0\.1', 9\)"):
        run_sdk(emulator, [Call(TOKEN_OPERATION, {})], {"http_proxy": "http://127.0.0.1:9"})
