"""Docstrings use the markup of Sphinx; this griffe extension turns it into Markdown for mkdocs."""

from __future__ import annotations

import re
from typing import Any

import griffe

#: A reference such as ``:class:`.retries.DingTalkRetryPolicy` ``; leading dots and tildes are not shown.
ROLE = re.compile(r":(?:class|data|func|meth|mod):`[.~]*([^`]+)`")

#: The sign before a literal block. Markdown needs the indentation only.
LITERAL = re.compile(r"^::$\n", re.MULTILINE)


class Roles(griffe.Extension):
    """Replace Sphinx markup in every docstring."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Replace it in the docstring of one object."""
        if obj.docstring is not None:
            obj.docstring.value = ROLE.sub(r"`\1`", LITERAL.sub("", obj.docstring.value))
