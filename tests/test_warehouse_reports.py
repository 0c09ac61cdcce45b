"""From real reports to comparable values: what `nianbao ingest` puts into the published file, against the gold."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from flows.cli import app
from tests.flows_world import ask

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def published(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("reports")
    (home / "sources").mkdir()
    corpus = shared / "corpus"
    files = [
        corpus / "written" / "texts",
        corpus / "pingtan" / "pages",
        *sorted((corpus / "seeds").glob("*.txt")),
    ]
    result = CliRunner().invoke(app, ["ingest", *map(str, files), "--home", str(home)])
    assert result.exit_code == 0, result.output
    return home / "publish" / "nianbao.duckdb"


def test_comparable_pairs_of_annotated_reports_are_found_and_no_others(
    published: Path, shared: Path, tmp_path: Path
) -> None:
    with duckdb.connect(str(published), read_only=True) as con:
        con.execute(f"COPY mart_indicator_yoy TO '{tmp_path / 'mart.jsonl'}' (FORMAT json)")
    scorer = [sys.executable, str(shared / "eval" / "score_yoy.py"), str(tmp_path / "mart.jsonl"), "--errors"]
    *errors, last = subprocess.run(scorer, capture_output=True, check=True, text=True).stdout.splitlines()
    score = json.loads(last)
    assert (score["false"], score["found"]) == (0, 1.0), errors


def test_the_consecutive_pair_of_a_real_site_compares(published: Path, shared: Path) -> None:
    gold = (shared / "corpus" / "pingtan" / "gold" / "yoy.jsonl").read_text(encoding="utf-8").splitlines()
    wrong = []
    for row in map(json.loads, gold):
        found = ask(
            published,
            "SELECT previous_value, value, is_comparable FROM mart_indicator_yoy "
            f"WHERE organization_name = '{row['organisation']}' AND indicator_code = '{row['code']}' "
            f"AND report_year = {row['curr_year']}",
        )
        right = found == [(row["prev"], row["curr"], True)]
        if right is not row["comparable"]:
            wrong.append((row["code"], row["prev"], row["curr"], found))
    assert wrong == []


SEEDS: list[tuple[str | None, int, dict[str, tuple[float, str]]]] = [
    (
        "500242112",
        2024,
        {
            "disputes_mediated": (200, "at_least"),
            "grid_reported_disputes": (169, "exact"),
            "publicity_events": (6, "exact"),
            "publicity_materials": (3000, "at_least"),
            "publicity_audience": (5000, "approx"),
            "law_literate_villagers": (32, "exact"),
        },
    ),
    (
        "500241112",
        2023,
        {
            "disputes_mediated": (441, "exact"),
            "mediation_success_rate": (100, "exact"),
            "visitors_received": (398, "at_least"),
            "petitions": (48, "exact"),
            "petitions_closed": (48, "exact"),
            "enforcement_officers": (11, "exact"),
            "enforcement_inspections": (500, "at_least"),
            "fines": (6600, "exact"),
            "reconsideration_cases": (0, "exact"),
            "litigation_cases": (0, "exact"),
        },
    ),
    (
        None,
        2024,
        {
            "disputes_mediated": (60, "exact"),
            "mediation_success_rate": (100, "exact"),
            "petitions": (4, "exact"),
            "publicity_materials": (1200, "at_least"),
            "legal_consultations": (270, "at_least"),
            "litigation_losses": (0, "exact"),
        },
    ),
    (
        "540526101",
        2024,
        {
            "disputes_mediated_successfully": (35, "exact"),
            "dispute_screenings": (400, "at_least"),
            "visitors_received": (160, "exact"),
            "petitions": (2, "exact"),
            "publicity_events": (100, "at_least"),
            "publicity_audience": (3000, "exact"),
            "promotion_meetings": (2, "exact"),
        },
    ),
    (
        "430421116",
        2023,
        {
            "publicity_events": (36, "exact"),
            "legal_consultations": (2000, "at_least"),
            "publicity_materials": (80000, "at_least"),
        },
    ),
]


@pytest.mark.parametrize(("region_code", "year", "facts"), SEEDS, ids=[str(row[0]) for row in SEEDS])
def test_gold_facts_of_the_seeds_are_the_yearly_values(
    published: Path, region_code: str | None, year: int, facts: dict[str, tuple[float, str]]
) -> None:
    where = f"o.region_code = '{region_code}'" if region_code else "o.organization_name = '沙河乡人民政府'"
    rows = ask(
        published,
        "SELECT y.indicator_code, y.value, y.bound, o.is_resolved FROM fct_indicator_yearly AS y "
        f"JOIN dim_organization AS o USING (organization_key) WHERE y.is_current AND {where} "
        f"AND y.report_year = {year}",
    )
    told: dict[str, Any] = {code: (value, bound) for code, value, bound, _ in rows}
    assert {code: told.get(code) for code in facts} == facts
    assert {resolved for *_, resolved in rows} == {region_code is not None}, "沙河乡 is one of six: refused"


def test_dates_the_seeds_do_not_carry_stay_unknown(published: Path) -> None:
    rows = ask(
        published,
        "SELECT region_code, published_on, signed_on FROM dim_document JOIN dim_organization USING (organization_key) "
        "WHERE region_code IN ('500242112', '500241112', '540526101', '430421116') ORDER BY region_code",
    )
    assert [(code, str(published), str(signed)) for code, published, signed in rows] == [
        ("430421116", "None", "2024-02-22"),
        ("500241112", "2024-02-22", "2024-02-22"),
        ("500242112", "None", "2025-01-13"),
        ("540526101", "None", "None"),
    ]
