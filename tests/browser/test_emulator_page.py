"""The emulator's page, as a browser draws it."""

from __future__ import annotations

import csv
from datetime import date, datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from airflow_provider_dingtalk_calendar.client import ClientSettings, DingTalkClient, InternalAppCredentials
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Locator, Page

    from .conftest import KeepPicture


OWNER, READERS = "owner-union-id", ["alice-union-id", "bob-union-id"]
NAMESPACE = "dingtalk_release_calendar"
TABLE = Path(__file__).parents[2] / "dags_examples" / "releases.csv"
BEGIN = datetime(2026, 6, 8, 1, tzinfo=timezone.utc).timestamp()
DAY = 24 * 3600
WIDE, NARROW = 1300, 400
RELEASE_CALL = {
    "key": "call",
    "summary": "Release call",
    "start": "2026-06-02 09:30",
    "end": "2026-06-02 10:00",
    "recurrence": {
        "pattern": {"type": "weekly", "daysOfWeek": "tuesday", "interval": 1},
        "range": {"type": "endDate", "endDate": "2026-06-30T23:59:59+08:00"},
    },
}
HOTFIX = {"key": "hotfix", "summary": "Hotfix", "start": "2026-06-23 22:00", "end": "2026-06-23 23:30"}


@pytest.fixture(scope="module")
def emulator(browser: Browser) -> Iterator[DingTalkEmulator]:  # noqa: ARG001
    """A release calendar after two days: on the second day, a release moved and a hotfix was added."""
    # Not every machine that takes the picture has Chinese fonts.
    with TABLE.open(encoding="utf-8", newline="") as file:
        releases = [{**row, "summary": row["summary"].partition(" · ")[0]} for row in csv.DictReader(file)]
    rows = [*releases, RELEASE_CALL]
    ticks = iter(range(1_000_000))
    with DingTalkEmulator(clock=lambda: BEGIN + 0.1 * next(ticks)) as running:
        for name in ("alice", "bob"):
            running.add_user(userid=name, union_id=f"{name}-union-id")
        credentials = InternalAppCredentials(running.client_id, running.client_secret)
        with DingTalkClient(ClientSettings(credentials, running.url, running.url)) as client:
            client._driver._clock = lambda: running.now  # type: ignore[method-assign]
            calendar_id = client.ensure_subscribed_calendar(
                OWNER,
                name="Releases",
                description="Kept equal to releases.csv",
                managers=["release-manager"],
                subscribe_scope={"union_ids": READERS},
            ).calendar_id

            def sync() -> None:
                client.sync_events(
                    OWNER,
                    rows,
                    calendar_id=calendar_id,
                    namespace=NAMESPACE,
                    time_zone="Asia/Shanghai",
                    window_start="2026-01-01",
                )

            sync()
            for reader in READERS:
                client.subscribe_calendar(reader, calendar_id)
            client.create_event(OWNER, calendar_id=calendar_id, summary="Team day", start=date(2026, 6, 25))
            running.advance(DAY)
            (june,) = [row for row in rows if row["key"] == "2026-06"]
            june["start"] = "2026-06-10 20:00"
            rows.append(HOTFIX)
            running.order(Fault.drop().on("CreateEvent").after_effect())
            sync()
        yield running


@pytest.fixture
def opened(browser: Browser, emulator: DingTalkEmulator) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a month. Check that the browser loads nothing else and never complains."""
    pages: list[Page] = []
    loaded: list[str] = []
    complaints: list[str] = []

    def open_month(width: int = WIDE, scheme: str = "light", month: str = "2026-06") -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("request", lambda request: loaded.append(request.url))
        page.goto(f"{emulator.url}/?month={month}")
        pages.append(page)
        return page

    before = len(emulator.journal)
    yield open_month
    for page in pages:
        page.context.close()
    assert complaints == []
    assert {url.partition("?month=2026-")[0] for url in loaded} == {f"{emulator.url}/"}
    assert len(emulator.journal) == before


def days_of(page: Page, event: Locator) -> tuple[str, str]:
    """Return the first and the last day over which an event is drawn."""
    box = event.bounding_box()
    assert box is not None
    covered = []
    for day in event.locator("xpath=..").locator(".day").all():
        cell = day.bounding_box()
        assert cell is not None
        assert cell["y"] < box["y"]
        if box["x"] < cell["x"] + cell["width"] / 2 < box["x"] + box["width"]:
            covered.append(day.locator("time").get_attribute("datetime") or "")
    assert page.locator(".day.today").inner_text() == "9"
    return covered[0], covered[-1]


def test_events_are_drawn_over_their_days(opened: Callable[..., Page]) -> None:
    page = opened()

    events = page.locator(".event").all()
    drawn = [(*days_of(page, event), event.locator("b").inner_text()) for event in events]

    assert drawn == [
        ("2026-06-02", "2026-06-02", "Release call"),
        ("2026-06-09", "2026-06-09", "Release call"),
        ("2026-06-10", "2026-06-11", "Release 2026.06"),
        ("2026-06-12", "2026-06-14", "No releases: mid-year sales"),
        ("2026-06-15", "2026-06-20", "No releases: mid-year sales"),
        ("2026-06-16", "2026-06-16", "Release call"),
        ("2026-06-23", "2026-06-23", "Release call"),
        ("2026-06-23", "2026-06-23", "Hotfix"),
        ("2026-06-25", "2026-06-25", "Team day"),
        ("2026-06-30", "2026-06-30", "Release call"),
    ]
    boxes = [box for event in events if (box := event.bounding_box())]
    assert len(boxes) == len(drawn)
    for number, one in enumerate(boxes):
        for other in boxes[:number]:
            apart = (
                one["x"] >= other["x"] + other["width"]
                or other["x"] >= one["x"] + one["width"]
                or one["y"] >= other["y"] + other["height"]
            )
            assert apart, "one event hides another"


def test_marks_people_and_costs_are_visible(opened: Callable[..., Page]) -> None:
    page = opened()

    release = page.locator(".event", has_text="Release 2026.06")
    assert release.locator(".times").inner_text() == "20:00–02:00"
    assert release.locator(".mark").get_attribute("title") == f"{NAMESPACE}/2026-06"
    assert release.locator(".mark span").last.inner_text() == "/2026-06"
    assert page.locator(".event.unmarked").inner_text().splitlines()[-1] == "Team day"
    people = page.locator(".people").inner_text().replace("\n", " ")
    for text in (
        "owner owner-union-id",
        "managers release-manager",
        "alice (alice-union-id), bob (bob-union-id)",
    ):
        assert text in people
    rows = [row.inner_text().split("\t") for row in page.locator(".requests tr").all()]
    assert any(row[2:] == ["PatchEvent", "200", "1"] for row in rows)
    assert any(row[2:] == ["CreateEvent fault: drop", "no answer", "1"] for row in rows)
    assert any(row[2:] == ["GetAccessToken", "200", "free"] for row in rows)


def test_the_links_lead_through_the_months(opened: Callable[..., Page]) -> None:
    page = opened()

    page.get_by_label("Later").click()
    assert page.locator("nav h2").inner_text() == "July 2026"
    page.locator(".year a", has_text="Feb").click()
    assert page.locator("nav h2").inner_text() == "February 2026"
    assert page.locator(".event b").all_inner_texts() == ["Release 2026.02"]


def test_a_narrow_screen_shows_a_list(opened: Callable[..., Page]) -> None:
    page = opened(NARROW)

    assert page.evaluate("document.documentElement.scrollWidth") == NARROW
    visible = [event for event in page.locator(".event").all() if event.is_visible()]
    shown = [event.inner_text().splitlines()[:2] for event in visible]
    assert ["Fri 12 June – Sat 20 June", "No releases: mid-year sales"] in shown
    assert ["Wed 10 June, 20:00 – Thu 11 June, 02:00", "Release 2026.06"] in shown
    assert len(shown) == 9
    boxes = [box for event in visible if (box := event.bounding_box())]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= NARROW for box in boxes)


def test_the_colours_follow_the_system(opened: Callable[..., Page]) -> None:
    script = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"

    light, dark = (sum(opened(scheme=scheme).evaluate(script)) for scheme in ("light", "dark"))

    assert light > 3 * 200
    assert dark < 3 * 60


def test_no_secret_is_in_the_page(opened: Callable[..., Page], emulator: DingTalkEmulator) -> None:
    source = opened().content()

    assert not [secret for secret in emulator.issued_secrets if secret in source]


@pytest.mark.screenshot
def test_a_picture_of_the_page(opened: Callable[..., Page], keep_picture: KeepPicture) -> None:
    keep_picture("stand-in.png", opened().screenshot(full_page=True))
