"""Take a picture of the filled connection form."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Locator, Page

    from .conftest import KeepPicture
    from .connections_page import ConnectionForm, ConnectionsPage

# Tall enough for the form with its longest section open, so that nothing scrolls.
WINDOW = {"width": 1280, "height": 2400}
STYLE = "body { margin: 0; width: fit-content } img { display: block } img + img { margin-top: 16px }"


@pytest.mark.screenshot
def test_a_picture_of_the_filled_form(connections: ConnectionsPage, keep_picture: KeepPicture) -> None:
    from .connections_page import EXTRA, STANDARD

    connections.page.set_viewport_size(WINDOW)
    form = connections.add("dingtalk_default")
    form.fill_extra({"region": "china", "app_type": "internal"})
    form.section(STANDARD)
    form.fill("Client ID", "dingabcdefghijklmnop")
    form.fill("Client Secret", "a-client-secret")
    form.hides_what_is_typed("Client Secret")
    form.input("Client Secret").blur()
    form.settled(STANDARD)
    upper = _stripe(form, form.dialog, form.item(STANDARD))
    form.section(EXTRA)
    form.settled(EXTRA)
    form.shows("Region", "china")
    # The first extra fields are enough for a picture.
    lower = _stripe(form, form.item(EXTRA), form.field("CorpId"))
    keep_picture("connection-form.png", _one_above_the_other(connections.page, [upper, lower]))


def _stripe(form: ConnectionForm, first: Locator, last: Locator) -> bytes:
    """Return a picture of the form, from the top of the first part to the bottom of the last part."""
    whole, begin, end = (part.bounding_box() for part in (form.dialog, first, last))
    assert whole is not None
    assert begin is not None
    assert end is not None
    height = end["y"] + end["height"] - begin["y"]
    return form.page.screenshot(
        clip={"x": whole["x"], "y": begin["y"], "width": whole["width"], "height": height}
    )


def _one_above_the_other(page: Page, pictures: Sequence[bytes]) -> bytes:
    """Join pictures into one, because the form shows only one section at a time."""
    images = [f"<img src='data:image/png;base64,{base64.b64encode(one).decode()}'>" for one in pictures]
    sheet = page.context.new_page()
    sheet.set_content(f"<style>{STYLE}</style>{''.join(images)}")
    picture = sheet.locator("body").screenshot()
    sheet.close()
    return picture
