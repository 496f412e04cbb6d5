"""The compared parts of a request, and ``ALLOWED``, the only allowed differences from the official SDK.

The SDK is DingTalk's own definition of the API. Without this comparison, a path or a field name that we
misread could be wrong in both the client and the emulator.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from airflow_provider_dingtalk_calendar.client.catalog import CALENDAR_OPERATIONS
from airflow_provider_dingtalk_calendar.client.engine.endpoint import Replay
from tests.oracle.sdk import sdk_operations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_provider_dingtalk_calendar.emulator.journal import RecordedRequest
    from tests.oracle.calls import Call
    from tests.oracle.clients import Made
    from tests.oracle.recording_server import Arrived

TOKEN_HEADER = "x-acs-dingtalk-access-token"


def in_one_form(body: Any) -> str:
    """Return the JSON of a body in a normal form, so that equal bodies give equal strings."""
    return json.dumps(body, ensure_ascii=False, indent=2, sort_keys=True)


@dataclass(frozen=True)
class SentRequest:
    """The compared parts of a request.

    :param method: HTTP method.
    :param target: Request target as it arrived: path and query with their escapes.
    :param headers: DingTalk's own headers, and the content type.
    :param body: JSON of the body in a normal form, or empty. This is a string, because True == 1 in Python.
    """

    method: str
    target: str
    headers: str
    body: str

    @classmethod
    def of(cls, arrived: Arrived | RecordedRequest) -> SentRequest:
        names = sorted(name for name in arrived.headers if name.startswith("x-") or name == "content-type")
        headers = "\n".join(f"{name}: {arrived.headers[name]}" for name in names)
        body = in_one_form(json.loads(arrived.raw_body)) if arrived.raw_body else ""
        return cls(arrived.method, arrived.target, headers, body)

    def __str__(self) -> str:
        path, _, query = self.target.partition("?")
        query = query.replace("&", "\n       ") or "none"
        body = self.body or "none"
        return f"{self.method} {path}\nquery: {query}\n{self.headers or 'no headers'}\nbody: {body}"


class AllowedDifference(NamedTuple):
    """A difference between the SDK and our clients. The difference occurs only in calls of one kind.

    :param when: Returns whether a call is of this kind.
    :param part: Field of ``SentRequest``.
    :param translate: Turns our value into the SDK's.
    :param reason: Reason why the difference is correct.
    :param always: True if every call of this kind has the difference, False if only some have it.
    """

    when: Callable[[Call], bool]
    part: str
    translate: Callable[[str], str]
    reason: str
    always: bool = True


def ids(call: Call) -> str:
    """Return the ids in the path, up to the first ``#``. The SDK drops the rest of the path."""
    return " ".join(call.path.values()).partition("#")[0]


def asks(call: Call) -> Iterator[Any]:
    """Yield the query values that the SDK sends."""
    if "#" not in " ".join(call.path.values()):
        yield from (
            call.request[name] for name in sdk_operations()[call.operation].query if name in call.request
        )


def has_id_with(mark: str) -> Callable[[Call], bool]:
    return lambda call: mark in ids(call)


def in_path(ours: str, sdk: str) -> Callable[[str], str]:
    def translate(target: str) -> str:
        path, *query = target.split("?", 1)
        return "?".join([path.replace(ours, sdk), *query])

    return translate


def in_query(ours: str, sdk: str) -> Callable[[str], str]:
    def translate(target: str) -> str:
        path, *query = target.split("?", 1)
        return "?".join([path, *(re.sub(ours, sdk, text) for text in query)])

    return translate


def end_before_hash(target: str) -> str:
    path, _, _ = target.partition("?")
    before, found, _ = path.partition("%23")
    return before if found else target


def ask_at_question_mark(target: str) -> str:
    path, *query = target.split("?", 1)
    return "&".join([path.replace("%3F", "?"), *query]) if "%3F" in path else target


def sort_query(target: str) -> str:
    path, *query = target.split("?", 1)
    return "?".join([path, *("&".join(sorted(text.split("&"))) for text in query)])


# The SDK puts ids into the path unescaped. Its HTTP library escapes only characters that are never
# legal in a URL. We escape everything except unreserved characters.
ALLOWED = (
    AllowedDifference(
        lambda call: "#" in " ".join(call.path.values()),
        "target",
        end_before_hash,
        "the SDK drops the query, and the path from the first # in an id",
    ),
    *(
        AllowedDifference(
            has_id_with(mark),
            "target",
            in_path(quote(mark, safe=""), mark),
            "the same id in another spelling",
        )
        for mark in "!$&'()*+,;=:@"
    ),
    AllowedDifference(
        has_id_with("/"), "target", in_path("%2F", "/"), "the SDK cuts an id with a slash into two segments"
    ),
    AllowedDifference(
        has_id_with("%2B"),
        "target",
        in_path("%252B", "%2B"),
        "the SDK does not escape an id that looks escaped already",
    ),
    AllowedDifference(
        lambda call: any(value is True for value in asks(call)),
        "target",
        in_query(r"=true\b", "=True"),
        "the SDK spells true as Python does, but the reference's examples spell it as JSON does",
    ),
    AllowedDifference(
        lambda call: any(value is False for value in asks(call)),
        "target",
        in_query(r"=false\b", "=False"),
        "the SDK spells false as Python does, but the reference's examples spell it as JSON does",
    ),
    AllowedDifference(
        lambda call: any(isinstance(value, str) and " " in value for value in asks(call)),
        "target",
        in_query("%20", "+"),
        "the same space in another spelling",
    ),
    AllowedDifference(
        lambda call: len(list(asks(call))) > 1,
        "target",
        sort_query,
        "the SDK sorts the query by name, but our query is in the order of the reference",
        always=False,
    ),
    AllowedDifference(
        has_id_with("?"),
        "target",
        ask_at_question_mark,
        "the SDK reads the text after a question mark as a query",
    ),
    AllowedDifference(
        lambda call: call.client_token is None and CALENDAR_OPERATIONS[call.operation].replay is Replay.KEYED,
        "headers",
        lambda headers: re.sub(r"\nx-client-token: [0-9a-f]{32}$", "", headers),
        "we add a client token if none is given, so that the request may be repeated",
    ),
)


def in_the_words_of_the_sdk(ours: SentRequest) -> tuple[SentRequest, set[AllowedDifference]]:
    """Apply every allowed difference, and return the differences that occurred."""
    occurred = set()
    for allowed in ALLOWED:
        translated = allowed.translate(getattr(ours, allowed.part))
        if translated != getattr(ours, allowed.part):
            ours = replace(ours, **{allowed.part: translated})
            occurred.add(allowed)
    return ours, occurred


def differences(call: Call, made: Made, sdk: SentRequest) -> str:
    """Describe the differences of one call. The result is empty if all differences are allowed."""
    findings = [] if made.error is None else [f"raised {type(made.error).__name__}: {made.error}"]
    if made.requests:
        findings += _differences(call, made.requests[0], sdk)
        findings += [f"and then sent {more.method} {more.target}" for more in made.requests[1:]]
    else:
        findings.append("sent nothing")
    return "\n".join([str(call), *findings]) if findings else ""


def _differences(call: Call, ours: SentRequest, sdk: SentRequest) -> list[str]:
    translated, occurred = in_the_words_of_the_sdk(ours)
    findings: list[str] = []
    if translated != sdk:
        both = (str(sdk).splitlines(), str(translated).splitlines())
        findings += difflib.unified_diff(*both, "official SDK", "our client", n=99, lineterm="")
    for allowed in ALLOWED:
        if allowed in occurred and (translated != sdk or not allowed.when(call)):
            findings.append(f"translated: {allowed.reason}")
        if allowed not in occurred and allowed.always and allowed.when(call):
            findings.append(f"expected in {ours.target}: {allowed.reason}")
    return findings
