"""Docstrings refer to code as Sphinx does; this makes Markdown of that, for mkdocs."""

from __future__ import annotations

import re
from typing import Any

import griffe

#: ``:class:`.retries.DingTalkRetryPolicy` ``, of which the last name is shown where it begins with a dot.
ROLE = re.compile(r":(?:class|data|func|meth|mod):`([^`]+)`")

#: What announces a literal block, which Markdown knows by its indentation alone.
LITERAL = re.compile(r"^::$\n", re.MULTILINE)


def as_code(role: re.Match[str]) -> str:
    """Return what is shown for a role."""
    return f"`{role[1].lstrip('~.')}`"


class Roles(griffe.Extension):
    """Replaces what Markdown has not."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Replace it in one docstring."""
        if obj.docstring is not None:
            obj.docstring.value = ROLE.sub(as_code, LITERAL.sub("", obj.docstring.value))
