"""Whole fictional sites' pages, written by hands that did not know the rules, against their gold records.

`sites/NAME.html` with `sites/NAME.json`: address, type, title (`title_alt`), `published_on`, paragraphs in order,
`optional` strings that may stand or be missing, `rows` of a list, `body_url` of a shell. All places and bodies are
invented. The floors are ratchets: they only go up.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from extractors.page import read_document
from extractors.records import Document

PAGES = sorted((Path(__file__).parent / "sites").glob("*.html"))
GOLD: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.with_suffix(".json").read_text(encoding="utf-8")) for path in PAGES
}
ARTICLES = [path for path in PAGES if GOLD[path.stem]["type"] == "detail"]
MEAN_F1, TITLES, DATES = 0.99, 1.0, 0.97
NOT_WHOLE: dict[str, str] = {}


@cache
def read(path: Path) -> Document:
    return read_document(path.read_bytes(), url=GOLD[path.stem]["url"])


def squeeze(text: str) -> str:
    return "".join(text.split())


def paragraphs(document: Document) -> list[str]:
    return [squeeze(document.text[block.start : block.end]) for block in document.blocks]


def f1(path: Path) -> float:
    """Of whole paragraphs, optional ones neither credited nor charged."""
    gold = GOLD[path.stem]
    free = set(map(squeeze, gold["optional"]))
    wanted = Counter(map(squeeze, gold["paragraphs"]))
    found = Counter(paragraphs(read(path)))
    hits = sum((wanted & found).values())
    charged = sum(n for text, n in found.items() if text in wanted or text not in free)
    owed = sum(n for text, n in wanted.items() if text in found or text not in free)
    return 2 * hits / (charged + owed)


def test_paragraphs_of_all_sites() -> None:
    scores = {path.stem: f1(path) for path in ARTICLES}
    assert sum(scores.values()) / len(scores) >= MEAN_F1, scores


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_no_paragraph_of_an_article_is_missing(path: Path) -> None:
    gold = GOLD[path.stem]
    found = Counter(paragraphs(read(path)))
    optional = set(map(squeeze, gold["optional"]))
    owed = Counter(text for text in map(squeeze, gold["paragraphs"]) if text not in optional)
    assert not owed - found


def test_titles_and_dates() -> None:
    titled = [
        squeeze(read(path).title or "")
        in map(squeeze, [GOLD[path.stem]["title"], *GOLD[path.stem]["title_alt"]])
        for path in ARTICLES
    ]
    dated = [str(read(path).published_on) == str(GOLD[path.stem]["published_on"]) for path in ARTICLES]
    assert sum(titled) / len(titled) >= TITLES
    assert sum(dated) / len(dated) >= DATES


@pytest.mark.parametrize("path", [p for p in PAGES if p not in ARTICLES], ids=lambda path: path.stem)
def test_what_is_no_article_gives_no_text(path: Path) -> None:
    document, gold = read(path), GOLD[path.stem]
    assert (document.kind != "detail", document.text) == (True, "")
    rows = [(squeeze(row["title"]), row["date"]) for row in gold.get("rows", ())]
    assert [(squeeze(row.title), str(row.listed_on)) for row in document.list_rows][: len(rows)] == rows
    if "body_url" in gold:
        assert (document.body_url or "").endswith(gold["body_url"])
