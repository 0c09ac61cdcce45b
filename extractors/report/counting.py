"""Whether a numeral with a unit really counts: zero forms, labels, figures of speech, 一 as an article."""

from __future__ import annotations

import re
from functools import cache

from extractors.records import Quantity
from extractors.report.quantity_context import Before, has_bound_behind
from extractors.report.quantity_grammar import CLAUSE_END, Numeral, Unit
from extractors.report.quantity_words import not_quantities

_EARLIER_MEMBERS = "(?:一[^，。；、]{2,14}(?:、|和|或|及))*"
"""没有发生一宗复议案件、|一宗诉讼案件: the denial holds for every member of its list."""
_NONE_BEFORE = re.compile("(?:无|没有|未有)(?:任何)?$")
_NONE_EARLIER = re.compile(f"(?:无|没有|未有)(?:任何)?{_EARLIER_MEMBERS}$")
_NONE_OF = re.compile("(?:为|案件|案|事件|事故|投诉|申请|纠纷|信访|件?数|数量|败诉|发生)$")
_PERIOD_BEFORE = re.compile("(?:连续|最近|过去|未来|今后|近|前|头|每)$")
_NAMED_PLACE_BEFORE = re.compile("[村社屯区]$")
_LABELLED_UNITS = {"个", "件", "项", "种", "位", "条"}
_TOGETHER_UNLESS_AFTER = ("案件", "事件", "事故", "纠纷", "案", "诉讼", "复议")
_OF_EVENTS = {"起", "例", "宗"}
"""Units that make no word with 零, as 零件, 零首付 and 零组件 are."""
_REACH = 48
_REACHING = ("达", "达到", "突破", "破", "共", "累计")


@cache
def _negated() -> re.Pattern[str]:
    data = not_quantities()
    words = "|".join(sorted(data.negations, key=len, reverse=True))
    return re.compile(f"(?:{words})(?:{'|'.join(data.negated_verbs)})(?:过|任何|了)*{_EARLIER_MEMBERS}$")


@cache
def _zero_nouns() -> re.Pattern[str]:
    return re.compile(f"[零0０](?:{'|'.join(not_quantities().zero_nouns)})")


@cache
def _labels() -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(not_quantities().labels)})")


@cache
def _unions() -> re.Pattern[str]:
    return re.compile(f"[\u4e00-\u9fff]?(?:{'|'.join(not_quantities().unions)})")


def zero_noun(text: str, pos: int) -> Quantity | None:
    """零投诉, 0差错; 案件为零 and 案件零 at the end of a clause."""
    match = _zero_nouns().match(text, pos)
    if match is not None and not text[pos - 1 : pos].isdecimal() and text[pos - 1 : pos] not in {".", "．"}:
        return Quantity(pos, match.end(), match[0], 0.0, None, None, "exact", is_zero_form=True)
    is_said = text[pos] == "零" and text[pos + 1 : pos + 2] in {*CLAUSE_END, ""}
    if is_said and _NONE_OF.search(text[max(0, pos - 3) : pos]):
        return Quantity(pos, pos + 1, text[pos], 0.0, None, None, "exact", is_zero_form=True)
    return None


def zero_form(text: str, numeral: Numeral, unit: Unit, before: Before) -> Quantity | None:
    """无一例, 没有一例 and 未发生一例 are zeros; the span takes in 无, no other negation."""
    if numeral.written not in {"一", "1", "１"} or before.bound is not None or unit.entry.kind != "count":
        return None
    left = text[max(0, numeral.start - _REACH) : numeral.start]
    beside = _NONE_BEFORE.search(left)
    if beside is None and not (_negated().search(left) or _NONE_EARLIER.search(left)):
        return None
    start = numeral.start - (len(beside[0]) if beside and beside[0][0] == "无" else 0)
    return Quantity(start, unit.end, text[start : unit.end], 0.0, None, unit.name, "exact", is_zero_form=True)


def counts(text: str, numeral: Numeral, unit: Unit, before: Before, end: int) -> bool:
    """False where numeral and unit (ending at `end`) name, point or exaggerate instead of counting."""
    left = text[max(0, before.start - 4) : before.start]
    if unit.entry.only_after and not left.endswith(unit.entry.only_after):
        return False
    if unit.entry.kind == "ratio":
        return before.bound is not None or numeral.inside is not None or not numeral.is_bare_place
    is_alone = end >= len(text) or text[end] in CLAUSE_END or has_bound_behind(text, end, unit.entry.kind)
    if left.endswith("每") or _is_label(text, numeral, unit, end):
        return False
    if unit.entry.kind == "time" and _PERIOD_BEFORE.search(text[max(0, numeral.start - 2) : numeral.start]):
        return False
    if unit.name == "组" and _NAMED_PLACE_BEFORE.search(left):
        return False
    return not numeral.is_chinese or _chinese_counts(text, numeral, unit, before, end, left, is_alone)


def _is_label(text: str, numeral: Numeral, unit: Unit, end: int) -> bool:
    """四个意识, 十一个坚持; with Arabic digits only where nothing follows (5个到位，)."""
    label = _labels().match(text, end) if unit.name in _LABELLED_UNITS else None
    if label is None:
        return False
    return numeral.is_chinese or label.end() >= len(text) or text[label.end()] in CLAUSE_END


def _chinese_counts(
    text: str, numeral: Numeral, unit: Unit, before: Before, end: int, left: str, is_alone: bool
) -> bool:
    if unit.entry.chinese == "never" or (unit.entry.chinese == "bounded" and not is_alone):
        return False
    if _unions().match(text, end):
        return False
    if before.bound is not None or before.is_few or numeral.inside is not None:
        return True
    if numeral.is_bare_place:
        return left.endswith(_REACHING) or has_bound_behind(text, end, unit.entry.kind)
    if numeral.written == "零":
        return is_alone or unit.name in _OF_EVENTS
    if numeral.written == "二":
        return is_alone
    return numeral.written != "一" or _one_counts(unit, left, is_alone)


def _one_counts(unit: Unit, left: str, is_alone: bool) -> bool:
    """一 is an article (一支队伍) unless it counts occasions, follows a counting verb, or ends the clause."""
    data = not_quantities()
    if left.endswith(data.sparing):
        return False
    if unit.name == "起":
        return left.endswith((*data.counting, *_TOGETHER_UNLESS_AFTER)) and not left.endswith("组织")
    if left.endswith(data.counting):
        return True
    if left.endswith(data.pointing):
        return False
    return unit.name in data.events or is_alone
