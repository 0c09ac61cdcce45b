"""Dates as Chinese pages print them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

_ARABIC = re.compile(
    r"(?<![\d.])((?:19|20)\d{2})\s*(?:[-/.]|年)\s*(\d{1,2})\s*(?:[-/.]|月)\s*(\d{1,2})(?:\s*日|(?=T)|(?![\d.%]))"
)
_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | dict.fromkeys("○Ｏ零OoО◯０", "0")
_CHINESE = re.compile(
    r"(二[〇○Ｏ零OoО◯０][〇○Ｏ零OoО◯０一二三四五六七八九]{2})\s*年\s*([元一二三四五六七八九十]{1,3})\s*月\s*([一二三四五六七八九十廿]{1,4})\s*日"
)
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)")
_URL_DATES = (
    re.compile(r"/t((?:19|20)\d{2})(\d{2})(\d{2})_\d+"),
    re.compile(r"/((?:19|20)\d{2})/(\d{1,2})/(\d{1,2})/"),
    re.compile(r"/((?:19|20)\d{2})-?(\d{2})[-/](\d{2})/"),
    re.compile(r"/((?:19|20)\d{2})(\d{2})(\d{2})/"),
)
_LAST_LINES = 40
_BRACKETS = "（()）[]【】 \u3000\t"


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _small_numeral(text: str) -> str:
    """元 to 31 in Chinese numerals."""
    tens, mark, units = text.replace("廿", "二十").replace("元", "一").rpartition("十")
    value = int(_DIGITS.get(units, "0")) if units else 0
    return str(value + (int(_DIGITS.get(tens, "1")) * 10 if mark else 0))


def days_in(text: str) -> Iterator[date]:
    """The valid calendar days written in `text`, those in figures first."""
    for match in _ARABIC.finditer(text):
        if day := _day(*match.groups()):
            yield day
    for match in _CHINESE.finditer(text):
        year = "".join(_DIGITS[c] for c in match[1])
        if day := _day(year, _small_numeral(match[2]), _small_numeral(match[3])):
            yield day


def find_date(text: str) -> date | None:
    """The first valid calendar day written in `text` (2024-02-22, 2024年2月22日, 二〇二四年二月二十二日),
    else None."""
    return next(days_in(text), None)


def around_date(text: str) -> tuple[str, str] | None:
    """What stands before and after the first day written in `text`; None where there is none."""
    match = _ARABIC.search(text) or _CHINESE.search(text)
    return (text[: match.start()], text[match.end() :]) if match else None


def whole_date(text: str) -> date | None:
    """The day when `text` is a date and nothing else, brackets and spaces aside."""
    bare = text.strip(_BRACKETS)
    match = _ARABIC.fullmatch(bare) or _CHINESE.fullmatch(bare)
    return find_date(bare) if match else None


def opening_date(text: str) -> date | None:
    """The day a text begins with when it is written in figures (2024-02-22 09:30 …), not as 2024年2月22日."""
    match = _ARABIC.match(text.lstrip(_BRACKETS))
    return _day(*match.groups()) if match and not match[0].endswith("日") and "年" not in match[0] else None


def meta_date(text: str) -> date | None:
    """As `find_date`, and 20240222 too: what a meta tag may hold."""
    if day := find_date(text):
        return day
    match = _COMPACT.search(text)
    return _day(*match.groups()) if match else None


def url_date(url: str) -> date | None:
    """The day in an address of the usual content systems, else None (a month alone is no day)."""
    for pattern in _URL_DATES:
        if (match := pattern.search(url)) and (day := _day(*match.groups())):
            return day
    return None


def signature_date(lines: Iterable[str]) -> date | None:
    """The date under the signature: the last line, near the end, that is a date or closes a short line
    with one."""
    for line in reversed(list(lines)[-_LAST_LINES:]):
        bare = line.strip(_BRACKETS)
        if day := whole_date(bare):
            return day
        tail = re.search(r"[\s\u3000]((?:19|20|二)\S{2,3}\s*年.{1,4}月.{1,4}日)$", bare)
        if tail and len(bare) <= 60 and not re.search(r"[，。；]", bare) and (day := whole_date(tail[1])):
            return day
    return None
