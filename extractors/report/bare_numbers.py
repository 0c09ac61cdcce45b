"""Numbers of any text, with a unit or bare, and the comparisons they stand in.

`find_quantities` reads what a report counts and leaves bare numbers alone; here every number is read:
大于二十, 不到三百, 至少是3, 比三十大, 六百三到六百四, 20和30之间, 大于100并且小于300.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from extractors.records import Bound, Quantity
from extractors.report.not_quantities import skip_end
from extractors.report.numbers import parse_numeral, parse_pair
from extractors.report.quantities import find_quantities
from extractors.report.quantity_context import build, read_before
from extractors.report.quantity_grammar import BLANKS, CLAUSE_END, NUMERAL, TRADITIONAL, is_han

_NUMBER = re.compile(f"(?:{NUMERAL})(?:分之(?:{NUMERAL})|(?:[ \u3000]{NUMERAL})+)?")
_MORE_THAN = re.compile(rf"{BLANKS}(?:(?P<more>[大高多长重])|[小低少短轻])")
_TO = re.compile(rf"{BLANKS}(?:-{{1,2}}|－|−|—{{1,2}}|–|~|～|至|到){BLANKS}")
_AND = re.compile(rf"{BLANKS}[和与]{BLANKS}")
_BETWEEN = re.compile(f"{BLANKS}之?间")
_BOTH = re.compile(rf"{BLANKS}(?:的?同时|[并而]且|[且并但，,、])?{BLANKS}")


def find_numbers(text: str) -> tuple[Quantity, ...]:
    """All numbers of `text` in order of their place, never overlapping; bare ones have no unit.

    A number compared from one side is `at_least` or `at_most`; two ends, or both comparisons side by side, are
    one `range`.
    """
    found: list[Quantity] = []
    original, text = text, text.translate(TRADITIONAL)
    for number in _all(text):
        joined = _joined(text, found[-1], number) if found else None
        if joined is None:
            found.append(number)
        else:
            found[-1] = joined
    return tuple(replace(number, text=original[number.start : number.end]) for number in found)


def _all(text: str) -> Iterator[Quantity]:
    """Quantities, and the bare numbers between them."""
    floor = 0
    for quantity in find_quantities(text):
        yield from _bare(text, floor, quantity.start)
        yield quantity
        floor = quantity.end
    yield from _bare(text, floor, len(text))


def _bare(text: str, floor: int, stop: int) -> Iterator[Quantity]:
    pos = floor
    while (match := _NUMBER.search(text, pos, stop)) is not None:
        skipped = _no_number_end(text, match)
        pos = skipped or match.end()
        if skipped is not None:
            continue
        pair, value = parse_pair(match[0]), parse_numeral(match[0])
        low, high = pair or (value, None)
        if low is None:
            continue
        number = _compared(text, match.start(), pos, floor, low, high)
        if number.end > stop:
            continue
        yield number
        floor = pos = max(pos, number.end)


def _no_number_end(text: str, match: re.Match[str]) -> int | None:
    """Where what `match` found ends without being a number: 一个 as an article, a place nobody counts (万)."""
    if match[0] == "一":
        after = text[match.end() + 1 : match.end() + 2]
        is_article = text.startswith("个", match.end()) and is_han(after or " ")
        return match.end() + 1 if is_article else skip_end(text, match.start())
    return match.end() if set(match[0]) <= {*"百千万亿"} else None


def _compared(text: str, start: int, end: int, floor: int, low: Decimal, high: Decimal | None) -> Quantity:
    """The number at `start:end` with the words that compare it: 超过了80, 80以上, 比80大."""
    before = read_before(text, start, floor, text[start:end])
    number = build(text, before, end, low, high=high)
    than = _MORE_THAN.match(text, end)
    if than is None or number.start == floor or text[number.start - 1] != "比":
        return number
    return _spanning(text, number.start - 1, than.end(), number, "at_least" if than["more"] else "at_most")


def _joined(text: str, first: Quantity, second: Quantity) -> Quantity | None:
    """One range of two neighbours, or None where they are two numbers."""
    gap = text[first.end : second.start]
    if first.unit is not None and second.unit not in {None, first.unit}:
        return None
    if {first.bound, second.bound} == {"at_least", "at_most"} and _BOTH.fullmatch(gap):
        low, high = (first, second) if first.bound == "at_least" else (second, first)
        return _range(text, first, second, low.value, high.value, second.end)
    if first.bound != "exact" or second.bound != "exact":
        return None
    between = _BETWEEN.match(text, second.end) if _AND.fullmatch(gap) else None
    if second.unit == "间" and _AND.fullmatch(gap) and text[second.end : second.end + 1] in {*CLAUSE_END, ""}:
        between = _BETWEEN.match(text, second.end - 1)
        first, second = replace(first, unit=None), replace(second, unit=None)
    is_to = first.unit is None and _TO.fullmatch(gap) is not None
    if between is None and not is_to:
        return None
    end = second.end if between is None else between.end()
    return _range(text, first, second, first.value, second.value, end)


def _range(
    text: str, first: Quantity, second: Quantity, low: float, high: float, end: int
) -> Quantity | None:
    if low >= high:
        return None
    found = _spanning(text, first.start, end, second, "range")
    return replace(found, value=low, value_high=high, unit=first.unit or second.unit)


def _spanning(text: str, start: int, end: int, number: Quantity, bound: Bound) -> Quantity:
    return replace(number, start=start, end=end, text=text[start:end], bound=bound)
