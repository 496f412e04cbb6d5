"""A hook of MkDocs that lets the long names of exceptions break in narrow columns."""

from __future__ import annotations

import re
from typing import Any


def on_page_content(html: str, **_: Any) -> str:
    """Allow a line break before the last word of an exception's name at the end of a cell."""
    return re.sub(r"(?<=[a-z])Error(?=</td>)", "<wbr>Error", html)
