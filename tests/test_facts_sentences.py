"""Sentences in the manner of many places (宗 in 广东, departments), each with what a reader takes from it."""

import csv
from pathlib import Path

import pytest

from extractors.codebook import load_codebook
from extractors.report.facts import find_facts
from extractors.report.quantities import find_quantities
from extractors.report.structure import outline

TABLE = Path(__file__).with_name("facts_sentences.tsv")
CURRENT = {"report_year", "as_of_date"}
ROWS = list(csv.DictReader(TABLE.open(encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("row", ROWS, ids=[row["text"][:20] for row in ROWS])
def test_a_sentence_states_its_figures_and_no_others(row: dict[str, str]) -> None:
    text = row["text"]
    codebook = load_codebook()
    facts, _ = find_facts(text, outline(text), find_quantities(text), 2024)
    stated = [
        f"{codebook[fact.code].id}={fact.value:.12g}" + ("" if fact.period in CURRENT else f"@{fact.period}")
        for fact in facts
        if fact.code
    ]
    assert stated == row["facts"].split()
