"""Which statutory part each section of a report belongs to, by the meaning of its heading."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from typing import get_args

import yaml
from pydantic import BaseModel, ConfigDict, field_validator

from extractors.records import Part, Section
from extractors.report.headings import bare

PARTS: tuple[Part, ...] = get_args(Part)
_CUED: tuple[Part, ...] = ("problems", "next_year_plan")
_YEAR = re.compile("(?<![—－至到~-])20[0-9]{2}(?=年(?![0-9]{1,2}月))")
"""Not the end of a stretch (2021—2025年) nor of a day."""
_NOT_A_HEADING = re.compile(r"^(现|根据|按照|为)|(报告|总结|通知|意见|方案|政府|委员会|局|办公室|如下)$")

Span = tuple[int, int]


class PartWords(BaseModel):
    """How one part is called: regular expressions, see the comments in parts.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    heading: re.Pattern[str]
    unless: re.Pattern[str] | None = None
    nested: re.Pattern[str] | None = None
    cue: re.Pattern[str] | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _folded(cls, value: object) -> object:
        return re.sub(r"\s+", "", value) if isinstance(value, str) else value

    def names(self, heading: str) -> bool:
        """Whether a bare top-level heading names this part."""
        found = self.heading.search(heading) is not None
        return found and not (self.unless is not None and self.unless.search(heading))


class PartLexicon(BaseModel):
    """The content of parts.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    precedence: tuple[Part, ...]
    parts: Mapping[Part, PartWords]
    footer: re.Pattern[str]

    def named(self, heading: str) -> tuple[Part, ...]:
        """The parts a bare heading names, by precedence."""
        return tuple(p for p in self.precedence if self.parts[p].names(heading))

    def is_part_heading(self, line: str) -> bool:
        """Whether an unnumbered line can be the heading of a part; titles and bodies use the same words."""
        return not _NOT_A_HEADING.search(line) and bool(self.named(line))

    @cached_property
    def _nested(self) -> re.Pattern[str]:
        patterns = (words.nested.pattern for words in self.parts.values() if words.nested)
        return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))

    def named_nested(self, heading: str) -> Part | None:
        """The part a bare heading below the top level is plainly about, or None."""
        if not self._nested.search(heading):
            return None
        for part in self.precedence:
            pattern = self.parts[part].nested
            if pattern is not None and pattern.search(heading) and self.parts[part].names(heading):
                return part
        return None


@cache
def part_lexicon() -> PartLexicon:
    """The packaged lexicon, validated."""
    source = files("extractors.report").joinpath("parts.yml").read_text(encoding="utf-8")
    return PartLexicon.model_validate(yaml.safe_load(source))


@dataclass(frozen=True, slots=True)
class Placed:
    """A section and all the parts its heading names; `section.part` is the one its own text counts for."""

    section: Section
    named: tuple[Part, ...]


def place(
    text: str, sections: Sequence[Section], sentences: Sequence[Span], body_end: int
) -> tuple[Placed, ...]:
    """Gives nested sections their parts and adds sections for parts that open without a heading."""
    lexicon = part_lexicon()
    placed = _split_combined(_assign(sections, lexicon))
    return _split_at_cues(text, _append_cued(text, placed, sentences, lexicon, body_end), sentences, lexicon)


def part_spans(placed: Sequence[Placed], body_end: int) -> Mapping[Part, Section | None]:
    """For each part the longest contiguous range of text that counts for it, as one section, or None.

    A heading that names several parts which nothing tells apart is the range of each of them.
    """
    return {part: _span(placed, part, body_end) for part in PARTS}


def _assign(sections: Sequence[Section], lexicon: PartLexicon) -> list[Placed]:
    top = min((s.level for s in sections), default=1)
    result: list[Placed] = []
    parents: list[Placed] = []
    is_past_achievements = False
    for section in sections:
        while parents and parents[-1].section.end <= section.start:
            parents.pop()
        words = bare(section.heading)
        named: tuple[Part, ...]
        if section.level == top:
            named = lexicon.named(words) or (() if is_past_achievements else ("achievements",))
            is_past_achievements |= "problems" in named or "next_year_plan" in named
        else:
            named = _nested_parts(words, parents[-1].named if parents else (), lexicon)
        parents.append(Placed(replace(section, part=named[0] if named else None), named))
        result.append(parents[-1])
    return result


def _nested_parts(words: str, inherited: tuple[Part, ...], lexicon: PartLexicon) -> tuple[Part, ...]:
    own = lexicon.named_nested(words)
    if own is not None:
        return (own,)
    if len(inherited) > 1:
        chosen = tuple(p for p in lexicon.named(words) if p in inherited)
        if len(chosen) == 1:
            return chosen
    return inherited


def _inside(placed: Sequence[Placed], outer: Section) -> list[Placed]:
    return [p for p in placed if outer.start < p.section.start < outer.end]


def _split_combined(placed: Sequence[Placed]) -> list[Placed]:
    """A heading for several parts that subsections tell apart counts for what they leave, or the first."""
    result = []
    for one in placed:
        if len(one.named) > 1:
            inside = _inside(placed, one.section)
            told = [p.named[0] for p in inside if len(p.named) == 1 and p.named[0] in one.named]
            left = tuple(p for p in one.named if p not in told) or tuple(told[:1])
            one = Placed(replace(one.section, part=left[0]), left)
        result.append(one)
    return result


def _append_cued(
    text: str, placed: Sequence[Placed], sentences: Sequence[Span], lexicon: PartLexicon, body_end: int
) -> list[Placed]:
    """Adds problems and plan without a heading that open, after the last one, with words of their own."""
    known = {part for p in placed for part in p.named}
    after = max((p.section.heading_end for p in placed), default=0)
    around = [p.section.part for p in placed if p.section.end == body_end]
    if any(part in ("next_year_plan", "other", None) for part in around):
        return list(placed)
    later = [s for s in sentences if after <= s[0] < body_end]
    cues = _cues(text, later, [p for p in _CUED if p not in known], lexicon)
    if not cues:
        return list(placed)
    top = min((p.section.level for p in placed), default=1)
    kept = [replace(p, section=replace(p.section, end=min(p.section.end, cues[0][0]))) for p in placed]
    ends = [start for start, _, _ in cues[1:]] + [body_end]
    added = [
        Placed(Section(start, end, top, text[start:stop], stop, part), (part,))
        for (start, stop, part), end in zip(cues, ends, strict=True)
    ]
    return kept + added


def _split_at_cues(
    text: str, placed: Sequence[Placed], sentences: Sequence[Span], lexicon: PartLexicon
) -> tuple[Placed, ...]:
    """Tells the plan apart where a heading names problems and plan and a sentence opens the plan."""
    both = set(_CUED)
    outer = next((p for p in placed if set(p.named) == both and p.section.part == "next_year_plan"), None)
    if outer is None:
        return tuple(placed)
    inner = [s for s in sentences if outer.section.heading_end <= s[0] < outer.section.end]
    cues = _cues(text, inner, ["next_year_plan"], lexicon)
    if not cues:
        return tuple(placed)
    start, stop, part = cues[0]
    end = outer.section.end
    result = []
    for one in placed:
        if outer.section.start <= one.section.start < start:
            upto = end if one is outer else min(one.section.end, start)
            one = Placed(replace(one.section, end=upto, part="problems"), ("problems",))
        result.append(one)
    level = outer.section.level + 1
    result.append(Placed(Section(start, end, level, text[start:stop], stop, part), (part,)))
    return tuple(sorted(result, key=lambda p: (p.section.start, p.section.level)))


def _cues(
    text: str, sentences: Sequence[Span], wanted: Sequence[Part], lexicon: PartLexicon
) -> list[tuple[int, int, Part]]:
    """The first sentence to open each wanted part, problems before plan: start, end of cue, part."""
    found: list[tuple[int, int, Part]] = []
    for part in wanted:
        pattern = lexicon.parts[part].cue
        floor = found[-1][1] if found else 0
        for start, end in sentences:
            match = pattern.match(text, start, end) if pattern and start >= floor else None
            if match and (part != "next_year_plan" or _is_ahead(text, start)):
                found.append((start, match.end(), part))
                break
    return found


def _is_ahead(text: str, start: int) -> bool:
    """Whether a year named at `start` is later than the first one of the text (not so 2024年，我镇继续…)."""
    year, first = _YEAR.match(text, start), _YEAR.search(text, 0, start)
    return year is None or first is None or year[0] > first[0]


def _span(placed: Sequence[Placed], part: Part, body_end: int) -> Section | None:
    top = min((p.section.level for p in placed), default=1)
    follows = [*(p.section.start for p in placed), body_end][1:]
    # the first section of each run, where the run ends, and the top section its last one is under
    runs: list[tuple[Section, int, int]] = []
    upper = -1
    for i, (one, end) in enumerate(zip(placed, follows, strict=True)):
        upper = i if one.section.level == top else upper
        if one.section.part != part and not (len(one.named) > 1 and part in one.named):
            continue
        stop = min(end, one.section.end)
        if runs and (runs[-1][1] == one.section.start or runs[-1][2] == upper):
            runs[-1] = (runs[-1][0], stop, upper)
        else:
            runs.append((one.section, stop, upper))
    if not runs:
        return None
    first, end, _ = max(runs, key=lambda run: run[1] - run[0].start)
    return replace(first, end=end, part=part)
