"""Accuracy against the annotated reports: floors just below today's score, to be raised, never lowered."""

import dataclasses
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from extractors.records import Document
from extractors.report.facts import find_facts
from extractors.report.identity import report_year
from extractors.report.quantities import find_quantities
from extractors.report.structure import outline

FACTS_PRECISION, FACTS_RECALL, ZEROS, PERIODS, SITE = 0.995, 0.995, 0.99, 0.99, 0.95
ANNOTATED = ("seeds", "written", "pingtan/gold")
CORPUS = "0ca51e04183a0240"
"""The floors hold for this corpus (SHA-256 of paths and contents): another one is another measurement."""


def _read(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8")
    plan = outline(text)
    quantities = find_quantities(text)
    year, _ = report_year(Document("text", text), plan, None)
    if year is None and (named := re.search(r"20\d\d", text)):
        year = int(named[0])
    facts, _ = find_facts(text, plan, quantities, year)
    return {
        "file": path.name,
        "report_year": year,
        "quantities": [dataclasses.asdict(quantity) for quantity in quantities],
        "facts": [dataclasses.asdict(fact) for fact in facts],
    }


def _score(scorer: Path, rows: list[dict[str, Any]], folder: Path, *options: str) -> dict[str, Any]:
    readings = folder / "read.jsonl"
    lines = (json.dumps(row, ensure_ascii=False, default=str) for row in rows)
    readings.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(scorer), str(readings), *options], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def score(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    texts = [
        *sorted((shared / "corpus/seeds").glob("*.txt")),
        *sorted((shared / "corpus/written/texts").glob("*.txt")),
    ]
    rows = [_read(path) for path in texts]
    return _score(shared / "eval/score_read.py", rows, tmp_path_factory.mktemp("read"), "--json")


def test_the_corpus_is_the_one_the_floors_were_measured_on(shared: Path) -> None:
    digest = hashlib.sha256()
    files = [
        p for folder in ANNOTATED for p in sorted((shared / "corpus" / folder).rglob("*")) if p.is_file()
    ]
    for path in files:
        digest.update(path.relative_to(shared).as_posix().encode())
        digest.update(path.read_bytes())
    assert digest.hexdigest()[:16] == CORPUS


def test_facts_of_the_annotated_reports(score: dict[str, Any]) -> None:
    assert score["documents"] == 11
    assert score["facts"]["P"] >= FACTS_PRECISION
    assert score["facts"]["R"] >= FACTS_RECALL


def test_zeros_and_periods_of_the_annotated_reports(score: dict[str, Any]) -> None:
    assert score["zeros"]["F1"] >= ZEROS
    assert score["period"] >= PERIODS


def test_facts_of_real_pages(shared: Path, tmp_path: Path) -> None:
    site = shared / "corpus/pingtan"
    manifest = (
        json.loads(line) for line in (site / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    )
    names = {row["id"]: Path(row["file"]).name for row in manifest if row["id"]}
    bodies = sorted((site / "gold").glob("*.body.txt"))
    rows = [_read(path) | {"file": names[path.name.removesuffix(".body.txt")]} for path in bodies]
    found = _score(shared / "eval/score_site.py", rows, tmp_path)
    assert found["documents"] == len(bodies)
    assert found["F1"] >= SITE
