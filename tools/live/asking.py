"""The questions of a run, in order, and the report with the answers."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping

from airflow_provider_dingtalk_calendar import __version__
from airflow_provider_dingtalk_calendar.exceptions import DingTalkError

from . import marked_events, questions, wrong_calls
from .cleaning import delete_leftovers, left_behind
from .run import Answer, NotAnsweredError, Run

QUESTIONS: Mapping[str, Callable[[Run], str]] = {
    "Is there an access token?": questions.token,
    "Has an earlier run left something behind?": delete_leftovers,
    "Is a calendar created?": questions.created,
    "Is a new calendar in the list at once?": questions.listed,
    "Is the calendar read and changed?": questions.read_and_changed,
    "Can another user subscribe and unsubscribe?": questions.subscribed,
    "Does an event go into a subscribed calendar?": questions.events,
    "What becomes of a marked event in a subscribed calendar?": marked_events.in_subscribed,
    "What becomes of a marked event in the primary calendar?": marked_events.in_primary,
    "Do two requests for an event with one x-client-token create one event?": questions.event_token,
    "Do two requests for a calendar with one x-client-token create one calendar?": questions.calendar_token,
    "How does DingTalk answer a read of an unknown calendar?": wrong_calls.unknown_read,
    "How does DingTalk answer a subscription to an unknown calendar?": wrong_calls.unknown_subscribed,
    "How does DingTalk answer a deletion of an unknown calendar?": wrong_calls.unknown_deleted,
    "How does DingTalk answer a call with an invalid token?": wrong_calls.invalid_token,
    "Does the API of the other region serve this organization?": wrong_calls.other_region,
    "Is the calendar deleted?": questions.deleted,
    "How does DingTalk answer a second deletion?": wrong_calls.deleted_again,
    "What do ids look like?": questions.shapes,
}


def ask_all(run: Run, say: Callable[[str], None]) -> None:
    """Ask all questions in order. If a question fails, the error is its answer.

    :param run: The run.
    :param say: Called with each answer.
    """
    run.answers = [Answer(question) for question in QUESTIONS]
    for answer, ask in zip(run.answers, QUESTIONS.values(), strict=True):
        first = len(run.exchanges)
        answer.text = "not answered: interrupted"
        try:
            answer.text, answer.is_failure = ask(run), False
        except (DingTalkError, NotAnsweredError) as error:
            answer.text = questions.failure(error)
            answer.is_failure = isinstance(error, DingTalkError)
        finally:
            answer.exchanges = tuple(run.exchanges[first:])
            say(f"{answer.question} {answer.text}")
        if ask is questions.token and answer.is_failure:
            # Without a token, every question fails, and DingTalk throttles repeated token requests.
            return


def is_good(run: Run) -> bool:
    """Return whether every question succeeded and nothing is left behind."""
    return not left_behind(run) and not any(answer.is_failure for answer in run.answers)


def report(run: Run) -> str:
    """Return the report in Markdown, without secrets and without people's ids."""
    metered = sum(one.is_metered for one in run.exchanges)
    where = f"region {run.configuration.region}" if run.configuration.region else "a host of its own"
    left = left_behind(run)
    lines = [
        "# Live test of airflow-provider-dingtalk-calendar",
        "",
        f"- run {run.run_id}, version {__version__}, Python {platform.python_version()}",
        f"- app type {run.configuration.app_type}, {where}",
        f"- {len(run.exchanges)} requests, of which {metered} count against the monthly quota",
        f"- result: {'good' if is_good(run) else 'NOT good'}",
        "",
        "## Left behind",
        "",
        *([f"- {line}" for line in left] or ["Nothing."]),
    ]
    for answer in run.answers:
        lines += ["", f"## {answer.question}", "", f"**{answer.text}**", ""]
        lines += [f"- {exchange}" for exchange in answer.exchanges] or ["Nothing was sent."]
    cleaning = run.exchanges[sum(len(answer.exchanges) for answer in run.answers) :]
    lines += [
        "",
        "## Cleaning at the end",
        "",
        *([f"- {exchange}" for exchange in cleaning] or ["Nothing was sent."]),
    ]
    return run.redacted("\n".join(lines) + "\n")
