"""What people decide: corrections beside the figure, resolutions of refusals, pages taken down; each with its guard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extractors.records import Issue
from tests.warehouse_scenes import Told, body, load, night, reading, seen
from warehouse.publish import build_file
from warehouse.records import DecisionRow
from warehouse.transform import DbtTest, transform

SHIQIAO = body("澄水县石桥镇人民政府", "990101301")
OTHER = body("澄水县云塘镇人民政府", "990101302")
LAST_YEAR = reading(SHIQIAO, 2023, [Told("调解矛盾纠纷", "35件", "disputes_mediated", 35)])
THIS_YEAR = reading(
    SHIQIAO,
    2024,
    [
        Told("调解矛盾纠纷", "60000件", "disputes_mediated", 60000),
        Told("复议诉讼案件", "7件", None, 7),
        Told("两类案件各", "8件", None, 8, tail="、8件"),
    ],
)
ISSUE_AT = THIS_YEAR.document.text.index("7件")
REVISED = reading(OTHER, 2024, [Told("调解矛盾纠纷", "51件", "disputes_mediated", 51)])
BEFORE = reading(OTHER, 2024, [Told("调解矛盾纠纷", "50件", "disputes_mediated", 50)])


def decision(kind: Any, subject: str, detail: str, code: str | None, day: date, **values: Any) -> DecisionRow:
    return DecisionRow(kind, subject, detail, code, "电话核实", "编辑甲", day, f"{kind}s/a.yml:1", **values)


def key_of(con: duckdb.DuckDBPyConnection, url: str, version: int = 1) -> str:
    row = con.execute(
        "SELECT document_key FROM dim_document WHERE url = ? AND version_number = ?", [url, version]
    ).fetchone()
    assert row is not None
    return str(row[0])


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two nights; then decisions about figures and a page, dated after the second."""
    path = tmp_path_factory.mktemp("decisions") / "private.duckdb"
    issue = Issue("ambiguous_indicator", "warning", "extractor", "7件：两个指标", ISSUE_AT, ISSUE_AT + 2)
    this_year = replace(THIS_YEAR, issues=(issue,))
    first = [
        seen(1, "sq", "http://sq/2023", LAST_YEAR),
        seen(1, "sq", "http://sq/2024", this_year),
        seen(1, "yt", "http://yt/2024", BEFORE),
    ]
    second = [seen(2, "yt", "http://yt/2024", REVISED)]
    for number, pages in enumerate((first, second), start=1):
        load(path, number, {"attempts": [a for a, _ in pages], "readings": [r for _, r in pages]}, sources=[])
    failed = {test.name for test in transform(path) if test.status == "fail"}
    assert failed == {"values_within_hard_bounds"}, "nobody has looked at the 60000 yet"
    with duckdb.connect(str(path), read_only=True) as con:
        this, gone = key_of(con, "http://sq/2024"), key_of(con, "http://yt/2024")
        last = key_of(con, "http://sq/2023")
        row = con.execute("SELECT sentence_hash FROM fct_quality_issue WHERE message LIKE '7件%'").fetchone()
    assert row is not None
    sentence, code = str(row[0]), "disputes_mediated"
    decided = night(5).date()
    decisions = [
        decision("correction", this, code, code, decided, value=340, expected_value=60000),
        decision("correction", gone, code, code, decided, value=500, expected_value=50),
        decision("correction", last, code, code, decided, value=36, expected_value=99),
        decision("correction", "0" * 32, code, code, decided, value=1, expected_value=None),
        decision("resolution", sentence, "7件", "litigation_cases", decided),
        decision("resolution", "f" * 32, "7件", "litigation_cases", decided),
        decision("takedown", "http://yt/2024", "", None, decided),
        decision("takedown", "http://nowhere/", "", None, decided),
    ]
    assert load(path, 5, {"decisions": decisions}, sources=[]) > 0
    assert load(path, 5, {"decisions": decisions}, sources=[]) == 0
    return path


@pytest.fixture(scope="module")
def tests(database: Path) -> tuple[DbtTest, ...]:
    return transform(database)


@pytest.fixture(scope="module")
def con(database: Path, tests: tuple[DbtTest, ...]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


def test_a_correction_stands_beside_the_figure_and_ends_the_comparison(
    con: duckdb.DuckDBPyConnection,
) -> None:
    row = con.execute(
        "SELECT value, corrected_value, correction_reason, is_comparable, not_comparable_reasons "
        "FROM mart_indicator_yoy WHERE indicator_code = 'disputes_mediated' AND report_year = 2024 "
        "AND region_code = '990101301'"
    ).fetchone()
    assert row == (60000, 340, "电话核实", False, ["corrected"])


def test_a_decision_dies_with_what_it_speaks_of(
    con: duckdb.DuckDBPyConnection, tests: tuple[DbtTest, ...]
) -> None:
    told = con.execute(
        "SELECT decision_kind, decision_status FROM fct_decision ORDER BY decision_kind, decision_status"
    ).fetchall()
    assert told == [
        ("correction", "live"),
        ("correction", "page_changed"),
        ("correction", "unknown_document"),
        ("correction", "value_changed"),
        ("resolution", "live"),
        ("resolution", "sentence_gone"),
        ("takedown", "live"),
        ("takedown", "unknown_address"),
    ]
    warned = next(test for test in tests if test.name == "decisions_still_hold")
    assert (warned.status, warned.failures) == ("warn", 5)
    assert not [test for test in tests if test.status == "fail"]


def test_a_settled_refusal_is_a_value_from_the_day_it_was_settled(con: duckdb.DuckDBPyConnection) -> None:
    row = con.execute(
        "SELECT value, known_from, change_cause, revision_number FROM fct_indicator_yearly "
        "WHERE indicator_code = 'litigation_cases'"
    ).fetchall()
    decided = datetime.combine(night(5).date(), datetime.min.time())
    assert row == [(7, decided, "resolution", 1)]
    issue = con.execute(
        "SELECT is_open, closed_at FROM fct_quality_issue WHERE message LIKE '7件%'"
    ).fetchall()
    assert issue == [(False, decided)]
    mention = con.execute(
        "SELECT rule_id, known_from FROM fct_indicator_mention WHERE indicator_code = 'litigation_cases'"
    ).fetchall()
    assert mention == [("resolution", decided)]


def test_other_values_keep_their_own_interval_through_a_resolution(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        "SELECT known_from, known_to FROM fct_indicator_yearly WHERE indicator_code = 'disputes_mediated' "
        "AND value = 60000"
    ).fetchall()
    assert rows == [(night(1).replace(tzinfo=None), None)]


def test_a_page_taken_down_shows_no_text_and_keeps_hash_and_figures(
    database: Path, con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    con.close()
    target = tmp_path / "published.duckdb"
    build_file(database, target, dict.fromkeys(("version", "run_id", "code_version", "published_at"), "t"))
    assert "调解矛盾纠纷51件".encode() not in target.read_bytes()
    with duckdb.connect(str(target), read_only=True) as published:
        assert published.execute(
            "SELECT DISTINCT sentence, subject, text_written FROM fct_indicator_mention "
            "JOIN dim_document USING (document_key) WHERE url = 'http://yt/2024'"
        ).fetchall() == [(None, None, None)]
        assert published.execute(
            "SELECT value, text_hash IS NOT NULL FROM fct_indicator_yearly JOIN dim_document USING (document_key) "
            "WHERE url = 'http://yt/2024' AND fct_indicator_yearly.is_current"
        ).fetchall() == [(51, True)]
        assert published.execute(
            "SELECT count(sentence) > 0 FROM fct_indicator_mention JOIN dim_document USING (document_key) "
            "WHERE url = 'http://sq/2024'"
        ).fetchone() == (True,)


def test_a_decision_taken_out_is_undone(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.duckdb"
    copy.write_bytes(database.read_bytes())
    load(copy, 6, {"decisions": []}, sources=[])
    with duckdb.connect(str(copy), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM raw_decision").fetchone() == (0,)
