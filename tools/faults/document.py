"""Write and read docs/faults.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tools.faults.catalog import FINAL_REFUSALS, LOST, PASSING_REFUSALS
from tools.faults.expected import ending
from tools.faults.playing import MODES, PAUSE, TRIES
from tools.faults.stage import RIGHT

PATH = Path(__file__).parents[2] / "docs" / "faults.md"

#: The rows of the first table: the name of each outcome, and how to recognize it.
TOTALS: Mapping[str, Callable[[str], bool]] = {
    "one calendar, and its id": lambda cell: cell == str(RIGHT),
    "one calendar, without its id": lambda cell: cell.startswith("1,") and cell != str(RIGHT),
    "two calendars or more": lambda cell: "calendars" in cell,
    "no calendar": lambda cell: cell.startswith("0,"),
    "a token was sent to another server": lambda cell: "elsewhere" in cell,
}

COLUMNS = ("ours", "SDK", "requests")
YES = "✓"

INTRO = f"""# How a task ends after each failure

DingTalk's request to create a calendar has no idempotency key, two calendars can have the same name, and
Airflow retries a failed task. If the answer to the request is lost, a retry can create a second calendar.
This page shows how often that happens. The following command writes the page:

```shell
make faults
```

The command plays every story below against the DingTalk emulator and calls nothing outside this machine.
`make test` plays the stories too, with the sync and the async client, and fails if a story ends differently.

In each story, a request fails: the request for a token, the request for the list of calendars, or the create
request. Some create requests are never carried out. Some are carried out, but the answer is lost. Some are
carried out 3 or 20 seconds after DingTalk received them. In some stories, lists also show a new calendar
only after some seconds ("lists lag"). A task has up to {TRIES} tries, {PAUSE:g} seconds apart, or more if
the error says so. At the end, every late request is carried out and the calendars are counted. The program
sets the clocks forward instead of waiting.

- Final refusals: {", ".join(FINAL_REFUSALS)}. After one of these, our task is not retried.
- Temporary refusals: {", ".join(PASSING_REFUSALS)}.
- Failures with an unknown outcome: {", ".join(LOST)}.

A *refusal that lies* is an error answer to a request that DingTalk carries out anyway. No documentation says
that DingTalk sends such answers. The stories include them to show what a task would do.
"""

PEERS_INTRO = """## The same task by other means

This section plays forty of the stories with each of three ways to write the task:

- *ours*: what `CreateSubscribedCalendarOperator` does on Airflow 3.3 or later, with `if_exists="reuse"`, its
  default;
- *SDK*: DingTalk's official Python SDK in a `PythonOperator`: get a token, create the calendar, return its
  id;
- *requests*: the same with plain `requests`, a timeout and `raise_for_status()`.

*SDK* and *requests* do not look for a calendar before they create one. Airflow retries them after any error.
The retry helps in one story: a permission is missing at first and is granted before the next try.
"""

MATRIX_INTRO = f"""## Every story in every mode

{YES} means that exactly one calendar exists and that its id was returned. The modes:

- *reuse*, *fail*, *create*: the value of `if_exists`. With *create*, the right result is one more
  calendar than before.
- *update*: as *reuse*, and the calendar is then changed to match the task.
- *several*: `EnsureSubscribedCalendarsOperator` with two calendars. The failures begin with the first. The
  number is that of the name that ended worst.
- *no memory*: as on Airflow before 3.3, which keeps nothing from one try to the next.
- *looks first*: the task reads the list before it creates anything, as the operator does with `retries`.
- *beside another*: the owner already has a calendar with that name.
- *never looks first*: the task creates the calendar without reading the list first. The operator does so
  without `retries`, and the client does so by default.
"""


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _rows(cells: Mapping[str, Sequence[str]]) -> list[list[str]]:
    return [[name, *row] for name, row in cells.items()]


def totals(peers: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Count each outcome of the forty stories, with one number for each column."""
    columns = list(zip(*peers.values(), strict=True))
    return {name: [str(sum(map(is_so, column))) for column in columns] for name, is_so in TOTALS.items()}


def why(story: str) -> str:
    """Return why a story does not end with one calendar and its id: the reasons of all modes."""
    return "; ".join(dict.fromkeys(filter(None, (ending(story, mode).reason for mode in MODES))))


def rendered(peers: Mapping[str, Sequence[str]], matrix: Mapping[str, Sequence[str]]) -> str:
    """Return the page.

    :param peers: The outcomes of each of the forty stories, in the order of ``COLUMNS``.
    :param matrix: The outcomes of each story, in the order of ``MODES``.
    """
    cells = {
        story: [YES if cell == str(RIGHT) else cell for cell in row] + [why(story)]
        for story, row in matrix.items()
    }
    right = sum(row.count(YES) for row in cells.values())
    number = f"{right} of {len(cells) * len(MODES)} cells are {YES}.\n"
    return "\n".join(
        [
            INTRO,
            PEERS_INTRO,
            _table(
                [f"of {len(peers)} stories", *COLUMNS], [[name, *row] for name, row in totals(peers).items()]
            ),
            _table(["story", *COLUMNS], _rows(peers)),
            MATRIX_INTRO,
            number,
            _table(["story", *MODES, "why not"], _rows(cells)),
        ]
    )


def read(text: str) -> list[dict[str, list[str]]]:
    """Return the tables on the page. Each maps the first cell of a row to the other cells, header first."""
    tables: list[dict[str, list[str]]] = []
    was_in_table = False
    for line in text.splitlines():
        is_in_table = line.startswith("| ")
        if is_in_table and not was_in_table:
            tables.append({})
        was_in_table = is_in_table
        if is_in_table:
            first, *cells = (cell.strip() for cell in line.strip()[1:-1].split("|"))
            tables[-1][first] = cells
    for table in tables:
        table.pop("---")
    return tables
