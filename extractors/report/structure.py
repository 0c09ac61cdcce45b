"""The outline of a report: headings, sentences, and the five statutory parts by meaning, never by number."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from extractors.records import Block, Part, Section, Sentence
from extractors.report.headings import Heading, find_headings
from extractors.report.parts import part_lexicon, part_spans, place
from extractors.report.sentences import Line, lines, split_sentences
from extractors.report.signature import find_signature

_OWN_STOPS = frozenset("。；！？;，,")


@dataclass(frozen=True)
class Outline:
    """`sections` nest and stand in order of their start; `sentences` cover everything that is not blank.

    `part_spans` gives for each statutory part the contiguous range of text that counts for it (the longest,
    if there are several), or None: a part without a heading or opening words of its own is not there. A
    heading for two parts that nothing tells apart spans both; its section counts as the first of the
    lexicon's precedence (plan before problems: a figure there is never this year's achievement).
    `body_end` is where the signature or the page footer begins.
    """

    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]
    part_spans: Mapping[Part, Section | None]
    body_end: int

    @cached_property
    def _starts(self) -> list[int]:
        return [s.start for s in self.sections]

    @cached_property
    def _parents(self) -> list[int | None]:
        parents: list[int | None] = []
        open_sections: list[int] = []
        for i, section in enumerate(self.sections):
            while open_sections and self.sections[open_sections[-1]].end <= section.start:
                open_sections.pop()
            parents.append(open_sections[-1] if open_sections else None)
            open_sections.append(i)
        return parents

    def parent(self, index: int) -> int | None:
        """The index of the section around a section, None for a top one."""
        return self._parents[index]

    def section_at(self, offset: int) -> int | None:
        """The index of the innermost section around an offset."""
        index: int | None = bisect_right(self._starts, offset) - 1
        if index == -1:
            return None
        while index is not None and self.sections[index].end <= offset:
            index = self.parent(index)
        return index

    def part_at(self, offset: int) -> Part | None:
        """The part an offset stands in, None in the opening, the signature and unplaced sections."""
        index = self.section_at(offset)
        return None if index is None else self.sections[index].part


def outline(text: str, blocks: Sequence[Block] = ()) -> Outline:
    """Reads the outline of any text. `blocks`, where known, tell table rows from paragraphs."""
    row_starts = {b.start for b in blocks if b.kind == "row"}

    def is_row(line: Line) -> bool:
        return line.start in row_starts or text.count("\t", line.start, line.end) > 1

    headings = find_headings(text, is_row, part_lexicon().is_part_heading)
    body_end = _body_end(text, headings)
    headings = tuple(h for h in headings if h.start < body_end)
    spans = tuple(split_sentences(text, _breaks(text, headings, body_end)))
    placed = place(text, _nest(text, headings, body_end), spans, body_end)
    bare_outline = Outline(tuple(p.section for p in placed), (), part_spans(placed, body_end), body_end)
    sentences = tuple(Sentence(start, end, bare_outline.section_at(start)) for start, end in spans)
    return Outline(bare_outline.sections, sentences, bare_outline.part_spans, body_end)


def _body_end(text: str, headings: Sequence[Heading]) -> int:
    last = headings[-1].end if headings else 0
    footer = part_lexicon().footer
    signature = find_signature(text)
    ends = [signature.start] if signature and signature.start >= last else []
    ends += [r.start for r in lines(text) if r.start >= last and footer.match(text, r.start, r.end)]
    return len(text[: min(ends, default=len(text))].rstrip())


def _breaks(text: str, headings: Iterable[Heading], body_end: int) -> frozenset[int]:
    """Where headings end a sentence: before them, and after them unless their own punctuation does."""
    found = {body_end}
    for heading in headings:
        found.add(heading.start)
        following = text[heading.end : heading.end + 1]
        if following in ("：", ":"):
            found.add(heading.end + 1)
        elif following not in _OWN_STOPS:
            found.add(heading.end)
    return frozenset(found)


def _nest(text: str, headings: Sequence[Heading], body_end: int) -> tuple[Section, ...]:
    """Sections from headings: the highest numbering style present is level 1, others keep their distance."""
    shift = min((h.rank for h in headings), default=1) - 1
    levels = [h.rank - shift for h in headings]
    sections = []
    for i, heading in enumerate(headings):
        after = (headings[j].start for j in range(i + 1, len(headings)) if levels[j] <= levels[i])
        words = text[heading.start : heading.end]
        sections.append(Section(heading.start, next(after, body_end), levels[i], words, heading.end, None))
    return tuple(sections)
