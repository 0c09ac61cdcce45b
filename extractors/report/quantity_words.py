"""The words of the quantity grammar: units, bounds, and what looks like a quantity and is none.

All of it is data beside this module (units.yml, bounds.yml, not_quantities.yml), checked against the models
here when it is first used; a wrong entry raises pydantic.ValidationError naming it.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from extractors.records import Bound

UnitKind = Literal["count", "measure", "ratio", "money", "time"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class UnitEntry(_Strict):
    """Spellings of units that behave alike; units.yml explains each field."""

    words: tuple[str, ...]
    kind: UnitKind
    canonical: str | None = None
    scale: int = 1
    tenth: str | None = None
    chinese: Literal["free", "bounded", "never"] = "free"
    occasions: bool = False
    only_bound: bool = False
    not_before: tuple[str, ...] = ()
    only_before: tuple[str, ...] = ()
    only_after: tuple[str, ...] = ()


class BoundEntry(_Strict):
    """Words that make a stated number a bound; bounds.yml explains each field."""

    bound: Bound
    words: tuple[str, ...]
    kinds: tuple[UnitKind, ...] = ()
    not_after: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    only_before: tuple[str, ...] = ()
    noun_after: tuple[str, ...] = ()
    unless_of: tuple[str, ...] = ()


class Bounds(_Strict):
    before: tuple[BoundEntry, ...]
    inside: tuple[BoundEntry, ...]
    after: tuple[BoundEntry, ...]
    few: tuple[str, ...]
    few_not_after: tuple[str, ...]


class PerEntry(_Strict):
    """Words that make a figure a rate."""

    words: tuple[str, ...]
    not_before: tuple[str, ...] = ()


class NotQuantities(_Strict):
    """not_quantities.yml, list by list."""

    words: tuple[str, ...]
    labels: tuple[str, ...]
    unions: tuple[str, ...]
    pointing: tuple[str, ...]
    counting: tuple[str, ...]
    events: tuple[str, ...]
    negations: tuple[str, ...]
    negated_verbs: tuple[str, ...]
    sparing: tuple[str, ...]
    zero_nouns: tuple[str, ...]
    dialled_after: tuple[str, ...]
    dialled: tuple[str, ...]
    numbered: tuple[str, ...]
    per: tuple[PerEntry, ...]


def _data(name: str) -> object:
    return yaml.safe_load(files("extractors.report").joinpath(name).read_text(encoding="utf-8"))


@cache
def units() -> tuple[UnitEntry, ...]:
    raw = _data("units.yml")
    return tuple(UnitEntry.model_validate(entry) for entry in raw["units"])  # type: ignore[index]


@cache
def bounds() -> Bounds:
    return Bounds.model_validate(_data("bounds.yml"))


@cache
def not_quantities() -> NotQuantities:
    return NotQuantities.model_validate(_data("not_quantities.yml"))
