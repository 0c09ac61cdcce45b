"""`nianbao indicators suggest`: which nouns reports count that the codebook has no indicator for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from extractors.records import Fact, Reading
from flows.read_command import why_unreadable

_EXAMPLE = 30


@dataclass(slots=True)
class Suggestion:
    """A counted noun with its unit: in how many files, how often, and how one report words it."""

    noun: str
    unit: str
    files: set[str] = field(default_factory=set)
    figures: int = 0
    example: str = ""


def suggestions(
    read: Iterable[tuple[str, Reading]], at_least: int
) -> tuple[list[Suggestion], Mapping[str, str]]:
    """Open quantities of what was read by noun and unit, those in most files first; and which files could not be read,
    with the reason.

    `at_least`: in how many files a noun must stand. Stated changes, plans and other years' figures are left out.
    """
    found: dict[tuple[str, str], Suggestion] = {}
    unread: dict[str, str] = {}
    for file, reading in read:
        if why := why_unreadable(reading):
            unread[file] = why
        for fact in reading.facts:
            if not _is_open(fact) or fact.subject is None or fact.unit_written is None:
                continue
            one = found.setdefault(
                (fact.subject, fact.unit_written), Suggestion(fact.subject, fact.unit_written)
            )
            one.files.add(file)
            one.figures += 1
            start = max(0, fact.start - _EXAMPLE)
            one.example = one.example or reading.document.text[start : fact.end].replace("\n", " ")
    kept = [one for one in found.values() if len(one.files) >= at_least]
    return sorted(kept, key=lambda one: (-len(one.files), -one.figures, one.noun)), unread


def _is_open(fact: Fact) -> bool:
    return (
        fact.code is None
        and fact.growth is None
        and fact.period in ("report_year", "as_of_date", "cumulative")
    )
