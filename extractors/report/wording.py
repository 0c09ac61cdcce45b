"""The wording around each figure: its clause before and after, the earlier clauses, all normalised.

Normalised wording has no spaces, quotation marks, short brackets or titles of laws; other figures stand as ◇.
Every character keeps its offset, so that a match leads back to the report's own text.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from extractors.records import Quantity

FIGURE = "N"
OTHER_FIGURE = "◇"
_HALF_WIDTH = tuple(zip(",;:!?()", "，；：！？（）", strict=True))
_BLANKS = r"\x0b-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
"""Every blank of Unicode, and those without width, but not the line's end and the tab."""
_KEPT = re.compile(f"[^{_BLANKS}“”‘’\"'「」『』＂]+")
_CLAUSE_END = re.compile("[，。；！？,;!?\n\t]")
_WITHIN_SENTENCE = "，,\t"
_SENTENCE_END = "。；;"
_LAW = re.compile(
    r"《[^《》]{1,60}(?:法|典|条例|规定|办法|纲要|规划|意见|通知|细则|准则|报告|方案|决定|制度|标准|章程|思想|读本)》"
)
_TITLE = re.compile(r"《[^《》\n]{1,80}》(?:（[^（）\n]{1,20}）)?")
_TITLE_MARK = re.compile("[《》]")
_ASIDE = re.compile(r"（[^（）◇，。；\n]{1,14}）")
_NEXT_ENDS = re.compile(f"[、（）：{OTHER_FIGURE}]")
_OPENING, _CLOSING = re.compile("[（(]"), re.compile("[）)]")
_JOINS = re.compile("、|以及|和|及|与")
_MARGIN = 160
_PLACES = array("l", range(1 << 15))
"""The offsets of a report, made once; the rare longer text has its own."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Normalised wording; `at[i]` is the offset in the report of `text[i]`."""

    text: str
    at: array[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self.at[start], self.at[end - 1] + 1

    def __getitem__(self, part: slice) -> Phrase:
        return Phrase(self.text[part], self.at[part])

    def __add__(self, other: Phrase) -> Phrase:
        return Phrase(self.text + other.text, self.at + other.at)


EMPTY = Phrase("", array("l"))


class Window(NamedTuple):
    """What is said around one figure.

    before       from the last comma, full stop or figure
    lead         the wording before that, which may hold the subject
    after        to the end of the clause, later figures as ◇; like `earlier` no longer than a reader looks
    earlier      the paragraph up to `before`
    heading      the headings it stands under
    from_figure  `before` begins right after another figure of the clause
    head         for a later member of a list, the verb of an earlier member that governs it too
    titled       the title of a law stands in `before`, where it is left out
    is_unequal   it is one of a list of figures that are not as many as the subjects they are shared among (分别)
    following    the next clause of the sentence, or of one that goes on with 其中, 其中 with the one behind it, up to
                 its first figure
    """

    before: Phrase
    lead: Phrase
    after: Phrase
    earlier: Phrase
    heading: str
    from_figure: bool
    head: Phrase = EMPTY
    titled: bool = False
    following: str = ""
    is_unequal: bool = False

    @property
    def next(self) -> str:
        """What follows the figure up to the next member of a list, bracket or colon."""
        return _NEXT_ENDS.split(self.after.text, maxsplit=1)[0]

    @property
    def governed(self) -> Phrase:
        """`before` under its verb: a later member of a list as if it stood alone (、乙3件; 对2个村、|3个社区)."""
        if not self.head.text:
            return self.before
        joined = _JOINS.match(self.before.text)
        return self.head + self.before[joined.end() :] if joined else self.head

    @property
    def clause(self) -> str:
        return f"{self.governed.text}{FIGURE}{self.next}"

    @property
    def sentence(self) -> str:
        """The sentence up to the figure."""
        return f"{self.earlier.text.rpartition('。')[2]}{self.before.text}".lstrip()


def normalise(text: str, figures: Sequence[tuple[int, int]] = ()) -> Phrase:
    """The wording of a whole text; the spans `figures`, in order and apart, become ◇."""
    pieces: list[str] = []
    at = array("l")
    places = _PLACES if len(text) <= len(_PLACES) else array("l", range(len(text)))
    position = 0
    for start, end in (*figures, (len(text), len(text))):
        for run in _KEPT.finditer(text, position, start):
            pieces.append(run[0])
            at += places[run.start() : run.end()]
        if start < end:
            pieces.append(OTHER_FIGURE)
            at.append(start)
        position = end
    wording = "".join(pieces)
    for half, full in _HALF_WIDTH:
        wording = wording.replace(half, full)
    return _drop(Phrase(wording, at))


def _drop(phrase: Phrase) -> Phrase:
    """Without the titles of laws, without 《》 round other titles, and without short asides in brackets."""
    text = phrase.text
    dropped = [match.span() for match in _ASIDE.finditer(text)]
    for match in _TITLE.finditer(text):
        if _LAW.match(text, match.start()):
            dropped.append(match.span())
        else:
            dropped += [mark.span() for mark in _TITLE_MARK.finditer(text, *match.span())]
    pieces: list[str] = []
    at = array("l")
    position = 0
    for start, end in (*sorted(dropped), (len(text), len(text))):
        if position < start:
            pieces.append(text[position:start])
            at += phrase.at[position:start]
        position = max(position, end)
    return Phrase("".join(pieces), at)


class Wordings:
    """Cuts the windows of one report."""

    def __init__(self, text: str, figures: Sequence[Quantity]) -> None:
        self._text = text
        spans = [(figure.start, figure.end) for figure in figures]
        self._ends = [end for _, end in spans]
        self._wording = normalise(text, spans)
        self._clause_ends = _outside(_CLAUSE_END, text, spans)
        self._sentence_ends = [at for at in self._clause_ends if text[at] not in _WITHIN_SENTENCE]

    def phrase(self, start: int, end: int) -> Phrase:
        """The normalised wording of a span, its figures as ◇."""
        at = self._wording.at
        return self._wording[bisect_left(at, start) : bisect_left(at, end)]

    def words(self, start: int, end: int) -> str:
        """The text of that phrase."""
        at = self._wording.at
        return self._wording.text[bisect_left(at, start) : bisect_left(at, end)]

    def paragraph_start(self, position: int) -> int:
        return self._text.rfind("\n", 0, position) + 1

    def sentence_start(self, position: int) -> int:
        return _last(self._sentence_ends, position)

    def clause_start(self, position: int) -> int:
        return _last(self._clause_ends, position)

    def clause_end(self, position: int) -> int:
        index = bisect_left(self._clause_ends, position)
        return self._clause_ends[index] if index < len(self._clause_ends) else len(self._text)

    def window(self, start: int, end: int, heading: str) -> Window:
        """The window of the figure at `start:end`."""
        paragraph = self.paragraph_start(start)
        index = bisect_left(self._ends, start + 1) - 1
        previous = self._ends[index] if index >= 0 and self._ends[index] > paragraph else paragraph
        comma = max(previous, self.clause_start(start))
        lead = EMPTY
        if comma > previous or comma == paragraph:
            lead_start = max(previous, self.sentence_start(start), self.clause_start(comma - 1))
            if lead_start < comma:
                lead = self.phrase(lead_start, comma - 1)
        far = max(paragraph, comma - _MARGIN)
        return Window(
            before=self.phrase(max(comma, start - _MARGIN), start),
            lead=lead,
            after=self.phrase(end, self._after_end(end)),
            earlier=self.phrase(far, comma),
            heading=heading,
            from_figure=comma == previous and previous > paragraph,
            titled=_LAW.search(self._text, max(comma, start - _MARGIN), start) is not None,
            following=self._following(end),
        )

    def _following(self, position: int) -> str:
        end = self.clause_end(position)
        if end == len(self._text):
            return ""
        last = self.clause_end(end + 1)
        is_told_apart = self._text[end] in _SENTENCE_END and self._text.startswith("其中", end + 1)
        if self._text[end] not in _WITHIN_SENTENCE and not is_told_apart:
            return ""
        if self._text[end + 1 : last].strip() == "其中":
            last = self.clause_end(last + 1)
        return self.words(end + 1, min(last, end + _MARGIN)).partition(OTHER_FIGURE)[0]

    def _after_end(self, position: int) -> int:
        """The end of the clause, within reach, or the bracket that closes round the figure."""
        end = min(self.clause_end(position), position + _MARGIN)
        bracket = _CLOSING.search(self._text, position, end)
        opened = _OPENING.search(self._text, position, end)
        if bracket and not (opened and opened.start() < bracket.start()):
            end = bracket.start()
        return end


def _outside(mark: re.Pattern[str], text: str, spans: Sequence[tuple[int, int]]) -> list[int]:
    """Where a mark stands, the spans left out: a comma inside 12,846 ends no clause."""
    found: list[int] = []
    position = 0
    for start, end in (*spans, (len(text), len(text))):
        found += [match.start() for match in mark.finditer(text, position, start)]
        position = end
    return found


def _last(marks: Sequence[int], position: int) -> int:
    """Just after the last mark before a position, or 0."""
    index = bisect_left(marks, position)
    return marks[index - 1] + 1 if index else 0
