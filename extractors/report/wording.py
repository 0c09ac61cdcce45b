"""The wording around each figure: its clause before and after, the earlier clauses, all normalised.

Normalised wording has no spaces, quotation marks, short brackets or titles of laws; other figures stand as ◇.
Every character keeps its offset, so that a match leads back to the report's own text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.records import Quantity

FIGURE = "N"
OTHER_FIGURE = "◇"
_HALF_WIDTH = str.maketrans(",;:!?()", "，；：！？（）")
_QUOTES = frozenset("“”‘’\"'「」『』＂")
_CLAUSE_END = frozenset("，。；！？\n\t")
_SENTENCE_END = frozenset("。；！？\n")
_LAW = re.compile(
    r"《[^《》]{1,60}(?:法|典|条例|规定|办法|纲要|规划|意见|通知|细则|准则|报告|方案|决定|制度|标准|章程|思想|读本)》"
)
_TITLE = re.compile(r"《[^《》\n]{1,80}》(?:（[^（）\n]{1,20}）)?")
_ASIDE = re.compile(r"（[^（）◇，。；\n]{1,14}）")
_NEXT_ENDS = re.compile(f"[、（）：{OTHER_FIGURE}]")
_MARGIN = 160


@dataclass(frozen=True, slots=True)
class Phrase:
    """Normalised wording; `at[i]` is the offset in the report of `text[i]`."""

    text: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self.at[start], self.at[end - 1] + 1

    def __getitem__(self, part: slice) -> Phrase:
        return Phrase(self.text[part], self.at[part])

    def __add__(self, other: Phrase) -> Phrase:
        return Phrase(self.text + other.text, self.at + other.at)


EMPTY = Phrase("", ())


@dataclass(frozen=True, slots=True)
class Window:
    """What is said around one figure.

    before       from the last comma, full stop or figure
    lead         the wording before that, which may hold the subject
    after        to the end of the clause, later figures as ◇
    earlier      the paragraph up to `before`
    heading      the headings it stands under
    from_figure  `before` begins right after another figure of the clause
    head         for a later member of a list, the wording of the member whose verb governs it
    """

    before: Phrase
    lead: Phrase
    after: Phrase
    earlier: Phrase
    heading: str
    from_figure: bool
    head: Phrase = EMPTY

    @property
    def next(self) -> str:
        """What follows the figure up to the next member of a list, bracket or colon."""
        return _NEXT_ENDS.split(self.after.text, maxsplit=1)[0]

    @property
    def clause(self) -> str:
        return f"{self.before.text}{FIGURE}{self.next}"

    @property
    def sentence(self) -> str:
        """The sentence up to the figure."""
        return f"{self.earlier.text.rpartition('。')[2]}{self.before.text}".lstrip()

    @property
    def context(self) -> str:
        """The sentence up to the figure and its clause."""
        return f"{self.earlier.text.rpartition('。')[2]}{self.clause}"


def normalise(text: str, start: int, end: int, figures: Sequence[tuple[int, int]] = ()) -> Phrase:
    """The wording of `text[start:end]`; `figures` inside it become ◇."""
    chars: list[str] = []
    at: list[int] = []
    holes = iter(sorted(figures))
    hole = next(holes, None)
    position = start
    while position < end:
        while hole is not None and hole[1] <= position:
            hole = next(holes, None)
        if hole is not None and hole[0] <= position:
            chars.append(OTHER_FIGURE)
            at.append(position)
            position = hole[1]
            continue
        char = text[position].translate(_HALF_WIDTH)
        if char in "\n\t" or not (char.isspace() or char in _QUOTES or char in "\u200b\ufeff"):
            chars.append(char)
            at.append(position)
        position += 1
    return _drop(Phrase("".join(chars), tuple(at)))


def _drop(phrase: Phrase) -> Phrase:
    """Without the titles of laws, without 《》 round other titles, and without short asides in brackets."""
    keep = [True] * len(phrase.text)
    for match in _TITLE.finditer(phrase.text):
        whole = _LAW.match(phrase.text, match.start())
        for i in range(match.start(), match.end()):
            keep[i] = not whole and phrase.text[i] not in "《》"
    for match in _ASIDE.finditer(phrase.text):
        for i in range(match.start(), match.end()):
            keep[i] = False
    kept = [i for i, stays in enumerate(keep) if stays]
    return Phrase("".join(phrase.text[i] for i in kept), tuple(phrase.at[i] for i in kept))


def _last_break(text: str, start: int, position: int, ends: frozenset[str]) -> int:
    """Just after the last of `ends` (half-width ones included) in `text[start:position]`, else `start`."""
    while position > start:
        if text[position - 1].translate(_HALF_WIDTH) in ends:
            return position
        position -= 1
    return start


def _next_break(text: str, position: int, end: int, ends: frozenset[str]) -> int:
    while position < end and text[position].translate(_HALF_WIDTH) not in ends:
        position += 1
    return position


class Wordings:
    """Cuts the windows of one report."""

    def __init__(self, text: str, figures: Sequence[Quantity]) -> None:
        self._text = text
        self._spans = [(figure.start, figure.end) for figure in figures]
        self._starts = [start for start, _ in self._spans]
        self._ends = [end for _, end in self._spans]

    def _inside(self, start: int, end: int) -> list[tuple[int, int]]:
        return self._spans[bisect_left(self._starts, start) : bisect_right(self._ends, end)]

    def phrase(self, start: int, end: int) -> Phrase:
        """The normalised wording of a span, its figures as ◇."""
        return normalise(self._text, start, end, self._inside(start, end))

    def paragraph_start(self, position: int) -> int:
        return self._text.rfind("\n", 0, position) + 1

    def sentence_start(self, position: int) -> int:
        return _last_break(self._text, 0, position, _SENTENCE_END)

    def clause_end(self, position: int) -> int:
        return _next_break(self._text, position, len(self._text), _CLAUSE_END)

    def clause_start(self, position: int) -> int:
        start = position
        while True:
            start = _last_break(self._text, 0, start, _CLAUSE_END)
            figure = self._figure_at(start - 1)
            if figure is None:
                return start
            start = figure[0]

    def _figure_at(self, position: int) -> tuple[int, int] | None:
        """The figure around an offset: a comma inside 12,846 ends no clause."""
        index = bisect_right(self._starts, position) - 1
        if index >= 0 and self._ends[index] > position >= 0:
            return self._spans[index]
        return None

    def window(self, start: int, end: int, heading: str) -> Window:
        """The window of the figure at `start:end`."""
        paragraph = self.paragraph_start(start)
        index = bisect_left(self._ends, start + 1) - 1
        previous = self._ends[index] if index >= 0 and self._ends[index] > paragraph else paragraph
        comma = _last_break(self._text, previous, start, _CLAUSE_END)
        sentence = self.sentence_start(start)
        lead = EMPTY
        if comma > previous or comma == paragraph:
            lead_start = _last_break(self._text, max(previous, sentence), comma - 1, _CLAUSE_END)
            if lead_start < comma:
                lead = self.phrase(lead_start, comma - 1)
        far = max(paragraph, comma - _MARGIN)
        return Window(
            before=self.phrase(comma, start),
            lead=lead,
            after=self.phrase(end, self._after_end(end)),
            earlier=self.phrase(far, comma),
            heading=heading,
            from_figure=comma == previous and previous > paragraph,
        )

    def _after_end(self, position: int) -> int:
        end = self.clause_end(position)
        while (figure := self._figure_at(end)) is not None:
            end = self.clause_end(figure[1])
        bracket = re.compile("[）)]").search(self._text, position, end)
        opened = re.compile("[（(]").search(self._text, position, end)
        if bracket and not (opened and opened.start() < bracket.start()):
            end = bracket.start()
        return end
