"""The signature block of a document: who signs, and the date below."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from extractors.report.sentences import Line, lines

_DIGITS = {c: str(i % 10) for i, c in enumerate("0123456789０１２３４５６７８９")} | {
    **dict.fromkeys("〇○零Ｏ", "0"),
    **{c: str(i) for i, c in enumerate("一二三四五六七八九", start=1)},
}
_N = r"[0-9０-９〇○零Ｏ一二三四五六七八九十]"
_DATE = rf"({_N}{{4}})\s*(?:年|[-./／－．])\s*({_N}{{1,3}})\s*(?:月|[-./／－．])\s*({_N}{{1,3}})\s*日?"
_DATE_ONLY = re.compile(rf"^[（(]?(?:日期[:：])?\s*{_DATE}\s*(?:印发)?[）)]?$")
_DATE_AT_END = re.compile(rf"{_DATE}\s*$")
_BODY_WORD = (
    r"(?:政府|委员会|党委|工委|[省市县区州旗盟镇乡]委|党组|党支部|局|办公室|办事处|管委会|中心|指挥部"
    r"|法院|检察院|[教科民财交农文卫体统审税]委|委|厅|队|站|所|院|学校|公司|集团|办)"
)
_ORG_LINE = re.compile(rf"^[^。，；：！？:;!?>|]{{2,60}}{_BODY_WORD}(?:[（(][^（）()]{{1,12}}[）)])?$")
_LONG_PROSE = 60
_PROSE = re.compile("[。，；！？](?![^（）()]{0,11}[）)])")
"""What stands in no name and no date, but perhaps in a name's bracket (盖章，代)."""
_BLANKS = re.compile(r"\s+")


def read_date(year: str, month: str, day: str) -> date | None:
    """A date from its written parts, Chinese or Arabic numerals; None when there is no such day."""
    try:
        return date(int("".join(_DIGITS[c] for c in year)), _small(month), _small(day))
    except (KeyError, ValueError):
        return None


def _small(written: str) -> int:
    """1 to 99 in Arabic or Chinese numerals (十, 十二, 三十一, 二八)."""
    if "十" not in written:
        return int("".join(_DIGITS[c] for c in written))
    tens, _, ones = written.partition("十")
    return 10 * int(_DIGITS[tens] if tens else 1) + int(_DIGITS[ones] if ones else 0)


@dataclass(frozen=True, slots=True)
class Signature:
    """`text[start:end]` is the block; `names` the bodies that sign, as printed, blanks removed."""

    start: int
    end: int
    names: tuple[str, ...]
    signed_on: date | None


@lru_cache(maxsize=1)
def find_signature(text: str) -> Signature | None:
    """The block of names and date that closes a text, or None.

    A block stands after the last prose of the text: lines that name public bodies, then (or on the same
    line) a date; a date alone and names alone count too. Footers of the page may follow it. The last answer is kept.
    """
    rows = lines(text)
    last: int | None
    signed: date | None
    found = _named_and_dated(text, rows)
    if found is not None:
        last, signed = found
    else:
        rows = _after_prose(text, rows)
        dates = ((i, _date_of(text[row.start : row.end])) for i, row in enumerate(rows))
        last, signed = next(((i, day) for i, day in dates if day is not None), (_last_name(text, rows), None))
    if last is None:
        return None
    first = last
    while first > 0 and _name_of(text[rows[first - 1].start : rows[first - 1].end]):
        first -= 1
    names = [_name_of(text[row.start : row.end]) for row in rows[first : last + 1]]
    return Signature(rows[first].start, rows[last].end, tuple(n for n in names if n), signed)


def names_body(content: str) -> bool:
    """Whether a line is the bare name of a public body."""
    return _ORG_LINE.match(_BLANKS.sub("", content)) is not None


def _named_and_dated(text: str, rows: tuple[Line, ...]) -> tuple[int, date] | None:
    """The last line below some prose that dates a name, its own or the line's above; footers may be prose."""
    for i in range(len(rows) - 1, 0, -1):
        signed = _date_of(text[rows[i].start : rows[i].end])
        if signed is None:
            continue
        above = text[rows[i - 1].start : rows[i - 1].end]
        named = _name_of(above) or _name_of(text[rows[i].start : rows[i].end])
        if named and any("。" in text[row.start : row.end] for row in rows[:i]):
            return i, signed
    return None


def _last_name(text: str, rows: tuple[Line, ...]) -> int | None:
    """The last of the first run of names."""
    named = [i for i, row in enumerate(rows) if _name_of(text[row.start : row.end])]
    run = [i for i, j in zip(named, range(named[0], len(rows)), strict=False) if i == j] if named else []
    return run[-1] if run else None


def _after_prose(text: str, rows: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines after the last one that reads as prose; nothing when the text has no prose at all."""
    for i in range(len(rows) - 1, -1, -1):
        content = text[rows[i].start : rows[i].end]
        if "。" in content or len(content) > _LONG_PROSE:
            return rows[i + 1 :]
    return ()


def _date_of(content: str) -> date | None:
    if _PROSE.search(content):
        return None
    bare = _BLANKS.sub("", content)
    match = _DATE_ONLY.match(bare)
    if match is None:
        match = _DATE_AT_END.search(bare)
        if match is None or not _name_of(bare[: match.start()]):
            return None
    return read_date(*match.groups()[:3])


def _name_of(content: str) -> str | None:
    if _PROSE.search(content):
        return None
    bare = _BLANKS.sub("", content)
    dated = _DATE_AT_END.search(bare)
    if dated is not None:
        bare = bare[: dated.start()]
    return bare if _ORG_LINE.match(bare) else None
