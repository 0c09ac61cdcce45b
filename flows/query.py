"""`nianbao sql` and `nianbao ask`: questions to the published file, read-only and without a way out of it."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from warehouse.schema import quoted
from warehouse.transform import project_folder

Tables = Mapping[str, Path]
Values = Mapping[str, str]


class QueryError(ValueError):
    """The question cannot be answered; the message says why, the database's own where it refused."""


@dataclass(frozen=True, slots=True)
class Question:
    """One of the analysts' questions, as its file under `dbt_like_sql/analyses` states it.

    `parameters`: name → meaning, both languages; the SQL reads them with `getvariable` and has a default for
    each. `needs`: tables the asker brings, name → columns.
    """

    number: int
    name: str
    title: str
    parameters: Mapping[str, str]
    needs: Mapping[str, str]
    sql: str


def questions() -> tuple[Question, ...]:
    """All questions, by number."""
    return tuple(_question(path) for path in sorted(project_folder().glob("analyses/q*.sql")))


def question(asked: str, values: Values, tables: Tables) -> Question:
    """The question of that number or name. Raises QueryError naming what is unknown or missing."""
    found = [q for q in questions() if asked in (str(q.number), q.name)]
    if not found:
        raise QueryError(f"there is no question {asked!r}; `nianbao ask` lists them")
    unknown = values.keys() - found[0].parameters.keys()
    if unknown:
        known = ", ".join(found[0].parameters) or "none"
        raise QueryError(f"question {asked} has no parameter {sorted(unknown)[0]!r} (it has: {known})")
    for name, columns in found[0].needs.items():
        if name not in tables:
            raise QueryError(f"question {asked} needs --table {name}=FILE.csv with the columns {columns}")
    return found[0]


def print_json(
    published: Path, query: str, values: Values | None = None, tables: Tables | None = None
) -> None:
    """Rows as JSON lines on stdout; dates in ISO 8601, decimals as numbers, what is no number as null. Raises
    QueryError.
    """
    with answer(published, query, values, tables) as cursor:
        names = [column[0] for column in cursor.description]
        while row := cursor.fetchone():
            line = _plain(dict(zip(names, row, strict=True)))
            sys.stdout.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")


def print_table(
    published: Path, query: str, values: Values | None = None, tables: Tables | None = None
) -> None:
    """Rows as a table. Raises QueryError."""
    with answer(published, query, values, tables) as cursor:
        table = Table(*(Column(column[0], overflow="fold") for column in cursor.description))
        for row in cursor.fetchall():
            table.add_row(*("" if cell is None else escape(str(cell)) for cell in row))
    Console().print(table)


def print_questions() -> None:
    """What can be asked, with parameters and the tables each needs."""
    table = Table("", "question", "--set", "--table")
    for one in questions():
        parameters = "\n".join(f"{name}: {escape(text)}" for name, text in one.parameters.items())
        needs = "\n".join(f"{name}: {escape(text)}" for name, text in one.needs.items())
        table.add_row(str(one.number), f"{escape(one.title)}\n[dim]{one.name}[/dim]", parameters, needs)
    Console().print(table)


@contextmanager
def answer(
    published: Path, query: str, values: Values | None = None, tables: Tables | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The answer as an open cursor. `values` are SQL variables, `tables` CSV files the asker brings; once they
    are read, neither files nor settings are within the query's reach. Raises QueryError, and duckdb.Error where the
    file cannot be opened.
    """
    with duckdb.connect(str(published), read_only=True) as con:
        try:
            for name, path in (tables or {}).items():
                con.execute(f"CREATE TEMP TABLE {_name(name)} AS FROM read_csv({quoted(str(path))})")
            con.execute("SET enable_external_access = false")
            con.execute("SET lock_configuration = true")
            for name, value in (values or {}).items():
                con.execute(f"SET VARIABLE {_name(name)} = {quoted(value)}")
            statements = con.extract_statements(query)
            if not statements:
                raise QueryError(
                    "there is no question in it; `nianbao sql 'SHOW TABLES'` lists what can be asked"
                )
            if len(statements) > 1:
                raise QueryError(f"there are {len(statements)} statements in it; ask them one by one")
            yield con.execute(statements[0])
        except duckdb.Error as error:
            raise QueryError(str(error)) from error


def _question(path: Path) -> Question:
    """Header: the title, then a line for each parameter or table needed, all as `中文 | English`."""
    sql = path.read_text(encoding="utf-8")
    header = re.match(r"(?:-- .*\n)+", sql)
    assert header is not None, f"{path.name}: no header"
    title, *lines = (line.removeprefix("-- ") for line in header[0].splitlines())
    told = dict(line.split(": ", 1) for line in lines)
    needs = {name.removeprefix("needs "): text for name, text in told.items() if name.startswith("needs ")}
    parameters = {name: text for name, text in told.items() if not name.startswith("needs ")}
    return Question(int(path.stem[1:3]), path.stem[4:], title, parameters, needs, sql)


def _name(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z_0-9]*", name):
        raise QueryError(f"{name!r} is no name: small letters, digits and underscores")
    return name


def _plain(value: object) -> object:
    """A value as JSON has it."""
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(held) for key, held in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(held) for held in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)
