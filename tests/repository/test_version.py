"""The version is set in one place, and all other mentions of the version agree."""

from __future__ import annotations

import re

from packaging.version import Version

from airflow_provider_dingtalk_calendar import __version__
from airflow_provider_dingtalk_calendar.client import DingTalkClient
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from airflow_provider_dingtalk_calendar.emulator.openapi import describe
from tests.client.both import settings_for
from tools.check_release import CHECKOUT

RELEASE = re.compile(r"## \[(\d+\.\d+\.\d+)] - \d{4}-\d\d-\d\d")
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def headings(level: int) -> list[str]:
    lines = (CHECKOUT / "CHANGELOG.md").read_text("utf-8").splitlines()
    return [line for line in lines if line.startswith("#" * level + " ")]


def test_every_request_names_the_version(dingtalk_emulator: DingTalkEmulator) -> None:
    with DingTalkClient(settings_for(dingtalk_emulator)) as client:
        client.list_calendars("owner-union-id")
    agents = {request.headers["user-agent"] for request in dingtalk_emulator.journal}
    assert agents == {f"airflow-provider-dingtalk-calendar/{__version__}"}


def test_the_description_of_the_emulator_names_it() -> None:
    assert describe()["info"]["version"] == __version__


def test_the_changelog_has_it_on_top() -> None:
    """A version that is not released yet may be listed under Unreleased."""
    newest, *older = headings(2)
    if newest == "## [Unreleased]":
        released = older
    else:
        assert newest.startswith(f"## [{__version__}] - ")
        released = [newest, *older]
    versions = [Version(match[1]) for line in released if (match := RELEASE.fullmatch(line))]
    assert len(versions) == len(released)
    assert versions == sorted(set(versions), reverse=True)
    assert all(version <= Version(__version__) for version in versions)


def test_the_changelog_keeps_to_its_form() -> None:
    """The changelog has the form of Keep a Changelog 1.1."""
    assert headings(1) == ["# Changelog"]
    assert headings(3)
    assert {line.removeprefix("### ") for line in headings(3)} <= KINDS
