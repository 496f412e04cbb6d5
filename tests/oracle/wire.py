"""What is compared of a request; where ours may differ from the official SDK's is ``ALLOWED``, nowhere else.

The SDK is DingTalk's own word on the API: without it, a path or a field name misread by us could be wrong in
our client and in our emulator alike.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.oracle.calls import Call
    from tests.oracle.recording_server import Arrived

TOKEN_HEADER = "x-acs-dingtalk-access-token"


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
    def of(cls, arrived: Arrived) -> SentRequest:
        names = sorted(name for name in arrived.headers if name.startswith("x-") or name == "content-type")
        headers = "\n".join(f"{name}: {arrived.headers[name]}" for name in names)
        return cls(arrived.method, arrived.target, headers, arrived.body)

    def __str__(self) -> str:
        path, _, query = self.target.partition("?")
        body = json.dumps(self.body, ensure_ascii=False, indent=2, sort_keys=True)
        query = query.replace("&", "\n       ")
        return f"{self.method} {path}\nquery: {query or 'none'}\n{self.headers or 'no headers'}\nbody: {body}"


class AllowedDifference(NamedTuple):
    """Where the SDK sends something else than we do: in every call of that kind, and in no other.

    :param when: tells the calls.
    :param part: the field of ``SentRequest``.
    :param translate: turns what we send into what the SDK sends.
    :param reason: why it is right that the two differ.
    """

    when: Callable[[Call], bool]
    part: str
    translate: Callable[[str], str]
    reason: str


def ids(call: Call) -> str:
    """Return the ids in the path up to where the SDK loses the rest."""
    return " ".join(call.path.values()).partition("#")[0]


def has_id_with(mark: str) -> Callable[[Call], bool]:
    return lambda call: mark in ids(call)


def in_path(ours: str, sdk: str) -> Callable[[str], str]:
    def translate(target: str) -> str:
        path, *query = target.split("?", 1)
        return "?".join([path.replace(ours, sdk), *query])

    return translate


def end_before_hash(target: str) -> str:
    path, _, _ = target.partition("?")
    before, found, _ = path.partition("%23")
    return before if found else target


def ask_at_question_mark(target: str) -> str:
    path, *query = target.split("?", 1)
    return "&".join([path.replace("%3F", "?", 1), *query]) if "%3F" in path else target


# The SDK pastes ids into the path as they are and leaves the rest to an HTTP library, which escapes what is
# never legal in a URL and nothing that has a meaning there. We escape all but unreserved characters.
ALLOWED = (
    AllowedDifference(
        lambda call: "#" in " ".join(call.path.values()),
        "target",
        end_before_hash,
        "the SDK drops the path from a hash in an id on, and the query",
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
        "the SDK takes an id that looks escaped as escaped",
    ),
    AllowedDifference(
        has_id_with("?"),
        "target",
        ask_at_question_mark,
        "the SDK makes a query of what follows a question mark",
    ),
)


def in_the_words_of_the_sdk(ours: SentRequest) -> tuple[SentRequest, set[AllowedDifference]]:
    """Apply every allowed difference, and say which ones there were."""
    occurred = set()
    for allowed in ALLOWED:
        translated = allowed.translate(getattr(ours, allowed.part))
        if translated != getattr(ours, allowed.part):
            ours = replace(ours, **{allowed.part: translated})
            occurred.add(allowed)
    return ours, occurred


def differences(call: Call, ours: Sequence[SentRequest], sdk: SentRequest) -> str:
    """Return how one call differs, empty if only in what is allowed."""
    if not ours:
        return f"{call}\nsent nothing"
    translated, occurred = in_the_words_of_the_sdk(ours[0])
    findings: list[str] = []
    if translated != sdk:
        both = (str(sdk).splitlines(), str(translated).splitlines())
        findings += difflib.unified_diff(*both, "official SDK", "our client", n=99, lineterm="")
    for allowed in ALLOWED:
        if allowed in occurred and (translated != sdk or not allowed.when(call)):
            findings.append(f"translated: {allowed.reason}")
        if allowed not in occurred and allowed.when(call):
            findings.append(f"expected in {ours[0].target}: {allowed.reason}")
    if len(ours) > 1:
        findings.append("further requests:")
        findings += [f"{request.method} {request.target}" for request in ours[1:]]
    return "\n".join([str(call), *findings]) if findings else ""
