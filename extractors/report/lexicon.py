"""The lexicon: how reports word each indicator (`lexicon/*.yml`), and the genre's grammar (`grammar.yml`).

Patterns are regular expressions over normalised wording with two shorthands: `…` is up to twenty-four characters
of the same clause, `N` is the figure itself (without `N` the wording stands before the figure). `prefilter.py` reads
them too and knows characters, classes, groups, alternatives, counts and looks around, nothing rarer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from extractors.codebook import load_codebook
from extractors.report.prefilter import Prefilter

_FOREIGN = "FOREIGN"
Level = Literal["specific", "plain", "general"]
"""How surely a wording names the indicator: its own term, a usual wording, a word other indicators share."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RuleEntry(_Strict):
    """One way to word an indicator. All given conditions hold together; lists are alternatives.

    match    the subject beside the figure; left out, the figure has no subject of its own
    verbs    one of these before the end of the match
    exclude  none of these in the figure's clause; FOREIGN stands for the matters of `grammar.yml`, foreign
    context  one of these in the clause or earlier in the sentence; `absent` none of these there
    then     one of these opens the next clause (召开会议3次，专题研究法治建设)
    titled   a law's title stands between the last comma or figure and this one (学习《某某法》3次)
    topic    the matter last spoken of (`grammar.yml`, topics); `unless_topic` what it must not be
    follows  ids of the figure just before, in the same sentence
    reach    how many characters may stand between the match and the figure
    """

    match: list[str] = Field(default_factory=list)
    verbs: list[str] = Field(default_factory=list)
    units: str | list[str] | None = None
    exclude: list[str] = Field(default_factory=list)
    context: list[str] = Field(default_factory=list)
    absent: list[str] = Field(default_factory=list)
    then: list[str] = Field(default_factory=list)
    topic: list[str] = Field(default_factory=list)
    unless_topic: list[str] = Field(default_factory=list)
    follows: list[str] = Field(default_factory=list)
    titled: bool = False
    level: Level = "plain"
    reach: int = 4

    @model_validator(mode="after")
    def _has_a_subject(self) -> RuleEntry:
        if not self.match and not (self.topic or self.follows):
            raise ValueError(
                "a rule needs `match`, or `topic`/`follows` when the figure has no subject of its own"
            )
        return self


class Example(_Strict):
    """A sentence of our own. `value`: what the entry must read in it, one or several; null: nothing."""

    text: str
    value: float | list[float] | None


class Entry(_Strict):
    """How one indicator is worded. `zero`: what may be denied (无…) so that the denial states 0, but not of one of its
    `zero_victims` alone (无行政处罚案件被复议), nor in a sentence that began with one of `zero_not_after`."""

    code: str
    units: str | list[str]
    rules: list[RuleEntry] = Field(min_length=1)
    exclude: list[str] = Field(default_factory=list)
    zero: list[str] = Field(default_factory=list)
    zero_exclude: list[str] = Field(default_factory=list)
    zero_victims: list[str] = Field(default_factory=list)
    zero_not_after: list[str] = Field(default_factory=list)
    examples: list[Example] = Field(min_length=1)


class Breakdown(_Strict):
    """A matter whose cases are told apart by what they are about: `words` name it, `codes` are its own indicators."""

    words: str
    codes: list[str]

    @model_validator(mode="after")
    def _has_known_codes(self) -> Breakdown:
        if unknown := set(self.codes) - set(load_codebook()):
            raise ValueError(f"unknown to the codebook: {', '.join(sorted(unknown))}")
        return self


class Grammar(_Strict):
    """The words of `grammar.yml`; each text is one regular expression."""

    units: dict[str, list[str]]
    filler: str
    deeds: str
    manner: str
    foreign: str
    predicate: str
    generic_nouns: str
    averted: str
    aspects: str
    worth_of: str
    size_of: str
    heads: str
    generic_heads: str
    coordinator: str
    verbs: str
    share: str
    respectively: str
    plan: str
    requirement: str
    requirement_bound: str
    occasion: str
    due: str
    assurance: str
    place_above: str
    place_itself: str
    multi_year: str
    prior: str
    compare: str
    reshape: str
    increase: str
    decrease: str
    growth_units: list[str]
    stock: str
    new: str
    national: str
    other_bodies: str
    negators: str
    negative_words: str
    zero_tail: str
    zero_after: str
    topics: dict[str, str]
    kinds: dict[str, str]
    breakdowns: dict[str, Breakdown]


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled `RuleEntry`."""

    id: str
    code: str
    before: tuple[re.Pattern[str], ...]
    around: tuple[re.Pattern[str], ...]
    verbs: re.Pattern[str] | None
    units: frozenset[str]
    exclude: re.Pattern[str] | None
    context: re.Pattern[str] | None
    absent: re.Pattern[str] | None
    then: re.Pattern[str] | None
    topic: frozenset[str]
    unless_topic: frozenset[str]
    follows: frozenset[str]
    titled: bool
    level: Level
    reach: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """One of the patterns a rule looks for, `before` or `around` the figure; None where the figure stands bare."""

    rule: Rule
    side: Literal["around", "before", "bare"]
    pattern: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class ZeroRule:
    """What a denial must deny to state 0 of `code`: `head` at the end of the denied noun phrase; none when the clause
    holds `exclude` or says what did not befall one of the `victims`, or its sentence began with `not_after`."""

    id: str
    code: str
    head: re.Pattern[str]
    exclude: re.Pattern[str] | None
    victims: re.Pattern[str] | None
    not_after: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Lexicon:
    entries: tuple[Entry, ...]
    rules: tuple[Rule, ...]
    zeros: Prefilter[ZeroRule]
    by_unit: Mapping[str | None, Prefilter[Wanted]]
    """Under None what a figure without a unit may be: never money or a rate, whose size the unit decides."""


def _expand(pattern: str) -> str:
    """`…` reaches as far as it can before the figure, and as little as it must after it."""
    return pattern.replace("…", "[^，。；：N]{0,24}?" if "N" in pattern else "[^，。；：N]{0,24}")


def _any(patterns: list[str]) -> re.Pattern[str] | None:
    written = [load_grammar().foreign if pattern == _FOREIGN else _expand(pattern) for pattern in patterns]
    return re.compile("|".join(f"(?:{pattern})" for pattern in written)) if patterns else None


def _befalling(victims: list[str]) -> re.Pattern[str] | None:
    """What says that something befalls one of the victims (行政处罚案件被…), not that it is brought on by it (因…)."""
    named = "|".join(victims)
    return (
        re.compile(f"^(?:(?!因|由|就).)*?(?:{named}).{{0,8}}?(?:被|引发|引起|导致|申请|提起|未|无|没有)")
        if victims
        else None
    )


@cache
def load_grammar() -> Grammar:
    """The genre's grammar. Raises `ValueError` when the file breaks its schema."""
    raw = yaml.safe_load(files("extractors.report").joinpath("grammar.yml").read_text(encoding="utf-8"))
    joined = {
        key: re.sub(r"\s+", "", value) if isinstance(value, str) else value for key, value in raw.items()
    }
    return Grammar.model_validate(
        {key: v.strip("|") if isinstance(v, str) else v for key, v in joined.items()}
    )


def _units(named: str | list[str], grammar: Grammar) -> frozenset[str]:
    names = [named] if isinstance(named, str) else named
    return frozenset(unit for name in names for unit in grammar.units.get(name, [name]))


def _compile(entry: Entry, number: int, rule: RuleEntry, indicator_id: str, codes: Mapping[str, str]) -> Rule:
    grammar = load_grammar()
    unknown = [topic for topic in rule.topic + rule.unless_topic if topic not in grammar.topics]
    unknown += [followed for followed in rule.follows if followed not in codes]
    if unknown:
        raise ValueError(f"lexicon entry {entry.code}: unknown {', '.join(unknown)}")
    patterns = [(pattern, re.compile(_expand(pattern))) for pattern in rule.match]
    return Rule(
        id=f"{indicator_id}.{number}",
        code=entry.code,
        before=tuple(compiled for pattern, compiled in patterns if "N" not in pattern),
        around=tuple(compiled for pattern, compiled in patterns if "N" in pattern),
        verbs=_any(rule.verbs),
        units=_units(rule.units if rule.units is not None else entry.units, grammar),
        exclude=_any(entry.exclude + rule.exclude),
        context=_any(rule.context),
        absent=_any(rule.absent),
        then=_any(rule.then),
        topic=frozenset(rule.topic),
        unless_topic=frozenset(rule.unless_topic),
        follows=frozenset(codes[followed] for followed in rule.follows),
        titled=rule.titled,
        level=rule.level,
        reach=rule.reach,
    )


@cache
def load_lexicon() -> Lexicon:
    """Every entry, compiled. Raises `ValueError` naming the codes that are unknown, repeated or missing."""
    codebook = load_codebook()
    codes = {indicator.id: indicator.code for indicator in codebook.values()}
    folder = files("extractors.report").joinpath("lexicon")
    entries: list[Entry] = []
    for path in sorted(folder.iterdir(), key=lambda item: item.name):
        if path.name.endswith(".yml"):
            entries += [Entry.model_validate(row) for row in yaml.safe_load(path.read_text(encoding="utf-8"))]
    stated = [entry.code for entry in entries]
    if wrong := {code for code in stated if code not in codebook or stated.count(code) > 1}:
        raise ValueError(f"lexicon entries unknown to the codebook or repeated: {', '.join(sorted(wrong))}")
    if absent := set(codebook) - set(stated):
        raise ValueError(f"indicators without a lexicon entry: {', '.join(sorted(absent))}")
    rules = tuple(
        _compile(entry, number, rule, codebook[entry.code].id, codes)
        for entry in entries
        for number, rule in enumerate(entry.rules, start=1)
    )
    tail = load_grammar().zero_tail
    zeros = [
        ZeroRule(
            f"{codebook[entry.code].id}.zero",
            entry.code,
            re.compile(f"(?:{'|'.join(_expand(head) for head in entry.zero)})(?:{tail})$"),
            _any(entry.zero_exclude),
            _befalling(entry.zero_victims),
            _any(entry.zero_not_after),
        )
        for entry in entries
        if entry.zero
    ]
    heads = Prefilter([(rule, rule.head) for rule in zeros])
    return Lexicon(tuple(entries), rules, heads, _by_unit(rules))


def _by_unit(rules: Sequence[Rule]) -> Mapping[str | None, Prefilter[Wanted]]:
    units = {unit for rule in rules for unit in rule.units}
    grouped: dict[str | None, list[Rule]] = {u: [rule for rule in rules if u in rule.units] for u in units}
    grouped[None] = [rule for rule in rules if not rule.units & {"元", "%"}]
    return {
        u: Prefilter([(wanted, wanted.pattern) for rule in group for wanted in _wanted(rule)])
        for u, group in grouped.items()
    }


def _wanted(rule: Rule) -> list[Wanted]:
    around = [Wanted(rule, "around", pattern) for pattern in rule.around]
    before = [Wanted(rule, "before", pattern) for pattern in rule.before]
    return around + before or [Wanted(rule, "bare", None)]
