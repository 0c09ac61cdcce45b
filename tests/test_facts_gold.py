"""Sentences and reports annotated by hand (tests/gold). Floors are ratchets: raise them with the figures."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from extractors.codebook import load_codebook
from extractors.organisation import Gazetteer
from extractors.report.facts import find_facts
from extractors.report.quantities import find_quantities
from extractors.report.structure import outline
from flows.read_command import as_json, readings

GOLD = Path(__file__).with_name("gold")
CURRENT = {"report_year", "as_of_date"}
INDICATORS = {indicator.id: indicator for indicator in load_codebook().values()}
IDS = {code: indicator.id for code, indicator in load_codebook().items()}


def is_current(code: str | None, periods: Iterable[str]) -> bool:
    """Whether a figure is this year's: a cumulative one is for stocks only."""
    is_stock = code is not None and INDICATORS[code].kind == "stock"
    return any(period in CURRENT or (period == "cumulative" and is_stock) for period in periods)


def rows(name: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    with (GOLD / f"{name}.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield row["sentence"], json.loads(row["facts"])


def overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one["start"] < other["end"] and other["start"] < one["end"]


def told(sentence: str) -> list[dict[str, Any]]:
    """The coded figures of this year that the reader finds."""
    facts, _ = find_facts(sentence, outline(sentence), find_quantities(sentence), 2024)
    return [
        {"start": fact.start, "end": fact.end, "code": IDS[fact.code], "value": fact.value}
        for fact in facts
        if fact.code and is_current(IDS[fact.code], [fact.period])
    ]


def score(name: str) -> tuple[float, float]:
    """Precision and recall of coded figures of this year; what the gold leaves open counts for neither."""
    right = wrong = missed = 0
    for sentence, gold in rows(name):
        left = told(sentence)
        for fact in gold:
            fact["end"] = fact["start"] + len(fact["text"])
            fact["codes"] = [fact["code"], *(fact.get("code_alt") or [])]
            fact["current"] = is_current(fact["code"], [fact["period"], *(fact.get("period_alt") or [])])
        for fact in gold:
            if fact["code"] is None or not fact["current"]:
                continue
            found = next(
                (
                    one
                    for one in left
                    if overlap(one, fact)
                    and one["code"] in fact["codes"]
                    and abs(one["value"] - fact["value"]) <= 1e-6 * max(1, abs(fact["value"]))
                ),
                None,
            )
            if found is not None:
                left.remove(found)
                right += 1
            elif None not in fact["codes"] and is_current(fact["code"], [fact["period"]]):
                missed += 1
        wrong += sum(
            not any(overlap(one, fact) and one["code"] in fact["codes"] for fact in gold if _is_open(fact))
            for one in left
        )
    return right / (right + wrong), right / (right + missed)


def _is_open(fact: dict[str, Any]) -> bool:
    return fact["code"] is None or None in fact["codes"] or (fact["current"] and "code_alt" in fact)


@pytest.mark.parametrize(
    ("name", "precision", "recall"),
    [
        ("study_to_decisions", 0.991, 0.968),
        ("enforcement_to_openness", 0.995, 0.984),
        ("all_themes", 0.989, 0.955),
        ("mixed_forms", 0.997, 0.982),
        ("wide_wording", 0.995, 0.993),
        ("plain_prose", 0.989, 0.992),
    ],
)
def test_sentences_keep_their_figures(name: str, precision: float, recall: float) -> None:
    reached = score(name)
    assert reached[0] >= precision and reached[1] >= recall, reached


def test_reports_keep_their_figures(shared: Path, tmp_path: Path) -> None:
    predicted = tmp_path / "read.jsonl"
    read = readings(sorted((GOLD / "reports" / "texts").glob("*.txt")), Gazetteer.load())
    lines = (json.dumps(as_json(reading, file), ensure_ascii=False) for file, reading in read)
    predicted.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    command = [sys.executable, str(shared / "eval" / "score_read.py"), str(predicted), "--json"]
    scored = subprocess.run(
        [*command, "--gold", str(GOLD / "reports" / "gold")], capture_output=True, text=True, check=True
    )
    figures = json.loads(scored.stdout)
    reached = {name: figures[name]["F1"] for name in ("q_full", "facts", "zeros")}
    reached |= {name: figures[name] for name in ("period", "parts", "year")}
    floors = {"q_full": 0.998, "facts": 0.991, "zeros": 0.998, "period": 0.999, "parts": 1.0, "year": 1.0}
    assert all(reached[name] >= floor for name, floor in floors.items()), reached
