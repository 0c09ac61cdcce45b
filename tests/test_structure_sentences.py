"""Sentences end where a reader would end them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.report.sentences import split_sentences


def sentences(text: str) -> list[str]:
    return [text[a:b] for a, b in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("检查3次。整改2处！真的？", ["检查3次。", "整改2处！", "真的？"]),
        ("金额3.5万元，占12.8％；完成。", ["金额3.5万元，占12.8％；完成。"]),
        ("落实“检查一次。整改到位。”要求。再次检查。", ["落实“检查一次。整改到位。”要求。", "再次检查。"]),
        ("他说：“检查一次。”随后整改。", ["他说：“检查一次。”", "随后整改。"]),
        ("成效明显.二是整改.完成", ["成效明显.", "二是整改.", "完成"]),
        ("1.检查。2．整改。", ["1.检查。", "2．整改。"]),
        ("检查（含抽查。复查）3次。", ["检查（含抽查。复查）3次。"]),
        ("“未闭合的引号。第二句。\n第三句。", ["“未闭合的引号。", "第二句。", "第三句。"]),
        ("没有句号\n下一行", ["没有句号", "下一行"]),
    ],
)
def test_where_sentences_end(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_a_number_broken_over_two_lines_stays_one_sentence() -> None:
    text = "全镇各村居和镇属各部门在这一年里共同努力累计调解纠纷2\n00余件。"
    assert sentences(text) == [text]


@given(st.text(alphabet="检查0123.。！“”《》（）\n\r\t 年", max_size=60))
def test_sentences_cover_everything_in_order(text: str) -> None:
    spans = list(split_sentences(text))
    assert all(a[1] <= b[0] and not text[a[1] : b[0]].strip() for a, b in pairwise(spans))
    kept = sum(len("".join(text[a:b].split())) for a, b in spans)
    assert kept == len("".join(text.split()))
