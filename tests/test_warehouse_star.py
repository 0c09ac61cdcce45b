"""The star schema through real DuckDB and real dbt: one build over several nights of fictional sites."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from extractors.codebook import load_codebook
from extractors.records import Issue, Organisation
from flows.report import load_content
from flows.report.content import Tile
from tests.warehouse_scenes import (
    Told,
    attempt,
    body,
    entry,
    night,
    reading,
    regions,
    resource,
    run,
    seen,
    source,
)
from warehouse.checks import blocking, run_checks
from warehouse.explain import explain
from warehouse.load import load_night
from warehouse.publish import build_file
from warehouse.published import published_tables
from warehouse.schema import open_warehouse
from warehouse.transform import DbtTest, transform

QINGQIAO = body("澄水县青桥镇人民政府", "990101101")
SHITAN = body("澄水县石滩乡人民政府", "990101201")
BAIYANG = body("澄水县白杨镇人民政府", "990101102")
SONGLING = body("澄水县松岭乡人民政府", "990101202")
MEIWAN = body("澄水县梅湾镇人民政府", "990101103")
BARE = body("河口乡人民政府", status="ambiguous")
JOINT = "party_and_government"
ZHUSHAN = [
    (year, body("澄水县竹山镇人民政府", "990101105", kind=kind))
    for year, kind in ((2021, JOINT), (2022, JOINT), (2023, "government"), (2024, None))
]
ABROAD = [Organisation("远山县石桥乡人民政府", "unknown", None, level) for level in ("township", "county")]

LAST_YEAR = [
    Told("调解矛盾纠纷", "35件", "disputes_mediated", 35),
    Told("开展法治宣传", "100余场次", "publicity_events", 100, "场次", "at_least"),
    Told("发放资料", "8000余份", "publicity_materials", 8000, "份", "at_least"),
    Told("学法考试合格率", "98%", "law_exam_pass_rate", 98, "%"),
    Told("全年", "无行政复议案件", "reconsideration_cases", 0, zero=True),
    Told("行政诉讼案件", "3件", "litigation_cases", 3),
    Told("办理建议提案", "15件", "proposals_handled", 15, headline=True),
    Told("其中建议", "9件", "proposals_handled", 9, part_of=6),
    Told("聘请法律顾问", "10名", "legal_advisers", 10, "人", period="as_of_date"),
    Told("其中执业律师", "7名", "legal_advisers", 7, "人", period="as_of_date", part_of=8),
    Told("社区矫正对象", "3人", "community_correction_persons", 3, "人", period="as_of_date"),
    Told("信访件", "100件", "petitions", 100),
    Told("热线工单", "450件", "hotline_tickets", 450),
    Told("组织培训", "6期", "training_sessions", 6, "场次"),
    Told("对镇直部门考核", "11个", "units_assessed", 11, "个", subject="镇直部门"),
    Told("打造法治广场投入", "30万元", "rule_of_law_spending", 300000, "元"),
    Told("干部职工学法", "10次", "study_staff_sessions", 10, "次", subject="干部职工学法"),
    Told("执法检查", "约500次", "enforcement_inspections", 500, "次", "approx"),
    Told("建成示范村", "3个", "model_villages", 3, "个"),
    Told("普法讲座", "7至8场次", "lectures_for_officials", 7, "场次", "range", high=8),
    Told("2023年共排查一般安全隐患", "216个", "safety_hazards", 216, "个"),
    Told("开展行政检查", "67次", "joint_enforcement_actions", 67, "次"),
    Told("办理各类公证", "30件", "notarisations", 30),
    Told("在公证处办理", "20件", "notarisations", 20),
    Told("接待来访", "51批次", "petitions_closed", 51, written="批次"),
    Told("办结信访", "48件", "petitions_closed", 48),
    Told("各类进校园活动共", "5场次", "school_publicity_events", 5, "场次", headline=True),
    Told("法治进校园", "10余场次", "school_publicity_events", 10, "场次", "at_least"),
    Told("接待法律咨询", "约100人次", "legal_consultations", 100, "人次", "approx"),
]
THIS_YEAR = [
    Told("调解矛盾纠纷", "42件", "disputes_mediated", 42, tail="，同比增长20%"),
    Told("同比增长", "20%", None, 20, "%", growth="increase", change_of=0),
    Told("回顾全年，调解", "42件", "disputes_mediated", 42, repeats=0),
    Told("明年调解", "50件", "disputes_mediated", 50, period="plan", section="next_year_plan"),
    Told("问题一节又说调解", "41件", "disputes_mediated", 41, section="problems"),
    Told("开展法治宣传", "120场次", "publicity_events", 120, "场次"),
    Told("发放资料", "11000余份", "publicity_materials", 11000, "份", "at_least"),
    Told("学法考试合格率", "99.5%", "law_exam_pass_rate", 99.5, "%"),
    Told("行政复议案件", "2件", "reconsideration_cases", 2),
    Told("办理人大建议", "12件", "proposals_handled", 12, subject="人大建议"),
    Told("办理政协提案", "4件", "proposals_handled", 4, subject="政协提案"),
    Told("聘请法律顾问", "12名", "legal_advisers", 12, "人", period="as_of_date"),
    Told("新聘法律顾问", "2名", "legal_advisers", 2, "人"),
    Told("社区矫正对象", "8人", "community_correction_persons", 8, "人", period="as_of_date"),
    Told("比上年增加", "5人", None, 5, "人", growth="increase", change_of=13),
    Told("信访件", "110件", "petitions", 110),
    Told("同比增长", "12%", None, 12, "%", growth="increase", change_of=15),
    Told("热线工单由上年的", "480件", "hotline_tickets", 480, period="prior_year"),
    Told("热线工单增至", "500件", "hotline_tickets", 500),
    Told("截至11月底组织培训", "7期", "training_sessions", 7, "场次", as_of=date(2024, 11, 30)),
    Told("对村级组织考核", "16个", "units_assessed", 16, "个", subject="村级组织"),
    Told("对镇直部门考核", "12个", "units_assessed", 12, "个", subject="镇直部门"),
    Told("打造法治长廊投入", "30万元", "rule_of_law_spending", 300000, "元"),
    Told("更新宣传栏投入", "2万元", "rule_of_law_spending", 20000, "元"),
    Told("干部职工学法", "12次", "study_staff_sessions", 12, "次", subject="干部职工学法"),
    Told("群众满意率", "105%", "satisfaction_rate", 105, "%"),
    Told("执法检查", "450次", "enforcement_inspections", 450, "次"),
    Told("共有示范村", "14个", "model_villages", 14, "个", period="as_of_date"),
    Told("普法讲座", "8至9场次", "lectures_for_officials", 8, "场次", "range", high=9),
    Told("重大事故隐患", "4个", "safety_hazards", 4, "个"),
    Told("今年共排查一般安全隐患", "373个", "safety_hazards", 373, "个"),
    Told("录入行政检查事项", "15宗", "joint_enforcement_actions", 15, "次", written="宗"),
    Told("办理各类公证", "33件", "notarisations", 33),
    Told("在公证处办理", "21件", "notarisations", 21),
    Told("接待法律咨询", "约120人次", "legal_consultations", 120, "人次", "approx"),
]

PENALTIES = Told("行政处罚案件", "30件", "administrative_penalties", 30)
ENTERPRISES = Told("检查企业", "60家次", "enterprises_inspected", 60, "家次")
CORRECTED = Told("行政处罚案件", "28件", "administrative_penalties", 28)
IN_MEMBERS = [
    Told("共办理人大建议", "4件", "proposals_handled", 4, headline=True),
    Told("共办理政协提案", "6件", "proposals_handled", 6, headline=True),
]

XIKOU = body("澄水县溪口镇人民政府", "990101106")
STATED_GROWTHS = [
    ("legality_reviews", ("5000件", 5000), ("5492件", 5492), ("9.8%", 9.8), True),
    ("normative_documents", ("5000件", 5000), ("5492件", 5492), ("9.80%", 9.8), False),
    ("administrative_licences", ("1000件", 1000), ("1104件", 1104), ("10%", 10), True),
    ("ordinary_procedure_cases", ("1000件", 1000), ("1104件", 1104), ("１０．０％", 10), False),
    ("summary_procedure_cases", ("1000件", 1000), ("1300件", 1300), ("三成", 30), None),
    ("contract_reviews", ("8000份", 8000), ("20600份", 20600), ("1.3万份", 13000), True),
    ("publicity_materials", ("8000份", 8000), ("20400份", 20400), ("1.3万份", 13000), False),
    ("publicity_audience", ("1.2万人次", 12000), ("1.5万人次", 15000), ("24%", 24), True),
    ("training_participants", ("1.2万人次", 12000), ("1.50万人次", 15000), ("16%", 16), False),
    ("household_visits", ("100余人次", 100), ("120余人次", 120), ("18%", 18), None),
    ("public_lawyers", ("两人", 2), ("五人", 5), ("三人", 3), True),
    ("law_exam_pass_rate", ("98%", 98), ("99.5%", 99.5), ("1.1个百分点", 1.1), True),
    ("mediation_success_rate", ("98.0%", 98), ("99.5%", 99.5), ("1.1个百分点", 1.1), False),
]
"""Indicator, last year's and this year's level and the change stated, each as written and read; whether they agree."""


def _levels(year: int) -> Iterator[Told]:
    for i, (code, before, now, (written, change), _) in enumerate(STATED_GROWTHS):
        figure, value = before if year == 2023 else now
        indicator = load_codebook()[code]
        period: Any = "as_of_date" if indicator.kind == "stock" else "report_year"
        bound: Any = "at_least" if "余" in figure else "exact"
        yield Told(f"{code}为", figure, code, value, indicator.unit, bound, period=period)
        unit = "%" if written[-1] in "%％成" else "百分点" if "百分点" in written else indicator.unit
        if year == 2024:
            yield Told("比上年增长", written, None, change, unit, growth="increase", change_of=2 * i)


def _nights() -> Iterator[dict[str, Any]]:
    """Three nights. What each brings is in the comments of the tests that look for it."""
    last_year = reading(QINGQIAO, 2023, LAST_YEAR, published_on=date(2024, 5, 6))
    this_year = reading(QINGQIAO, 2024, THIS_YEAR)
    other_kind = reading(
        QINGQIAO, 2024, [Told("调解", "999件", "disputes_mediated", 999)], report_kind="open_government"
    )
    stated = reading(SHITAN, 2024, [PENALTIES, ENTERPRISES, *IN_MEMBERS])
    restated = reading(SHITAN, 2024, [CORRECTED, ENTERPRISES, *IN_MEMBERS])
    moving = reading(BAIYANG, 2024, [Told("公证", "5件", "notarisations", 5)])
    redirected = reading(BAIYANG, 2023, [Told("公证", "4件", "notarisations", 4)])
    copied = reading(SONGLING, 2024, [Told("接访", "70人次", "visitors_received", 70, "人次")])
    third_a = reading(MEIWAN, 2024, [Told("法律援助", "6件", "legal_aid_cases", 6)])
    third_b = reading(MEIWAN, 2024, [Told("法律援助", "9件", "legal_aid_cases", 9)], note="转载")
    bare = reading(BARE, 2024, [Told("公证", "1件", "notarisations", 1)])
    bare_there = reading(BARE, 2024, [Told("公证", "2件", "notarisations", 2)])
    wrong_year = Issue("report_year_conflict", "warning", "publisher", "标题与正文年份不一", 0, 4)
    doubtful = reading(MEIWAN, 2023, [Told("公证", "3件", "notarisations", 3)], issues=(wrong_year,))
    pages = [
        seen(1, "qq", "http://qq/2023", last_year),
        seen(1, "qq", "http://qq/2024", this_year, minute=1, title="青桥镇2024年度法治政府建设报告"),
        seen(1, "qq", "http://qq/gk", other_kind, minute=2),
        seen(1, "st", "http://st/2024", stated),
        seen(1, "by", "http://by/old", moving),
        seen(1, "by", "http://by/301", redirected, minute=1),
        seen(1, "portal", "http://portal/songling", copied),
        seen(1, "portal", "http://portal/meiwan-a", third_a, minute=1),
        seen(1, "portal", "http://portal/meiwan-b", third_b, minute=2),
        seen(1, "portal", "http://portal/meiwan-2023", doubtful, minute=3),
        seen(1, "sl", "http://sl/2024", copied, minute=30),
        seen(1, "east", "http://east/bare", bare),
        seen(1, "west", "http://west/bare", bare_there),
        *(
            seen(1, "zs", f"http://zs/{year}", reading(one, year, [], published_on=date(year - 20, 5, 6)))
            for year, one in ZHUSHAN
        ),
        *(
            seen(1, "xk", f"http://xk/{year}", reading(XIKOU, year, [*_levels(year)]))
            for year in (2023, 2024)
        ),
        *(seen(1, "far", f"http://far/{one.level}", reading(one, 2024, [])) for one in ABROAD),
    ]
    yield {
        "attempts": [
            *(fetched for fetched, _ in pages),
            attempt(1, "closed", "http://closed/list", "challenge", purpose="list"),
        ],
        "readings": [read for _, read in pages],
    }
    second = [
        seen(2, "st", "http://st/2024", restated),
        seen(2, "by", "http://by/new", moving),
        seen(2, "sl", "http://sl/2024", copied),
    ]
    yield {
        "attempts": [
            *(fetched for fetched, _ in second),
            attempt(2, "by", "http://by/old", "gone", minute=5),
            attempt(
                2,
                "by",
                "http://by/301",
                "moved",
                sha=resource(redirected),
                final_url="http://by/302",
                minute=6,
            ),
            attempt(2, "qq", "http://qq/2024", "unchanged", sha=resource(this_year)),
        ],
        "readings": [
            *(read for _, read in second),
            entry("by", "http://by/302", night(2) + timedelta(minutes=6), redirected),
        ],
    }
    better = reading(
        SHITAN,
        2024,
        [CORRECTED, Told("检查企业", "66家次", "enterprises_inspected", 66, "家次"), *IN_MEMBERS],
    )
    reread = entry("st", "http://st/2024", night(2), restated, release="2.0.0+bbbb", read=night(3))
    yield {
        "attempts": [attempt(3, "st", "http://st/2024", "gone", minute=9)],
        "readings": [replace_reading(reread, better)],
    }


def replace_reading(logged: Any, content: Any) -> Any:
    """The same bytes, read with another outcome by another release."""
    from dataclasses import replace

    document = replace(content.document, text=logged.reading.document.text.replace("60家次", "66家次"))
    return replace(logged, reading=replace(content, document=document))


SOURCES = [
    source("qq", "澄水县青桥镇人民政府", region_code="990101101", expected_years=(2022, 2023, 2024)),
    source("st", "澄水县石滩乡人民政府", region_code="990101201", minimum_documents=1),
    source("by", "澄水县白杨镇人民政府", region_code="990101102"),
    source("sl", "澄水县松岭乡人民政府", region_code="990101202"),
    source("portal", maximum_documents=2),
    source("closed", "澄水县柳坪乡人民政府", region_code="990101209", expected_years=(2024,)),
    source("east"),
    source("west"),
    source("zs"),
    source("xk"),
    source("far"),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[DbtTest, ...]]:
    database = tmp_path_factory.mktemp("star") / "private.duckdb"
    with open_warehouse(database) as warehouse:
        for number, brought in enumerate(_nights(), start=1):
            for expected_again in (False, True):
                added = load_night(
                    warehouse,
                    run=run(number),
                    sources=SOURCES,
                    codebook=load_codebook().values(),
                    regions=regions([("990101101", "青桥镇"), ("990101201", "石滩乡")]),
                    **brought,
                )
                assert (added.total == 0) is expected_again, added
    return database, transform(database)


@pytest.fixture(scope="module")
def con(built: tuple[Path, tuple[DbtTest, ...]]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(built[0]), read_only=True) as connection:
        yield connection


def rows(con: duckdb.DuckDBPyConnection, sql: str, *parameters: object) -> list[dict[str, Any]]:
    cursor = con.execute(sql, list(parameters))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def yearly(con: duckdb.DuckDBPyConnection, name: str, code: str, year: int = 2024) -> list[dict[str, Any]]:
    return rows(
        con,
        "SELECT y.* FROM fct_indicator_yearly AS y JOIN dim_organization USING (organization_key) "
        "WHERE contains(organization_name, ?) AND indicator_code = ? AND report_year = ? ORDER BY known_from",
        name,
        code,
        year,
    )


def yoy(con: duckdb.DuckDBPyConnection, code: str, year: int = 2024) -> dict[str, Any]:
    found = rows(
        con,
        "SELECT * FROM mart_indicator_yoy "
        "WHERE organization_name = ? AND indicator_code = ? AND report_year = ?",
        QINGQIAO.name,
        code,
        year,
    )
    assert len(found) == 1, found
    return found[0]


def test_dbt_tests_run_and_pass(built: tuple[Path, tuple[DbtTest, ...]]) -> None:
    tests = built[1]
    assert len(tests) > 50
    assert [test for test in tests if test.status != "pass"] == []


def test_every_date_published_joins_the_calendar(con: duckdb.DuckDBPyConnection, root: Path) -> None:
    dates = {
        (row["table_name"], row["column_name"])
        for row in rows(con, "SELECT * FROM duckdb_columns() WHERE data_type = 'DATE'")
        if row["table_name"] in published_tables() and row["table_name"] != "dim_date"
    }
    models = [
        model
        for path in (root / "dbt_like_sql" / "models").glob("*/_models.yml")
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    ]
    tested = {
        (model["name"], column["name"])
        for model in models
        for column in model["columns"]
        if "dim_date" in str(column.get("data_tests"))
    }
    assert dates == tested
    ends = rows(con, "SELECT min(date_on), max(date_on), count(*) FROM dim_date")
    assert [list(row.values()) for row in ends] == [[date(2001, 1, 1), date(2025, 12, 31), 9131]]


def test_every_address_has_a_state(con: duckdb.DuckDBPyConnection) -> None:
    states = {
        row["url"]: (
            row["outcome"],
            row["attempts"],
            row["attempts_since_held"],
            row["last_seen_at"],
            row["last_changed_at"],
        )
        for row in rows(con, "SELECT * FROM rpt_endpoint")
    }
    first, second = night(1).replace(tzinfo=None), night(2).replace(tzinfo=None)
    assert states["http://st/2024"] == ("gone", 3, 1, second, second)
    minute = timedelta(minutes=1)
    assert states["http://qq/2024"] == ("unchanged", 2, 0, second, first + minute)
    assert states["http://closed/list"] == ("challenge", 1, 1, None, None)


def test_days_are_those_of_shanghai(con: duckdb.DuckDBPyConnection) -> None:
    assert night(1).date() == date(2025, 3, 1), "18:00 UTC, two in the morning there"
    asked = rows(con, "SELECT DISTINCT started_on FROM fct_fetch WHERE run_id = 'run-1'")
    held = rows(con, "SELECT captured_on FROM dim_document WHERE url = 'http://qq/2023'")
    looked = rows(
        con, "SELECT DISTINCT last_looked_on FROM fct_coverage_yearly WHERE source_ids = ['closed']"
    )
    assert [list(row.values()) for row in asked + held + looked] == [[date(2025, 3, 2)]] * 3


def test_exact_figures_compare(con: duckdb.DuckDBPyConnection) -> None:
    row = yoy(con, "disputes_mediated")
    assert (row["previous_value"], row["value"], row["change"], row["change_pct"]) == (35, 42, 7, 20)
    assert row["is_comparable"] and row["not_comparable_reasons"] == []
    assert (row["change_pct_low"], row["change_pct_high"]) == (20, 20)
    assert row["sentence"] == "调解矛盾纠纷42件，同比增长20%。" and row["url"] == "http://qq/2024"
    assert row["previous_sentence"] == "调解矛盾纠纷35件。" and row["previous_url"] == "http://qq/2023"
    assert (row["stated_change_pct"], row["is_stated_growth_right"]) == (20, True)


def test_repeats_merge_and_plans_changes_and_problems_stay_out(con: duckdb.DuckDBPyConnection) -> None:
    (row,) = yearly(con, "青桥", "disputes_mediated")
    assert (row["value"], row["selection_reason"], row["candidate_count"]) == (42, "repeats_agree", 2)
    assert not row["has_conflict"]


def test_a_stated_growth_that_is_wrong_is_shown(con: duckdb.DuckDBPyConnection) -> None:
    row = yoy(con, "petitions")
    assert (row["change_pct"], row["stated_change_pct"], row["is_stated_growth_right"]) == (10, 12, False)


def test_a_stated_growth_is_right_within_the_last_place_of_what_is_written(
    con: duckdb.DuckDBPyConnection,
) -> None:
    told = {
        row["indicator_code"]: row["is_stated_growth_right"]
        for row in rows(
            con,
            "SELECT * FROM mart_indicator_yoy WHERE report_year = 2024 AND is_comparable "
            "AND organization_name = ?",
            XIKOU.name,
        )
    }
    assert told == {code: agrees for code, *_, agrees in STATED_GROWTHS}


def test_at_least_against_exact_gives_only_the_interval(con: duckdb.DuckDBPyConnection) -> None:
    row = yoy(con, "publicity_events")
    assert not row["is_comparable"] and row["not_comparable_reasons"] == ["bound_differs"]
    assert (row["change"], row["change_pct"]) == (None, None)
    assert (row["change_pct_low"], row["change_pct_high"]) == (None, 20)
    assert (row["previous_bound"], row["bound"]) == ("at_least", "exact")


def test_approximate_against_exact_is_not_comparable(con: duckdb.DuckDBPyConnection) -> None:
    row = yoy(con, "enforcement_inspections")
    assert row["not_comparable_reasons"] == ["bound_differs"]
    assert (row["change_pct_low"], row["change_pct_high"]) == (None, None)


def test_two_lower_bounds_compare_as_stated(con: duckdb.DuckDBPyConnection) -> None:
    row = yoy(con, "publicity_materials")
    assert row["is_comparable"] and (row["change"], row["change_pct"]) == (3000, 37.5)
    assert (row["change_pct_low"], row["change_pct_high"]) == (None, None)


def test_two_approximations_compare_as_stated_and_say_what_they_are(con: duckdb.DuckDBPyConnection) -> None:
    row = yoy(con, "legal_consultations")
    assert row["is_comparable"] and (row["change"], row["change_pct"]) == (20, 20)
    assert (row["previous_bound"], row["bound"]) == ("approx", "approx")
    assert (row["change_pct_low"], row["change_pct_high"]) == (None, None), (
        "how far off 约 may be is not known"
    )


def test_ranges_give_an_interval(con: duckdb.DuckDBPyConnection) -> None:
    row = yoy(con, "lectures_for_officials")
    assert row["not_comparable_reasons"] == ["range"]
    assert row["change_pct_low"] == 0 and row["change_pct_high"] == pytest.approx(100 * (9 / 7 - 1), abs=1e-3)


def test_rates_change_in_points(con: duckdb.DuckDBPyConnection) -> None:
    row = yoy(con, "law_exam_pass_rate")
    assert row["is_comparable"] and row["change"] == 1.5
    assert [row[name] for name in ("change_pct", "change_pct_low", "change_pct_high")] == [None] * 3


def test_an_explicit_none_is_zero_and_has_no_percentage(con: duckdb.DuckDBPyConnection) -> None:
    row = yoy(con, "reconsideration_cases")
    assert (row["previous_value"], row["change"], row["change_pct"]) == (0, 2, None) and row["is_comparable"]
    (old,) = yearly(con, "青桥", "reconsideration_cases", 2023)
    assert old["value"] == 0 and old["is_explicit_zero"]


def test_silence_is_null_never_zero(con: duckdb.DuckDBPyConnection) -> None:
    assert yearly(con, "青桥", "litigation_cases") == []
    row = yoy(con, "litigation_cases")
    assert (row["previous_value"], row["value"], row["change"]) == (3, None, None)
    assert row["not_comparable_reasons"] == ["current_silent"]
    first = yoy(con, "disputes_mediated", 2023)
    assert first["previous_value"] is None and first["not_comparable_reasons"] == ["no_previous_report"]


def test_sum_codes_add_their_members_but_never_their_total(con: duckdb.DuckDBPyConnection) -> None:
    (row,) = yearly(con, "青桥", "proposals_handled")
    assert (row["value"], row["selection_reason"], row["bound"]) == (16, "sum_of_members", "exact")
    (old,) = yearly(con, "青桥", "proposals_handled", 2023)
    assert (old["value"], old["selection_reason"]) == (15, "headline")
    assert "computed_sum" in yoy(con, "proposals_handled")["not_comparable_reasons"]


def test_a_stated_total_told_in_members_adds_them_and_compares(con: duckdb.DuckDBPyConnection) -> None:
    (row,) = yearly(con, "石滩", "proposals_handled")
    assert (row["value"], row["selection_reason"]) == (10, "stated_total_in_members")


def test_of_several_figures_the_one_in_last_years_words_compares(con: duckdb.DuckDBPyConnection) -> None:
    """The year itself keeps no single value."""
    (alone,) = yearly(con, "青桥", "safety_hazards")
    assert (alone["value"], alone["selection_reason"]) == (None, "several_values")
    row = yoy(con, "safety_hazards")
    assert (row["previous_value"], row["value"], row["change"]) == (216, 373, 157)
    assert (row["selection_reason"], row["is_comparable"]) == ("same_wording", True)
    assert row["sentence"] == "今年共排查一般安全隐患373个。"


def test_where_both_years_have_several_figures_none_is_chosen(con: duckdb.DuckDBPyConnection) -> None:
    row = yoy(con, "notarisations")
    assert (row["previous_value"], row["value"]) == (None, None)
    assert row["not_comparable_reasons"] == ["several_values"]


def test_a_figure_in_the_indicators_own_measure_goes_before_one_in_another(
    con: duckdb.DuckDBPyConnection,
) -> None:
    (row,) = yearly(con, "青桥", "petitions_closed", 2023)
    assert (row["value"], row["candidate_count"]) == (48, 1)


def test_a_total_less_than_a_figure_beside_it_is_none(con: duckdb.DuckDBPyConnection) -> None:
    (row,) = yearly(con, "青桥", "school_publicity_events", 2023)
    assert (row["value"], row["selection_reason"]) == (None, "several_values")


def test_acts_do_not_compare_with_cases(con: duckdb.DuckDBPyConnection) -> None:
    row = yoy(con, "joint_enforcement_actions")
    assert (row["change"], row["not_comparable_reasons"]) == (None, ["unit_differs"])


def test_parts_never_compete_with_totals_and_stocks_take_the_level(con: duckdb.DuckDBPyConnection) -> None:
    assert yearly(con, "青桥", "legal_advisers", 2023)[0]["value"] == 10
    (row,) = yearly(con, "青桥", "legal_advisers")
    assert (row["value"], row["period"], row["selection_reason"]) == (12, "as_of_date", "only_figure")


def test_a_stock_level_does_not_compare_with_the_years_additions(con: duckdb.DuckDBPyConnection) -> None:
    row = yoy(con, "model_villages")
    assert (row["previous_value"], row["value"]) == (3, 14)
    assert row["not_comparable_reasons"] == ["period_differs"]


def test_several_values_leave_none_and_list_the_candidates(con: duckdb.DuckDBPyConnection) -> None:
    (row,) = yearly(con, "青桥", "units_assessed")
    assert (row["value"], row["bound"], row["selection_reason"]) == (None, None, "several_values")
    assert row["has_conflict"] and row["candidate_values"] == "16个；12个" and row["candidate_count"] == 2
    assert len(row["candidate_mention_keys"]) == 2
    (listed,) = rows(con, "SELECT * FROM rpt_conflict WHERE indicator_code = 'units_assessed'")
    assert listed["url"] == "http://qq/2024"


def test_list_codes_have_no_single_value_and_compare_the_same_noun(con: duckdb.DuckDBPyConnection) -> None:
    (row,) = yearly(con, "青桥", "rule_of_law_spending")
    assert (row["value"], row["selection_reason"], row["has_conflict"]) == (None, "list_of_figures", False)
    same_noun = yoy(con, "study_staff_sessions")
    assert same_noun["is_comparable"] and same_noun["change"] == 2


def test_data_that_stop_early_do_not_compare(con: duckdb.DuckDBPyConnection) -> None:
    row = yoy(con, "training_sessions")
    assert (row["previous_value"], row["value"]) == (6, 7)
    assert row["not_comparable_reasons"] == ["data_cutoff"]


def test_an_earlier_years_figure_is_a_restatement_never_a_fill_in(con: duckdb.DuckDBPyConnection) -> None:
    row = yoy(con, "hotline_tickets")
    assert (row["previous_value"], row["restated_previous_value"], row["value"]) == (450, 480, 500)
    assert row["is_previous_restated"] and row["change"] == 50


def test_an_impossible_rate_is_an_issue_and_no_value(con: duckdb.DuckDBPyConnection) -> None:
    assert yearly(con, "青桥", "satisfaction_rate") == []
    (issue,) = rows(con, "SELECT * FROM fct_quality_issue WHERE issue_kind = 'rate_above_100'")
    assert issue["owner"] == "publisher" and issue["is_open"]


def test_other_kinds_of_report_feed_nothing(con: duckdb.DuckDBPyConnection) -> None:
    assert not rows(con, "SELECT * FROM fct_indicator_yearly WHERE value = 999")
    (document,) = rows(con, "SELECT * FROM dim_document WHERE url = 'http://qq/gk'")
    assert document["report_kind"] == "open_government"


def test_a_changed_page_closes_the_old_interval_and_opens_a_new_one(con: duckdb.DuckDBPyConnection) -> None:
    old, new = yearly(con, "石滩", "administrative_penalties")
    first, second = night(1).replace(tzinfo=None), night(2).replace(tzinfo=None)
    assert (old["value"], old["known_from"], old["known_to"], old["is_current"]) == (30, first, second, False)
    assert (new["value"], new["known_from"], new["known_to"], new["is_current"]) == (28, second, None, True)
    assert (old["revision_number"], new["revision_number"], new["change_cause"]) == (1, 2, "publisher")
    (restated,) = rows(con, "SELECT * FROM rpt_restatement WHERE indicator_code = 'administrative_penalties'")
    assert (restated["earlier_value"], restated["value"], restated["change_cause"]) == (30, 28, "publisher")
    (revision,) = rows(con, "SELECT * FROM fct_document_revision")
    assert revision["figures_changed"] == 1 and 0 < revision["containment_in_earlier"] < 1


def test_a_better_extractor_is_not_the_publishers_restatement(con: duckdb.DuckDBPyConnection) -> None:
    old, new = yearly(con, "石滩", "enterprises_inspected")
    assert (old["value"], new["value"]) == (60, 66)
    assert new["known_from"] == night(3).replace(tzinfo=None) and new["change_cause"] == "extractor"
    versions = rows(con, "SELECT * FROM dim_document WHERE source_id = 'st' ORDER BY version_number")
    assert [version["version_number"] for version in versions] == [1, 2]


def test_a_page_that_is_gone_keeps_its_figures(con: duckdb.DuckDBPyConnection) -> None:
    (page,) = rows(con, "SELECT * FROM dim_document WHERE source_id = 'st' AND is_current")
    assert not page["is_available"]
    assert page["gone_at"] == night(3).replace(tzinfo=None) + timedelta(minutes=9)
    assert yearly(con, "石滩", "administrative_penalties")[-1]["is_current"]


def test_a_moved_page_stays_one_document(con: duckdb.DuckDBPyConnection) -> None:
    documents = rows(con, "SELECT * FROM dim_document WHERE source_id = 'by' ORDER BY report_year")
    assert [(d["report_year"], d["url"], d["version_number"]) for d in documents] == [
        (2023, "http://by/302", 1),
        (2024, "http://by/new", 1),
    ]
    assert all(d["is_available"] and d["gone_at"] is None for d in documents)
    (row,) = yearly(con, "白杨", "notarisations")
    assert row["known_from"] == night(1).replace(tzinfo=None) and row["revision_number"] == 1


def test_of_duplicates_across_sites_the_bodys_own_is_canonical(con: duckdb.DuckDBPyConnection) -> None:
    documents = rows(
        con, "SELECT * FROM dim_document WHERE url IN ('http://sl/2024', 'http://portal/songling')"
    )
    assert {d["source_id"]: d["is_canonical"] for d in documents} == {"sl": True, "portal": False}
    assert len({d["canonical_document_key"] for d in documents}) == 1
    (row,) = yearly(con, "松岭", "visitors_received")
    assert (row["value"], row["candidate_count"]) == (70, 1)


def test_documents_of_equal_standing_that_differ_leave_no_value(con: duckdb.DuckDBPyConnection) -> None:
    alone, row = yearly(con, "梅湾", "legal_aid_cases")
    assert (alone["value"], row["change_cause"]) == (6, "new_document")
    assert (row["value"], row["selection_reason"], row["has_conflict"]) == (None, "documents_differ", True)
    assert sorted(row["candidate_values"].split("；")) == ["6件", "9件"]


def test_a_bare_name_at_two_sites_is_two_bodies(con: duckdb.DuckDBPyConnection) -> None:
    bodies = rows(con, "SELECT * FROM dim_organization WHERE organization_name = ?", BARE.name)
    assert len(bodies) == 2 and {body["key_basis"] for body in bodies} == {"name_at_source"}
    assert not any(body["is_resolved"] for body in bodies)


def test_two_bodies_of_one_name_are_two_in_the_report(
    built: tuple[Path, tuple[DbtTest, ...]], tmp_path: Path
) -> None:
    stamp = {"version": "1", "run_id": "run-3", "code_version": "1", "published_at": night(3).isoformat()}
    build_file(built[0], tmp_path / "published.duckdb", stamp)
    content = load_content(tmp_path / "published.duckdb", organizations=[BARE.name])
    assert [row.organization_name for row in content.coverage] == [BARE.name] * 2
    assert content.tiles[0] == Tile("机构", "2")


def test_a_body_is_of_the_kind_most_of_its_documents_say_and_of_a_level_only_where_they_agree(
    con: duckdb.DuckDBPyConnection,
) -> None:
    told = {
        row["organization_name"]: (row["level"], row["kind"])
        for row in rows(con, "SELECT * FROM dim_organization")
    }
    assert told["澄水县竹山镇人民政府"] == ("township", JOINT)
    assert told["远山县石桥乡人民政府"] == (None, None)
    history = con.execute(
        "SELECT kind, year(valid_from) FROM dim_organization_history "
        "WHERE organization_name = '澄水县竹山镇人民政府' ORDER BY valid_from"
    ).fetchall()
    assert history == [(JOINT, 2021), ("government", 2023), (None, 2024)]


def test_coverage_tells_on_time_late_not_found_and_blocked_apart(con: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        con,
        "SELECT source_ids[1], report_year, coverage_status, days_late FROM fct_coverage_yearly "
        "WHERE source_ids IN (['qq'], ['closed']) ORDER BY source_ids DESC, report_year",
    )
    assert [tuple(row.values()) for row in found] == [
        ("qq", 2022, "not_found", None),
        ("qq", 2023, "late", 36),
        ("qq", 2024, "on_time", 0),
        ("closed", 2024, "blocked", None),
    ]


def test_issues_keep_their_owner_and_place(con: duckdb.DuckDBPyConnection) -> None:
    (issue,) = rows(con, "SELECT * FROM fct_quality_issue WHERE issue_kind = 'report_year_conflict'")
    assert (issue["owner"], issue["severity"], issue["start_offset"], issue["is_open"]) == (
        "publisher",
        "warning",
        0,
        True,
    )


def test_every_mention_points_at_its_own_wording(con: duckdb.DuckDBPyConnection) -> None:
    wrong = rows(
        con,
        "SELECT m.text_written, substr(r.text, m.start_offset + 1, m.end_offset - m.start_offset) AS there "
        "FROM int_mention AS m JOIN int_document_reading AS d USING (document_reading_key) "
        "JOIN raw_reading AS r USING (reading_id) "
        "WHERE there <> m.text_written OR NOT contains(m.sentence, there)",
    )
    assert wrong == []


def test_own_previous_year_is_compared(con: duckdb.DuckDBPyConnection) -> None:
    (pair,) = rows(con, "SELECT * FROM fct_similarity JOIN dim_organization USING (organization_key) "
                        "WHERE comparison = 'prev_year' AND organization_name = ?", QINGQIAO.name)  # fmt: skip
    assert pair["report_year"] == 2024
    assert 0 < pair["containment"] < pair["containment_masked"] < 1


def test_statutory_parts_are_five_rows_a_report(con: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        con,
        "SELECT part, is_present FROM fct_section JOIN dim_document USING (document_key) WHERE url = ?",
        "http://qq/2024",
    )
    assert len(found) == 5
    assert {row["part"] for row in found if row["is_present"]} == {"achievements"}


def test_source_bounds_block_below_the_minimum_and_warn_above_the_maximum(
    built: tuple[Path, tuple[DbtTest, ...]],
) -> None:
    checks = {check.name: check for check in run_checks(*built)}
    assert checks["source_minimum:st"].passed and checks["source_minimum:st"].observed == 1
    assert not checks["source_maximum:portal"].passed and not checks["source_maximum:portal"].blocks
    assert blocking(checks.values()) == ()


def test_explain_leads_to_sentence_offsets_page_and_bytes(
    built: tuple[Path, tuple[DbtTest, ...]], con: duckdb.DuckDBPyConnection
) -> None:
    row = yoy(con, "disputes_mediated")
    con.close()
    with open_warehouse(built[0], read_only=True) as warehouse:
        by_name = explain(warehouse, organization="青桥", indicator="G02", report_year=2024)
        assert by_name[0].is_chosen and by_name[0].text_written == "42件"
        assert by_name[0].url == "http://qq/2024" and by_name[0].captured_at == night(1).replace(
            tzinfo=None
        ) + timedelta(minutes=1)
        assert len(by_name[0].resource_sha256) == 64
        by_key = explain(warehouse, key=row["yoy_key"])
        assert {evidence.report_year for evidence in by_key if evidence.is_chosen} == {2023, 2024}
        members = explain(warehouse, organization="青桥", indicator="proposals_handled", report_year=2024)
        assert [evidence.is_chosen for evidence in members] == [True, True]
        with pytest.raises(ValueError):
            explain(warehouse)
