"""Bare numerals of any script, read as exact decimals.

`parse_numeral` reads one whole string: Arabic (half or full width, thousands separators), Chinese (三千二百,
三万五, 一七二零), financial (壹拾叁), mixed (1.3万, 5万4千6百), decimals (六点四二万), negatives, fractions
(三分之二, 负一又二分之一, 3/5) and amounts of money in words (壹拾壹元壹角整, 一块二, 三毛五). Rules of the language:
GB/T 15835 (出版物上数字用法) and the everyday shorthand in which the last digit counts for the next lower
place (两千六 = 2600, 三万五 = 35000).
"""

from __future__ import annotations

import re
from decimal import Decimal

_VALUES = {char: value for value, char in enumerate("零一二三四五六七八九")}
_SCRIPTS = str.maketrans(
    "０１２３４５６７８９．，－−％〇○两兩壹贰貳叁叄參肆伍陆陸柒捌玖拾佰仟萬億点點負",
    "0123456789.,--%零零二二一二二三三三四五六六七八九十百千万亿点点负",
)
_STRAY_TWO = re.compile("[零〇一二两兩三四五六七八九十百千万亿萬億点點][两兩](?![百佰千仟万萬亿億])")
"""两 counts places and things; last in a number it is the weight (三十两)."""
_LONGEST = 60
"""No written number with places is longer; longer runs (万万万…) are none."""
_WORDS = {"廿": "二十", "卅": "三十", "卌": "四十"}
_BLANKS = re.compile(r"\s+")
_THOUSANDS = re.compile(r"-?\d{1,3}(?:,\d{3})+(?!\d)")
_PLAIN = re.compile(r"\d+(?:\.\d+)?")
_DIGIT_STRING = re.compile(r"[零一二三四五六七八九]{2,}")
_COUNTED = re.compile("[0-9一二三四五六七八九十]")
"""What says how many of a place there are: 50万千 is none."""
_LARGE = (("兆", Decimal(10) ** 12), ("亿", Decimal(10) ** 8), ("万", Decimal(10) ** 4))

_D = r"(?:[一二三四五六七八九]|\d+(?:\.\d+)?)"
_BELOW_TEN_THOUSAND = re.compile(
    rf"(?P<thousand>{_D}?千)?(?:零?(?P<hundred>{_D}?百))?(?:零?(?P<ten>{_D}?十))?"
    r"(?P<zero>零)?(?P<one>[一二三四五六七八九]|\d+)?"
)
_MONEY = re.compile(
    r"(?:(?P<yuan>[^元圆块角毛分]+)[元圆块])?(?:零?(?P<jiao>[^元圆块角毛分]+)[角毛])?"
    r"(?:零?(?P<fen>[^元圆块角毛分]+)分|(?P<odd>零?[一二三四五六七八九]))?(?:钱|整|正)?"
)
_FRACTION = re.compile(r"(?:(?P<whole>.+)又)?(?P<below>.+)分之(?P<above>.+)")
_SLASH = re.compile(r"(?P<above>\d+)[/／](?P<below>\d+)")
_FEW = re.compile(
    "(?:人民币)?(?:(?P<few>几|数)(?P<place>[十百千万亿]+)|(?P<tens>十)几(?P<large>[万亿]*))"
    "(?:元|块|块钱)?(?:人民币)?"
)
_PAIR = re.compile(
    r"(?P<head>(?:.*[十百千万亿])?)(?P<low>[一二三四五六七八九])(?P<high>[二三四五六七八九])(?P<tail>[十百千万亿]*)"
)


def _normal(text: str) -> str:
    text = _BLANKS.sub("", text).translate(_SCRIPTS)
    for word, plain in _WORDS.items():
        text = text.replace(word, plain)
    if "," in text:
        text = _THOUSANDS.sub(lambda m: m[0].replace(",", ""), text)
    return text


def parse_numeral(text: str) -> Decimal | None:
    """The exact value of a bare numeral, or None when `text` is not one numeral and nothing else."""
    if len(text) <= _LONGEST and _PLAIN.fullmatch(text):
        return Decimal(text)
    plain = _normal(text)
    if (len(plain) > _LONGEST and not plain.isdecimal()) or _STRAY_TWO.search(text):
        return None
    if plain[:1] in {"-", "负"}:
        value = _unsigned(plain[1:])
        return None if value is None else -value
    return _unsigned(plain)


def parse_pair(text: str) -> tuple[Decimal, Decimal] | None:
    """Both ends of an approximation by neighbouring digits: 七八 → (7, 8), 三五百 → (300, 500).

    几 and 数 stand for one unknown digit: 十几 → (10, 20), 几十万元 → (100 000, 1 000 000).
    None when the digits do not ascend by one (三五 excepted), so that 八五 or 一三五 never reads as a range.
    """
    plain = _normal(text)
    few = _FEW.fullmatch(plain)
    if few is not None:
        place = _whole(few["place"] or few["tens"] + few["large"])
        return None if place is None else (place, place * (10 if few["few"] else 2))
    match = _PAIR.fullmatch(plain)
    if match is None:
        return None
    head, tail = match["head"], match["tail"]
    step = _VALUES[match["high"]] - _VALUES[match["low"]]
    if step != 1 and match["low"] + match["high"] != "三五":
        return None
    low, high = (_unsigned(head + match[end] + tail) for end in ("low", "high"))
    if low is None or high is None or low >= high:
        return None
    return low, high


def _unsigned(text: str) -> Decimal | None:
    if text in {"半", "一半"}:
        return Decimal("0.5")
    return _fraction(text) or _money(text) or _decimal(text)


def _fraction(text: str) -> Decimal | None:
    match = _FRACTION.fullmatch(text) or _SLASH.fullmatch(text)
    if match is None:
        return None
    whole = match.groupdict().get("whole")
    parts = [_decimal(part) for part in (whole or "零", match["above"], match["below"])]
    if any(part is None for part in parts):
        return None
    base, above, below = (part for part in parts if part is not None)
    return base + above / below if below else None


def _money(text: str) -> Decimal | None:
    match = _MONEY.fullmatch(text)
    if match is None or (match["yuan"] is None and match["jiao"] is None):
        return None
    total = small_change(match["odd"] or "", is_fen=match["jiao"] is not None)
    for name, scale in (("yuan", Decimal(1)), ("jiao", Decimal("0.1")), ("fen", Decimal("0.01"))):
        if match[name] is None:
            continue
        value = _decimal(match[name])
        if value is None:
            return None
        total += value * scale
    return total


def small_change(odd: str, *, is_fen: bool) -> Decimal:
    """What a digit without its 角 or 分 adds to an amount in 元: 一块|二, 三块|零四, 三毛|五."""
    if not odd:
        return Decimal(0)
    return Decimal(_VALUES.get(odd[-1], odd[-1])) / (100 if is_fen or len(odd) > 1 else 10)


def _decimal(text: str) -> Decimal | None:
    whole, point, rest = text.partition("点")
    if not point:
        return _whole(text)
    body = rest.rstrip("万亿兆")
    digits = "".join(str(_VALUES.get(char, char)) for char in body)
    left = _whole(whole)
    if left is None or left != left.to_integral_value() or not digits.isascii() or not digits.isdigit():
        return None
    value = left + Decimal(f"0.{digits}")
    for char in rest[len(body) :]:
        value *= dict(_LARGE)[char]
    return value


def _whole(text: str) -> Decimal | None:
    """A numeral without 点: split at its largest place, right to left, so that 四万万 and 五千亿 fall out."""
    if text == "零":
        return Decimal(0)
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    if _DIGIT_STRING.fullmatch(text):
        return Decimal("".join(str(_VALUES[char]) for char in text))
    for char, scale in _LARGE:
        head, found, tail = text.rpartition(char)
        if found:
            return _placed(head, scale, tail)
    return _below_ten_thousand(text)


def _placed(head: str, scale: Decimal, tail: str) -> Decimal | None:
    factor = _whole(head) if head else Decimal(1)
    if factor is None:
        return None
    if not tail:
        return factor * scale
    if len(tail) == 1 and tail in _VALUES and tail != "零":
        return (factor * 10 + _VALUES[tail]) * scale / 10
    rest = _whole(tail.lstrip("零")) if _COUNTED.search(tail) else None
    if rest is None or rest >= scale or factor != factor.to_integral_value():
        return None
    return factor * scale + rest


def _below_ten_thousand(text: str) -> Decimal | None:
    match = _BELOW_TEN_THOUSAND.fullmatch(text)
    if not text or match is None or (match["zero"] and not match["one"]):
        return None
    total, scale = Decimal(0), Decimal(1)
    placed = 0
    for name, size in (("thousand", 1000), ("hundred", 100), ("ten", 10)):
        if match[name] is None:
            continue
        digit = match[name][:-1]
        factor = Decimal(_VALUES.get(digit, digit or 1))
        total, scale, placed = total + factor * size, Decimal(size), placed + 1
    one = match["one"]
    if total != total.to_integral_value() and (placed > 1 or one):
        return None
    if one is None:
        return total if placed else None
    if one in _VALUES:
        shorthand = scale >= 100 and not match["zero"]
        return total + (_VALUES[one] * scale / 10 if shorthand else _VALUES[one])
    in_place = not placed or match["zero"] or len(one) > 1
    return total + Decimal(one) if in_place and (not placed or Decimal(one) < scale) else None
