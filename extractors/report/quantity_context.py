"""What stands around a number: bound words before and behind it, a sign, 人均; and the finished record."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from extractors.records import Bound, Quantity
from extractors.report.quantity_grammar import BLANK_CHARS, BLANKS, Unit
from extractors.report.quantity_words import BoundEntry, UnitKind, bounds, not_quantities

_NEGATIVE_AFTER = {"", *"\t\n （(，,：: 为至率比长降值达"}
_NOT_NEGATIVE_AFTER = {*"担抱肩胜欺辜自"}
_CLAUSE_START = re.compile(r"[，。；：！？,;:\n\t]")
_PER_REACH = 24
_UNIT_REACH = 6
_PER_SUBJECT = re.compile(
    r"每(?:[百千万十]+[人户名家]|[村户人镇]|[个名家户位](?!季|月|年|星|周|工作日)"
    r"(?:[\u4e00-\u9fff]{1,4}?(?=不|至|平|应|都|均|配|有|要|$)))"
)


class Before(NamedTuple):
    """Where the whole expression starts, and what its first words say of the number."""

    start: int
    bound: Bound | None
    is_few: bool
    """几, 数 before 十 百 千 万 亿."""
    is_negative: bool


@cache
def _bound_words() -> dict[str, list[tuple[str, BoundEntry]]]:
    """By last character, the longest first."""
    words = {word: entry for entry in bounds().before for word in entry.words}
    found: dict[str, list[tuple[str, BoundEntry]]] = {}
    for word in sorted(words, key=len, reverse=True):
        found.setdefault(word[-1], []).append((word, words[word]))
    return found


@cache
def _after_words() -> tuple[re.Pattern[str], dict[str, BoundEntry]]:
    entries = {word: entry for entry in bounds().after for word in entry.words}
    parts = [
        re.escape(word) + (f"(?!{'|'.join(entry.not_before)})" if entry.not_before else "")
        for word, entry in sorted(entries.items(), key=lambda item: -len(item[0]))
    ]
    return re.compile(f"{BLANKS}(?P<word>{'|'.join(parts)})"), entries


@cache
def _per_words() -> re.Pattern[str]:
    return re.compile(
        "|".join(
            word + (f"(?!{'|'.join(entry.not_before)})" if entry.not_before else "")
            for entry in not_quantities().per
            for word in entry.words
        )
    )


@cache
def _may_be_rate() -> re.Pattern[str]:
    """A character of every rate word."""
    last = {word[-1] for entry in not_quantities().per for word in entry.words}
    return re.compile(f"[每{re.escape(''.join(last))}]")


def has_bound_behind(text: str, end: int, kind: UnitKind) -> bool:
    pattern, entries = _after_words()
    after = pattern.match(text, end)
    return after is not None and (not entries[after["word"]].kinds or kind in entries[after["word"]].kinds)


def read_before(text: str, pos: int, floor: int, written: str) -> Before:
    """What belongs to the number written at `pos` from its left; nothing before `floor` is touched."""
    start, is_few = _few(text, pos, floor, written)
    is_negative = _is_minus(text, start, floor)
    start -= is_negative
    at = _skip_blanks_back(text, start, floor)
    if at - 3 >= floor and text.endswith("人民币", 0, at):
        start = at - 3
        at = _skip_blanks_back(text, start, floor)
    for word, entry in _bound_words().get(text[max(floor, at - 1) : at], ()):
        first = at - len(word)
        if text.endswith(word, floor, at) and _binds(entry, text, first, pos, pos + len(written)):
            return Before(first, entry.bound, is_few, is_negative)
    return Before(start, None, is_few, is_negative)


def _binds(entry: BoundEntry, text: str, first: int, pos: int, end: int) -> bool:
    """Whether a word that begins at `first` bounds the number written from `pos` to `end`."""
    if entry.not_after and text.endswith(entry.not_after, 0, first):
        return False
    if entry.noun_after and text.endswith(entry.noun_after, 0, first):
        return text[end : end + _UNIT_REACH].lstrip(BLANK_CHARS).startswith(entry.unless_of)
    return not entry.only_before or text.startswith(entry.only_before, pos)


def _few(text: str, pos: int, floor: int, written: str) -> tuple[int, bool]:
    if written[0] in "十百千万亿":
        for word in bounds().few:
            at = pos - len(word)
            if at >= floor and text.startswith(word, at) and text[at - 1 : at] not in bounds().few_not_after:
                return at, True
    return pos, False


def _is_minus(text: str, start: int, floor: int) -> bool:
    if start <= floor or text[start - 1] not in "-－−负":
        return False
    left = text[start - 2 : start - 1]
    return left not in _NOT_NEGATIVE_AFTER if text[start - 1] == "负" else left in _NEGATIVE_AFTER


def _skip_blanks_back(text: str, pos: int, floor: int) -> int:
    while pos > floor and text[pos - 1] in BLANK_CHARS:
        pos -= 1
    return pos


def build(
    text: str,
    before: Before,
    end: int,
    value: Decimal,
    *,
    high: Decimal | None = None,
    unit_name: str | None = None,
    unit: Unit | None = None,
    inside: Bound | None = None,
) -> Quantity:
    """The record, with the bound words behind `end` taken in. A range outranks the words before the number,
    those outrank the words behind it, and 余 or 来 inside it comes last (约…余 is approx)."""
    bound: Bound = inside or "exact"
    pattern, entries = _after_words()
    after = pattern.match(text, end)
    if after is not None:
        entry = entries[after["word"]]
        if not entry.kinds or (unit is not None and unit.entry.kind in entry.kinds):
            bound, end = entry.bound, after.end()
    if high is not None:
        bound = "range"
    elif before.bound is not None:
        bound = before.bound
    return Quantity(
        before.start,
        end,
        text[before.start : end],
        float(-value if before.is_negative else value),
        None if high is None else float(high),
        unit_name,
        bound,
        per=_per(text, before.start),
    )


def _per(text: str, start: int) -> str | None:
    """The rate word of the same clause: 人均, 平均, 每千人, 每个行政村."""
    if _may_be_rate().search(text, max(0, start - _PER_REACH), start) is None:
        return None
    clause = text[max(0, start - _PER_REACH) : start]
    clause = clause[max((m.end() for m in _CLAUSE_START.finditer(clause)), default=0) :]
    found = [*_per_words().finditer(clause), *_PER_SUBJECT.finditer(clause)]
    return max(found, key=lambda m: m.start())[0] if found else None
