"""Every expression of how many or how much in a report's text, with value, unit and bound.

The contract is layer 1 of the codebook's POLICY: the span is qualifier + numeral + unit and nothing else;
万 and 亿 are part of the value; 余, 以上, 约 … decide the bound; names, dates, ordinals and slogans stay out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from decimal import Context, Decimal

from extractors.records import Quantity
from extractors.report.counting import counts, zero_form, zero_noun
from extractors.report.not_quantities import ANCHORS, label_spans, skip_end
from extractors.report.numbers import parse_numeral, small_change
from extractors.report.quantity_context import build, has_bound_behind, read_before
from extractors.report.quantity_grammar import (
    BLANK_CHARS,
    BLANKS,
    GAP_PIECE,
    NUMERAL,
    TRADITIONAL,
    Numeral,
    Unit,
    idle_end,
    numeral_end,
    read_numeral,
    read_unit,
)
from extractors.report.quantity_words import UnitEntry
from extractors.report.unitless import without_unit

_ANCHOR = re.compile(f"[{ANCHORS}]")
_TRADITIONAL = re.compile(f"[{''.join(chr(old) for old, new in TRADITIONAL.items() if old != new)}]")
_AT_END = "[，。；！？,;!?)）\n]|$"
"""Not 、, behind which a digit is the head of a list (罚款500元二、…)."""
_ENDS = re.compile(_AT_END)
_PHRASE_ENDS = re.compile(f"{_AT_END}|的")
_DIGITS = "[零一二三四五六七八九]"
_TO = "(?:-{1,2}|—{1,2}|[－−–―~～至到])"
_DASH = re.compile(rf"(?:[（(]不?含[）)])?{BLANKS}{_TO}{BLANKS}")
_BROKEN_OFF = re.compile(r"\n(?:[.．][0-9０-９]|[万亿百千]{1,2}余?[份件次人场个元条名户])")
_BROKEN_AHEAD = re.compile(r"[0-9０-９]\n[.．]$")
_TORN_WORDS = re.compile("[零〇一二两三四五六七八九十百千万亿点][ \u00a0\u3000]{1,3}$")
_FROM = re.compile("[从由](?:[^，。；、\n]{0,6})$")
_SIX_DIGITS, _SIX_PLACES = Context(prec=6), Decimal("0.000001")
_GAP_GOES_ON = "[零一二三四五六七八九十百千万亿点]|[ \u00a0\u3000]{1,3}[十百千万亿点]"
_PERCENT_WORDS = re.compile(
    rf"(?P<of>百万|百|千|万){BLANKS}分{BLANKS}之?{BLANKS}"
    rf"(?P<low>{NUMERAL}(?:(?:{GAP_PIECE}){{1,9}}(?={_AT_END})|(?!{_GAP_GOES_ON})))"
    rf"(?:{BLANKS}{_TO}{BLANKS}(?:(?P=of)分之)?(?P<high>{NUMERAL}))?"
)
_FRACTION = re.compile(
    rf"(?P<whole>{NUMERAL}{BLANKS}又{BLANKS})?{NUMERAL}{BLANKS}分{BLANKS}之{BLANKS}{NUMERAL}"
)
_SLASHED = re.compile(r"(?<![0-9/／.．又-])[1-9][/／](?:[2-9]|10)(?![0-9/／.．年月])")
_SPLIT = {"measure", "money", "ratio"}
"""Kinds whose numbers may begin with a point: of 增长.5% nobody can tell whether the 0 or a full stop is meant."""
_EITHER = re.compile("[\u4e00-\u9fff](?P<low>[一二三四五六七八])、$")
_TITLE_OR_ADDRESS = frozenset("《hw")
"""What a title and a web address begin with: no number in them states a figure."""
_LARGEST = 1e15
"""A run of digits this long is a code or a torn text: above 2**53 a double does not even hold it exactly."""
_HALF = re.compile("一半|半数|半(?![年天月日时小成价途径斤夜个百])数?")
_AND_A_HALF = re.compile("半(?![数年天月日径路成自挂导山岛边封途])")
_HUNDRED_MILLIONS = re.compile(f"亿(?={_AT_END}|、)")
"""两个亿 is 两亿; 两个亿元村 are two."""
_HALF_AT_END = re.compile(f"半(?={_AT_END})")
_CHANGE = re.compile(
    r"(?:(?P<jiao>[0-9一二三四五六七八九两]+)[角毛])?"
    rf"(?:零?(?P<fen>[0-9一二三四五六七八九两]+)分|(?P<odd>零?[一二三四五六七八九1-9])(?={_AT_END}|[至到—-]))?钱?"
)


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """All quantities of `text` in order of their place, never overlapping; `text[q.start:q.end] == q.text`.

    A line with tabs is a table row: its bare numeric cells are quantities without a unit.
    """
    return tuple(_scan(text))


def _scan(original: str) -> Iterator[Quantity]:
    is_simplified = _TRADITIONAL.search(original) is None
    text = original if is_simplified else original.translate(TRADITIONAL)
    labels = label_spans(text)
    label_starts = [start for start, _ in labels]
    cursor = floor = 0
    while (anchor := _ANCHOR.search(text, cursor)) is not None:
        pos = anchor.start()
        skipped = skip_end(text, pos)
        if skipped is not None:
            cursor = floor = skipped
            continue
        idle = idle_end(text, pos)
        if idle is not None:
            cursor = idle
            continue
        found = _quantity(text, pos, floor)
        if found is None:
            cursor = numeral_end(text, pos)
            continue
        cursor = floor = found.end
        if max(abs(found.value), abs(found.value_high or 0)) >= _LARGEST:
            continue
        at = bisect_right(label_starts, found.start) - 1
        if at < 0 or found.end > labels[at][1] or _survives_label(text, found, labels[at]):
            yield found if is_simplified else _in_script(original, found)


def _in_script(original: str, found: Quantity) -> Quantity:
    return replace(found, text=original[found.start : found.end])


def _survives_label(text: str, found: Quantity, label: tuple[int, int]) -> bool:
    """In quotes zero forms, plain percentages and sums still state a figure (“零投诉”, “1个中心+3个站”)."""
    if text[label[0]] in _TITLE_OR_ADDRESS:
        return False
    is_alone = found.start == label[0] + 1 and found.end == label[1] - 1
    is_sum = found.unit is not None and not {"+", "＋"}.isdisjoint(text[slice(*label)])
    return found.is_zero_form or is_sum or (is_alone and found.unit == "%")


def _quantity(text: str, pos: int, floor: int) -> Quantity | None:
    if text[pos] in "零0０":
        zero = zero_noun(text, pos)
        if zero is not None:
            return zero
    part = _part_of_whole(text, pos, floor)
    if part is not None:
        return part
    numeral = read_numeral(text, pos)
    if numeral is None or _is_torn(text, pos, floor) or _is_broken_off(text, numeral):
        return None
    unit = read_unit(text, numeral.end)
    if unit is not None and unit.entry.kind in _SPLIT and text[pos - 1 : pos] in {".", "．"}:
        return None
    return _range(text, floor, numeral, unit) or _single(text, floor, numeral, unit)


def _is_torn(text: str, pos: int, floor: int) -> bool:
    """Whether the numeral at `pos` is only the end of one, or of 三、四个: three to four, or the third and fourth.

    Digits, a blank, digits: one number torn apart or two columns? Nobody can tell, so neither counts.
    """
    if not text[pos].isdecimal():
        either = _EITHER.search(text, max(0, pos - 3), pos)
        return (
            _TORN_WORDS.search(text, max(0, pos - 4), pos) is not None
            or (text[pos] in "百千万亿" and text[pos - 1 : pos] in {*"壹贰叁肆伍陆柒捌玖拾佰仟"})
            or (either is not None and either["low"] + text[pos] in "一二三四五六七八九")
        )
    is_behind_digit = pos - 2 >= floor and text[pos - 1] in BLANK_CHARS and text[pos - 2].isdecimal()
    is_behind_place = text[pos - 1 : pos] in {*"百千万亿"}
    return is_behind_digit or is_behind_place or _BROKEN_AHEAD.search(text, max(0, pos - 3), pos) is not None


def _is_broken_off(text: str, numeral: Numeral) -> bool:
    """Whether a line ends within a number, before its point or its place (1.8⏎万份): half of it is no number."""
    return text[numeral.start].isdecimal() and _BROKEN_OFF.match(text, numeral.end) is not None


def _part_of_whole(text: str, pos: int, floor: int) -> Quantity | None:
    """Halves, 百分之…, 三分之二 and 1/3."""
    char = text[pos]
    if char == "半" and (part := _half_a_unit(text, pos, floor)) is not None:
        return part
    if char in "一半" and (half := _HALF.match(text, pos)) is not None:
        before = read_before(text, pos, floor, half[0])
        if half[0] != "半" or before.bound is not None:
            return build(text, before, half.end(), Decimal(50), unit_name="%")
        return None
    if char in "百千万" and (percent := _PERCENT_WORDS.match(text, pos)) is not None:
        return _percent_words(text, pos, floor, percent)
    fraction = _FRACTION.match(text, pos) or _SLASHED.match(text, pos)
    value = parse_numeral(fraction[0]) if fraction is not None else None
    if fraction is None or value is None:
        return None
    if value >= 1 and not fraction.groupdict().get("whole"):
        return None
    before = read_before(text, pos, floor, fraction[0])
    rounded = value.quantize(_SIX_PLACES) if value >= 1 else _SIX_DIGITS.plus(value)
    return build(text, before, fraction.end(), rounded)


def _half_a_unit(text: str, pos: int, floor: int) -> Quantity | None:
    """半斤, 半成, 半个: of what may be split, where the clause ends behind it."""
    unit = read_unit(text, pos + 1)
    if unit is None or unit.entry.chinese != "free":
        return None
    if unit.entry.kind not in {"measure", "ratio"} and unit.name != "个":
        return None
    if _ENDS.match(text, unit.end) is None:
        return None
    before = read_before(text, pos, floor, "半")
    value = Decimal(unit.entry.scale) / 2
    return build(text, before, unit.end, value, unit_name=unit.name, unit=unit)


def _percent_words(text: str, pos: int, floor: int, match: re.Match[str]) -> Quantity | None:
    whole, low = parse_numeral(match["of"]), parse_numeral(match["low"])
    high = parse_numeral(match["high"]) if match["high"] else None
    if whole is None or low is None:
        return None
    scale = Decimal(100) / whole
    before = read_before(text, pos, floor, match[0])
    upper = None if high is None else high * scale
    return build(text, before, match.end(), low * scale, high=upper, unit_name="%")


def _range(text: str, floor: int, low: Numeral, low_unit: Unit | None) -> Quantity | None:
    """10—15场, 三至五次, 98%-100%, 3—5万元; 从5件到8件 is a change, not a range."""
    low_value, low_end, low_name = (
        _priced(text, low.value, low_unit) if low_unit else (low.value, low.end, None)
    )
    dash = _DASH.match(text, low_end)
    high = read_numeral(text, dash.end()) if dash is not None and low.high is None else None
    if dash is None or high is None or high.is_chinese != low.is_chinese or high.high is not None:
        return None
    unit = read_unit(text, high.end)
    is_change = dash[0].strip() in {"至", "到"} and _FROM.search(text[max(0, low.start - 8) : low.start])
    if unit is None:
        return None if low_unit or is_change else _range_without_unit(text, floor, low, high)
    if unit.entry.only_bound or (low_unit and is_change):
        return None
    high_value, end, name = _priced(text, high.value, unit)
    if low_name not in {None, name}:
        return None
    first = low_value if low_unit else _shared_place(low, high)
    if first >= high_value:
        return None
    before = read_before(text, low.start, floor, low.written)
    factor = Decimal(unit.entry.scale)
    return build(text, before, end, first * factor, high=high_value * factor, unit_name=name, unit=unit)


def _range_without_unit(text: str, floor: int, low: Numeral, high: Numeral) -> Quantity | None:
    """3—5万群众, 2万至3万: the place tells that something is counted."""
    first = _shared_place(low, high)
    if not high.has_place or high.is_bare_place or first >= high.value:
        return None
    before = read_before(text, low.start, floor, low.written)
    return build(text, before, high.end, first, high=high.value)


def _shared_place(low: Numeral, high: Numeral) -> Decimal:
    """3—5万元, 10—20余万元, 一千到两千万元: the first shares the last place when that keeps it smaller."""
    behind = high.value / (parse_numeral(high.written) or high.value or 1)
    if behind > 1 and not low.has_place:
        return low.value * behind
    place = high.written[len(high.written.rstrip("百千万亿")) :]
    if place[-1:] in {"万", "亿"} and low.written[-1] not in "万亿":
        place = place[-1] if low.has_place else place
    elif low.has_place:
        return low.value
    factor = parse_numeral(place) if place else None
    return low.value * factor if factor is not None and low.value * factor < high.value else low.value


def _single(text: str, floor: int, numeral: Numeral, unit: Unit | None) -> Quantity | None:
    before = read_before(text, numeral.start, floor, numeral.written)
    inside = "at_least" if before.is_few else numeral.inside
    if unit is None:
        return without_unit(text, numeral, before, inside)
    if unit.name == "个" and _HUNDRED_MILLIONS.match(text, unit.end):
        return build(text, before, unit.end + 1, numeral.value * 10**8, inside=inside)
    value, end, name = _priced(text, numeral.value, unit)
    if unit.name == "倍" and text[end : end + 1] in {"多", "余"}:
        inside, end = "at_least", end + 1
    if unit.entry.tenth is not None:
        value, end = _with_tenths(text, value, end, unit.entry)
    zero = zero_form(text, numeral, unit, before)
    if zero is not None:
        return zero
    can_be_split = unit.entry.kind in {"measure", "time"} or unit.name in {"倍", "%"}
    half = _AND_A_HALF if can_be_split else _HALF_AT_END
    if end == unit.end and half.match(text, end):
        value, end = value + Decimal("0.5"), end + 1
    if not counts(text, numeral, unit, before, end):
        return None
    found = build(
        text,
        before,
        end,
        value * unit.entry.scale,
        high=None if numeral.high is None else numeral.high * unit.entry.scale,
        unit_name=name,
        unit=unit,
        inside=inside,
    )
    return None if unit.entry.only_bound and found.bound == "exact" else found


def _with_tenths(text: str, value: Decimal, end: int, entry: UnitEntry) -> tuple[Decimal, int]:
    """七成六, 三米九, 六斤八两, 五亩三分: a digit behind the unit is tenths of it, named or last in its phrase."""
    at = end + (
        entry.kind == "ratio" and text[end : end + 1] == " " and _ENDS.match(text, end + 2) is not None
    )
    digit = text[at : at + 1]
    if not digit or digit not in "一二三四五六七八九123456789１２３４５６７８９":
        return value, end
    after = at + 1
    if entry.tenth and text.startswith(entry.tenth, after):
        after += len(entry.tenth)
    elif entry.kind == "ratio":
        if read_unit(text, after) is not None or text[after : after + 1] in {"是", "、"} or digit.isdecimal():
            return value, end
    elif not _PHRASE_ENDS.match(text, after) and not has_bound_behind(text, after, entry.kind):
        return value, end
    return value + (parse_numeral(digit) or Decimal(0)) / 10, after


def _priced(text: str, value: Decimal, unit: Unit) -> tuple[Decimal, int, str]:
    """Value, end and unit of `value` in `unit` with what stands behind an amount of money: 3元5角2分, 一块二,
    10元人民币. 块 counts pieces unless small change follows or it is split (3.04块)."""
    if unit.entry.kind != "money" and unit.name != "块":
        return value, unit.end, unit.name
    end, is_split = unit.end, value != value.to_integral_value()
    match = _CHANGE.match(text, end)
    if match is not None and (match["jiao"] or match["fen"] or match["odd"]):
        for name, scale in (("jiao", "0.1"), ("fen", "0.01")):
            value += (parse_numeral(match[name] or "零") or Decimal(0)) * Decimal(scale)
        value += small_change(match["odd"] or "", is_fen=match["jiao"] is not None)
        end, is_split = match.end(), True
    if unit.name == "块":
        if not is_split and _HALF_AT_END.match(text, end):
            value, end, is_split = value + Decimal("0.5"), end + 1, True
        return value, end, "元" if is_split else unit.name
    return value, end + 3 if text.startswith("人民币", end) else end, unit.name
