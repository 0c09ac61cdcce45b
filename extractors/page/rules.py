"""The package's rules that are data: `platforms.yml` (where content systems keep an article) and
`wording.yml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Literal

import yaml
from ahocorasick_rs import AhoCorasick
from pydantic import BaseModel, ConfigDict, field_validator

LabelField = Literal[
    "index_number",
    "document_number",
    "publisher",
    "written_on",
    "published_on",
    "dated_on",
    "content_source",
    "title",
    "topic",
    "validity",
]

LetterField = Literal["title", "text", "answer", "other"]

Refusal = Literal["blocked", "maintenance", "login"]
"""Why a page shows something else than what was asked for."""

Place = Literal["line", "head", "tail", "anchor", "notice", "aside"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Platform(_Strict):
    """One content system: marks and patterns that give it away, and the selectors of its article."""

    code: str
    name: str
    marks: tuple[str, ...]
    patterns: dict[str, re.Pattern[str]] = {}
    body: tuple[str, ...]
    body_names: tuple[re.Pattern[str], ...] = ()
    title_in_body: tuple[str, ...] = ()

    @field_validator("patterns")
    @classmethod
    def _begin_with_words(cls, patterns: dict[str, re.Pattern[str]]) -> dict[str, re.Pattern[str]]:
        if not all(pattern.pattern.startswith(words) for words, pattern in patterns.items()):
            raise ValueError("each pattern stands under the words it begins with")
        return patterns


class LineRule(_Strict):
    """A line that is furniture; matched from the block's start against its text without white space."""

    name: str
    where: Place
    pattern: re.Pattern[str]


class AddressRule(_Strict):
    """How a page without an article names the address of its article: the first group that matched."""

    name: str
    pattern: re.Pattern[str]

    @field_validator("pattern")
    @classmethod
    def _has_group(cls, pattern: re.Pattern[str]) -> re.Pattern[str]:
        if not pattern.groups:
            raise ValueError("needs a group for the address")
        return pattern


class Records(_Strict):
    """What the fields of a list's records are called in JSON, in lower case; `a.b` is b in the object a."""

    title: tuple[str, ...]
    url: tuple[str, ...]
    day: tuple[str, ...]


class Wording(_Strict):
    """What page furniture says (see the comments of wording.yml)."""

    labels: dict[LabelField, tuple[str, ...]]
    other_labels: tuple[str, ...]
    letters: dict[LetterField, tuple[str, ...]]
    lines: tuple[LineRule, ...]
    foot: tuple[str, ...]
    furniture: re.Pattern[str]
    missing: re.Pattern[str]
    refusals: dict[Refusal, re.Pattern[str]]
    search_results: re.Pattern[str]
    challenge: re.Pattern[str]
    body_addresses: tuple[AddressRule, ...]
    title_endings: tuple[str, ...]
    other_days: re.Pattern[str]
    records: Records

    @cached_property
    def foot_finder(self) -> AhoCorasick:
        """Finds the words of `foot`."""
        return AhoCorasick(self.foot)

    @cached_property
    def letter_finder(self) -> AhoCorasick:
        """Finds the labels of a letter's text."""
        return AhoCorasick(self.letters["text"])


@dataclass(frozen=True, slots=True)
class LineRules:
    """Rules of lines in the order of the file; `any_of` matches what any of them does, in a fraction of the time."""

    rules: tuple[LineRule, ...]
    any_of: re.Pattern[str]


@cache
def line_rules(*places: Place) -> LineRules:
    """The rules of lines for those places; all of them where none is named."""
    rules = tuple(rule for rule in wording().lines if not places or rule.where in places)
    return LineRules(rules, re.compile("|".join(f"(?:{rule.pattern.pattern})" for rule in rules)))


@cache
def platforms() -> tuple[Platform, ...]:
    """All content systems, the surest first. Raises pydantic.ValidationError for a broken data file."""
    return tuple(Platform.model_validate(entry) for entry in _load("platforms.yml"))


@cache
def wording() -> Wording:
    """The words of page furniture. Raises pydantic.ValidationError for a broken data file."""
    return Wording.model_validate(_load("wording.yml"))


def _load(name: str) -> list[object] | dict[str, object]:
    loaded: list[object] | dict[str, object] = yaml.safe_load(
        files(__package__).joinpath(name).read_text(encoding="utf-8")
    )
    return loaded
