"""Fixtures: one Airflow and one browser, shared by all tests in this folder."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.fernet import Fernet

from tools.local_airflow.settings import USER
from tools.local_airflow.stack import API_SERVER, AirflowStack

from . import chromium

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from .connections_page import ConnectionsPage

    KeepPicture = Callable[[str, bytes], None]

WINDOW = {"width": 1280, "height": 1000}
PNG = b"\x89PNG\r\n\x1a\n"
#: The largest and the widest picture for docs/, in bytes and in pixels.
MOST_BYTES, MOST_PIXELS = 200_000, 1300


@pytest.fixture(scope="package")
def browser_is_there() -> None:
    """Skip the tests if there is no browser. With REQUIRE_BROWSER=1, fail instead."""
    if missing := chromium.what_is_missing():
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(missing, pytrace=False)
        pytest.skip(missing)


@pytest.fixture(scope="package")
def stack(
    browser_is_there: None,  # noqa: ARG001
    migrated_database: Path,
    tmp_path_factory: pytest.TempPathFactory,
    say: Callable[[str], None],
) -> Iterator[AirflowStack]:
    """Start only the api-server, which serves the pages and tests connections."""
    settings = {"AIRFLOW__CORE__TEST_CONNECTION": "Enabled"}
    home, dags = tmp_path_factory.mktemp("airflow"), tmp_path_factory.mktemp("dags")
    with AirflowStack(
        home, dags, components=[API_SERVER], database=migrated_database, env=settings, say=say
    ) as running:
        yield running


@pytest.fixture(scope="package")
def browser(browser_is_there: None, say: Callable[[str], None]) -> Iterator[Browser]:  # noqa: ARG001
    """The browser, without a page."""
    from playwright.sync_api import sync_playwright

    say(f"starting {chromium.find()} ...")
    with sync_playwright() as playwright, chromium.launch(playwright) as running:
        say(f"  running (Chromium {running.version})")
        yield running


@pytest.fixture(scope="package")
def signed_in(browser: Browser, stack: AirflowStack) -> BrowserContext:
    """A browser context in which the user ``admin`` has signed in."""
    from .connections_page import TIMEOUT_MS, sign_in

    context = browser.new_context(locale="en-US", viewport=WINDOW)
    context.set_default_timeout(TIMEOUT_MS)
    page = context.new_page()
    sign_in(page, stack.api.url, USER, stack.password)
    page.close()
    return context


@pytest.fixture
def page(signed_in: BrowserContext) -> Iterator[Page]:
    """A new, empty page in the signed-in browser."""
    page = signed_in.new_page()
    yield page
    page.close()


@pytest.fixture
def connections(page: Page, stack: AirflowStack) -> ConnectionsPage:
    """The page Admin > Connections."""
    from .connections_page import ConnectionsPage

    return ConnectionsPage(page, stack.api.url)


@pytest.fixture(scope="package")
def stored(stack: AirflowStack) -> Callable[[str], dict[str, Any]]:
    """Read a connection from the database, with decrypted secrets and parsed extra."""
    columns = ("host", "login", "password", "port", "schema", "description", "extra")
    fernet = Fernet(stack.env["AIRFLOW__CORE__FERNET_KEY"])

    def read(connection_id: str) -> dict[str, Any]:
        with closing(sqlite3.connect(f"{stack.database.as_uri()}?mode=ro", uri=True)) as database:
            query = f"SELECT {', '.join(columns)} FROM connection WHERE conn_id = ?"
            (row,) = database.execute(query, [connection_id])
        connection: dict[str, Any] = dict(zip(columns, row, strict=True))
        in_clear = {name: fernet.decrypt(connection[name]).decode() for name in ("password", "extra")}
        return connection | in_clear | {"extra": json.loads(in_clear["extra"])}

    return read


@pytest.fixture
def keep_picture() -> KeepPicture:
    """Check a picture, and keep it if SCREENSHOTS names a folder, as ``make screenshot`` does."""

    def keep(name: str, picture: bytes) -> None:
        assert picture.startswith(PNG)
        assert int.from_bytes(picture[16:20], "big") <= MOST_PIXELS
        assert 10_000 < len(picture) <= MOST_BYTES
        if folder := os.environ.get("SCREENSHOTS"):
            Path(folder, name).write_bytes(picture)

    return keep
