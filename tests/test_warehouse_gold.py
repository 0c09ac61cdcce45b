"""Year over year from perfect facts: the warehouse's own share of the score on annotated reports."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extractors.codebook import load_codebook
from extractors.records import Document, Fact, Organisation, Reading, Sentence
from warehouse.load import load_night
from warehouse.records import ReadingEntry, RunRow, stable_id
from warehouse.schema import open_warehouse
from warehouse.transform import build_models

READ_AT = datetime(2026, 6, 1, tzinfo=UTC)
FOUND_FLOOR = 1.0


def gold_fact(row: dict[str, Any], text: str) -> Fact:
    """A fact as annotated; the counted subject is the clause before the figure."""
    clause = re.split(r"[，。；,;\n]", text[: row["start"]])[-1]
    return Fact(
        row["start"],
        row["end"],
        row["text"],
        row["code"],
        row["value"],
        row.get("value_high"),
        row["unit"],
        row["unit_written"],
        row["bound"],
        row["period"],
        row["zero_form"],
        row["part_of"],
        row["section"],
        clause,
        None,
        None,
        "gold",
        None,
        is_headline=row.get("headline", False),
        growth="increase" if row.get("change_of") is not None else None,
    )


def gold_entry(folder: Path, name: str) -> ReadingEntry:
    text = (folder.parent / "texts" / f"{name}.txt").read_bytes().decode("utf-8")
    about = json.loads((folder / f"{name}.doc.json").read_text(encoding="utf-8"))
    rows = (folder / f"{name}.facts.jsonl").read_text(encoding="utf-8").splitlines()
    content = Reading(
        Document("text", text, title=about["title"]),
        "rule_of_law",
        about["report_year"],
        Organisation(about["organisation"], "unknown"),
        sentences=(Sentence(0, len(text), None),),
        facts=tuple(gold_fact(json.loads(row), text) for row in rows),
    )
    sha = stable_id(text)
    return ReadingEntry(
        stable_id(name, sha), "gold", f"file:///{name}", sha, READ_AT, "gold", READ_AT, content
    )


@pytest.fixture(scope="module")
def score(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    folder = shared / "corpus" / "written" / "gold"
    root = tmp_path_factory.mktemp("gold")
    names = [path.name.removesuffix(".doc.json") for path in sorted(folder.glob("*.doc.json"))]
    with open_warehouse(root / "private.duckdb") as warehouse:
        load_night(
            warehouse,
            run=RunRow("gold", "ingest", READ_AT, None, "running"),
            readings=[gold_entry(folder, name) for name in names],
            codebook=load_codebook().values(),
        )
    build_models(root / "private.duckdb")
    with duckdb.connect(str(root / "private.duckdb"), read_only=True) as con:
        con.execute(f"COPY mart_indicator_yoy TO '{root / 'mart.jsonl'}' (FORMAT json)")
    scorer = [sys.executable, str(shared / "eval" / "score_yoy.py"), str(root / "mart.jsonl")]
    told: dict[str, float] = json.loads(
        subprocess.run(scorer, capture_output=True, check=True, text=True).stdout
    )
    return told


def test_comparable_pairs_are_found(score: dict[str, float]) -> None:
    assert score["comparable"] > 100 and score["found"] >= FOUND_FLOOR


def test_nothing_is_compared_that_does_not_compare(score: dict[str, float]) -> None:
    assert score["not_comparable"] > 10 and score["false"] == 0
