"""Figures that a township's report gives of its county or above (全县共受理行政复议案件120件, 我镇2件)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache

from extractors.report.lexicon import load_grammar

_SENTENCE_END = re.compile(r"[。；;\n]")


class PlacesAbove:
    """The stretches of a text that are about the place above, in order: from the clause that opens with it to the end
    of the sentence, or to where the township itself is named again."""

    def __init__(self, text: str) -> None:
        self._spans = list(_stretches(text))

    def __contains__(self, position: int) -> bool:
        at = bisect_right(self._spans, (position, position)) - 1
        return at >= 0 and self._spans[at][0] <= position < self._spans[at][1]


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    for opening in _opening().finditer(text):
        end = _SENTENCE_END.search(text, opening.end())
        stop = end.start() if end else len(text)
        itself = _itself().search(text, opening.end(), stop)
        yield opening.start(), itself.start() if itself else stop


@cache
def _opening() -> re.Pattern[str]:
    return re.compile(f"(?:^|(?<=[，。；：;:\\s]))(?:{load_grammar().place_above})", re.MULTILINE)


@cache
def _itself() -> re.Pattern[str]:
    return re.compile(load_grammar().place_itself)
