"""Accuracy against annotated reports and public number suites: floors just below what is reached."""

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from extractors.report.numbers import parse_numeral
from extractors.report.quantities import find_quantities

UNITS = {"％": "%", "个百分点": "百分点"}


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def score(texts: Path, gold: Path) -> tuple[float, float]:
    """F1 over exact spans, and over spans whose value, upper end, unit and bound are right too."""
    exact = full = wanted = given = 0
    for mentions in sorted(gold.glob("*.mentions.jsonl")):
        name = mentions.name.removesuffix(".mentions.jsonl")
        (report,) = texts.glob(f"{name}*.txt")
        truth = {(row["start"], row["end"]): row for row in rows(mentions)}
        ignored_file = gold / f"{name}.ignore.jsonl"
        ignored = rows(ignored_file) if ignored_file.exists() else []
        wanted += len(truth)
        for quantity in find_quantities(report.read_bytes().decode("utf-8")):
            row = truth.get((quantity.start, quantity.end))
            if row is None and any(i["start"] < quantity.end and quantity.start < i["end"] for i in ignored):
                continue
            given += 1
            if row is None:
                continue
            exact += 1
            said = (row["value"], row.get("value_high"), UNITS.get(row["unit"], row["unit"]), row["bound"])
            full += said == (quantity.value, quantity.value_high, quantity.unit, quantity.bound)
    return 2 * exact / (wanted + given), 2 * full / (wanted + given)


@pytest.mark.parametrize(("texts", "gold"), [("seeds", "seeds/gold"), ("written/texts", "written/gold")])
def test_annotated_reports(shared: Path, texts: str, gold: str) -> None:
    exact, full = score(shared / "corpus" / texts, shared / "corpus" / gold)
    assert exact >= 0.99
    assert full >= 0.99


def is_bare(row: dict[str, Any]) -> bool:
    """The whole case is one numeral (or nothing readable), so that it asks for its value alone."""
    expected = row["expected"]
    if row["task"] == "parse":
        return not expected or "value" in expected[0]
    return len(expected) == 1 and expected[0].get("text", "").strip() == row["text"].strip() != ""


@pytest.mark.parametrize(
    ("suite", "floor"),
    [("cn2an", 0.99), ("duckling_zh", 0.82), ("recognizers_number", 0.94), ("jionlp_money", 0.76)],
)
def test_public_suites_of_bare_numerals(shared: Path, suite: str, floor: float) -> None:
    cases = [row for row in rows(shared / "suites" / f"{suite}.jsonl") if is_bare(row)]
    right = 0
    for row in cases:
        value = parse_numeral(row["text"])
        wanted = row["expected"][0]["value"] if row["expected"] else None
        right += value == wanted or (
            value is not None
            and wanted is not None
            and abs(value - Decimal(str(wanted))) <= max(abs(value), Decimal(1)) / 10**6
        )
    assert right / len(cases) >= floor


def test_ordinals_never_count(shared: Path) -> None:
    for row in rows(shared / "suites" / "ordinal_negatives.jsonl"):
        assert find_quantities(row["text"]) == (), row["text"]


def test_the_scorer_beside_the_gold_agrees(shared: Path, tmp_path: Path) -> None:
    """The project's own counting above and the shared scorer must not drift apart."""
    sys.path.insert(0, str(shared / "eval"))
    try:
        from score_quantities import score_mentions
    finally:
        sys.path.pop(0)
    gold = shared / "corpus" / "seeds" / "gold"
    for report in (shared / "corpus" / "seeds").glob("*.txt"):
        found = find_quantities(report.read_bytes().decode("utf-8"))
        lines = [
            json.dumps({"start": q.start, "end": q.end, "value": q.value, "unit": q.unit, "bound": q.bound})
            for q in found
        ]
        (tmp_path / f"{report.stem}.jsonl").write_text("\n".join(lines), "utf-8")
    assert score_mentions(str(tmp_path), str(gold), "include")["full"]["f1"] >= 0.99
