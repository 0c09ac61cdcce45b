"""Copies of print, whose lines end at the margin: paragraphs are what the writer wrote."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from datetime import date

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.organisation import Gazetteer
from extractors.page import read_document
from extractors.reading import part_spans, read
from extractors.wrapped import going_on

TITLE = "青岚镇2024年法治政府建设年度报告"
PARAGRAPHS = [
    "2024年,青岚镇认真落实上级关于法治政府建设的各项部署,坚持把学法用法作为干部的必修课,全年组织集中学法12次,参加人员达到460人次,镇村两级干部依法办事的能力有了新的提高。",
    "一、主要做法和成效",
    "镇司法所全年审查行政规范性文件3件,合同118份,提出意见建议47条,其中被采纳的有45条。镇综合行政执法队办理行政处罚案件26件,没有一件被行政复议机关撤销或者变更,群众的满意程度继续提升。",
    "各村（社区）人民调解委员会共排查矛盾纠纷152起,调解成功149起,涉及金额共计86.5万元。全镇聘请法律顾问18名,实现了18个村全覆盖,开展法治宣传活动32场次,发放宣传资料6400余份,接受群众咨询900余人次。",
    "二、存在的问题",
    "青岚镇把行政执法公示、执法全过程记录和重大执法决定法制审核落到每一件案子上,组织执法人员参加培训5次,新增持证执法人员4名,清理不再执法的人员2名,案卷评查中没有发现不合格的案卷;镇便民服务中心全年办理各类事项7300余件,群众评价的满意率达到99.6%,电话回访1100余人次。",
    "对照上级的要求和群众的期盼,我镇的法治建设还有差距:一些干部运用法治思维解决问题的能力还不够强,执法力量仍然薄弱,执法人员持有证件的只有9人,普法宣传的形式也还比较单一。",
]
SIGNATURE = ["青岚镇人民政府", "2025年1月10日"]
NO_START = "，。、；：！？）》”,.;:!?)"


def by_columns(text: str, width: int) -> list[str]:
    """Lines as a typesetter breaks them: no punctuation begins one, no number is torn."""
    lines, line, used = [], "", 0
    for char in text:
        wide = 1 if char.isascii() else 2
        if used + wide > width and char not in NO_START:
            tail = ""
            while char.isascii() and char.isalnum() and line[-1:].isascii() and line[-1:].isalnum():
                tail, line = line[-1] + tail, line[:-1]
            lines.append(line)
            line, used = tail, len(tail)
        line, used = line + char, used + wide
    return [*lines, line]


def by_characters(text: str, width: int) -> list[str]:
    """Lines as a program cuts them, wherever that is."""
    return [text[i : i + width] for i in range(0, len(text), width)]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


BREAKERS = [(by_columns, 60), (by_columns, 76), (by_characters, 32), (by_characters, 38)]
AS_PAGE: list[Callable[[list[list[str]]], str]] = [
    lambda groups: "".join(f"<p>　　{g[0]}</p>" + "".join(f"<p>{t}</p>" for t in g[1:]) for g in groups),
    lambda groups: "<br>\n".join("&nbsp;&nbsp;&nbsp;&nbsp;" + "<br/>".join(g) for g in groups),
    lambda groups: "<pre>" + "\n".join("    " + "\n".join(g) for g in groups) + "</pre>",
    lambda groups: "".join(f"<p>{t}</p>" for g in groups for t in g),
]


def page(body: str) -> bytes:
    return (
        f"<html><head><title>{TITLE}</title><meta name='ArticleTitle' content='{TITLE}'></head><body>"
        f"<h1>{TITLE}</h1><div class='info'>发布时间：2025-01-12</div>"
        f"<div class='TRS_Editor'>{body}<p>{SIGNATURE[0]}</p><p>{SIGNATURE[1]}</p></div></body></html>"
    ).encode()


def _without_indent(lines: list[str]) -> list[str]:
    return [lines[0].lstrip(), *lines[1:]]


@pytest.mark.parametrize("breaker, width", BREAKERS)
@pytest.mark.parametrize("as_page", AS_PAGE)
def test_lines_that_a_margin_ended_are_paragraphs_again(
    breaker: Callable[[str, int], list[str]], width: int, as_page: Callable[[list[list[str]]], str]
) -> None:
    found = read_document(
        page(as_page([_without_indent(breaker(f"　　{text}", width)) for text in PARAGRAPHS]))
    )
    assert found.text.split("\n") == [*PARAGRAPHS, *SIGNATURE]
    assert [found.text[b.start : b.end] for b in found.blocks] == [*PARAGRAPHS, *SIGNATURE]
    assert found.signed_on == date(2025, 1, 10)


def test_a_word_file_of_printed_lines_has_paragraphs_again() -> None:
    file = docx.Document()
    for line in [TITLE, *(line for text in PARAGRAPHS for line in by_columns(text, 60)), *SIGNATURE]:
        file.add_paragraph(line)
    data = io.BytesIO()
    file.save(data)
    assert read_document(data.getvalue(), name="a.docx").text.split("\n") == [TITLE, *PARAGRAPHS, *SIGNATURE]


@pytest.mark.parametrize("breaker, width", BREAKERS)
@pytest.mark.parametrize("indent, line_end", [("　　", "\r\n"), ("    ", "\n"), ("", "\n")])
def test_a_local_text_is_read_across_its_lines_and_every_offset_points_into_it(
    breaker: Callable[[str, int], list[str]],
    width: int,
    indent: str,
    line_end: str,
    gazetteer: Gazetteer,
) -> None:
    paragraphs = [f"{indent}{text}" for text in PARAGRAPHS]
    printed = [line for text in paragraphs for line in breaker(text, width)]
    wrapped, unwrapped = (
        line_end.join([TITLE, "", *lines, "", *SIGNATURE, ""]) for lines in (printed, paragraphs)
    )
    plain = read(unwrapped.encode(), name="a.txt", gazetteer=gazetteer)
    found = read(wrapped.encode(), name="a.txt", gazetteer=gazetteer)
    text = found.document.text
    assert text == wrapped
    blocks = [text[b.start : b.end].replace(line_end, "") for b in found.document.blocks]
    assert blocks == [TITLE, *PARAGRAPHS, *SIGNATURE]
    assert [(f.code, f.value, f.period, f.section, f.rule) for f in found.facts] == [
        (f.code, f.value, f.period, f.section, f.rule) for f in plain.facts
    ]
    for records in (found.facts, found.quantities):
        assert all(text[one.start : one.end] == one.text for one in records)
    assert [f.text.replace(line_end, "") for f in found.facts] == [f.text for f in plain.facts]
    sentences = [text[s.start : s.end].replace(line_end, "") for s in found.sentences]
    whole = plain.document.text
    assert sentences == [whole[s.start : s.end] for s in plain.sentences]
    assert [text[s.start : s.heading_end] for s in found.sections] == [s.heading for s in plain.sections]
    spans = {part: span and text[span.start : span.end] for part, span in part_spans(found.document).items()}
    expected = {p: s and whole[s.start : s.end] for p, s in part_spans(plain.document).items()}
    assert {p: s and s.replace(line_end, "") for p, s in spans.items()} == {
        p: s and s.replace(line_end, "") for p, s in expected.items()
    }


HAN = "依法行政执法监督调解纠纷复议诉讼培训宣传审查备案县镇村办件次人"


@pytest.mark.parametrize("breaker, widths", [(by_columns, range(50, 90)), (by_characters, range(24, 46))])
@pytest.mark.parametrize("seed", range(12))
def test_any_prose_comes_back_as_it_was(
    breaker: Callable[[str, int], list[str]], widths: range, seed: int
) -> None:
    choose = random.Random(seed)

    def clause() -> str:
        return "".join(choose.choices(HAN, k=choose.randint(5, 17)))

    def sentence() -> str:
        return "，".join(clause() for _ in range(choose.randint(2, 4))) + choose.choice("。；。。")

    texts = ["".join(sentence() for _ in range(choose.randint(2, 6)))[:-1] + "。" for _ in range(12)]
    width = choose.choice(widths)
    lines = [line for text in texts for line in breaker(f"　　{text}", width)]
    found = read_document("\n".join(lines).encode(), name="a.txt")
    blocks = [found.text[block.start : block.end].replace("\n", "") for block in found.blocks]
    assert blocks == texts


SENTENCES = st.lists(st.text(HAN, min_size=4, max_size=30), min_size=1, max_size=8).map("，".join)


@given(st.lists(SENTENCES.map("{}。".format) | st.text(HAN, min_size=2, max_size=40), max_size=30))
def test_paragraphs_and_headings_of_their_writer_are_never_joined(lines: list[str]) -> None:
    assert not any(going_on(lines))


def test_a_list_of_items_that_happen_to_be_nearly_as_long_as_one_another_stays() -> None:
    items = ["".join(HAN[(i * 7 + k) % len(HAN)] for k in range(24 + i * 5 % 7)) for i in range(14)]
    assert not any(going_on([f"{item[:9]}，{item[9:]}" for item in items]))


def test_a_heading_as_wide_as_the_text_stays_a_heading() -> None:
    title, heading = (
        "青岚镇人民政府2024年度推进法治政府建设工作情况报告",
        "（一）坚持以人民为中心的发展思想,规范行政执法行为",
    )
    texts = [title, *PARAGRAPHS[2:4], heading, *PARAGRAPHS[4:5], *PARAGRAPHS[6:]]
    lines = [line for text in texts for line in by_columns(text, 51)]
    assert {title, heading} <= set(lines)
    found = read_document("\n".join(lines).encode(), name="a.txt")
    assert {title, heading} <= {found.text[block.start : block.end] for block in found.blocks}
    assert found.title == title


@pytest.mark.parametrize(
    "lines",
    [
        [
            "青岚镇司法所 青岚镇中心街道东段十八号一层办事大厅",
            "白河乡司法所 白河乡河滨东路南侧二百零六号办事处",
        ]
        * 4,
        ["政通人和兴百业，依法治镇谱新篇，", "公平正义暖人心，普法宣传进万家，"] * 4,
        [
            "1.《青岚镇行政执法公示办法》，自印发之日起施行，有效",
            "2.《青岚镇重大决策程序规定》，自印发之日起施行，有效",
        ]
        * 4,
        ["受理案件，办结，移送\t12", "受理申请，公开，答复\t35"] * 4,
        ["青岚镇人民政府办公室", "青岚镇司法所", "2025年1月10日", "联系电话：0000-0000000"] * 3,
        [
            "组织召开了镇党委理论中心组会议，专题学习新修订的行政复议法；",
            "组织开展了宪法宣传周系列活动，向群众发放法律知识读本和宣传页；",
        ]
        * 4,
    ],
    ids=["addresses", "verse", "list", "cells", "signatures", "items"],
)
def test_lines_that_their_writer_ended_stay(lines: list[str]) -> None:
    assert not any(going_on(lines))
    found = read_document(page("".join(f"<p>{line}</p>" for line in lines)))
    assert found.text.split("\n")[:2] == [line.replace("\t", " ") for line in lines[:2]]


def test_letters_at_a_margin_are_words_and_digits_a_number() -> None:
    text = (
        "镇政府门户网站使用IPv6 only网络,全年发布信息1286条,其中通过API gateway推送312条,办理网民留言57件。"
        * 4
    )
    lines = [text[i : i + 31] for i in range(0, len(text), 31)]
    found = read_document("\n".join(lines).encode(), name="a.txt")
    assert len(found.blocks) == 1


PARALLEL = [
    "坚持政治引领，夯实依法行政思想基础",
    "坚持科学决策，提升行政决策公信力量",
    "坚持严格执法，规范行政执法程序行为",
    "坚持多元化解，维护社会和谐稳定大局",
    "坚持普法宣传，营造尊法学法良好氛围",
]


@pytest.mark.parametrize("lines", [PARALLEL, [line.removeprefix("坚持") for line in PARALLEL]])
def test_sentences_made_alike_stay_paragraphs(lines: list[str]) -> None:
    around = (
        "全镇上下齐心协力，扎实推进法治政府建设的各项任务，群众的满意程度继续提升，现将有关情况报告如下。"
    )
    assert not any(going_on([around, *lines, around]))
