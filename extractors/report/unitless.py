"""Numbers that carry no unit of their own and count all the same.

Cells of a table, numbers that share the unit of the last in a row (76、33和12项), numbers whose unit the page
lost (学习4。), and large or rounded ones (涉及金额200余万).
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from extractors.records import Bound, Quantity
from extractors.report.numbers import parse_numeral
from extractors.report.quantity_context import Before, build
from extractors.report.quantity_grammar import (
    BLANK_CHARS,
    BLANKS,
    CLAUSE_END,
    DIGIT,
    Numeral,
    is_han,
    read_unit,
)
from extractors.report.quantity_words import not_quantities

_SHARED = re.compile(rf"(?:{BLANKS}[、和及与]{BLANKS}{DIGIT}+(?:[.．]{DIGIT}+)?)+(?!{DIGIT})")
_YEAR = re.compile("(?:19|20)[0-9]{2}(?:[.．][0-9]{1,2})?")
_LONGEST_STATED = 7
_STOPS = {*"，。；"}
_ENDS = {*"，。；、,;！\n", ""}


def without_unit(text: str, numeral: Numeral, before: Before, inside: Bound | None) -> Quantity | None:
    """The quantity a numeral without a unit states, or None where it may be a code, a year, a list head."""
    if _is_cell(text, before.start, numeral.end):
        if numeral.is_chinese or _is_heading_cell(text, numeral):
            return None
        return build(text, before, numeral.end, numeral.value, inside=inside)
    if numeral.is_chinese:
        is_stated = numeral.has_place and not numeral.is_bare_place and (inside or before.bound) is not None
        return build(text, before, numeral.end, numeral.value, inside=inside) if is_stated else None
    shared = _SHARED.match(text, numeral.end)
    if shared is not None:
        unit = read_unit(text, shared.end())
        if unit is not None and unit.entry.kind == "count":
            return build(text, before, numeral.end, numeral.value, unit_name=unit.name, inside=inside)
    if numeral.has_place or inside is not None:
        return build(text, before, numeral.end, numeral.value, high=numeral.high, inside=inside)
    return _lost_unit(text, numeral, before)


def _is_cell(text: str, start: int, end: int) -> bool:
    while start and text[start - 1] in BLANK_CHARS:
        start -= 1
    while end < len(text) and text[end] in BLANK_CHARS:
        end += 1
    left, right = text[start - 1 : start], text[end : end + 1]
    return left in {"", "\t", "\n"} and right in {"", "\t", "\n"} and "\t" in left + right


def _is_heading_cell(text: str, numeral: Numeral) -> bool:
    """Years over columns or before rows, and serial numbers: the first cell of a row that goes on in words."""
    start = text.rfind("\n", 0, numeral.start) + 1
    is_first = not text[start : numeral.start].strip(BLANK_CHARS)
    is_year = _YEAR.fullmatch(numeral.written) is not None
    if not (is_first or is_year):
        return False
    end = text.find("\n", numeral.end)
    cells = [cell.strip() for cell in text[start : end if end >= 0 else len(text)].split("\t")]
    if is_year:
        above = text[text.rfind("\n", 0, max(0, start - 1)) + 1 : start].partition("\t")[0].strip()
        is_of_row = is_first and bool(_YEAR.fullmatch(above) or "年" in above)
        return is_of_row or all(_YEAR.fullmatch(cell) or parse_numeral(cell) is None for cell in cells)
    return numeral.written.isdecimal() and len(cells) > 1 and is_han(cells[1][:1] or " ")


@cache
def _labelled() -> re.Pattern[str]:
    data = not_quantities()
    return re.compile(f"(?:{'|'.join((*data.numbered, *data.dialled_after))})[:：是为]?$")


@cache
def _dialled() -> re.Pattern[str]:
    return re.compile("|".join(not_quantities().dialled))


def _lost_unit(text: str, numeral: Numeral, before: Before) -> Quantity | None:
    """A number right behind a Chinese word and right before the clause ends has only lost its unit."""
    left, right = text[before.start - 1 : before.start], text[numeral.end : numeral.end + 1]
    spaced = text[numeral.end : numeral.end + 3].lstrip(BLANK_CHARS)[:1]
    if spaced in _STOPS:
        left, right = text[max(0, before.start - 3) : before.start].rstrip(BLANK_CHARS)[-1:], spaced
    written = numeral.written
    if not left or not is_han(left) or right not in _ENDS:
        return None
    if _YEAR.fullmatch(written) or _dialled().fullmatch(written) or len(written) > _LONGEST_STATED:
        return None
    if _labelled().search(text[max(0, before.start - 4) : before.start]) is not None:
        return None
    if right == "\n":
        return _over_break(text, numeral, before)
    return build(text, before, numeral.end, numeral.value)


def _over_break(text: str, numeral: Numeral, before: Before) -> Quantity | None:
    """The line ends after the number: its unit may open the next one; digits there leave it open."""
    below = numeral.end + 1
    if text[below : below + 1].isdecimal():
        return None
    unit = read_unit(text, below)
    if unit is not None and text[unit.end : unit.end + 1] in {*CLAUSE_END, ""}:
        value = numeral.value * Decimal(unit.entry.scale)
        return build(text, before, unit.end, value, unit_name=unit.name, unit=unit)
    return build(text, before, numeral.end, numeral.value)
