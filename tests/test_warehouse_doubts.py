"""Figures that are impossible or doubtful, and sources read less fully than usual: said with their reasons."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extractors.records import Organisation, Reading
from flows.settings import load_settings
from flows.status import print_status
from tests.warehouse_scenes import (
    Told,
    attempt,
    body,
    entry,
    load,
    night,
    reading,
    resource,
    seen,
    source,
)
from warehouse.checks import CheckResult, run_checks
from warehouse.publish import build_file, newest
from warehouse.transform import transform

MEDIATED, SUCCEEDED = "disputes_mediated", "disputes_mediated_successfully"
BETTER = "2.0.0+bbbb"
PAGES = list[tuple[Any, Any]]


def town(number: int) -> Organisation:
    organisation: Organisation = body(f"澄水县{number:02}号镇人民政府", f"9901011{number:02}")
    return organisation


def _of(number: int, year: int, *told: Told) -> tuple[Any, Any]:
    return seen(1, "bounds", f"http://bounds/{number}/{year}", reading(town(number), year, told))


def _bounds() -> PAGES:
    """A town a case; the towns from 30 on are peers of each other in one indicator. Of one page the body is known only
    from its source's entry.
    """
    nameless = reading(Organisation(None, "unknown"), 2024, [Told("调解", "70000件", MEDIATED, 70000)])
    hours = Told("人均学法", "9000学时", "study_hours", 9000, "学时")
    return [
        seen(1, "entry", "http://entry/2024", nameless),
        _of(1, 2024, Told("调解", "6000件", MEDIATED, 6000)),
        _of(2, 2024, Told("调解", "60000件", MEDIATED, 60000)),
        _of(3, 2024, Told("调解", "30件", MEDIATED, 30), Told("成功", "40件", SUCCEEDED, 40)),
        _of(
            4, 2024, Told("调解", "30余件", MEDIATED, 30, bound="at_least"), Told("成", "40件", SUCCEEDED, 40)
        ),
        _of(5, 2024, Told("检查", "12.5次", "enforcement_inspections", 12.5, "次")),
        _of(6, 2024, Told("罚没", "12.5元", "fines", 12.5, "元"), hours),
        _of(7, 2023, Told("信访", "7件", "petitions", 7)),
        _of(7, 2024, Told("信访", "7万件", "petitions", 70000)),
        _of(8, 2023, Told("矫正", "900人", "community_correction_persons", 900, "人", period="as_of_date")),
        _of(8, 2024, Told("矫正", "3人", "community_correction_persons", 3, "人", period="as_of_date")),
        *(
            _of(30 + i, 2024, Told("培训", f"{number}场次", "training_sessions", number, "场次"))
            for i, number in enumerate([*range(11, 32), 500])
        ),
    ]


def _full(number: int, note: str) -> Reading:
    return reading(town(number), 2024, [Told("调解", "35件", MEDIATED, 35)], note=note)


def _empty(number: int, note: str) -> Reading:
    """A page of which the reading knows no more than its text."""
    blank = reading(Organisation(None, "unknown"), None, [], note=note)
    return replace(blank, report_kind=None)


def _fill(number: int) -> PAGES:
    """Four good nights; in the fifth nobody can read what `layout` brings, and a release reads nothing of `release`."""
    pages: PAGES = []
    for i in range(4 if number == 5 else 3):
        at = f"{number}/{i}"
        broken = number == 5
        read = _empty if broken else _full
        pages.append(seen(number, "layout", f"http://layout/{at}", read(50 + i, f"其一{at}"), minute=i))
        pages.append(seen(number, "steady", f"http://steady/{at}", _full(60 + i, f"其二{at}"), minute=i))
        if number >= 4:
            pages.append(seen(number, "young", f"http://young/{at}", read(70 + i, f"其三{at}"), minute=i))
    for i in range(5):
        content = _full(80 + i, f"其四{i}")
        url = f"http://release/{i}"
        if number == 1:
            pages.append(seen(1, "release", url, content))
        elif number == 5:
            sha, again = resource(content), attempt(5, "release", url, "unchanged", sha=resource(content))
            text = replace(content, facts=())
            log = entry("release", url, night(1), text, release=BETTER, read=night(5))
            assert log.resource_sha256 == sha
            pages.append((again, log))
    return pages


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("doubts") / "private.duckdb"
    sources = [
        source("entry", "澄水县90号镇人民政府", region_code="990101190"),
        *(source(name) for name in ("bounds", "layout", "steady", "young", "release")),
    ]
    for number in range(1, 6):
        pages = _fill(number) + (_bounds() if number == 1 else [])
        brought = {"attempts": [a for a, _ in pages], "readings": [r for _, r in pages]}
        load(path, number, brought, sources=sources)
    return path


@pytest.fixture(scope="module")
def checks(database: Path) -> dict[str, CheckResult]:
    return {check.name: check for check in run_checks(database, transform(database))}


@pytest.fixture(scope="module")
def con(database: Path, checks: object) -> Any:
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


def test_each_doubt_names_its_kind_and_the_limit_it_passes(con: duckdb.DuckDBPyConnection) -> None:
    told = con.execute(
        "SELECT region_code, indicator_code, value, doubt_kind, severity, limit_value FROM rpt_value_doubt "
        "ORDER BY ALL"
    ).fetchall()
    assert [row for row in told if row[3] != "unlike_peers"] == [
        ("990101101", MEDIATED, 6000, "above_soft_most", "soft", 5000),
        ("990101102", MEDIATED, 60000, "above_hard_most", "hard", 50000),
        ("990101103", SUCCEEDED, 40, "exceeds_whole", "soft", 30),
        ("990101105", "enforcement_inspections", 12.5, "not_whole", "hard", None),
        ("990101106", "study_hours", 9000, "above_most", "hard", 8784),
        ("990101107", "petitions", 70000, "unlike_last_year", "soft", 700),
        ("990101190", MEDIATED, 70000, "above_hard_most", "hard", 50000),
    ]
    (peer,) = [row for row in told if row[3] == "unlike_peers"]
    assert peer[:3] == ("990101151", "training_sessions", 500) and 31 * 3 < peer[5] < 500


def test_every_doubt_gives_its_reason_and_source_in_words(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute("SELECT reason_zh, reason_en, basis, url FROM rpt_value_doubt").fetchall()
    assert rows and all(all(cell for cell in row) for row in rows)


def test_impossible_figures_block_doubtful_ones_warn_and_both_are_named(
    checks: dict[str, CheckResult],
) -> None:
    hard, soft = checks["values_within_hard_bounds"], checks["values_within_soft_bounds"]
    assert (hard.severity, hard.passed, hard.observed) == ("error", False, 4)
    assert "澄水县02号镇人民政府 2024 disputes_mediated 60000.0 above_hard_most 50000.0" in hard.message
    assert (soft.severity, soft.passed, soft.observed) == ("warning", False, 4)
    assert {name for name, check in checks.items() if check.blocks} == {"values_within_hard_bounds"}


def test_a_source_read_less_fully_than_its_own_last_nights_is_a_warning(
    con: duckdb.DuckDBPyConnection, checks: dict[str, CheckResult]
) -> None:
    shares = ["share_reports", "share_with_year", "share_with_organization", "share_with_figures"]
    told = con.execute(
        "SELECT source_id, basis, documents, nights_before, fallen FROM rpt_source_night "
        "WHERE is_newest AND source_id NOT IN ('bounds', 'entry') ORDER BY ALL"
    ).fetchall()
    assert told == [
        ("layout", "held", 16, 4, shares),
        ("layout", "new", 4, 4, [*shares, "figures_a_document"]),
        ("release", "held", 5, 4, ["share_with_figures", "figures_a_document"]),
        ("release", "new", 5, 1, []),
        ("steady", "held", 16, 4, []),
        ("steady", "new", 4, 4, []),
        ("young", "held", 7, 1, []),
        ("young", "new", 4, 1, []),
    ]
    check = checks["sources_as_full_as_before"]
    assert (check.severity, check.passed, check.observed) == ("warning", False, 3)
    assert "layout new share_reports" in check.message and "release held share_with_figures" in check.message


def test_the_history_tells_what_was_held_on_every_night(con: duckdb.DuckDBPyConnection) -> None:
    told = con.execute(
        "SELECT documents, pages_asked, pages_new, share_with_figures, usual_share_with_figures "
        "FROM rpt_source_night WHERE source_id = 'layout' AND basis = 'held' ORDER BY night_on"
    ).fetchall()
    assert told == [
        (3, 3, 3, 1, None),
        (6, 3, 3, 1, 1),
        (9, 3, 3, 1, 1),
        (12, 3, 3, 1, 1),
        (16, 4, 4, 0.75, 1),
    ]


def test_status_shows_what_fell(
    database: Path, checks: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held = newest(tmp_path / "publish")
    held.parent.mkdir(parents=True)
    stamp = dict.fromkeys(("version", "run_id", "code_version", "published_at"), "t")
    build_file(database, held, stamp)
    print_status(load_settings(tmp_path))
    shown = capsys.readouterr().out
    assert "read less fully than usual" in shown and "layout" in shown.partition("less fully")[2]
