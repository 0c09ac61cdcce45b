"""Headings, nesting and the five parts by meaning."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.records import Block, Part
from extractors.report.parts import PARTS
from extractors.report.structure import Outline, outline

MARKS = ["一、", "二、", "（一）", "(二)", "1.", "2．", "一是", "第一部分", "。", "；", "：", "“", "”", "《"]
WORDS = [
    "存在的问题",
    "主要举措和成效",
    "下一步",
    "2025年",
    "3.5",
    "万元",
    "镇人民政府",
    "二〇二五年一月三日",
    "无",
]
SPACES = ["\n", "\n\n", "\r\n", "\t", "\u3000", "\u2028"]
PIECES = st.sampled_from(MARKS + WORDS + SPACES)


def part_text(text: str, part: Part) -> str | None:
    span = outline(text).part_spans[part]
    return None if span is None else text[span.start : span.end]


def present(text: str) -> set[Part]:
    return {part for part, span in outline(text).part_spans.items() if span is not None}


FULL = """青石镇2024年法治政府建设工作报告
2024年，青石镇扎实推进各项工作，现报告如下。
一、贯彻落实党政主要负责人履行推进法治建设第一责任人职责方面
镇长主持会议3次。
二、依法行政方面
（一）严格执法。检查20次。
（二）科学决策。审查合同5份。
三、普法宣传方面
发放资料300份。
四、存在的不足和原因
一是人手不足。
五、2025年工作安排
计划培训10次。
六、其他需要报告的情况
无

青石镇人民政府
2025年1月8日
扫一扫在手机打开当前页
"""


def test_parts_go_by_meaning_not_by_number() -> None:
    report = outline(FULL)
    headings = {part: span.heading for part, span in report.part_spans.items() if span}
    assert headings["first_responsible_person"].startswith("一、")
    assert headings["achievements"] == "二、依法行政方面"
    assert headings["problems"] == "四、存在的不足和原因"
    assert headings["next_year_plan"] == "五、2025年工作安排"
    assert headings["other"] == "六、其他需要报告的情况"


def test_thematic_sections_in_a_row_form_one_span() -> None:
    achievements = part_text(FULL, "achievements")
    assert achievements is not None
    assert achievements.startswith("二、") and achievements.rstrip().endswith("发放资料300份。")


def test_signature_and_footer_belong_to_no_part() -> None:
    report = outline(FULL)
    for wording in ("青石镇人民政府\n2025", "2025年1月8日", "扫一扫"):
        assert report.part_at(FULL.index(wording)) is None
    assert FULL[: report.body_end].endswith("无")
    assert part_text(FULL, "other") == "六、其他需要报告的情况\n无"


def test_levels_nest_and_run_in_headings_stop_at_their_sentence() -> None:
    sections = outline(FULL).sections
    inner = next(s for s in sections if s.heading.startswith("（一）"))
    assert (inner.level, inner.heading, inner.part) == (2, "（一）严格执法", "achievements")
    outer = next(s for s in sections if s.heading.startswith("二、"))
    assert outer.start < inner.start and inner.end <= outer.end


@pytest.mark.parametrize(
    "marks",
    [
        ("一、", "二、", "三、"),
        ("一．", "二．", "三．"),
        ("一 ", "二 ", "三 "),
        ("（一）", "（二）", "（三）"),
        ("(一)", "(二)", "(三)"),
        ("1.", "2.", "3."),
        ("1、", "2、", "3、"),
        ("## 一、", "## 二、", "## 三、"),
        ("第一部分 ", "第二部分 ", "第三部分 "),
        ("", "", ""),
    ],
)
def test_numbering_styles_and_lost_numbers(marks: tuple[str, str, str]) -> None:
    text = (
        f"某镇报告\n{marks[0]}主要举措和成效\n检查20次。\n{marks[1]}存在的问题\n人手不足。\n"
        f"{marks[2]}下一步工作打算\n培训10次。\n"
    )
    report = outline(text)
    assert present(text) == {"achievements", "problems", "next_year_plan"}
    assert report.part_at(text.index("检查")) == "achievements"
    assert report.part_at(text.index("人手")) == "problems"
    assert report.part_at(text.index("培训")) == "next_year_plan"
    assert min(s.level for s in report.sections) == 1


def test_headings_survive_lost_line_breaks() -> None:
    text = "一、主要做法检查工作\n检查20次。二、存在的问题：一是人手不足。三、下一步打算\n培训10次。"
    report = outline(text)
    assert report.part_at(text.index("人手")) == "problems"
    assert report.part_at(text.index("培训")) == "next_year_plan"


def test_a_top_heading_survives_the_loss_of_stop_and_line() -> None:
    text = "一、工作成效\n检查20次。二、存在的问题\n一是人手不足，办法不多三、下一步打算 （一）培训10次。"
    assert outline(text).part_at(text.index("培训")) == "next_year_plan"
    out_of_turn = text.replace("三、", "五、")
    assert outline(out_of_turn).part_at(text.index("培训")) == "problems"


@pytest.mark.parametrize(
    ("heading", "part"),
    [
        ("一、2024年度推进法治政府建设的主要举措和成效", "achievements"),
        ("一、主要工作措施及成效", "achievements"),
        ("一、坚持问题导向，解决突出问题", "achievements"),
        ("一、围绕总体目标，依法全面履职", "achievements"),
        ("一、工作计划完成情况", "achievements"),
        ("一、问题与短板", "problems"),
        ("一、存在的主要差距和不足", "problems"),
        ("一、法治政府建设存在的短板弱项", "problems"),
        ("一、2025年工作思路与措施", "next_year_plan"),
        ("一、下步工作举措", "next_year_plan"),
        ("一、2025年法治政府建设重点工作安排", "next_year_plan"),
        ("一、今后努力方向", "next_year_plan"),
        ("一、党政主要负责人履行推进法治建设第一责任人职责情况", "first_responsible_person"),
        ("一、其它需要说明的事项", "other"),
        ("一、需要报告的其他情况：无", "other"),
        ("一、存在的主要問題和不足", "problems"),
        ("一、不足之处", "problems"),
        ("一、工作短板", "problems"),
        ("一、困难与挑战", "problems"),
        ("一、第一责任人履职情况", "first_responsible_person"),
    ],
)
def test_heading_wordings(heading: str, part: Part) -> None:
    text = f"某镇报告\n{heading}\n内容如此。\n"
    assert outline(text).part_at(text.index("内容")) == part


def test_combined_heading_told_apart_by_its_subheadings() -> None:
    text = "一、工作情况\n好。\n二、存在问题及下一步打算\n（一）存在问题\n人少。\n（二）下一步打算\n培训。\n"
    assert part_text(text, "problems") == "二、存在问题及下一步打算\n（一）存在问题\n人少。\n"
    assert part_text(text, "next_year_plan") == "（二）下一步打算\n培训。"


def test_combined_heading_told_apart_by_an_opening_sentence() -> None:
    text = "一、工作情况\n好。\n二、存在问题及下一步打算\n一是人少，二是经费紧。\n下一步，我镇将培训10次。\n"
    report = outline(text)
    assert report.part_at(text.index("人少")) == "problems"
    assert report.part_at(text.index("培训")) == "next_year_plan"


def test_combined_heading_that_nothing_tells_apart_counts_as_plan_and_spans_both() -> None:
    text = "一、工作情况\n好。\n二、存在问题和改进措施\n人少，需培训10次。\n"
    report = outline(text)
    assert report.part_at(text.index("培训")) == "next_year_plan"
    problems, plan = report.part_spans["problems"], report.part_spans["next_year_plan"]
    assert problems and plan and (problems.start, problems.end) == (plan.start, plan.end)


def test_parts_without_headings_open_with_words_of_their_own() -> None:
    text = (
        "某镇报告\n2024年，我镇检查20次。\n在看到成绩的同时，还存在一些不足：一是人少。\n"
        "下一步，我镇将培训10次。\n某镇人民政府\n2025年1月3日"
    )
    report = outline(text)
    assert present(text) == {"problems", "next_year_plan"}
    assert report.part_at(text.index("检查")) is None
    assert report.part_at(text.index("培训")) == "next_year_plan"
    assert report.part_at(text.index("2025年1月")) is None
    assert present("某镇报告\n2024年，没有一起案件因证据不足被撤销，群众满意。\n开展检查20次。") == set()


@pytest.mark.parametrize(
    "sentence",
    [
        "2024年，我镇将普法纳入考核，检查20次。",
        "2024年，坚持将普法挺在前面，检查20次。",
        "2024年，我镇继续推进改革，检查20次。",
    ],
)
def test_a_year_the_report_is_on_opens_no_plan(sentence: str) -> None:
    text = f"某镇2024年法治政府建设情况报告\n全年学法6次。\n{sentence}\n培训3次。\n"
    assert present(text) == set()
    assert present(f"{text}2025年，我镇将继续培训6次。") == {"next_year_plan"}


def test_part_told_only_below_the_top_level() -> None:
    text = (
        "一、工作情况\n（一）学习。好。\n（二）党政主要负责人履行推进法治建设第一责任人职责情况\n主持3次。\n"
        "（三）存在的问题\n人少。\n二、下一步打算\n培训。\n"
    )
    report = outline(text)
    assert report.part_at(text.index("主持")) == "first_responsible_person"
    assert report.part_at(text.index("人少")) == "problems"


def test_table_of_contents_is_not_the_report() -> None:
    text = "目录\n一、主要举措……1\n二、存在的问题……3\n一、主要举措\n检查。\n二、存在的问题\n人少。\n"
    assert len(outline(text).sections) == 2
    assert outline(text).part_at(text.index("检查")) == "achievements"


@pytest.mark.parametrize(
    "line", ["青石镇2024年法治政府建设情况", "现将2024年法治政府建设情况报告如下：", "青石镇人民政府"]
)
def test_titles_and_set_phrases_are_no_headings(line: str) -> None:
    text = f"{line}\n2024年，我镇依法行政。\n一、主要举措\n检查。\n"
    assert [s.heading for s in outline(text).sections] == ["一、主要举措"]


def test_table_rows_are_no_headings() -> None:
    text = "一、主要举措\n检查。\n1.行政处罚\t3\t件\n2.行政许可 5 件\n"
    row = text.index("2.行政")
    blocks = (Block(row, len(text) - 1, "row"),)
    assert len(outline(text, blocks).sections) == 1


def check(text: str, report: Outline) -> None:
    previous = 0
    for sentence in report.sentences:
        assert previous <= sentence.start < sentence.end <= len(text)
        assert not text[previous : sentence.start].strip()
        previous = sentence.end
    assert not text[previous:].strip()
    for section in report.sections:
        assert 0 <= section.start < section.heading_end <= section.end <= len(text)
        assert text[section.start : section.heading_end] == section.heading
    for one in report.sections:
        for other in report.sections:
            if one.start < other.start < one.end:
                assert other.end <= one.end and other.level > one.level
    for span in report.part_spans.values():
        assert span is None or 0 <= span.start < span.end <= len(text)
    assert set(report.part_spans) == set(PARTS)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=80))
def test_any_text_gives_a_sound_outline(text: str) -> None:
    check(text, outline(text))


def test_written_reports(shared: Path) -> None:
    right = total = 0
    for gold in sorted((shared / "corpus/written/gold").glob("*.doc.json")):
        name = gold.name.removesuffix(".doc.json")
        text = (shared / f"corpus/written/texts/{name}.txt").read_bytes().decode()
        report = outline(text)
        check(text, report)
        for part, span in json.loads(gold.read_text())["parts"].items():
            found = report.part_spans[part]
            both = span and found
            right += (
                bool(abs(span[0] - found.start) <= 1 and abs(span[1] - found.end) <= 3)
                if both
                else found is span
            )
            total += 1
    assert (right, total) == (40, 40)


SEED_PARTS = {
    "000": {"achievements", "problems", "next_year_plan"},
    "001": {"achievements", "problems", "next_year_plan"},
    "002": {"first_responsible_person", "achievements", "problems", "next_year_plan"},
    "003": {"first_responsible_person", "achievements", "problems", "next_year_plan"},
    "004": set(PARTS),
}


@pytest.mark.parametrize("seed", SEED_PARTS)
def test_real_reports(shared: Path, seed: str) -> None:
    (file,) = (shared / "corpus/seeds").glob(f"{seed}_*.txt")
    text = file.read_bytes().decode()
    check(text, outline(text))
    assert present(text) == SEED_PARTS[seed]
