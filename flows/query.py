"""`nianbao sql`: questions to the published file, read-only and without a way out of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
from rich.console import Console
from rich.markup import escape
from rich.table import Table

_CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "lock_configuration": True,
}


class QueryError(ValueError):
    """The question cannot be answered; the message is the database's own."""


def print_json(published: Path, query: str) -> None:
    """Rows as JSON lines on stdout; dates in ISO 8601, decimals as numbers."""
    with _answer(published, query) as cursor:
        names = [column[0] for column in cursor.description]
        while row := cursor.fetchone():
            line = dict(zip(names, row, strict=True))
            sys.stdout.write(json.dumps(line, ensure_ascii=False, default=_plain) + "\n")


def print_table(published: Path, query: str) -> None:
    """Rows as a table."""
    with _answer(published, query) as cursor:
        table = Table(*(column[0] for column in cursor.description))
        for row in cursor.fetchall():
            table.add_row(*("" if cell is None else escape(str(cell)) for cell in row))
    Console().print(table)


@contextmanager
def _answer(published: Path, query: str) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        with duckdb.connect(str(published), read_only=True, config=_CLOSED) as con:
            yield con.execute(query)
    except duckdb.Error as error:
        raise QueryError(str(error)) from error


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)
