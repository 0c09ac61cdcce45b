"""What is known while the facts of a report are made: the reader's view of it and the drafts."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from extractors.records import Issue, Quantity
from extractors.report.changes import Growth
from extractors.report.lexicon import Lexicon, load_grammar, load_lexicon
from extractors.report.structure import Outline
from extractors.report.table_rows import Cell
from extractors.report.wording import Window, Wordings

_LAW_TITLE = re.compile(r"《[^《》\n]{1,60}》")
OPEN = "open"
"""Rule and tier of a figure outside the codebook."""


@dataclass(slots=True)
class Draft:
    """A fact in the making: one figure or denial, before the facts are related to each other."""

    start: int
    end: int
    figure: Quantity | None
    code: str | None = None
    rule: str = OPEN
    tier: str = OPEN
    subject: tuple[int, int] | None = None
    growth: Growth | None = None
    earlier: int | None = None
    is_turned: bool = False
    cell: Cell | None = None
    window: Window | None = None
    is_zero: bool = False


@cache
def _topic_words() -> re.Pattern[str]:
    """The words of every topic without groups: searched several times as fast as `_topics`, same matches."""
    return re.compile("|".join(load_grammar().topics.values()))


@cache
def _topics() -> re.Pattern[str]:
    """Every topic a group."""
    return re.compile("|".join(f"(?P<{name}>{words})" for name, words in load_grammar().topics.items()))


class Reader:
    """One report, cut for reading; `issues` gathers what was refused."""

    def __init__(
        self, text: str, outline: Outline, quantities: Sequence[Quantity], report_year: int | None
    ) -> None:
        self.text = text
        self.outline = outline
        self.quantities = quantities
        self.report_year = report_year
        self.lexicon: Lexicon = load_lexicon()
        self.wordings = Wordings(text, quantities)
        self._starts = [quantity.start for quantity in quantities]
        self._ends = [quantity.end for quantity in quantities]
        self.issues: list[Issue] = []
        self._untitled = _untitled(text)
        self._mentions: dict[int, list[re.Match[str]]] = {}
        self._heading_topics: dict[str, str | None] = {}

    def last_figure_end(self, position: int) -> int:
        """Where the last figure that ends by `position` ends, 0 when there is none."""
        index = bisect_right(self._ends, position) - 1
        return self._ends[index] if index >= 0 else 0

    def figures_in(self, start: int, end: int) -> Sequence[Quantity]:
        """The figures that overlap a span."""
        return self.quantities[bisect_right(self._ends, start) : bisect_left(self._starts, end)]

    def heading(self, position: int) -> str:
        sections = self.outline.sections
        above: list[str] = []
        index = self.outline.section_at(position)
        while index is not None:
            if sections[index].heading_end <= position:
                above.append(sections[index].heading)
            index = self.outline.parent(index)
        return "。".join(reversed(above))

    def topics(
        self, position: int, window: Window, *, in_sentence: bool = False
    ) -> tuple[str | None, frozenset[str]]:
        """The matter last spoken of before the wording of the figure at `position`; with it that before the figure.
        `in_sentence`: not what was spoken of before the sentence."""
        start = max(self.text.rfind(stop, 0, position) for stop in "。\n") + 1 if in_sentence else None
        own = self._topic(min([position, *window.before.at[:1]]), window.heading, start)
        both = {own, self._topic(position, window.heading, start)}
        return own, frozenset(topic for topic in both if topic is not None)

    def _topic(self, position: int, heading: str, start: int | None) -> str | None:
        """The last matter in the paragraph, from `start`, or without that else in its headings."""
        mentions = self._mentions_from(self.wordings.paragraph_start(position))
        index = bisect_right(mentions, position, key=re.Match.end) - 1
        if index >= 0 and (start is None or mentions[index].start() >= start):
            return _topic_at(self._untitled, mentions[index].start())
        if start is not None:
            return None
        if heading not in self._heading_topics:
            self._heading_topics[heading] = _last_topic(heading)
        return self._heading_topics[heading]

    def _mentions_from(self, paragraph: int) -> list[re.Match[str]]:
        """The topic words of the paragraph that starts there."""
        if paragraph not in self._mentions:
            end = self._untitled.find("\n", paragraph)
            end = end if end >= 0 else len(self._untitled)
            self._mentions[paragraph] = [*_topic_words().finditer(self._untitled, paragraph, end)]
        return self._mentions[paragraph]


def _untitled(text: str) -> str:
    return _LAW_TITLE.sub(lambda title: " " * len(title[0]), text)


def _topic_at(untitled: str, place: int) -> str | None:
    found = _topics().match(untitled, place)
    return found.lastgroup if found else None


def _last_topic(heading: str) -> str | None:
    untitled = _untitled(heading)
    places = [found.start() for found in _topic_words().finditer(untitled)]
    return _topic_at(untitled, places[-1]) if places else None
