"""Bare numerals: every script reads back to the value it was written from."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.report.bare_numbers import find_numbers
from extractors.report.numbers import parse_numeral, parse_pair

DIGITS = "零一二三四五六七八九"
FINANCIAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


def four_places(number: int) -> str:
    """A number below 10,000 in Chinese, with 零 for gaps."""
    out, gap = "", False
    for size, place in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, size)
        if digit:
            out += ("零" if gap and out else "") + DIGITS[digit] + place
            gap = False
        else:
            gap = True
    return out


def chinese(number: int) -> str:
    if number == 0:
        return "零"
    groups = []
    for place in ("", "万", "亿", "万亿"):
        number, group = divmod(number, 10_000)
        groups.append((group, place))
    out = ""
    for group, place in reversed(groups):
        if group:
            out += ("零" if out and group < 1000 else "") + four_places(group) + place
    return out


@given(st.integers(0, 10**12 - 1))
def test_a_chinese_numeral_reads_back(number: int) -> None:
    assert parse_numeral(chinese(number)) == number
    assert parse_numeral("负" + chinese(number)) == -number


@given(st.integers(1, 10**12 - 1))
def test_a_financial_numeral_reads_back(number: int) -> None:
    assert parse_numeral(chinese(number).translate(FINANCIAL)) == number


@given(st.integers(0, 10**12), st.integers(0, 999), st.sampled_from(["", "万", "亿"]))
def test_an_arabic_numeral_reads_back_in_any_dress(whole: int, part: int, place: str) -> None:
    scale = {"": 1, "万": 10**4, "亿": 10**8}[place]
    value = Decimal(f"{whole}.{part:03d}") * scale
    for written in (f"{whole}.{part:03d}", f"{whole:,}.{part:03d}"):
        assert parse_numeral(written + place) == value
        assert parse_numeral((written + place).translate(FULL_WIDTH)) == value


@given(st.integers(2, 9999), st.integers(1, 9999))
def test_a_fraction_reads_back(below: int, above: int) -> None:
    assert parse_numeral(f"{chinese(below)}分之{chinese(above)}") == Decimal(above) / Decimal(below)


@given(st.text())
def test_any_text_is_a_number_or_none(text: str) -> None:
    value = parse_numeral(text)
    assert value is None or value.is_finite()


@given(st.text(alphabet="零一二两三四五六七八九十百千万亿点分之又负元角0123456789.,", max_size=12))
def test_any_heap_of_numeral_characters_is_a_number_or_none(text: str) -> None:
    value = parse_numeral(text)
    assert value is None or value.is_finite()
    pair = parse_pair(text)
    assert pair is None or pair[0] < pair[1]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("三万五", 35_000),
        ("两千六", 2_600),
        ("一百零五", 105),
        ("十三", 13),
        ("廿六", 26),
        ("二〇二四", 2024),
        ("四万万", 400_000_000),
        ("1.3万亿", 1_300_000_000_000),
        ("5万4千6百", 54_600),
        ("六点四二万", 64_200),
        ("1，234.5", Decimal("1234.5")),
        ("负一又二分之一", Decimal("-1.5")),
        ("3/5", Decimal("0.6")),
        ("叁拾元伍角", Decimal("30.5")),
        ("半", Decimal("0.5")),
        ("七块三", Decimal("7.3")),
        ("九块零六", Decimal("9.06")),
        ("四毛八", Decimal("0.48")),
        ("两块五毛六", Decimal("2.56")),
        ("兩萬零三", 20_003),
        ("負六", -6),
        ("卌五", 45),
        ("叄拾肆", 34),
    ],
)
def test_everyday_forms(written: str, value: Decimal | int) -> None:
    assert parse_numeral(written) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "件",
        "万件",
        "十余",
        "三个",
        "零点",
        "点五",
        "10..1万",
        "10.1万零100",
        "一百零",
        "1/0",
        "元整",
        "50万千",
    ],
)
def test_what_is_no_bare_numeral_is_none(text: str) -> None:
    assert parse_numeral(text) is None


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("七八", 7, 8),
        ("三五百", 300, 500),
        ("十五六", 15, 16),
        ("一二十", 10, 20),
        ("四十五六万", 450_000, 460_000),
        ("十几", 10, 20),
        ("数百", 100, 1000),
        ("几千万块钱", 10_000_000, 100_000_000),
    ],
)
def test_neighbouring_digits_are_a_range(written: str, low: int, high: int) -> None:
    assert parse_pair(written) == (low, high)


@pytest.mark.parametrize("text", ["八五", "一三五", "二八", "四", "十四"])
def test_other_digits_side_by_side_are_none(text: str) -> None:
    assert parse_pair(text) is None


@pytest.mark.parametrize(
    ("text", "low", "high", "bound"),
    [
        ("得数大于四十", 40, None, "at_least"),
        ("分数不到六十", 60, None, "at_most"),
        ("得票至少是7", 7, None, "at_least"),
        ("气温超过了33。", 33, None, "at_least"),
        ("年纪比五十小", 50, None, "at_most"),
        ("编制在九十或者更多", 90, None, "at_least"),
        ("四百二到四百九", 420, 490, "range"),
        ("介于15与45之间", 15, 45, "range"),
        ("大于等于5且小于8", 5, 8, "range"),
        ("最多80最少60个", 60, 80, "range"),
        ("走了八", 8, None, "exact"),
        ("选出一个大于7而且小于9的", 7, 9, "range"),
        ("取值在300与500间", 300, 500, "range"),
        ("兩千六百五以上", 2650, None, "at_least"),
    ],
)
def test_comparisons_of_bare_numbers(text: str, low: float, high: float | None, bound: str) -> None:
    (number,) = find_numbers(text)
    assert (number.value, number.value_high, number.bound) == (low, high, bound)


def test_numbers_that_do_not_compare_stay_apart() -> None:
    assert [n.value for n in find_numbers("从30和20之间，通过7和9")] == [30, 20, 7, 9]
    assert [n.bound for n in find_numbers("至少5，至少8")] == ["at_least", "at_least"]


WORDS = st.sampled_from(
    [
        *"零一二三十百千万半几数约近不过上下比大小和与到至是了以内间且，、 0123456789.件个元块",
        "大于",
        "不到",
        "以上",
    ]
)


@given(st.lists(WORDS, max_size=30).map("".join) | st.text())
def test_numbers_of_any_text_never_overlap(text: str) -> None:
    end = 0
    for number in find_numbers(text):
        assert end <= number.start < number.end
        assert text[number.start : number.end] == number.text
        end = number.end
