"""The demo's reports: one text of lines per body, each figure standing in it together with its truth.

A body's text is written once for all its report years. Every line is a paragraph; `@2022,2023 ` in front
limits a line to those years, `# ` marks a heading, `>> ` a line set to the right, `| ` a row of a table.
`{year}`, `{next}` and `{last}` are the report year and its neighbours. A slot gives one alternative for all
years of the line, or one per year of the line, separated by `/`:

    {A01: 6次/7次/九次=9/十余次=>=10}      code A01, the value read off plain digits or given after `=`
    {A12+A13: 100%}                        one figure that answers for two codes
    {-个: 13个}                            a figure outside the codebook, with its unit
    {F04: 没有败诉案件=0}                  a zero in words
    {D09;prior: 38名}                      flags: prior, plan, cum, multi, stock, part, headline, growth
    {~: 召开/先后召开}                     wording only

Values are in the codebook's unit; `>=` `<=` `~` `a..b` before them give the bound.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from extractors.codebook import Indicator
from extractors.records import Bound, Period

LineKind = Literal["paragraph", "heading", "right", "row"]

_SLOT = re.compile(r"\{([^{}:]+):([^{}]*)\}")
_LINE = re.compile(r"(?:@(?P<years>[\d,]+) )?(?P<mark># |>> |\| )?(?P<text>.*)")
_PLAIN = re.compile(r"(?P<digits>-?\d[\d,]*(?:\.\d+)?)\s?[^\d余多几万亿以至—]*")
_MARKS: Mapping[str, LineKind] = {"# ": "heading", ">> ": "right", "| ": "row"}
_BOUNDS: Mapping[str, Bound] = {">=": "at_least", "<=": "at_most", "~": "approx"}
_PERIODS: Mapping[str, Period] = {
    "prior": "prior_year",
    "plan": "plan",
    "cum": "cumulative",
    "multi": "multi_year",
    "stock": "as_of_date",
}
_FLAGS = frozenset(_PERIODS) | {"part", "headline", "growth"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one report: `text` as printed and what it means. `F1`, `F2` … in order of appearance;
    a figure that answers for two codes is two figures with one span (`F3`, `F3b`)."""

    figure_id: str
    text: str
    indicator_code: str | None
    value: Decimal
    value_high: Decimal | None
    bound: Bound
    unit: str | None
    period: Period
    is_explicit_zero: bool
    is_part: bool
    is_headline: bool
    is_growth: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph or table row: its pieces are literal text or the number of a span in `Report.spans`."""

    kind: LineKind
    pieces: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """One report's lines and the figures of each span, in order of appearance."""

    lines: tuple[Line, ...]
    spans: tuple[tuple[Figure, ...], ...]

    def figures(self) -> Iterator[Figure]:
        for span in self.spans:
            yield from span

    def rendered(self, line: Line) -> str:
        """The line as printed; cells of a row are joined by a tab."""
        text = "".join(p if isinstance(p, str) else self.spans[p][0].text for p in line.pieces)
        if line.kind == "row":
            return "\t".join(cell.strip() for cell in text.strip().strip("|").split("|"))
        return text.strip()

    def sentence_of(self, span: int) -> str:
        """The paragraph or row in which a span stands."""
        return next(self.rendered(line) for line in self.lines if span in line.pieces)

    def reprinted(self, figure_id: str, text: str) -> Text:
        """The same report with other wording printed for one figure; what it means stays as it was."""
        return self._changed(figure_id, lambda span: tuple(replace(f, text=text) for f in span))

    def corrected(self, figure_id: str, old: str, text: str, value: Decimal) -> Text:
        """The report after its publisher corrected one figure. ValueError where `old` is not what it read."""
        if any(f.figure_id == figure_id and f.text != old for f in self.figures()):
            raise ValueError(f"{figure_id} does not read {old}")
        return self._changed(figure_id, lambda span: tuple(replace(f, text=text, value=value) for f in span))

    def _changed(self, figure_id: str, change: Callable[[tuple[Figure, ...]], tuple[Figure, ...]]) -> Text:
        if figure_id not in {f.figure_id for f in self.figures()}:
            raise KeyError(figure_id)
        spans = tuple(change(s) if any(f.figure_id == figure_id for f in s) else s for s in self.spans)
        return replace(self, spans=spans)


def parse(source: str, year: int, years: tuple[int, ...], indicators: Mapping[str, Indicator]) -> Text:
    """The text of one report year out of a body's source. ValueError names the line not understood."""
    lines: list[Line] = []
    spans: list[tuple[Figure, ...]] = []
    for raw in source.splitlines():
        match = _LINE.fullmatch(raw.strip())
        if not raw.strip() or match is None:
            continue
        of_line = tuple(int(y) for y in match["years"].split(",")) if match["years"] else years
        if year not in of_line:
            continue
        text = match["text"]
        for name, value in (("{year}", year), ("{next}", year + 1), ("{last}", year - 1)):
            text = text.replace(name, str(value))
        pieces: list[str | int] = []
        at = 0
        for slot in _SLOT.finditer(text):
            pieces.append(text[at : slot.start()])
            at = slot.end()
            chosen = _alternative(slot, of_line.index(year), len(of_line), raw)
            if slot[1].strip() == "~":
                pieces.append(chosen)
                continue
            pieces.append(len(spans))
            spans.append(_figures(slot[1], chosen, len(spans) + 1, indicators, raw))
        pieces.append(text[at:])
        lines.append(Line(_MARKS.get(match["mark"] or "", "paragraph"), tuple(p for p in pieces if p != "")))
    return Text(tuple(lines), tuple(spans))


def _alternative(slot: re.Match[str], index: int, count: int, raw: str) -> str:
    options = [o.strip() for o in slot[2].split("/")]
    if len(options) not in (1, count):
        raise ValueError(f"{len(options)} alternatives for {count} years in {slot[0]}: {raw}")
    return options[0] if len(options) == 1 else options[index]


def _figures(
    head: str, spec: str, number: int, indicators: Mapping[str, Indicator], raw: str
) -> tuple[Figure, ...]:
    codes, *slot_flags = head.strip().split(";")
    body, *own_flags = spec.split(";")
    flags = {*slot_flags, *own_flags}
    if flags - _FLAGS:
        raise ValueError(f"unknown flag {flags - _FLAGS}: {raw}")
    text, _, stated = body.partition("=")
    value, high, bound = _value(text, stated, raw)
    period = next((_PERIODS[f] for f in flags if f in _PERIODS), None)
    figures = []
    for suffix, ident in zip(("", "b", "c"), codes.split("+"), strict=False):
        indicator = None if ident.startswith("-") else indicators[ident]
        kind = indicator.kind if indicator else "flow"
        figures.append(
            Figure(
                figure_id=f"F{number}{suffix}",
                text=text,
                indicator_code=indicator.code if indicator else None,
                value=value,
                value_high=high,
                bound=bound,
                unit=indicator.unit if indicator else ident[1:] or None,
                period=period or ("as_of_date" if kind == "stock" else "report_year"),
                is_explicit_zero=value == 0,
                is_part="part" in flags,
                is_headline="headline" in flags,
                is_growth="growth" in flags,
            )
        )
    return tuple(figures)


def _value(text: str, stated: str, raw: str) -> tuple[Decimal, Decimal | None, Bound]:
    if not stated:
        plain = _PLAIN.fullmatch(text)
        if plain is None:
            raise ValueError(f"no value given for {text!r}: {raw}")
        return Decimal(plain["digits"].replace(",", "")), None, "exact"
    if ".." in stated:
        low, high = stated.split("..")
        return Decimal(low), Decimal(high), "range"
    for mark, bound in _BOUNDS.items():
        if stated.startswith(mark):
            return Decimal(stated[len(mark) :]), None, bound
    return Decimal(stated), None, "exact"
