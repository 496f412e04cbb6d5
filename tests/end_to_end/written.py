"""Read everything that an Airflow installation has written: its files and each value in its database."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path


def everything_in(home: Path, database: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the place and the content of every file under ``home`` and of every value in ``database``."""
    for path in sorted(home.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(home)), path.read_bytes()
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        connection.text_factory = bytes
        yield from _values(connection)


def _values(connection: sqlite3.Connection) -> Iterator[tuple[str, bytes]]:
    tables = [
        name.decode() for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    for table in tables:
        rows = connection.execute(f'SELECT * FROM "{table}"')
        columns = [column[0] for column in rows.description]
        for number, row in enumerate(rows):
            for column, value in zip(columns, row, strict=True):
                if isinstance(value, bytes):
                    where = f"table {table}, row {number}, {column}"
                    yield where, value
                    yield from _decompressed(where, value)


def _decompressed(where: str, value: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the decompressed form of a compressed value, such as a serialized DAG."""
    try:
        clear = zlib.decompress(value)
    except zlib.error:
        return
    yield f"{where}, decompressed", clear


def places_of(values: Mapping[str, str], written: Iterable[tuple[str, bytes]]) -> dict[str, set[str]]:
    """Return the places where each value was written, by the name of the value."""
    places: dict[str, set[str]] = {name: set() for name in values}
    for where, content in written:
        for name, value in values.items():
            if value.encode() in content:
                places[name].add(where)
    return places


def tables(places: Iterable[str]) -> set[str]:
    """Return the names of the database tables among the places."""
    return {place.removeprefix("table ").partition(",")[0] for place in places if place.startswith("table ")}
