"""Write the parts of the documentation that come from the code: ``python -m tools.tables``.

A page marks such a part with ``<!-- begin NAME -->`` and ``<!-- end NAME -->``. ``summaries of PATH`` lists
the public classes of a module or the public members of a class, and ``source of NAME`` quotes a function,
method or constant of the client. Every other NAME is the name of a function that is decorated with ``part``.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import os
import re
import tempfile
import textwrap
import types
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PACKAGE = "airflow_provider_dingtalk_calendar"
HELP = "https://help.dingtalk.io/open/development/"
BEGIN = re.compile(r"(<!-- begin (.+?) -->\n).*?(<!-- end \2 -->)", re.DOTALL)

#: The functions that write the Markdown of a part.
PARTS: dict[str, Callable[[], str]] = {}


def part(write: Callable[[], str]) -> Callable[[], str]:
    """Register a part under the name of its function."""
    PARTS[write.__name__.replace("_", " ")] = write
    return write


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table."""
    head = list(header)
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def markdown(text: str) -> str:
    """Return the text of a docstring as Markdown on one line."""
    text = re.sub(r":\w+:`[~.]*([^`]+)`", r"`\1`", text).replace("``", "`")
    return " ".join(text.split())


def summary(thing: object) -> str:
    """Return the first sentence of a docstring as Markdown."""
    text = markdown((inspect.getdoc(thing) or "").partition("\n\n")[0])
    return re.split(r"(?<=\.) (?=[A-Z])", text)[0].rstrip(".")


def link(page: str) -> str:
    """Return a link to a page of DingTalk's reference."""
    return f"[{page}]({HELP}{page})"


@functools.cache
def measured() -> Mapping[tuple[str, str], Any]:
    """Return the spending of every task. The tasks run only once."""
    from tools.spending import measure

    return measure()


def fields(kind: type[Any]) -> tuple[str, dict[str, str], str]:
    """Split the docstring of an operator into description, parameters and return value."""
    text = inspect.getdoc(kind) or ""
    described = {
        name.removeprefix("param "): markdown(value)
        for name, value in re.findall(
            r"^:(param \w+|returns|raises \w+):((?:.*\n?)(?:    .*\n?)*)", text, re.MULTILINE
        )
    }
    description = re.sub(r"^:.*\n?(?:    .*\n?)*", "", text, flags=re.MULTILINE)
    # The section lists the API pages separately.
    description = re.sub(rf"{re.escape(HELP)}\S+(?: and)?", "", description)
    paragraphs = [markdown(paragraph) for paragraph in description.split("\n\n")]
    return "\n\n".join(filter(None, paragraphs)), described, described.pop("returns")


def parameters(kind: type[Any]) -> dict[str, inspect.Parameter]:
    """Return the keyword arguments of an operator and of its base classes in this package."""
    found: dict[str, inspect.Parameter] = {}
    for one in kind.__mro__:
        if one.__module__.startswith(PACKAGE):
            found = dict(inspect.signature(vars(one).get("__init__", kind)).parameters) | found
    return found


def argument(name: str, text: str, parameter: inspect.Parameter) -> str:
    """Return the list item for one argument."""
    notes = ["templated"] if text.startswith("(templated) ") else []
    if parameter.default is inspect.Parameter.empty:
        notes.append("required")
    elif parameter.default is not None:
        notes.append(f"default `{parameter.default!r}`".replace("'", '"').replace("datetime.", ""))
    told = f" ({', '.join(notes)})" if notes else ""
    return f"- `{name}`{told}: {text.removeprefix('(templated) ')}\n"


@part
def operator_list() -> str:
    """Write one line for each operator, with a link to its section."""
    from tools.spending import operators

    return "".join(f"- [{name}](#{name.lower()}): {summary(kind)}\n" for name, kind in operators().items())


@part
def operator_sections() -> str:
    """Write a section for each operator."""
    from tools.spending import operators

    return "\n".join(section(name, kind) for name, kind in operators().items())


def section(name: str, kind: type[Any]) -> str:
    """Return the section of one operator."""
    description, described, returns = fields(kind)
    spent = {case: spending for (operator, case), spending in measured().items() if operator == name}
    keys = dict.fromkeys(key for spending in spent.values() for key in spending.xcom_keys)
    facts = {
        "Returns": returns,
        "XCom keys": ", ".join(f"`{key}`" for key in ("return_value", *keys)),
        **calls_of(name, spent),
    }
    given = parameters(kind)
    arguments = [
        argument(one, text, given[one])
        for one, text in described.items()
        if one in given and one != "dingtalk_conn_id"
    ]
    return (
        f"### {name}\n\n"
        f"`from {kind.__module__} import {name}`\n\n"
        f"{description}\n\n"
        f"{''.join(f'- **{fact}:** {text}' + chr(10) for fact, text in facts.items())}\n"
        f"Arguments:\n\n{''.join(arguments)}"
    )


def calls_of(name: str, spent: Mapping[str, Any]) -> dict[str, str]:
    """Return the permissions, cost and API pages of an operator, based on the operations it calls."""
    from airflow_provider_dingtalk_calendar.client.catalog import OPERATIONS

    if name == "DingTalkApiOperator":
        return dict.fromkeys(
            ("Permission", "Metered calls", "API page"), "see [Every operation](operations.md)"
        ) | {"Metered calls": "1; look-ups of people are free"}
    endpoints = [
        OPERATIONS[one]
        for one in dict.fromkeys(one for spending in spent.values() for one in spending.requests)
    ]
    permissions = list(dict.fromkeys(str(endpoint.permission) for endpoint in endpoints))
    pages = [link(endpoint.page) for endpoint in endpoints if endpoint.page]
    costs = [
        f"{metered(spending.requests)}{f' ({case})' if case else ''}" for case, spending in spent.items()
    ]
    if not any(metered(spending.requests) for spending in spent.values()):
        costs = ["none"]
    return {
        f"Permission{'s' if permissions[1:] else ''}": ", ".join(permissions),
        "Metered calls": ", ".join(costs),
        f"API page{'s' if pages[1:] else ''}": ", ".join(pages),
    }


def metered(requests: Iterable[str]) -> int:
    """Count the calls that use up the monthly quota.

    Look-ups of people are free. They are the only legacy operations that operators call.
    """
    from airflow_provider_dingtalk_calendar.client.catalog import OPERATIONS

    return sum(not OPERATIONS[name].legacy for name in requests)


@part
def cost() -> str:
    """Write the cost of each operator."""
    rows = []
    for (name, case), spending in measured().items():
        counted = Counter(spending.requests).items()
        sent = ", ".join(one if number == 1 else f"{one} × {number}" for one, number in counted)
        rows.append(
            (
                f"[{name}](operators.md#{name.lower()}){f', {case}' if case else ''}",
                {0: "free", 1: "1 call"}.get(number := metered(spending.requests), f"{number} calls"),
                "the operation" if name == "DingTalkApiOperator" else sent,
            )
        )
    return table(("task", "cost", "requests"), rows)


def codes(code: types.CodeType) -> Iterator[types.CodeType]:
    """Yield a code object and the code objects nested in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from codes(constant)


@functools.cache
def methods() -> Mapping[str, str]:
    """Map each operation to the client's method whose code uses the endpoint of the operation."""
    from airflow_provider_dingtalk_calendar.client import DingTalkClient
    from airflow_provider_dingtalk_calendar.client.catalog import OPERATIONS

    constants = {id(endpoint): name for name, endpoint in OPERATIONS.items()}
    found: dict[str, str] = {}
    for method in dir(DingTalkClient):
        flow = getattr(inspect.getattr_static(DingTalkClient, method), "flow", None)
        if not isinstance(flow, types.FunctionType):
            continue
        places = [
            flow.__globals__,
            *(vars(one) for one in flow.__globals__.values() if inspect.ismodule(one)),
        ]
        for name in {name for code in codes(flow.__code__) for name in code.co_names}:
            found |= {
                constants[id(place[name])]: method for place in places if id(place.get(name)) in constants
            }
    return found


@part
def calendar_operations() -> str:
    """Write the operations of the calendar API."""
    from airflow_provider_dingtalk_calendar.client.catalog import CALENDAR_OPERATIONS

    return operations(CALENDAR_OPERATIONS.values())


@part
def directory_operations() -> str:
    """Write the operations for people and groups."""
    from airflow_provider_dingtalk_calendar.client.catalog import CALENDAR_OPERATIONS, OPERATIONS

    return operations(endpoint for name, endpoint in OPERATIONS.items() if name not in CALENDAR_OPERATIONS)


def operations(endpoints: Iterable[Any]) -> str:
    """Return a table of operations."""
    rows = [
        (
            f"[{one.operation}]({HELP}{one.page})" if one.page else f"{one.operation} (SDK only)",
            f"`{methods()[one.operation]}`",
            one.permission or "not documented",
        )
        for one in endpoints
    ]
    return table(("operation", "method of the client", "permission"), rows)


@part
def connection_fields() -> str:
    """Write the fields that a connection keeps in its extra."""
    from airflow_provider_dingtalk_calendar.provider_info import CONNECTION_FIELDS

    rows = []
    for name, field in CONNECTION_FIELDS.items():
        schema, text = field["schema"], markdown(field["description"])
        if "minimum" in schema:
            text += f" From {schema['minimum']} to {schema['maximum']}."
        rows.append((f"`{name}`", field["label"], text))
    return table(("extra", "label in the form", "meaning"), rows)


@part
def emulator_options() -> str:
    """Write the options of the emulator."""
    from dataclasses import fields

    from airflow_provider_dingtalk_calendar.emulator.core.options import SCHEMAS, Options, allowed

    rows = []
    for one in fields(Options):
        default = "none" if one.default in (None, ()) else str(one.default).lower()
        text, schema = one.metadata["text"], SCHEMAS[one.name]
        values = schema.get("title") or allowed(schema)
        rows.append((f"`{one.name}`", text, values, default))
    return table(("option", "meaning", "values", "default"), rows)


@part
def failures() -> str:
    """Write whether Airflow retries each failure, and when."""
    from airflow_provider_dingtalk_calendar import exceptions

    bases = (exceptions.DingTalkError, exceptions.ApiError)
    never, later, usual = [], [], []
    for name, kind in vars(exceptions).items():
        if not (inspect.isclass(kind) and issubclass(kind, exceptions.DingTalkError)) or kind in bases:
            continue
        error = kind("reason")
        if error.retry_after is None:
            never.append(f"`{name}`")
        elif isinstance(error, exceptions.ThrottledError):
            later.append(f"`{name}` after {error.retry_after:,.0f} s")
        else:
            usual.append(f"`{name}`")
    return (
        f"- **Fails at once**, because another try cannot help: {', '.join(never)}.\n"
        f"- **Retried when the limit allows it**: {', '.join(later)}.\n"
        f"- **Retried after the task's own `retry_delay`**: {', '.join(usual)}.\n"
    )


@part
def exception_tree() -> str:
    """Write the tree of exceptions as a nested list. Each exception has the summary of its docstring."""
    from airflow_provider_dingtalk_calendar.exceptions import DingTalkError

    def branch(kind: type[DingTalkError], depth: int) -> str:
        item = f"{depth * '    '}- `{kind.__name__}`: {summary(kind)}\n"
        return item + "".join(branch(narrower, depth + 1) for narrower in kind.__subclasses__())

    return branch(DingTalkError, 0)


def summaries(path: str) -> str:
    """List the public classes and functions of a module, or the public members of a class, with summaries."""
    try:
        thing: Any = importlib.import_module(path)
        kinds = type, types.FunctionType
        names = [name for name in thing.__all__ if isinstance(getattr(thing, name), kinds)]
    except ModuleNotFoundError:
        module, _, name = path.rpartition(".")
        thing = getattr(importlib.import_module(module), name)
        names = [name for name in dir(thing) if is_ours(thing, name)]
    rows = [
        (f"`{name}`", summary(inspect.getattr_static(thing, name, None) or getattr(thing, name)))
        for name in names
    ]
    return table(("name", "what it is" if inspect.ismodule(thing) else "what it does"), rows)


def is_ours(kind: type[Any], name: str) -> bool:
    """Return whether a class has a public method or property with this name from this package."""
    owner = next((one for one in kind.__mro__ if name in vars(one)), object)
    is_described = isinstance(
        inspect.getattr_static(kind, name), property | classmethod | staticmethod | types.FunctionType
    )
    return is_described and not name.startswith("_") and owner.__module__.startswith(PACKAGE)


def source(name: str) -> str:
    """Find a function or a constant in the client and quote it.

    If a function has a docstring, quote only the code that follows the docstring.
    """
    for path in sorted((ROOT / PACKAGE / "client").rglob("*.py")):
        text = path.read_text("utf-8")
        body = ast.parse(text).body
        for wanted in name.split("."):
            found = next((node for node in body if wanted in names_of(node)), None)
            body = getattr(found, "body", [])
        if found is not None:
            first = body[1] if body and ast.get_docstring(found) else found  # type: ignore[arg-type]
            lines = text.splitlines(keepends=True)[first.lineno - 1 : found.end_lineno]
            return f"```python\n{textwrap.dedent(''.join(lines))}```\n"
    raise LookupError(name)


def names_of(node: ast.AST) -> list[str]:
    """Return the names that a statement defines."""
    if isinstance(node, ast.AnnAssign | ast.Assign):
        targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets
        return [target.id for target in targets if isinstance(target, ast.Name)]
    return [getattr(node, "name", "")]


def written(text: str) -> str:
    """Return a page in which every marked part has its current text."""

    def write(found: re.Match[str]) -> str:
        begin, name, end = found.groups()
        kind, _, rest = name.partition(" of ")
        content = {"summaries": summaries, "source": source}[kind](rest) if rest else PARTS[name]()
        return f"{begin}\n{content}\n{end}"

    return BEGIN.sub(write, text)


def pages() -> dict[Path, str]:
    """Return the current text of every page that has a marked part."""
    texts = {path: path.read_text("utf-8") for path in sorted(DOCS.rglob("*.md"))}
    return {path: written(text) for path, text in texts.items() if BEGIN.search(text)}


def main() -> None:
    """Write the pages and print the names of the changed pages."""
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"AIRFLOW_HOME": home, "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR"}
        for path, text in pages().items():
            if path.read_text("utf-8") != text:
                path.write_text(text, "utf-8")
                print(f"written: {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
