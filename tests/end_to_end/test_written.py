"""The search for leaked secrets reads every file and every database value, including compressed values."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from .written import everything_in

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "a-secret-that-leaked"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / "airflow.db")) as connection, connection:
        connection.execute("CREATE TABLE serialized_dag (id INTEGER, data TEXT, data_compressed BLOB)")
    return tmp_path


def places_of_the_secret(home: Path) -> set[str]:
    return {where for where, what in everything_in(home, home / "airflow.db") if SECRET.encode() in what}


def test_nothing_is_found_where_nothing_is(home: Path) -> None:
    assert places_of_the_secret(home) == set()


def test_a_file_in_a_subfolder_is_read(home: Path) -> None:
    log = home / "logs" / "dag_id=x" / "attempt=1.log"
    log.parent.mkdir(parents=True)
    log.write_text(f"token={SECRET}\n", encoding="utf-8")
    assert places_of_the_secret(home) == {"logs/dag_id=x/attempt=1.log"}


def test_a_value_in_the_database_is_read_and_named(home: Path) -> None:
    with closing(sqlite3.connect(home / "airflow.db")) as connection, connection:
        connection.execute("INSERT INTO serialized_dag VALUES (1, ?, NULL)", (f'{{"x": "{SECRET}"}}',))
    assert "table serialized_dag, row 0, data" in places_of_the_secret(home)


def test_a_compressed_value_is_read_in_clear(home: Path) -> None:
    with closing(sqlite3.connect(home / "airflow.db")) as connection, connection:
        packed = zlib.compress(SECRET.encode() * 50)
        connection.execute("INSERT INTO serialized_dag VALUES (1, NULL, ?)", (packed,))
    assert places_of_the_secret(home) == {"table serialized_dag, row 0, data_compressed, decompressed"}
