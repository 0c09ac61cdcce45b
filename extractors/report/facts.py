"""Quantities and wording to facts: every figure gets exactly one meaning, several when it is said of several.

A figure without one clear indicator stays open (`code` None); where two remain an issue `ambiguous_indicator`
lists them. A wrong code is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files

import yaml

from extractors.codebook import load_codebook
from extractors.records import Fact, Issue, Quantity, Table
from extractors.report.breakdowns import without_codes_of_objects
from extractors.report.counted import counted_noun
from extractors.report.document_checks import check
from extractors.report.drafting import OPEN, Draft, Reader
from extractors.report.figures import read_denials, read_figures
from extractors.report.lexicon import load_grammar
from extractors.report.periods import Scope, When, when
from extractors.report.place_above import PlacesAbove
from extractors.report.relations import CURRENT, Note, relate
from extractors.report.structure import Outline
from extractors.report.table_rows import Cell

_OVER = re.compile(r"20\d{2}年|今年|本年|当年|年内")
_REACH = 600
"""No clause of a report is longer; a page without stops is read that far back."""
_APART = re.compile("[。；;\n]|全年|今年|本年|年内|共|累计|已|先后")
_MONEY = re.compile("[万亿]元$")
_ASIDE_END = re.compile("^[^（）]*）")
"""The rest of an aside in brackets that holds the last figure (结案12起（1起为2019年立案），|罚款3万元)."""


@cache
def _era() -> re.Pattern[str]:
    """Openings that hold to the end of the sentence, whatever figures stand between, or until another time is named."""
    return re.compile(f"[自从]?(?:{load_grammar().multi_year})")


@cache
def confidences() -> Mapping[str, float | None]:
    """Measured precision of each way to find an indicator, None where too few were seen (`tiers.yml`)."""
    raw = yaml.safe_load(files("extractors.report").joinpath("tiers.yml").read_text(encoding="utf-8"))
    return {
        name: round((row["right"] + 1) / (row["seen"] + 2), 3) if row["seen"] >= raw["enough"] else None
        for name, row in raw["tiers"].items()
    }


def find_facts(
    text: str,
    outline: Outline,
    quantities: Sequence[Quantity],
    report_year: int | None,
    tables: Sequence[Table] = (),
    *,
    of_township: bool = False,
) -> tuple[tuple[Fact, ...], tuple[Issue, ...]]:
    """What every figure of a report means.

    In: the text, its outline, its quantities in order, the year it reports on (None: unknown, then no year
    is told from another), its tables, and whether it is a township's, to which its county's figures are another's.
    Out: the facts in order of the text, values in the codebook's unit, and the issues: `ambiguous_indicator`,
    `figure_of_place_above` and contradictions between figures. Never raises on the content.
    """
    reader = Reader(text, outline, quantities, report_year)
    drafts = [*read_figures(reader, tables), *read_denials(reader)]
    drafts.sort(key=lambda draft: (draft.start, draft.end))
    facts = [_fact(reader, draft) for draft in drafts]
    notes = [_note(reader, drafts, i) for i in range(len(drafts))]
    if of_township:
        facts, others = _without_codes_of(PlacesAbove(text), facts)
        reader.issues += others
    facts = without_codes_of_objects(text, facts)
    facts = _with_frequencies(_without_problem_codes(facts), notes)
    related = relate(facts, notes)
    return related, (*reader.issues, *check(related))


def _fact(reader: Reader, draft: Draft) -> Fact:
    codebook = load_codebook()
    indicator = codebook[draft.code] if draft.code else None
    figure = draft.figure
    scale = draft.cell.scale if draft.cell and figure and figure.unit is None else 1.0
    moment = _when(reader, draft)
    subject = draft.subject or _counted(draft)
    is_zero = draft.is_zero or (figure is not None and not figure.value and draft.growth is None)
    written = None if figure is None else _unit_written(figure, draft.cell)
    return Fact(
        start=draft.start,
        end=draft.end,
        text=reader.text[draft.start : draft.end],
        code=draft.code,
        value=figure.value * scale if figure else 0.0,
        value_high=figure.value_high * scale if figure and figure.value_high is not None else None,
        unit=indicator.unit if indicator else written and _plain_unit(written, figure),
        unit_written=written,
        bound=figure.bound if figure else "exact",
        period=moment.period,
        is_explicit_zero=is_zero,
        part_of=None,
        section=reader.outline.part_at(draft.start),
        subject=reader.text[subject[0] : subject[1]] if subject else None,
        subject_start=subject[0] if subject else None,
        subject_end=subject[1] if subject else None,
        rule=draft.rule,
        confidence=confidences()[draft.tier] if draft.code else None,
        period_year=moment.year,
        as_of=moment.as_of,
        growth=draft.growth,
    )


def _counted(draft: Draft) -> tuple[int, int] | None:
    """What a figure outside the codebook counts."""
    is_open = draft.code is None and draft.growth is None and draft.figure is not None and draft.cell is None
    return (
        counted_noun(draft.window, draft.figure.unit) if is_open and draft.window and draft.figure else None
    )


def _unit_written(figure: Quantity, cell: Cell | None) -> str | None:
    if figure.unit == "元" and (money := _MONEY.search(figure.text)):
        return money[0]
    return figure.unit or (cell.unit if cell else None)


def _plain_unit(written: str, figure: Quantity | None) -> str | None:
    return figure.unit if figure is not None and figure.unit is not None else written


def _when(reader: Reader, draft: Draft) -> When:
    indicator = load_codebook()[draft.code] if draft.code else None
    if draft.earlier is not None:
        known = draft.earlier if draft.earlier > 0 else None
        return When("prior_year", known or (reader.report_year - 1 if reader.report_year else None))
    if draft.growth is not None:
        return When("plan" if reader.outline.part_at(draft.start) == "next_year_plan" else "report_year")
    cell = draft.cell
    if cell and cell.is_planned:
        return When("plan", reader.report_year)
    if (
        cell
        and reader.report_year is not None
        and (cell.is_earlier or ((cell.year or 0) and cell.year != reader.report_year))
    ):
        return When("prior_year", cell.year or reader.report_year - 1)
    part = reader.outline.part_at(draft.start)
    window = draft.window
    if cell or window is None:
        scope = Scope("", "", "", draft.figure.text if draft.figure else "", "exact", part)
    else:
        opening = _opening(reader, draft.start)
        clause = window.before.text if draft.is_turned else _governing(reader, draft, opening)
        figure = draft.figure
        own = window.before.text
        if figure is None:
            own += reader.wordings.words(draft.start, draft.end)
        scope = Scope(
            own=own,
            clause=clause,
            after=window.after.text,
            figure=figure.text if figure else "",
            bound=figure.bound if figure else "exact",
            part=part,
            opening=opening,
            sentence=reader.wordings.words(reader.wordings.sentence_start(draft.start), draft.start),
        )
    return when(scope, indicator.kind if indicator else None, reader.report_year)


def _with_frequencies(facts: list[Fact], notes: Sequence[Note]) -> list[Fact]:
    """一次 after a frequency of the same sentence is one too (每半年听取…一次，召开…一次)."""
    for i in range(1, len(facts)):
        last, fact = facts[i - 1], facts[i]
        follows = last.period == "plan" and last.value == fact.value == 1 and fact.period == "report_year"
        if follows and not _APART.search(notes[i].between):
            facts[i] = replace(fact, period="plan", period_year=last.period_year)
    return facts


def _opening(reader: Reader, position: int) -> str:
    """The first clause of the sentence, when it ends before a position."""
    start = reader.wordings.sentence_start(position)
    return reader.wordings.words(start, min(reader.wordings.clause_end(start), position))


def _governing(reader: Reader, draft: Draft, opening: str) -> str:
    """The clause of a figure and those before it up to the last figure: where its year is said.

    A sentence that opens with 自2019年改革以来, 近年来 or 十四五期间 is under that to its end.
    """
    wordings = reader.wordings
    clause = wordings.clause_start(draft.start)
    sentence = wordings.sentence_start(draft.start)
    last = reader.last_figure_end(clause)
    era = _era().match(opening)
    since = opening if era and not _OVER.search(wordings.words(sentence, clause), len(opening)) else ""
    start = max(min(clause, max(sentence, last)), draft.end - _REACH)
    wording = _ASIDE_END.sub("", wordings.words(start, draft.end))
    return f"{since}，{wording}"


def _note(reader: Reader, drafts: Sequence[Draft], i: int) -> Note:
    draft = drafts[i]
    before = draft.window.before.text if draft.window else ""
    previous = drafts[i - 1].end if i else 0
    cell = draft.cell
    return Note(
        before=before,
        between=reader.text[previous : draft.start],
        tier=draft.tier,
        cell=cell,
    )


def _without_codes_of(above: PlacesAbove, facts: list[Fact]) -> tuple[list[Fact], list[Issue]]:
    """A figure of the place above is none of the township's: it stays open, and is an issue."""
    others = [fact for fact in facts if fact.code and fact.start in above]
    issues = [
        Issue("figure_of_place_above", "info", "extractor", f"{fact.text}：{fact.code}", fact.start, fact.end)
        for fact in others
    ]
    return [_open(fact) if fact in others else fact for fact in facts], issues


def _open(fact: Fact) -> Fact:
    return replace(fact, code=None, rule=OPEN, confidence=None, unit=fact.unit_written)


def _without_problem_codes(facts: list[Fact]) -> list[Fact]:
    """In the part on problems a figure keeps its code only when it tells again what stands elsewhere.

    What is said there is of single villages or departments ("3个村仅开展1次"), never the report's own count.
    """
    told = {(f.code, f.value) for f in facts if f.section != "problems" and f.period in CURRENT}
    return [
        _open(fact)
        if fact.section == "problems" and fact.code and (fact.code, fact.value) not in told
        else fact
        for fact in facts
    ]
