"""What an address shows one after the other: versions of one page, or the reports of two years."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extractors.records import Reading
from tests.warehouse_scenes import LIUPING, Told, attempt, body, load, night, reading, seen, source
from warehouse.checks import blocking, run_checks
from warehouse.records import DecisionRow
from warehouse.transform import build_models, run_tests

PAGE, WRONG = "http://lp/newest", "http://sh/report"
SHANHE = body("澄水县山河乡人民政府", "990101205")
OTHERWISE = "本年度以普法为重点，全年工作按计划推进，各村均设立了法律顾问，群众满意度有所提高。"


def told(organisation: Any, year: int, lessons: int, note: str = "") -> Reading:
    return reading(
        organisation,
        year,
        [Told("镇长讲授法治课", f"{lessons}次", "leader_law_lessons", lessons, "次")],
        note=note,
    )


OLD, NEW, REVISED = (
    told(LIUPING, 2023, 4, "上年度以执法为重点，设立综合行政执法队，配备执法记录仪，开展岗前培训和考核。"),
    told(LIUPING, 2024, 5, OTHERWISE),
    told(LIUPING, 2024, 6, OTHERWISE),
)
BODY_OF_TEXT = "本乡坚持依法行政，完善决策程序，落实重大决策合法性审查，健全行政执法公示制度。" * 3
MISTAKEN, CORRECTED = (told(SHANHE, year, 7, f"{year}年，{BODY_OF_TEXT}") for year in (2023, 2024))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Night 1: last year's report, and one with the wrong year. 2: this year's in its place, and the year corrected.
    3: this year's is revised. 4: it is gone.
    """
    database = tmp_path_factory.mktemp("pages") / "private.duckdb"
    nights = (
        [seen(1, "lp", PAGE, OLD), seen(1, "sh", WRONG, MISTAKEN)],
        [seen(2, "lp", PAGE, NEW), seen(2, "sh", WRONG, CORRECTED)],
        [seen(3, "lp", PAGE, REVISED)],
        [(attempt(4, "lp", PAGE, "gone"), None)],
    )
    down = DecisionRow("takedown", PAGE, "", None, "理由", "编辑甲", date(2025, 3, 4), "takedowns/a.yml:1")
    for number, pages in enumerate(nights, start=1):
        brought = {
            "attempts": [one for one, _ in pages],
            "readings": [one for _, one in pages if one is not None],
        }
        sources = [source("lp", LIUPING.name), source("sh", SHANHE.name)]
        load(database, number, brought, sources=sources, decisions=[down] if number == 4 else [])
        build_models(database)
    assert blocking(run_checks(database, run_tests(database))) == ()
    return database


@pytest.fixture
def con(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(database), read_only=True) as con:
        yield con


def test_next_year_s_report_at_the_same_address_revises_nothing_away(con: duckdb.DuckDBPyConnection) -> None:
    figures = con.execute(
        "SELECT report_year, value, y.is_current, change_cause FROM fct_indicator_yearly AS y "
        "JOIN dim_document USING (document_key, report_year) WHERE url = ? ORDER BY ALL",
        [PAGE],
    ).fetchall()
    assert figures == [
        (2023, 4, True, "new_document"),
        (2024, 5, False, "new_document"),
        (2024, 6, True, "publisher"),
    ]
    years = con.execute(
        "SELECT report_year, change, is_comparable FROM mart_indicator_yoy "
        "WHERE organization_name = ? AND report_year = 2024",
        [LIUPING.name],
    ).fetchall()
    assert years == [(2024, 2, True)]


def test_the_page_before_is_gone_from_its_address(con: duckdb.DuckDBPyConnection) -> None:
    pages = con.execute(
        "SELECT report_year, version_number, is_current, is_available, gone_at FROM dim_document WHERE url = ? "
        "ORDER BY valid_from",
        [PAGE],
    ).fetchall()
    second, last = (night(number).replace(tzinfo=None) for number in (2, 4))
    assert pages == [
        (2023, 1, True, False, second),
        (2024, 1, False, False, None),
        (2024, 2, True, False, last),
    ]
    assert con.execute("SELECT count(*) FROM fct_document_revision WHERE report_year = 2024").fetchone() == (
        2,
    )


def test_the_same_text_with_its_year_corrected_stays_one_page(con: duckdb.DuckDBPyConnection) -> None:
    """Else the mistaken year would keep figures it never had."""
    assert con.execute(
        "SELECT report_year, value FROM fct_indicator_yearly AS y "
        "JOIN dim_document USING (document_key, report_year) WHERE url = ? AND y.is_current",
        [WRONG],
    ).fetchall() == [(2024, 7)]


def test_a_take_down_reaches_all_that_ever_lay_at_the_address(con: duckdb.DuckDBPyConnection) -> None:
    down = con.execute(
        "SELECT count(*) FROM int_taken_down JOIN dim_document USING (document_key)"
    ).fetchone()
    assert down == (3,)
