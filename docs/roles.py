"""A griffe extension that turns the Sphinx markup in docstrings into Markdown for mkdocs."""

from __future__ import annotations

import re
from typing import Any

import griffe

#: A reference such as ``:class:`.retries.DingTalkRetryPolicy` ``. Leading dots and tildes are not shown.
ROLE = re.compile(r":(?:class|data|func|meth|mod):`[.~]*([^`]+)`")

#: The ``::`` line before a literal block. Markdown needs only the indentation.
LITERAL = re.compile(r"^::$\n", re.MULTILINE)


class Roles(griffe.Extension):
    """Replace Sphinx markup in every docstring."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Replace Sphinx markup in the docstring of one object."""
        if obj.docstring is not None:
            obj.docstring.value = ROLE.sub(r"`\1`", LITERAL.sub("", obj.docstring.value))
