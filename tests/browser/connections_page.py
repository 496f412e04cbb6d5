"""The page Admin > Connections. Its elements are found by their visible text, as a user finds them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from airflow.providers.common.compat.version_compat import AIRFLOW_V_3_2_PLUS
from playwright.sync_api import expect

from airflow_provider_dingtalk_calendar.provider_info import CONNECTION_FIELDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Locator, Page

TIMEOUT_MS = 30_000
STANDARD = "Standard Fields"
EXTRA = "Extra Fields"
EXTRA_JSON = "Extra Fields JSON"
SAVED = "has been successfully"

expect.set_options(timeout=TIMEOUT_MS)


def sign_in(page: Page, url: str, user: str, password: str) -> None:
    """Sign in on the login page."""
    page.goto(url)
    page.locator("input[name=username]").fill(user)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Admin")).to_be_visible()


class ConnectionsPage:
    """The list of connections. It needs a page in a signed-in browser."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        page.goto(url)
        page.get_by_role("button", name="Admin").click()
        page.get_by_role("menuitem", name="Connections").click()
        expect(page.get_by_role("button", name="Add Connection")).to_be_visible()

    def row(self, connection_id: str) -> Locator:
        cell = self.page.get_by_role("cell", name=connection_id, exact=True)
        return self.page.get_by_role("row").filter(has=cell)

    def add(self, connection_id: str) -> ConnectionForm:
        """Open the form for a new connection of type DingTalk."""
        self.page.get_by_role("button", name="Add Connection").click()
        form = ConnectionForm(self.page)
        form.fill("Connection ID", connection_id)
        form.choose("Connection Type", "DingTalk")
        expect(form.field("Client ID")).to_be_visible()
        return form

    def edit(self, connection_id: str) -> ConnectionForm:
        """Open the form of an existing connection."""
        self.row(connection_id).get_by_role("button", name="Edit Connection").click()
        form = ConnectionForm(self.page)
        expect(form.field("Client ID")).to_be_visible()
        return form

    def press_test(self, connection_id: str) -> str:
        """Press the Test button in the connection's row and return the message that Airflow shows.

        Airflow 3.1 shows no message. There, return the one that the page has received.
        """
        button = self.row(connection_id).get_by_role("button", name="Test Connection")
        if not AIRFLOW_V_3_2_PLUS:
            with self.page.expect_response(lambda one: "/connections/test" in one.url) as answer:
                button.click()
            told: str = answer.value.json()["message"]
            return told
        button.click()
        said = self.notification()
        expect(said).to_contain_text("Test Connection")
        return said.inner_text()

    def notification(self) -> Locator:
        """The newest pop-up notification."""
        region = self.page.get_by_role("region", name=re.compile("^Notifications"))
        return region.get_by_role("status").first


class ConnectionForm:
    """The connection form. It shows one section at a time."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.dialog = page.get_by_role("dialog")

    def section(self, name: str) -> None:
        """Open a section. The form then closes the section that was open before."""
        heading = self.dialog.get_by_role("button", name=name, exact=True)
        if heading.get_attribute("aria-expanded") != "true":
            heading.click()
        expect(heading).to_have_attribute("aria-expanded", "true")

    def item(self, name: str) -> Locator:
        """Find a section, including its heading."""
        heading = self.page.get_by_role("button", name=name, exact=True)
        return self.dialog.locator("[data-part=item]").filter(has=heading)

    def settled(self, name: str) -> None:
        """Wait until a section has unfolded to its full height."""
        script = "item => Promise.all(item.getAnimations({subtree: true}).map(one => one.finished))"
        self.dialog.evaluate(script)
        expect(self.item(name)).to_be_in_viewport(ratio=1)

    def field(self, label: str) -> Locator:
        """Find a field by its label, including its input and its help text."""
        # The label of a required field ends with an asterisk, which is not part of the name.
        name = re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$")
        return self.dialog.get_by_role("group").filter(has=self.page.locator("label", has_text=name))

    def input(self, label: str) -> Locator:
        return self.field(label).locator("input:not([type=hidden]), textarea").first

    def fill(self, label: str, value: str) -> None:
        self.input(label).fill(value)

    def choose(self, label: str, option: str) -> None:
        self.field(label).get_by_role("combobox").click()
        self.page.get_by_role("option", name=option, exact=True).click()
        self.shows(label, option)

    def fill_extra(self, values: dict[str, Any]) -> None:
        """Fill in fields of the connection's extra, given by key."""
        self.section(EXTRA)
        for key, value in values.items():
            label = CONNECTION_FIELDS[key]["label"]
            if "enum" in CONNECTION_FIELDS[key]["schema"]:
                self.choose(label, value)
            else:
                self.fill(label, str(value))

    def save(self) -> None:
        self.dialog.get_by_role("button", name="Save").click()
        expect(self.dialog).to_have_count(0)

    def shows(self, label: str, text: str) -> None:
        """Wait until a field shows this text, as its help or as the choice in its drop-down."""
        expect(self.field(label)).to_be_visible()
        expect(self.field(label)).to_contain_text(text)

    def offers(self, label: str, options: Sequence[str]) -> None:
        """Open a drop-down and wait until it offers exactly these options."""
        self.field(label).get_by_role("combobox").click()
        expect(self.page.get_by_role("option")).to_have_text(list(options))
        # The Escape key would close the whole form, and in Airflow 3.1 the list stays open without the focus.
        self.page.get_by_role("option").first.click()
        expect(self.page.get_by_role("option")).to_have_count(0)

    def hides_what_is_typed(self, label: str) -> None:
        expect(self.input(label)).to_have_attribute("type", "password")

    def has_labels(self, labels: Sequence[str]) -> None:
        """Wait until the sections of the form together have exactly these labels."""
        expect(self.dialog.locator("label")).to_have_text(list(labels))

    def values(self) -> list[str]:
        """Return the values of all inputs, including the hidden ones."""
        script = "inputs => inputs.map(input => input.value)"
        values: list[str] = self.dialog.locator("input, textarea").evaluate_all(script)
        return values
