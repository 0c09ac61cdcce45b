"""A small home over part of the demo's web, for the tests of whole nights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from flows.demo import GAZETTEER, DemoWeb
from flows.query import answer, question
from flows.settings import Settings, load_settings

SOURCES = ("demo-zhewan", "demo-yishan")


def make_home(home: Path, web: DemoWeb, sources: tuple[str, ...] = SOURCES) -> Settings:
    """A home whose registry holds only a few of the web's sources, so that a night takes seconds."""
    web.write_sources(home / "sources")
    for path in (home / "sources").iterdir():
        if path.stem not in sources:
            path.unlink()
    (home / "nianbao.toml").write_text(
        f'gazetteer = "{GAZETTEER}"\n[collector]\nloopback_delay_seconds = 0\nbackoff_seconds = 0\n',
        encoding="utf-8",
    )
    return load_settings(home)


def ask(database: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as con:
        return con.execute(query).fetchall()


def yearly_values(settings: Settings) -> list[tuple[Any, ...]]:
    """What readers see of every organisation, indicator and year, without times and keys."""
    return ask(
        settings.publish / "nianbao.duckdb",
        "SELECT o.organization_name, y.indicator_code, y.report_year, y.value, y.bound, y.selection_reason "
        "FROM fct_indicator_yearly AS y JOIN dim_organization AS o USING (organization_key) "
        "WHERE y.is_current ORDER BY ALL",
    )


def put_question(
    published: Path, number: int, *columns: str, tables: dict[str, Path] | None = None, **values: str
) -> list[tuple[Any, ...]]:
    """The named columns of the answer to one of the analysts' questions."""
    asked = question(str(number), values, tables or {})
    with answer(published, asked.sql, values, tables) as cursor:
        names = [column[0] for column in cursor.description]
        places = [names.index(column) for column in columns]
        return [tuple(row[place] for place in places) for row in cursor.fetchall()]
