"""Extractors of articles side by side: accuracy and pages per CPU second, on one core, in one run.

    python benchmarks/pages/run.py [FOLDER]

FOLDER holds NNN.html and gold/NNN.json (type, title, paragraphs, optional); only its detail pages count. Without it the
pages of the site families of the tests are read. Each tool reads every page once to warm up, then `--rounds` times; the
best round counts.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
Extract = Callable[[bytes, str], str]


@dataclass(frozen=True)
class Page:
    """A page with its gold text; `optional` strings are neither credited nor charged."""

    site: str
    data: bytes
    gold: str
    optional: tuple[str, ...]


def corpus(folder: Path) -> list[Page]:
    """The detail pages of a corpus; decoded text is what peers are given, so that none loses on the charset."""
    lines = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    sites = {entry["id"]: entry["site"] for entry in map(json.loads, lines)}
    pages = []
    for path in sorted((folder / "gold").glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        if gold["type"] == "detail":
            data = (folder / f"{gold['id']}.html").read_bytes()
            text = "\n".join(gold["paragraphs"])
            pages.append(Page(sites[gold["id"]], data, text, tuple(gold.get("optional", ()))))
    return pages


def families() -> list[Page]:
    """Every article in the page of every site family of the tests."""
    sys.path.insert(0, str(ROOT))
    from tests.cms_pages import ARTICLES, TEMPLATES, fill

    return [
        Page(path.stem, fill(path.read_text(encoding="utf-8"), article).encode(), "\n".join(article.paragraphs),
             (article.title,))
        for path in TEMPLATES
        for article in ARTICLES.values()
    ]  # fmt: skip


def tools() -> dict[str, Extract]:
    """The tools by name. Peers get the decoded page, nianbao the bytes."""
    import gne
    import trafilatura
    from readability import Document as Readable
    from resiliparse.extract.html2text import extract_plain_text

    sys.path.insert(0, str(ROOT))
    from extractors.page import read_document

    article = gne.GeneralNewsExtractor()
    return {
        "nianbao": lambda data, html: read_document(data, name="a.html").text,
        "trafilatura": lambda data, html: trafilatura.extract(html) or "",
        "trafilatura, title and date too": lambda data, html: (
            trafilatura.extract(html, with_metadata=True) or ""
        ).rpartition("\n---\n")[2],
        "readability-lxml": lambda data, html: _text(Readable(html).summary()),
        "resiliparse": lambda data, html: extract_plain_text(html, main_content=True),
        "gne": lambda data, html: article.extract(html).get("content", ""),
    }


def _text(html: str) -> str:
    import lxml.html

    return str(lxml.html.fromstring(html).text_content()) if html.strip() else ""


def grams(text: str) -> Counter[str]:
    """Character 4-grams after NFKC, white space out."""
    squeezed = "".join(unicodedata.normalize("NFKC", text).split())
    return Counter(squeezed[i : i + 4] for i in range(max(1, len(squeezed) - 3)))


def f1(found: str, page: Page) -> float:
    gold, got = grams(page.gold), grams(found)
    free: Counter[str] = Counter()
    for text in page.optional:
        free |= grams(text)
    hits = sum((gold & got).values())
    charged = sum(got.values()) - sum(min(n, free[g]) for g, n in (got - gold).items())
    precision, recall = hits / charged if charged else 0, hits / sum(gold.values())
    return 2 * precision * recall / (precision + recall) if precision + recall else 0


def measure(
    name: str, extract: Extract, pages: Sequence[Page], rounds: int
) -> tuple[str, float, float, float]:
    """Name, F1 as the mean of the sites, share of pages with F1 ≥ .99, pages per CPU second."""
    decoded = [(page.data, page.data.decode("utf-8", "replace")) for page in pages]
    scores: list[float] = []
    by_site: dict[str, list[float]] = {}
    for page, (data, html) in zip(pages, decoded, strict=True):
        try:
            score = f1(extract(data, html), page)
        except Exception:  # a tool that fails on a page found nothing on it
            score = 0.0
        scores.append(score)
        by_site.setdefault(page.site, []).append(score)
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        for data, html in decoded:
            try:
                extract(data, html)
            except Exception:  # counted above
                continue
        best = min(best, time.process_time() - start)
    site = sum(sum(v) / len(v) for v in by_site.values()) / len(by_site)
    return name, site, sum(s >= 0.99 for s in scores) / len(scores), len(pages) / best


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    pages = corpus(given.folder) if given.folder else families()
    size = sum(len(page.data) for page in pages) / len(pages) / 1024
    print(f"{len(pages)} detail pages of {len({p.site for p in pages})} sites, mean {size:.0f} KB\n")
    rows = [measure(name, extract, pages, given.rounds) for name, extract in tools().items()]
    peer = next(speed for name, _, _, speed in rows if name == "trafilatura")
    print("| tool | F1 (mean of sites) | pages with F1 ≥ .99 | pages per CPU second | × trafilatura |")
    print("|---|---|---|---|---|")
    for name, site, whole, speed in rows:
        print(f"| {name} | {site:.3f} | {whole:.3f} | {speed:.0f} | {speed / peer:.1f} |")


if __name__ == "__main__":
    main()
