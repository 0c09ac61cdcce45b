"""Kind, year and dates of a report."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.records import Document, Issue, SourceHint
from extractors.report.identity import (
    data_cutoff,
    report_kind,
    report_year,
    signed_on,
    title_lines,
    title_year,
)
from extractors.report.structure import outline


def year_of(text: str, title: str | None = None, **dates: date) -> tuple[int | None, tuple[Issue, ...]]:
    document = Document("detail", text, title=title, **dates)  # type: ignore[arg-type]
    return report_year(document, outline(text))


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("青石镇2024年法治政府建设年度报告", "rule_of_law"),
        ("青石镇2024年度依法行政工作总结", "rule_of_law"),
        ("关于报送2024年度法治政府建设的报告", "rule_of_law"),
        ("青石镇2024年法治建设工作情况及2025年度工作思路", "rule_of_law"),
        ("青石镇2024年法治政府建設年度情況報告", "rule_of_law"),
        ("青石镇2024年法治政府建设工作总结和2025年工作要点", "rule_of_law"),
        ("青石镇2024年上半年法治政府建设工作情况报告", "other"),
        ("议题解读：关于2024年度法治建设工作情况的汇报", "other"),
        ("青石镇2024年政府信息公开工作年度报告", "open_government"),
        ("青石县司法局2024年度行政执法统计年报", "enforcement"),
        ("青石县2024年行政执法总体情况报告", "enforcement"),
        ("政府网站工作年度报表（2024年度）", "website"),
        ("青石镇党委书记2024年述法报告", "other"),
        ("青石县2024年法治政府建设工作要点", "other"),
        ("关于印发2024年法治政府建设情况报告的通知", "other"),
        ("青石县法治政府建设实施方案（2021—2025年）", "other"),
        ("青石县2024年政府工作报告", "other"),
        ("欢迎访问", "unknown"),
    ],
)
def test_kind_by_title(title: str, kind: str) -> None:
    assert report_kind(title, "") == kind


def test_kind_by_the_title_printed_in_the_text() -> None:
    text = "首页 > 政务公开 > 法治政府建设年度报告\n青石镇人民政府\n关于2024年法治政府建设情况的报告\n好。"
    assert report_kind(None, text) == "rule_of_law"
    assert "青石镇人民政府关于2024年法治政府建设情况的报告" in title_lines(text)
    assert report_kind(None, "2024年，全镇做了许多工作。\n一、情况\n好。") == "unknown"


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("青石镇2024年法治政府建设年度报告", 2024),
        ("2023年度青石镇法治政府建设情况报告", 2023),
        ("青石镇二〇二四年法治政府建设报告", 2024),
        ("青石镇二○二三年度法治政府建设报告", 2023),
        ("青石镇２０２４年法治政府建设报告", 2024),
        ("青石镇2 024 年法治政府建设报告", 2024),
        ("青石镇2024法治政府建设报告", 2024),
        ("青石镇2024年法治建设工作情况及2025年度工作思路", 2024),
        ("2024年法治政府建设工作总结和2025年工作计划", 2024),
        ("2025年关于2024年法治政府建设情况的报告", 2024),
        ("关于法治政府建设情况的报告(2024年5月28日)", None),
        ("法治政府建设实施纲要（2021—2025年）落实情况的报告", None),
        ("2023—2024年度法治政府建设报告", None),
        ("青石镇法治政府建设报告（青政〔2025〕26号）", None),
        ("法治政府建设年度报告", None),
    ],
)
def test_year_of_a_title(title: str, year: int | None) -> None:
    assert title_year(title) == year


def test_year_from_the_text_when_the_title_has_none() -> None:
    text = "2024年以来，我镇依法行政。\n一、工作成效\n好。\n二、2025年工作安排\n做。\n"
    assert year_of(text, "青石镇法治政府建设报告") == (2024, ())


def test_contradictions_in_the_text_leave_the_year_open() -> None:
    text = "2023年，我镇依法行政。\n一、工作成效\n好。\n二、2025年工作安排\n做。\n"
    year, issues = year_of(text, "青石镇法治政府建设报告")
    assert year is None
    assert {i.kind for i in issues} == {"report_year_conflict"}
    assert all(i.start is not None and text[i.start : i.end].startswith("20") for i in issues)


def test_one_heading_of_another_year_is_an_issue_and_the_title_stands() -> None:
    text = "我镇依法行政。\n一、2024年工作成效\n好。\n"
    year, issues = year_of(text, "青石镇2025年法治政府建设报告")
    assert year == 2025
    assert [i.kind for i in issues] == ["report_year_conflict"]


def test_a_title_that_all_of_the_text_contradicts_decides_nothing() -> None:
    text = "2023年，我镇依法行政。\n一、2023年工作成效\n好。\n二、2024年工作安排\n做。\n"
    year, issues = year_of(text, "青石镇2025年法治政府建设报告")
    assert year is None and issues


def test_plan_headed_with_the_report_year() -> None:
    text = "2023年，我镇依法行政。\n一、工作成效\n好。\n二、2023年主要工作思路\n做。\n"
    year, issues = year_of(text, "青石镇2023年法治政府建设报告")
    assert year == 2023
    assert [(i.kind, text[i.start : i.end]) for i in issues] == [("plan_year_wrong", "2023年")]


def test_dates_are_no_evidence_of_the_year() -> None:
    assert year_of("我镇依法行政。", "法治政府建设报告", published_on=date(2025, 2, 1))[0] is None
    late = year_of("我镇依法行政。", "2022年法治政府建设报告", published_on=date(2024, 11, 1))
    same = year_of("我镇依法行政。", "2024年法治政府建设报告", published_on=date(2024, 12, 20))
    assert (late, same) == ((2022, ()), (2024, ()))
    year, issues = year_of("我镇依法行政。", "2024年法治政府建设报告", published_on=date(2023, 1, 5))
    assert (year, [i.kind for i in issues]) == (2024, ["date_before_report_year"])


def test_the_listed_title_may_contradict_the_page() -> None:
    document = Document("detail", "我镇依法行政。", title="青石镇2024年法治政府建设报告")
    hint = SourceHint(listed_title="青石镇2023年法治政府建设报告")
    year, issues = report_year(document, outline(document.text), hint)
    assert year is None and {i.kind for i in issues} == {"report_year_conflict"}


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2025年1月8日", date(2025, 1, 8)),
        ("2025 年 1 月 8 日", date(2025, 1, 8)),
        ("二〇二五年一月八日", date(2025, 1, 8)),
        ("二○二四年十二月三十一日", date(2024, 12, 31)),
        ("2025-01-08", date(2025, 1, 8)),
        ("（2025年1月8日）", date(2025, 1, 8)),
        ("2025年1月", None),
        ("2025年2月30日", None),
    ],
)
def test_date_under_the_signature(written: str, day: date | None) -> None:
    text = f"报告\n日期：2020年3月4日\n依法。\n\n        青石镇人民政府\n      {written}\n扫一扫在手机打开"
    assert signed_on(text) == day


def test_a_page_footer_in_prose_does_not_hide_the_signature() -> None:
    text = "我镇依法行政。\n\n青石镇人民政府\n2025年1月8日\n版权所有：青石县政府办公室。未经许可不得转载。"
    assert signed_on(text) == date(2025, 1, 8)


def test_dates_elsewhere_are_not_signatures() -> None:
    assert signed_on("青石镇报告\n2024年3月1日\n依法行政。截至2024年12月31日，检查3次。") is None


def test_where_the_data_stop() -> None:
    def cutoff(text: str) -> date | None:
        return data_cutoff(text, outline(text), 2024)

    assert cutoff("本报告数据统计截至2024年11月30日。\n一、成效\n检查3次。") == date(2024, 11, 30)
    assert cutoff("2024年，我镇依法行政，截至11月底，情况如下：\n一、成效\n检查3次。") == date(2024, 11, 30)
    assert cutoff("一、成效\n截至11月30日，检查3次。截至11月30日，调解4件。") == date(2024, 11, 30)
    assert cutoff("一、成效\n截至11月30日，检查3次。") is None
    assert cutoff("本报告数据统计期限为1月1日至12月31日。\n一、成效\n检查3次。") is None
    assert cutoff("数据截至2023年11月30日。\n一、成效\n检查3次。") is None


@settings(max_examples=150)
@given(st.text(alphabet="2024五〇年度月日法治政府建设报告（）—。，\n一、镇人民政府至", max_size=60))
def test_never_raises(text: str) -> None:
    year, issues = year_of(text, text)
    assert year is None or 2000 <= year <= 2999
    assert all(isinstance(i, Issue) for i in issues)
    signed_on(text)
    report_kind(text, text)
    data_cutoff(text, outline(text), 2024)


def test_known_titles(shared: Path) -> None:
    with (shared / "research/known_pages.tsv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    expected = {"rule_of_law_report": "rule_of_law", "info_disclosure_report": "open_government"}
    assert all(report_kind(r["title"], "") == expected[r["kind"]] for r in rows)
    years = [(title_year(r["title"]), r["report_year"]) for r in rows if r["report_year"]]
    assert [y for y in years if y[0] is not None and str(y[0]) != y[1]] == []
    assert sum(y is not None for y, _ in years) >= 228


@pytest.mark.parametrize(
    ("seed", "year", "signed"),
    [
        ("000", 2024, date(2025, 1, 13)),
        ("001", 2023, date(2024, 2, 22)),
        ("002", 2024, None),
        ("003", 2024, None),
        ("004", 2023, date(2024, 2, 22)),
    ],
)
def test_real_reports(shared: Path, seed: str, year: int, signed: date | None) -> None:
    (file,) = (shared / "corpus/seeds").glob(f"{seed}_*.txt")
    text = file.read_bytes().decode()
    found, issues = year_of(text)
    assert (found, signed_on(text), report_kind(None, text)) == (year, signed, "rule_of_law")
    assert [i.kind for i in issues] == (["plan_year_wrong"] if seed == "001" else [])
