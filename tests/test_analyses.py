"""The analysts' questions, each on a small county in which the answer is known, asked of the published file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from extractors.codebook import load_codebook
from extractors.records import Issue, Organisation, Reading, Sentence
from flows.query import QueryError, answer, question, questions
from tests.flows_world import put_question as ask
from tests.warehouse_scenes import Told, attempt, body, reading, regions, run, seen, source
from warehouse.load import load_night
from warehouse.publish import build_file
from warehouse.records import RegionRow
from warehouse.schema import open_warehouse
from warehouse.transform import build_models

COUNTY = body("澄水县人民政府", "990101000")
QINGQIAO = body("澄水县青桥镇人民政府", "990101101")
BAIYANG = body("澄水县白杨镇人民政府", "990101102")
SHITAN = body("澄水县石滩乡人民政府", "990101201")
SONGLING = body("澄水县松岭乡人民政府", "990101202")
TINGSONG = body("澄水县听松街道办事处", "990101001", kind="subdistrict_office")
FINANCE = body("澄江市财政局", "990100000", kind="department")
WANGHAI = body("望海街道办事处", "440399001", kind="subdistrict_office")
"""A street office in a city whose own rule counts it in."""
REGIONS = [
    ("990000000", "栎海省"),
    ("990101000", "澄水县"),
    ("990101001", "听松街道"),
    ("990101101", "青桥镇"),
    ("990101102", "白杨镇"),
    ("990101103", "梅湾镇"),
    ("990101201", "石滩乡"),
    ("990101202", "松岭乡"),
    ("990101204", "柳坪乡"),
]
OWN = (
    "镇政府把赶集日定为接待日，由班子成员轮流到集市坐堂，群众反映的事项当场登记、当场分办，三天内回话。"
    "河湾两岸的旧界桩重新勘定以后，由村里的老会计和测量员一道走了一遍，图纸贴在祠堂门口，谁家有异议谁家来讲。"
)
SHARED = (
    "各村在榕树下设了议事石桌，收粮以前先议水渠轮灌的次序，议定的次序写在木牌上，轮到哪家由看渠人去敲门。"
    "渡口的船工也编进了巡查名册，早晚两趟过河时顺路看堤，看见裂缝就插一面红旗，当天由水管站的人来处置。"
)
SLOGAN = "坚持以习近平新时代中国特色社会主义思想为指导，深入学习贯彻习近平法治思想。"
MEDIATED, PUBLICITY = "disputes_mediated", "publicity_events"


def report(organisation: Organisation, year: int, told: Sequence[Told], **details: Any) -> Reading:
    return reading(
        organisation,
        year,
        [replace(one, lead=f"{organisation.name[3:5]}{one.lead}") for one in told],
        **details,
    )


def qingqiao_2024(mediated: int) -> Reading:
    told = [
        Told("调解纠纷", f"{mediated}件", MEDIATED, mediated),
        Told("调解成功", "40件", "disputes_mediated_successfully", 40),
        Told("成功率", "98%", "mediation_success_rate", 98, "%"),
        Told("办理信访", "60件", "petitions", 60),
        Told("公证", "2件", "notarisations", 2),
        Told("全年", "无行政复议案件", "reconsideration_cases", 0, zero=True),
        Told("普法", "50场次", PUBLICITY, 50, "场次"),
        Told("罚没", "6600元", "fines", 6600, "元"),
        Told("处罚", "3件", "administrative_penalties", 3),
    ]
    note = "全面推行综合查一次。认真履行第一责任人职责。"
    sentences = (Sentence(0, 10, 0), Sentence(10, len(note), 0))
    text = report(QINGQIAO, 2024, told, note=note)
    at = len(text.document.text) - len(note)
    shifted = tuple(Sentence(at + one.start, at + one.end, 0) for one in sentences)
    return replace(text, sentences=text.sentences + shifted)


FIRST = {
    ("qq", 2018): report(QINGQIAO, 2018, [], published_on=date(2019, 4, 30)),
    ("wh", 2024): report(WANGHAI, 2024, []),
    ("qq", 2022): report(
        QINGQIAO, 2022, [Told("调解纠纷", "30件", MEDIATED, 30)], published_on=date(2023, 2, 1)
    ),
    ("qq", 2023): report(
        QINGQIAO,
        2023,
        [
            Told("调解纠纷", "35件", MEDIATED, 35),
            Told("办理信访", "100件", "petitions", 100),
            Told("法律援助", "6件", "legal_aid_cases", 6),
        ],
        published_on=date(2024, 2, 1),
    ),
    ("qq", 2024): qingqiao_2024(42),
    ("st", 2023): report(
        SHITAN, 2023, [Told("调解纠纷", "20件", MEDIATED, 20)], note=OWN, published_on=date(2024, 1, 9)
    ),
    ("st", 2024): report(
        SHITAN, 2024, [Told("调解纠纷", "27件", MEDIATED, 27)], note=OWN, published_on=date(2025, 4, 3)
    ),
    ("by", 2024): report(
        BAIYANG,
        2024,
        [Told("普法", "100余场次", PUBLICITY, 100, "场次", "at_least")],
        note=SLOGAN + SHARED,
        published_on=None,
    ),
    ("sl", 2024): report(
        SONGLING,
        2024,
        [Told("调解纠纷", "10件", MEDIATED, 10), Told("又说调解纠纷", "12件", MEDIATED, 12)],
        note=SHARED,
        published_on=date(2025, 3, 10),
        issues=(Issue("plan_year_wrong", "warning", "publisher", "2023年主要安排", 0, 4),),
    ),
    ("page", 2024): replace(report(SONGLING, 2024, [], note="全文见附件。"), sections=()),
    ("note", 2023): report(
        QINGQIAO,
        2023,
        [],
        report_kind="other",
        issues=(Issue("report_year_conflict", "warning", "publisher", "通知说的是2022年", 0, 4),),
    ),
    ("cz", 2024): report(
        FINANCE,
        2024,
        [
            Told("罚没", "90000元", "fines", 90000, "元"),
            Told("处罚", "3件", "administrative_penalties", 3),
        ],
    ),
    ("ts", 2024): report(
        TINGSONG,
        2024,
        [Told("普法", "9场次", PUBLICITY, 9, "场次")],
        note=SLOGAN,
        published_on=date(2025, 4, 2),
    ),
    ("xz", 2024): report(
        COUNTY, 2024, [Told("调解纠纷", "500件", MEDIATED, 500)], published_on=date(2025, 3, 31)
    ),
}
REVISED = qingqiao_2024(45)
EXPECTED = {"expected_years": (2022, 2023, 2024)}
SOURCES = [
    source("qq", QINGQIAO.name, region_code="990101101", **EXPECTED),
    source("st", SHITAN.name, region_code="990101201", **EXPECTED),
    source("by", BAIYANG.name, region_code="990101102", expected_years=(2024,)),
    source("sl", SONGLING.name, region_code="990101202", expected_years=(2024,)),
    source("lp", "澄水县柳坪乡人民政府", region_code="990101204", expected_years=(2024,)),
    source("ts", TINGSONG.name, region_code="990101001", expected_years=(2024,)),
    source("wh", WANGHAI.name, region_code="440399001", expected_years=(2024,)),
    source("xz", COUNTY.name, region_code="990101000", expected_years=(2024,)),
]
ON_THE_DEADLINE = 31
"""1 April, the day of the deadline, at two in the morning in Shanghai: 31 March in UTC."""


def recoded(place: RegionRow) -> RegionRow:
    """Two towns have had another code: they keep the id they had under it."""
    known_as = {"990101201": "990101291", "990101204": "990101294"}
    return replace(place, region_uid=known_as.get(place.region_code))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Night 1 finds the reports, night 3 a revision of one, night 31 looks at every list on the day of the deadline."""
    folder = tmp_path_factory.mktemp("analyses")
    pages = [seen(1, where, f"http://{where}/{year}", text) for (where, year), text in FIRST.items()]
    fetched, revised = seen(3, "qq", "http://qq/2024", REVISED)
    lists = [
        attempt(
            ON_THE_DEADLINE,
            one.source_id,
            f"http://{one.source_id}/list",
            "challenge" if one.source_id == "sl" else "ok",
            purpose="list",
        )
        for one in SOURCES
    ]
    nights: dict[int, dict[str, Any]] = {
        1: {"attempts": [one for one, _ in pages], "readings": [one for _, one in pages]},
        3: {"attempts": [fetched], "readings": [revised]},
        ON_THE_DEADLINE: {"attempts": lists},
    }
    with open_warehouse(folder / "private.duckdb") as warehouse:
        for number, brought in nights.items():
            load_night(
                warehouse,
                run=run(number),
                sources=SOURCES,
                codebook=load_codebook().values(),
                regions=[recoded(place) for place in regions(REGIONS)],
                **brought,
            )
    build_models(folder / "private.duckdb")
    stamp = dict.fromkeys(("version", "run_id", "code_version", "published_at"), "test")
    build_file(folder / "private.duckdb", folder / "nianbao.duckdb", stamp)
    return folder / "nianbao.duckdb"


def test_every_question_fits_a_screen_and_has_a_line_in_the_docs(root: Path) -> None:
    told = (root / "docs" / "questions.md").read_text(encoding="utf-8")
    assert [one.number for one in questions()] == sorted({*range(1, 26)} - {23, 24})
    for one in questions():
        assert one.sql.count("\n") <= 45, one.name
        assert one.name in told, one.name


def test_every_question_has_an_answer_of_the_shape_it_names(published: Path, tmp_path: Path) -> None:
    """No question errs on the published file, and each finds something here (16 nothing: a quiet night)."""
    population = tmp_path / "population.csv"
    population.write_text("region_code,report_year,population\n990101101,2024,20000\n", encoding="utf-8")
    empty = []
    for one in questions():
        tables = dict.fromkeys(one.needs, population)
        with answer(published, question(str(one.number), {}, tables).sql, {}, tables) as cursor:
            if not cursor.fetchall():
                empty.append(one.number)
    assert empty == [16]


def test_1_change_over_two_years_and_none_where_a_side_is_missing(published: Path) -> None:
    rows = ask(published, 1, "organization_name", "from_value", "to_value", "change", "change_pct")
    assert rows == [
        (WANGHAI.name, None, None, None, None),
        (TINGSONG.name, None, None, None, None),
        (QINGQIAO.name, 30, 45, 15, 50),
        (BAIYANG.name, None, None, None, None),
        (SHITAN.name, None, 27, None, None),
        (SONGLING.name, None, None, None, None),
    ]


def test_2_late_not_found_and_unknown_are_told_apart_and_street_offices_left_out(published: Path) -> None:
    rows = ask(published, 2, "organization_name", "coverage_status", "days_late", "was_seen_before_due")
    assert rows == [
        (SHITAN.name, "late", 3, True),
        ("澄水县柳坪乡人民政府", "not_found", None, None),
        (BAIYANG.name, "unknown_date", None, True),
    ]


def test_3_both_denominators_and_what_nobody_collects(published: Path) -> None:
    _, row = ask(
        published, 3, "county_name", "obliged", "published", "on_time", "not_collected",
        "obliged_with_street_offices", "published_with_street_offices", "published_share",
    )  # fmt: skip
    assert row == ("澄水县", 7, 5, 3, 1, 8, 6, round(5 / 6, 4))


def test_4_a_missing_heading_is_not_a_missing_mention(published: Path) -> None:
    rows = ask(published, 4, "organization_name", "finding", report_year="2023")
    assert rows == [(QINGQIAO.name, "no_mention"), (SHITAN.name, "no_mention")]
    headless = ask(published, 4, "organization_name", part="achievements")
    assert headless == [], "松岭's page that hands out a file has no headings, the file has them"
    newest = dict(ask(published, 4, "organization_name", "finding", report_year="2024"))
    assert newest[QINGQIAO.name] == "no_heading" and newest[SHITAN.name] == "no_mention"


def test_5_completeness_of_the_parts(published: Path) -> None:
    rows = ask(published, 5, "province_name", "report_year", "reports", "median_parts", "complete_share")
    assert rows[-1] == ("栎海省", 2024, 7, 1, 0)


def test_6_a_text_with_new_figures_is_a_copy(published: Path) -> None:
    ((name, masked, raw, url, previous),) = ask(
        published, 6, "organization_name", "containment_masked", "containment", "url", "previous_url"
    )
    assert (name, url, previous) == (SHITAN.name, "http://st/2024", "http://st/2023")
    assert 0.8 < raw < masked <= 1


def test_7_a_neighbours_text_is_found_and_a_shared_slogan_is_none(published: Path) -> None:
    rows = ask(published, 7, "organization_name", "other_organization_name", "report_year")
    assert sorted(rows) == sorted([(SONGLING.name, BAIYANG.name, 2024), (BAIYANG.name, SONGLING.name, 2024)])


def test_8_population_is_the_askers_own_and_its_absence_is_said(published: Path, tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="--table population"):
        ask(published, 8, "county_code")
    towns = tmp_path / "towns.csv"
    towns.write_text(
        "region_code,report_year,population\n990101102,2024,40000\n990101001,2024,9000\n", encoding="utf-8"
    )
    rows = ask(
        published, 8, "report_year", "towns", "towns_with_population", "median_per_10000", "rests_on_bounds",
        tables={"population": towns},
    )  # fmt: skip
    assert rows[-1] == (2024, 5, 2, (100 / 4 + 9 / 0.9) / 2, True)


def test_9_rises_and_falls_above_the_base(published: Path) -> None:
    assert ask(published, 9, "direction", "indicator_name", "change_pct", region="9901") == [
        ("rise", "调解(受理)矛盾纠纷件数", round(100 * 10 / 35, 4)),
        ("fall", "信访件(案件)件数", -40),
    ]
    assert ask(published, 9, "direction", region="98") == []
    assert len(ask(published, 9, "direction", minimum_base="20")) == 3


def test_10_explicit_zero_and_silence(published: Path) -> None:
    rows = ask(published, 10, "organization_name", "indicator_code", "finding", report_year="2024")
    assert len(rows) == 12
    assert [row for row in rows if row[2] != "silent"] == [
        (QINGQIAO.name, "reconsideration_cases", "explicit_zero")
    ]


def test_11_share_of_approximate_numbers(published: Path) -> None:
    rows = ask(published, 11, "province_code", "report_year", "figures", "at_least", "approximate_share")
    assert rows[-1] == ("990000000", 2024, 17, 1, round(1 / 17, 4))


def test_12_contradictions_are_listed_with_their_candidates(published: Path) -> None:
    assert ask(published, 12, "organization_name", "candidate_values") == [(SONGLING.name, "10件；12件")]


def test_13_a_stated_rate_that_its_own_cases_belie(published: Path) -> None:
    rows = ask(published, 13, "organization_name", "stated_rate", "computed_rate")
    assert rows == [(QINGQIAO.name, 98, round(40 / 45 * 100, 2))]
    assert ask(published, 13, "organization_name", tolerance="10") == []


def test_14_fines_in_yuan_per_penalty(published: Path) -> None:
    rows = ask(
        published, 14, "county_code", "report_year", "bodies", "bodies_exact", "p50", "p90", "outliers"
    )
    assert rows == [("990101000", 2024, 1, 1, 2200, 2200, None)]


def test_15_what_is_begun_and_dropped(published: Path) -> None:
    rows = ask(published, 15, "organization_name", "finding", "indicator_code")
    assert [row[2] for row in rows if row[:2] == (QINGQIAO.name, "dropped")] == ["legal_aid_cases"]
    begun = {row[2] for row in rows if row[:2] == (QINGQIAO.name, "begun")}
    assert "notarisations" in begun and not {MEDIATED, "petitions"} & begun
    assert {row[0] for row in rows} == {QINGQIAO.name}


def test_16_what_changed_and_whose_change_it_was(published: Path) -> None:
    rows = ask(
        published, 16, "organization_name", "indicator_code", "old_value", "value", "change_cause",
        since="2025-03-03 00:00:00",
    )  # fmt: skip
    assert rows == [(QINGQIAO.name, MEDIATED, 42, 45, "publisher")]


def test_17_the_table_as_it_stood(published: Path) -> None:
    def value(known_on: str) -> list[Any]:
        rows = ask(
            published, 17, "organization_name", "report_year", "indicator_code", "value", known_on=known_on
        )
        return [row[3] for row in rows if row[:3] == (QINGQIAO.name, 2024, MEDIATED)]

    assert (value("2025-03-01 00:00:00"), value("2025-03-02"), value("2025-03-04")) == ([], [42], [45])


def test_18_the_evidence_of_a_figure(published: Path) -> None:
    ((text, sentence, start, end, url, heading),) = ask(
        published, 18, "text_written", "sentence", "start_offset", "end_offset", "url", "heading",
        organization="石滩", indicator=MEDIATED, report_year="2024",
    )  # fmt: skip
    assert (text, sentence, url) == ("27件", "石滩调解纠纷27件。", "http://st/2024")
    assert FIRST["st", 2024].document.text[start:end] == text and heading == "一、主要举措和成效"


def test_19_wrong_years(published: Path) -> None:
    assert ask(published, 19, "organization_name", "issue_kind") == [(SONGLING.name, "plan_year_wrong")]


def test_20_where_a_term_is_first_used(published: Path) -> None:
    rows = ask(
        published, 20, "province_code", "report_year", "regions_reporting", "regions_new", "regions_using",
        "cumulative_share", "first_here", term="combined_inspection",
    )  # fmt: skip
    assert [row[1:] for row in rows if row[0] == "990000000"] == [
        (2018, 1, 0, 0, 0, None),
        (2022, 1, 0, 0, 0, None),
        (2023, 2, 0, 0, 0, None),
        (2024, 7, 1, 1, round(1 / 7, 4), ["990101101"]),
    ]


def test_21_towns_are_set_against_the_county_and_never_added_to_it(published: Path) -> None:
    rows = ask(
        published, 21, "report_year", "towns_sum", "towns_counted", "towns", "county_stated", "ratio",
        indicator=MEDIATED,
    )  # fmt: skip
    assert rows[-1] == (2024, 45 + 27, 2, 7, 500, round(72 / 500, 4))


def test_25_quality_of_each_source_and_night(published: Path) -> None:
    rows = ask(
        published,
        25,
        "source_id",
        "run_id",
        "requests",
        "refused",
        "documents",
        "with_date_pct",
        "median_days_to_capture",
    )
    assert ("by", "run-1", 1, 0, 1, 0.0, None) in rows
    assert ("sl", f"run-{ON_THE_DEADLINE}", 1, 1, 0, None, None) in rows
    assert ("xz", "run-1", 1, 0, 1, 100.0, (date(2025, 3, 2) - date(2025, 3, 31)).days) in rows


def test_rules_hold_where_and_when_they_were_in_force(published: Path) -> None:
    """No duty of townships before 2019, though a deadline of others; a street office only where its city says so."""
    with answer(
        published,
        "SELECT organization_name, report_year, is_obliged, coverage_status, required_parts "
        "FROM fct_coverage_yearly WHERE report_year = 2018 OR body_kind = 'subdistrict_office' "
        "ORDER BY report_year, region_code",
    ) as cursor:
        assert [row for row in cursor.fetchall() if row[4] is not None] == [
            (QINGQIAO.name, 2018, None, "late", 0),
            (WANGHAI.name, 2024, True, "on_time", 5),
            (TINGSONG.name, 2024, False, "late", 5),
        ]


def test_an_unknown_question_or_parameter_is_refused_by_name(published: Path) -> None:
    with pytest.raises(QueryError, match="there is no question '99'"):
        question("99", {}, {})
    with pytest.raises(QueryError, match=r"no parameter 'yaer' .*report_year"):
        question("2", {"yaer": "2024"}, {})


def test_a_question_reaches_no_file_once_its_tables_are_read(published: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    for query in (f"FROM read_csv('{secret}')", "SET enable_external_access = true"):
        with pytest.raises(QueryError), answer(published, query):
            pass
