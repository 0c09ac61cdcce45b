"""Bytes to text, and bytes to formats."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.page import read_document
from extractors.page.decode import decode

TEXT = "云溪县石桥镇2024年法治政府建设年度报告：办理行政复议案件12件，无行政诉讼案件。" * 5


@pytest.mark.parametrize(
    ("codec", "expected"), [("utf-8", "utf-8"), ("gb18030", "gb18030"), ("gbk", "gb18030")]
)
@pytest.mark.parametrize("declared", [None, "utf-8", "gb2312", "no-such-charset", "idna"])
def test_the_bytes_decide_not_the_declaration(codec: str, expected: str, declared: str | None) -> None:
    decoded = decode(TEXT.encode(codec), declared)
    assert (decoded.text, decoded.encoding, decoded.broken) == (TEXT, expected, 0)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_obeyed_and_not_part_of_the_text(codec: str) -> None:
    assert decode(TEXT.encode(codec)).text == TEXT


def test_one_damaged_character_does_not_turn_utf8_into_gb18030() -> None:
    data = TEXT.encode()
    place = len(TEXT[:20].encode())
    decoded = decode(data[:place] + b"\xe4\xb8" + data[place:])
    assert decoded.encoding == "utf-8"
    assert decoded.broken == 1
    assert decoded.text.replace("\ufffd", "") == TEXT


def test_a_declared_charset_is_tried_when_neither_family_fits() -> None:
    traditional = "雲溪縣石橋鎮政府資訊公開年度報告與行政復議統計" * 8
    assert decode(traditional.encode("big5"), "big5").text in (
        traditional,
        decode(traditional.encode("big5")).text,
    )
    assert decode(traditional.encode("utf-16-le"), "utf-16-le").text == traditional


@given(
    st.binary(max_size=400),
    st.sampled_from([None, "utf-8", "gbk", "big5", "utf-16", "x-nothing", "punycode"]),
)
def test_decoding_never_raises(data: bytes, charset: str | None) -> None:
    assert decode(data, charset).broken >= 0


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=20, max_size=200))
def test_any_chinese_text_survives_both_encodings(text: str) -> None:
    assert decode(text.encode()).text == text
    assert decode(text.encode("gb18030")).text == text


def test_a_local_txt_is_read_unchanged_whatever_it_holds() -> None:
    content = (
        "石桥镇人民政府\r\n关于2024年法治政府建设情况的报告\r\n\r\n　　<p>案件12件。\r\n2025年1月9日\r\n"
    )
    document = read_document(content.encode("gbk"), name="报告.TXT")
    assert (document.kind, document.text, document.encoding) == ("text", content, "gb18030")
    shown = [document.text[block.start : block.end] for block in document.blocks]
    assert shown == [line.strip("　") for line in content.split("\r\n") if line]
    assert document.title == "石桥镇人民政府关于2024年法治政府建设情况的报告"
    assert str(document.signed_on) == "2025-01-09"
    assert document.published_on is None


def test_a_text_copied_from_a_page_tells_its_publication_date() -> None:
    content = "当前位置：首页>法治政府\n石桥镇2024年法治政府建设年度报告\n日期：2025-02-03\n一、主要做法\n"
    document = read_document(content.encode(), name="a.txt")
    assert document.title == "石桥镇2024年法治政府建设年度报告"
    assert str(document.published_on) == "2025-02-03"


def test_bytes_that_are_no_text_are_undecodable() -> None:
    noise = bytes((i * 197 + 61) % 256 for i in range(4000))
    document = read_document(noise, url="https://www.yunxi.example/a.html", media_type="text/html")
    assert (document.kind, document.text, document.blocks) == ("undecodable", "", ())
    assert [issue.kind for issue in document.issues] == ["undecodable"]
