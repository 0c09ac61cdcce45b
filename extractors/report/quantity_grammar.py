"""Reading one numeral, and the unit behind it, at a given place of a text."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from extractors.records import Bound
from extractors.report.numbers import parse_numeral, parse_pair
from extractors.report.quantity_words import UnitEntry, bounds, units

BLANK_CHARS = " \u00a0\u3000\u200b"
BLANKS = "[ \u00a0\u2002-\u200b\u3000]{0,3}"
DIGIT = "[0-9０-９]"
ARABIC = rf"(?:{DIGIT}{{1,3}}(?:[,，]{DIGIT}{{3}})+(?!{DIGIT})|{DIGIT}+)(?:[.．]{DIGIT}+)?"
_ONES = "零〇一二两三四五六七八九"
_HUNDRED = "百(?!分点|姓)"
_THOUSAND = "千(?![米克瓦伏帕卡赫])"
_PLACE = f"(?:[万亿]|{_HUNDRED}|{_THOUSAND})"
_PLACES = f"(?:(?:百|千)?(?:万万|万?亿|万)|{_HUNDRED}|{_THOUSAND})"
_CHINESE = (
    rf"(?:[{_ONES}]千(?=米)"
    rf"|(?:[{_ONES}十廿卅]|{_PLACE}|兆(?=[{_ONES}十]))+(?:点[{_ONES}]+[万亿]?)?)"
)
_FINANCIAL_CHARS = "零壹贰貳叁叄參肆伍陆陸柒捌玖拾佰仟万亿萬億"
_FINANCIAL = f"[{_FINANCIAL_CHARS}]{{2,60}}+(?=[余多]?[元圆])"
_GROUP = rf"零?(?:{DIGIT}{{1,4}}|[一二两三四五六七八九])(?:十|{_PLACES})"
_REST = rf"零(?:{DIGIT}{{1,3}}|[一二三四五六七八九])|{DIGIT}{{2,4}}"
_MIXED = rf"{ARABIC}(?:{BLANKS}{_PLACES}(?:{_GROUP}){{0,6}}(?:{_REST})?)?"
_PIECE = rf"(?:点?(?:[{_ONES}十廿卅]|{_PLACE})+点?|点)"
GAP_PIECE = rf"[ \u00a0\u3000]{{1,3}}{_PIECE}"
"""A blank within a number in words and what goes on behind it (三千| 九百| 六十五)."""
NUMERAL = rf"(?:{_MIXED}|{_FINANCIAL}|{_CHINESE})"
TRADITIONAL = str.maketrans(
    "個項條場戶處張間萬億兩餘幾份輪臺門問級過無組雙額約達數類總員輛冊棟單節頁種對課學時歲鐘噸頃畝錢圓點號週負",
    "个项条场户处张间万亿两余几份轮台门问级过无组双额约达数类总员辆册栋单节页种对课学时岁钟吨顷亩钱圆点号周负",
)
"""Mirror pages print reports in traditional characters; one to one, so that offsets stay."""
CLAUSE_END = '，。；：、！？,;:!?（()）)\n\t ”"’」》/'
"""Characters before which a numeral with its unit stands alone."""

_NUMERAL_AT = re.compile(NUMERAL)
_PLACES_ONLY = re.compile("[百千万亿]+")
_INSIDE: dict[str, Bound] = {word: entry.bound for entry in bounds().inside for word in entry.words}
_MORE = re.compile(rf"{BLANKS}(?P<more>{'|'.join(map(re.escape, _INSIDE))})(?:{BLANKS}(?P<place>{_PLACES}))?")
_JOINED = re.compile(rf"(?P<head>{DIGIT}+)(?P<gap>\n|[ \u00a0\u3000]{{1,2}})(?P<tail>{DIGIT}+)(?!{DIGIT})")
_SPREAD = rf"{DIGIT}+(?: {DIGIT}){{0,12}}"
_SPACED_POINT = re.compile(rf"{_SPREAD}(?: [.．] ?|[.．] ){_SPREAD}(?={BLANKS}(?:[%％﹪万亿元倍]|个百分点))")
_NOT_NEXT_YEAR = "(?!年(?!度))"
"""10件|次年办理, but 20批次|年度任务."""
_SPACED_THOUSANDS = re.compile(rf"{DIGIT}{{1,3}}(?:, {DIGIT}{{3}}){{1,4}}(?!{DIGIT})")
_SPACED_WORDS = re.compile(rf"{_PIECE}(?:{GAP_PIECE}){{1,14}}")
_SPACED_DIGITS = re.compile(rf"{DIGIT}(?: {DIGIT}){{1,12}}(?! ?{DIGIT})")
_TAIL = re.compile(rf"{BLANKS}[余多几]?{BLANKS}[百千万亿]{{0,2}}{BLANKS}[余多几]?")
_DIGIT_STRING = re.compile(f"[{_ONES}]{{2,}}")
_SENTENCE_MARKS = frozenset("，。；")
_CLOSES = frozenset("”’」》）)")
_DIGIT_OR_PLACE = re.compile(f"{DIGIT}|[万亿]")
_PLACE_AT = re.compile(rf"{BLANKS}{_PLACES}")
_ANY_BLANKS = re.compile(f"[{BLANK_CHARS}\u2002-\u200a]+")
_HAN = re.compile("[\u4e00-\u9fff]")
_DIGITS_ALONE = "[一二两三四五六七八九十]+|[壹贰貳叁叄參肆伍陆陸柒捌玖拾]"
_GO_ON = f"0-9０-９{_ONES}{_FINANCIAL_CHARS}十百千兆廿卅点半分又（(至到~～―–—－−-"
"""What goes on with a number, takes a part of something or opens a range."""


class Numeral(NamedTuple):
    """`text[start:end]` read as a number; `high` where neighbouring digits give a range (七八)."""

    start: int
    end: int
    value: Decimal
    high: Decimal | None
    written: str
    """Without 余 and the like."""
    inside: Bound | None
    """What 余, 多, 几, 来 … inside it makes of the number."""
    has_place: bool
    """It ends with 百, 千, 万 or 亿, before or behind 余."""

    @property
    def is_chinese(self) -> bool:
        return not self.written[0].isdecimal()

    @property
    def is_bare_place(self) -> bool:
        """百, 千, 万 … with no digit before: a figure of speech unless something bounds it."""
        return _PLACES_ONLY.fullmatch(self.written) is not None


class Unit(NamedTuple):
    """A unit ending at `end`; `name` is what goes into the record."""

    end: int
    name: str
    entry: UnitEntry


def is_han(char: str) -> bool:
    return _HAN.fullmatch(char) is not None


_WORD_GOES_ON = "(?![0-9A-Za-z/²³])"


@cache
def latin_unit() -> str:
    """A unit in letters (kg, m²) and nothing that makes another word of it, as a pattern."""
    words = {word for entry in units() for word in entry.words if "A" <= word[0] <= "z"}
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))}){_WORD_GOES_ON}"


@cache
def _units_by_first_char() -> dict[str, tuple[re.Pattern[str], dict[str, UnitEntry]]]:
    choices: list[tuple[str, str, UnitEntry]] = []
    after_occasion = next(entry.not_before for entry in units() if "次" in entry.words)
    for entry in units():
        for word in entry.words:
            look = _lookahead(entry.not_before, entry.only_before)
            spelling = BLANKS.join(map(re.escape, word)) if entry.kind == "ratio" else re.escape(word)
            if "A" <= word[0] <= "z":
                spelling += _WORD_GOES_ON
            choices.append((word, spelling + look, entry))
            if entry.occasions:
                choices.append(
                    (f"{word}次", f"{word}次{_NOT_NEXT_YEAR}{_lookahead(after_occasion, ())}", entry)
                )
    choices.sort(key=lambda choice: -len(choice[0]))
    first: dict[str, list[tuple[str, str, UnitEntry]]] = {}
    for choice in choices:
        first.setdefault(choice[0][0], []).append(choice)
    return {
        char: (re.compile("|".join(c[1] for c in group)), {c[0]: c[2] for c in group})
        for char, group in first.items()
    }


def _lookahead(not_before: tuple[str, ...], only_before: tuple[str, ...]) -> str:
    no = f"(?!{'|'.join(map(re.escape, not_before))})" if not_before else ""
    yes = f"(?={'|'.join(map(re.escape, only_before))})" if only_before else ""
    return no + yes


def read_unit(text: str, pos: int) -> Unit | None:
    """The unit at `pos`, blanks before it allowed; 次 of 场次 and the like belongs to it."""
    size = len(text)
    while pos < size and text[pos] in BLANK_CHARS:
        pos += 1
    if pos == size:
        return None
    group = _units_by_first_char().get(text[pos])
    if group is None:
        return None
    match = group[0].match(text, pos)
    if match is None:
        return None
    word = _ANY_BLANKS.sub("", match[0])
    entry = group[1][word]
    return Unit(match.end(), entry.canonical or word, entry)


@cache
def _idle() -> re.Pattern[str]:
    starts = "".join({word[0] for word in _INSIDE} | _units_by_first_char().keys())
    return re.compile(rf"(?:{_DIGITS_ALONE})(?![{re.escape(starts)} \u00a0\u2002-\u200b\u3000{_GO_ON}])")


def idle_end(text: str, pos: int) -> int | None:
    """Where Chinese digits at `pos` end behind which no number, unit or range goes on (统一, 二是, 三、), else None."""
    match = _idle().match(text, pos)
    return match.end() if match else None


def numeral_end(text: str, pos: int) -> int:
    """Where the run of numeral characters at `pos` ends, readable or not."""
    match = _NUMERAL_AT.match(text, pos)
    return match.end() if match else pos + 1


def read_numeral(text: str, pos: int) -> Numeral | None:
    """The numeral starting at `pos` with 余, 多, 几 … inside it; None where the characters are no number."""
    match = _NUMERAL_AT.match(text, pos)
    if match is None:
        return None
    written, end = match[0], _rejoined_end(text, pos, match.end())
    if end is None:
        return None
    if end != match.end():
        place = _PLACE_AT.match(text, end)
        end = place.end() if place else end
        written = re.sub(r"\s", "", text[pos:end])
    more = _MORE.match(text, end)
    if more is not None and not _more_belongs(text, more):
        more = None
    value, high = _value(written if more is None else written.rstrip("零") or written)
    if value is None:
        return None
    has_place = written[-1] in "百千万亿"
    if more is not None:
        end = more.end()
        if more["place"]:
            factor = parse_numeral(more["place"])
            if factor is None or not value:
                return None
            value, high = value * factor, None if high is None else high * factor
            has_place = True
    if has_place and _DIGIT_OR_PLACE.match(text, end):
        return None
    return Numeral(pos, end, value, high, written, _INSIDE[more["more"]] if more else None, has_place)


def _value(written: str) -> tuple[Decimal | None, Decimal | None]:
    value = parse_numeral(written)
    if written[0].isdecimal():
        return value, None
    pair = parse_pair(written)
    if pair is not None:
        return pair
    return (None if _DIGIT_STRING.fullmatch(written) else value), None


def _more_belongs(text: str, more: re.Match[str]) -> bool:
    """余 may end a figure (200余); 多, 几, 来 and + need a place or a unit behind them (20多家)."""
    return more["more"] == "余" or more["place"] is not None or read_unit(text, more.end()) is not None


def _rejoined_end(text: str, start: int, end: int) -> int | None:
    """Where a number really ends that a blank or a line break has cut in two; `end` when it was whole.

    Joined only in prose and where the second half carries the unit, so that neighbouring columns and list
    heads never merge. None where Chinese digits go on behind a blank and make no number with it.
    """
    if end >= len(text) or text[end] not in " \u00a0\u3000\n.,．点":
        return end
    if not text[start].isdecimal():
        spaced = _SPACED_WORDS.match(text, start)
        return end if spaced is None else _spaced_words_end(text, start, spaced.end())
    if not _follows_prose(text, start):
        return end
    for pattern in (_SPACED_POINT, _SPACED_THOUSANDS, _SPACED_DIGITS, _JOINED):
        match = pattern.match(text, start)
        if match is None:
            continue
        if pattern is _JOINED and len(match["head"]) == 4 and match["head"][:2] in {"19", "20"}:
            continue
        tail = _TAIL.match(text, match.end())
        if pattern is _SPACED_POINT or (tail and read_unit(text, tail.end()) is not None):
            return match.end()
    return end


def _spaced_words_end(text: str, start: int, end: int) -> int | None:
    """`end` where the Chinese digits up to there are one number with a unit (三千 九百件), else None."""
    tail = _TAIL.match(text, end)
    is_counted = tail is not None and (tail[0].strip() or read_unit(text, tail.end()) is not None)
    value, high = _value(re.sub(r"\s", "", text[start:end]))
    return end if is_counted and value is not None and high is None else None


def _follows_prose(text: str, start: int) -> bool:
    """A Chinese word or what closes one stands before `start`: directly, or across blanks in a line of sentences."""
    if start and is_han(text[start - 1]):
        return True
    left = text[max(0, start - 400) : start].rpartition("\n")[2]
    line = left + text[start : start + 400].partition("\n")[0]
    is_prose = "\t" not in line and not _SENTENCE_MARKS.isdisjoint(line)
    word = left.rstrip(BLANK_CHARS)[-1:]
    return is_prose and bool(word) and (is_han(word) or word in _CLOSES)
