"""Characters a second of the whole understanding of a report beside what finds quantities in Chinese text.

    run.py [REPORT.txt ...]

Without arguments the sentences of the tests, joined to one report. One process, CPU time, best of ten rounds after a
warm-up; the slow peers read a part of the text once. Then the same text 1, 10 and 100 times over, for linearity.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import jieba.posseg
import jionlp
from recognizers_number_with_unit import recognize_currency, recognize_dimension
from recognizers_text import Culture

from extractors.organisation import Gazetteer
from extractors.reading import understand
from extractors.records import Document

ROOT = Path(__file__).resolve().parents[2]
SENTENCES_A_PARAGRAPH = 6
ROUNDS = 10


def sample(paths: list[str]) -> str:
    if paths:
        return "\n".join(Path(path).read_text(encoding="utf-8") for path in paths)
    table = (ROOT / "tests" / "facts_sentences.tsv").read_text(encoding="utf-8").splitlines()[1:]
    sentences = [line.split("\t")[0] for line in table]
    paragraphs = [
        "".join(sentences[i : i + SENTENCES_A_PARAGRAPH])
        for i in range(0, len(sentences), SENTENCES_A_PARAGRAPH)
    ]
    return "\n".join(["栗溪镇2024年法治政府建设年度报告", "一、主要举措和成效", *paragraphs])


def merged_quantities(text: str) -> list[str]:
    """jieba's numerals (m) joined with the measure words (q) behind them."""
    merged: list[str] = []
    was_numeral = False
    for word, tag in jieba.posseg.cut(text):
        if tag == "m" and was_numeral:
            merged[-1] += word
        elif tag == "m":
            merged.append(word)
        elif tag == "q" and was_numeral:
            merged[-1] += word
        was_numeral = tag == "m"
    return merged


def recognized(text: str) -> int:
    """Recognizers-Text, amounts of money and dimensions, paragraph by paragraph."""
    recognizers = (recognize_currency, recognize_dimension)
    return sum(len(found(line, Culture.Chinese)) for line in text.splitlines() for found in recognizers)


def seconds(work: Callable[[], object], rounds: int) -> float:
    best = float("inf")
    for _ in range(rounds):
        gc.collect()
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best


def main() -> None:
    text = sample(sys.argv[1:])
    part = text[: len(text) // 4]
    gazetteer = Gazetteer.load()

    runs = count()

    def whole(times: int = 1) -> object:
        """Each run reads a text of its own length, so that nothing kept from the last one helps it."""
        fresh = "\n".join([text] * times) + " " * next(runs)
        return understand(Document(kind="text", text=fresh), None, gazetteer)

    whole()
    merged_quantities(part)
    recognized(part[:200])
    gc.freeze()  # else each reader pays for walking over what all the others keep in memory
    rows = [
        ("nianbao, the whole understanding", len(text) / seconds(whole, ROUNDS)),
        ("jieba.posseg, m and q merged", len(text) / seconds(lambda: merged_quantities(text), ROUNDS)),
        ("Recognizers-Text, currency and dimension", len(part) / seconds(lambda: recognized(part), 1)),
        ("JioNLP, money only", len(text) / seconds(lambda: jionlp.ner.extract_money(text), 1)),
    ]
    ours = rows[0][1]
    print(f"{len(text):,} characters\n\n| reader | characters/s | nianbao is |\n|---|---|---|")
    for name, speed in rows:
        print(f"| {name} | {speed:,.0f} | {ours / speed:.1f} × |")
    print("\n| text | characters/s |\n|---|---|")
    for times in (1, 10, 100):
        print(f"| {times} × | {len(text) * times / seconds(lambda t=times: whole(t), 1):,.0f} |")


if __name__ == "__main__":
    main()
