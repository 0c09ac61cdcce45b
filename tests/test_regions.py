"""Divisions over time: official lists read and refused, what became of what, and series on today's boundaries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from typer.testing import CliRunner

from extractors.organisation import Gazetteer, resolve
from extractors.records import Document, SourceHint
from flows.cli import app
from flows.collector.archive import Archive
from flows.derive import Registry, derive, read_new
from flows.files import files_in
from flows.ingest import Door
from flows.readings import gazetteer_version
from flows.regions import RegionListError, editions, import_regions, places, read_list, region_rows
from flows.settings import Settings, load_settings
from flows.steps import PlainSteps
from tests.warehouse_scenes import Told, body, load, night, reading, seen
from warehouse.records import RunRow
from warehouse.regions import Division, Edition, mistakes, region_history
from warehouse.transform import transform

BASE = {
    "990000000": "澜江省",
    "990100000": "甘棠市",
    "990121000": "云岭县",
    "990121101": "石桥镇",
    "990121201": "沙河乡",
    "990121202": "青坪乡",
    "990121203": "白水乡",
    "990121204": "大湾乡",
    "990121205": "孤石乡",
    "990122000": "澜江县",
    "990122101": "栗溪镇",
}
LATER = """行政区划代码,单位名称,前身代码,生效日期
99,澜江省,,
9901,甘棠市,,
990121,云岭县,,
990121001,沙河街道,,
990121101,石桥新镇,,
990121102,清白镇,990121202|990121203,2024-06-01
990121103,大湾镇,990121204,
990121104,小湾镇,990121204,
990122,澜江县,,
990122101000,栗溪镇,,
"""
ON = date(2024, 12, 31)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    lines = "".join(f"{code}\t{name}\n" for code, name in BASE.items())
    (tmp_path / "places.tsv").write_text(f"code\tname\n{lines}", encoding="utf-8")
    (tmp_path / "nianbao.toml").write_text('gazetteer = "places.tsv"\n', encoding="utf-8")
    return load_settings(tmp_path)


def listed(folder: Path, text: str = LATER, encoding: str = "utf-8-sig") -> Path:
    path = folder / "list.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_list_tells_what_was_renamed_recoded_merged_and_split(
    settings: Settings, tmp_path: Path, encoding: str
) -> None:
    begun = import_regions(settings, listed(tmp_path, encoding=encoding), ON)
    assert {(v.code, v.event, v.predecessors, v.valid_from) for v in begun} == {
        ("990121001", "type_change", ("990121201",), ON),
        ("990121101", "rename", ("990121101",), ON),
        ("990121102", "merge", ("990121202", "990121203"), date(2024, 6, 1)),
        ("990121103", "split", ("990121204",), ON),
        ("990121104", "split", ("990121204",), ON),
    }
    assert next(v for v in begun if v.code == "990121001").uid == "990121201"
    assert [edition.as_of for edition in editions(settings)] == [ON]


def test_a_workbook_says_the_same_as_a_csv(tmp_path: Path) -> None:
    workbook = Workbook()
    for line in LATER.splitlines():
        workbook.active.append(line.split(","))
    workbook.save(tmp_path / "list.xlsx")
    assert read_list(tmp_path / "list.xlsx", ON) == read_list(listed(tmp_path), ON)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("名称\n石桥镇\n", "row 1: needs the columns"),
        ("代码,名称\n99012,石桥镇\n", "row 2: '99012' is no division code"),
        ("代码,名称\n990121101001,某村\n", "row 2: 990121101001 is a village's code"),
        ("代码,名称\n990121101,Town\n", "row 2: 'Town' is no name"),
        ("代码,名称\n99,澜江省\n99,澜江省\n", "row 3: code 990000000 is listed twice"),
        ("代码,名称\n", "no division in it"),
        (
            "代码,名称,生效日期\n99,澜江省,2025/1/1\n",
            "row 2: '2025/1/1' is no day; it is written like 2025-01-31",
        ),
        ("代码,名称\n99,澜江省\n", "end without a successor"),
        (
            LATER.replace("990122,澜江县,,\n", "").replace("9901,甘棠市,,\n", ""),
            "its county 990122000 is not",
        ),
        (LATER.replace("990121202|990121203", "990199101"), "predecessor 990199101 is not standing"),
    ],
)
def test_nonsense_is_refused_with_its_row_and_nothing_is_kept(
    settings: Settings, tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(RegionListError, match=message):
        import_regions(settings, listed(tmp_path, text), ON)
    assert editions(settings) == []


@pytest.mark.parametrize("name", ["list.xlsx", "list.csv"])
def test_a_file_that_cannot_be_read_says_what_to_save_it_as(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04 \xff\xff\x00")
    with pytest.raises(RegionListError, match=r"list\.\w+: cannot be read .*; save it again as CSV"):
        read_list(tmp_path / name, ON)


def test_a_code_is_never_used_again_and_lists_come_in_order(settings: Settings, tmp_path: Path) -> None:
    import_regions(settings, listed(tmp_path), ON)
    again = LATER.replace("990121102,清白镇,990121202|990121203,2024-06-01", "990121202,新坪乡,,")
    with pytest.raises(RegionListError, match="never used again"):
        import_regions(settings, listed(tmp_path, again), date(2025, 12, 31))
    with pytest.raises(RegionListError, match="is held already"):
        import_regions(settings, listed(tmp_path), ON)


def test_one_absence_is_no_abolition() -> None:
    without = edition(date(2023, 12, 31), {c: n for c, n in BASE.items() if c != "990121205"})
    history = region_history(BASE, [without, edition(ON, BASE)])
    assert all(version.valid_to is None for version in history) and len(history) == len(BASE)
    assert [v.valid_to for v in region_history(BASE, [without]) if v.code == "990121205"] == [
        date(2023, 12, 31)
    ]


def test_towns_follow_their_county_to_its_new_code() -> None:
    later = {
        code.replace("990121", "990103"): name.replace("云岭县", "云岭区")
        for code, name in BASE.items()
        if code != "990121205"
    }
    history = {v.code: v for v in region_history(BASE, [edition(ON, later)]) if v.valid_from}
    assert (history["990103000"].event, history["990103000"].uid) == ("recode", "990121000")
    assert (history["990103101"].event, history["990103101"].uid) == ("recode", "990121101")
    assert list(mistakes(edition(ON, later), BASE, [])) == []


def test_the_list_of_the_whole_country_is_taken() -> None:
    names = {code: name for code, name in Gazetteer.load().names.items() if "-" not in name}
    assert list(mistakes(edition(ON, names), names, [])) == []


def edition(as_of: date, names: Mapping[str, str]) -> Edition:
    return Edition(as_of, {code: Division(code, name) for code, name in names.items()})


@given(st.lists(st.dictionaries(st.sampled_from(sorted(BASE)), st.sampled_from(["甲镇", "乙镇", "丙镇"]))))
def test_versions_of_a_code_never_overlap_and_one_name_stands(lists: list[dict[str, str]]) -> None:
    dated = [edition(date(2000 + i, 1, 1), {"990000000": "澜江省"} | names) for i, names in enumerate(lists)]
    by_code: dict[str, list[tuple[date, date]]] = {}
    for version in region_history(BASE, dated):
        span = (version.valid_from or date.min, version.valid_to or date.max)
        assert span[0] < span[1]
        by_code.setdefault(version.code, []).append(span)
    for spans in by_code.values():
        assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_the_command_shows_the_changes_and_says_what_is_wrong(settings: Settings, tmp_path: Path) -> None:
    arguments = [
        "regions",
        "import",
        str(listed(tmp_path)),
        "--as-of",
        "2024-12-31",
        "--home",
        str(settings.home),
    ]
    shown = CliRunner().invoke(app, [*arguments, "--dry-run"], env={"COLUMNS": "200"})
    assert shown.exit_code == 0 and "清白镇" in shown.output and editions(settings) == []
    assert CliRunner().invoke(app, arguments).exit_code == 0
    refused = CliRunner().invoke(app, arguments)
    assert refused.exit_code == 1 and "held already" in refused.output


PLACED = [
    ("2022", "云岭县沙河乡", "990121201", "云岭县沙河乡人民政府"),
    ("2024", "云岭县沙河街道", "990121001", "云岭县沙河街道办事处"),
    ("2022", "云岭县石桥镇", "990121101", "云岭县石桥镇人民政府"),
    ("2024", "云岭县石桥新镇", "990121101", "云岭县石桥新镇人民政府"),
    ("2024", "云岭县清白镇", "990121102", "云岭县清白镇人民政府"),
    ("2023", "云岭县青坪乡", "990121202", "云岭县青坪乡人民政府"),
]


def placed(gazetteer: Gazetteer, year: str, named: str) -> tuple[str | None, str | None]:
    title = f"{named}人民政府{year}年法治政府建设年度报告"
    found, _ = resolve(Document("text", f"{title}\n全年工作如下。", title=title), None, gazetteer, int(year))
    return found.region_code, found.name


@pytest.mark.parametrize(("year", "named", "code", "name"), PLACED)
def test_a_report_is_of_the_division_that_bore_its_name_then(
    settings: Settings, tmp_path: Path, year: str, named: str, code: str, name: str
) -> None:
    import_regions(settings, listed(tmp_path), ON)
    assert placed(Gazetteer.load(places(settings)), year, named) == (code, name)


def recoded(folder: Path) -> Path:
    """The county becomes a district under a new code, and its towns follow it."""
    rows = [f"{c.replace('990121', '990103')},{n.replace('云岭县', '云岭区')}" for c, n in BASE.items()]
    return listed(folder, "\n".join(["代码,名称", *rows]) + "\n")


@pytest.mark.parametrize(
    ("year", "named", "code"),
    [
        ("2022", "云岭县石桥镇", "990121101"),
        ("2025", "云岭区石桥镇", "990103101"),
        ("2025", "云岭县石桥镇", "990103101"),
        ("2022", "云岭县", "990121000"),
        ("2025", "甘棠市云岭区", "990103000"),
        ("2022", "石桥镇", "990121101"),
    ],
)
def test_a_recoded_town_is_one_town_under_either_county(
    settings: Settings, tmp_path: Path, year: str, named: str, code: str
) -> None:
    import_regions(settings, recoded(tmp_path), ON)
    assert placed(Gazetteer.load(places(settings)), year, named)[0] == code


def test_a_source_entry_under_an_old_code_still_places_its_towns(settings: Settings, tmp_path: Path) -> None:
    import_regions(settings, recoded(tmp_path), ON)
    document = Document("text", "全年工作如下。", title="石桥镇人民政府2025年法治政府建设年度报告")
    hint = SourceHint(None, "990121000")
    found, issues = resolve(document, hint, Gazetteer.load(places(settings)), 2025)
    assert (found.region_code, issues) == ("990103101", ())


def test_without_lists_readings_resolve_against_the_settings_gazetteer(settings: Settings) -> None:
    assert places(settings) == settings.gazetteer


def test_the_same_lists_make_the_same_gazetteer_file(settings: Settings, tmp_path: Path) -> None:
    import_regions(settings, listed(tmp_path), ON)
    target = places(settings)
    assert target is not None
    content = target.read_bytes()
    target.unlink()
    assert places(settings) == target and target.read_bytes() == content
    mended = Gazetteer.load(target)
    assert mended.names.keys() == BASE.keys() | {"990121001", "990121102", "990121103", "990121104"}


@pytest.mark.acceptance
def test_a_new_list_reads_every_page_again_and_reaches_the_warehouse(
    settings: Settings, tmp_path: Path
) -> None:
    """The same archived pages before and after: all are read by another release, and a series runs through."""
    (tmp_path / "reports").mkdir()
    for number, (named, year, count) in enumerate(
        [("沙河乡人民政府", 2023, 20), ("沙河街道办事处", 2024, 25), ("清白镇人民政府", 2024, 11)]
    ):
        text = f"云岭县{named}{year}年法治政府建设年度报告\n一、主要工作\n全年调解矛盾纠纷{count}件。\n"
        (tmp_path / "reports" / f"{number}.txt").write_text(text, encoding="utf-8")
    run = RunRow("run-1", "ingest", night(1), night(1), "succeeded")
    with Archive(settings.archive) as archive:
        door = Door(archive, run.run_id, lambda: night(1), 1_000_000)
        for path in files_in([tmp_path / "reports"]):
            door.let_in(path)
        before = read_new(settings, archive, Registry((), is_whole=False), lambda: night(1))
    codes = [entry.reading.organisation.region_code for entry in before]
    assert codes == ["990121201", None, None]
    import_regions(settings, listed(tmp_path), ON)
    derived = derive(settings, run, Registry((), is_whole=False), lambda: night(2), PlainSteps())
    assert derived.pages_read == 3 and derived.published is not None
    with duckdb.connect(derived.published, read_only=True) as con:
        told = con.execute(
            "SELECT organization_name, region_code, report_year, previous_value, value, is_comparable "
            "FROM mart_indicator_yoy WHERE indicator_code = 'disputes_mediated' ORDER BY ALL"
        ).fetchall()
        releases = con.execute(
            "SELECT DISTINCT release FROM fct_indicator_mention WHERE is_current"
        ).fetchall()
    version = gazetteer_version(places(settings))
    assert version is not None and version != gazetteer_version(settings.gazetteer)
    assert all(version in release.split(".") for (release,) in releases)
    assert ("云岭县沙河街道办事处", "990121001", 2024, 20, 25, True) in told
    assert ("云岭县清白镇人民政府", "990121102", 2024, None, 11, False) in told


def mediated(value: float, figure: str | None = None) -> list[Told]:
    bound = "at_least" if figure else "exact"
    return [
        Told("调解矛盾纠纷", figure or f"{value:g}件", "disputes_mediated", value, bound=bound),  # type: ignore[arg-type]
        Told("调解成功率", "98%", "mediation_success_rate", 98, "%"),
    ]


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("regions")
    lists = [read_list(listed(folder), ON)]
    gazetteer = Gazetteer(BASE, {}, ())
    told = {
        ("990121101", "石桥镇", 2023): mediated(10),
        ("990121101", "石桥新镇", 2024): mediated(12),
        ("990121201", "沙河乡", 2022): mediated(19),
        ("990121201", "沙河乡", 2023): mediated(20),
        ("990121001", "沙河街道办事处", 2024): mediated(25),
        ("990121201", "沙河街道办事处", 2025): mediated(26),
        ("990121202", "青坪乡", 2022): mediated(3),
        ("990121202", "青坪乡", 2023): mediated(4),
        ("990121203", "白水乡", 2023): mediated(5, "5余件"),
        ("990121102", "清白镇", 2024): mediated(11),
        ("990121204", "大湾乡", 2023): mediated(7),
        ("990121103", "大湾镇", 2024): mediated(4),
        ("990122101", "栗溪镇", 2023): mediated(8),
        ("990121203", "白水乡", 2024): mediated(6),
    }
    pages = [
        seen(
            1, f"s{code}", f"http://{code}/{year}", reading(body(f"云岭县{name}人民政府", code), year, facts)
        )
        for (code, name, year), facts in told.items()
    ]
    database = folder / "private.duckdb"
    load(
        database,
        1,
        {"attempts": [a for a, _ in pages], "readings": [r for _, r in pages]},
        sources=[],
        regions=region_rows(sorted({code for code, _, _ in told}), gazetteer, lists),
    )
    tests = transform(database)
    assert [test.name for test in tests if test.status == "fail"] == []
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


def series(con: duckdb.DuckDBPyConnection, basis: str, code: str, indicator: str) -> list[tuple[object, ...]]:
    return con.execute(
        "SELECT report_year, value, bound, no_value_reason FROM mart_region_series WHERE boundary_basis = ? "
        "AND region_code = ? AND indicator_code = ? ORDER BY report_year",
        [basis, code, indicator],
    ).fetchall()


def test_a_body_stays_itself_through_a_new_name_and_a_new_code(con: duckdb.DuckDBPyConnection) -> None:
    compared = con.execute(
        "SELECT organization_name, previous_value, value, change FROM mart_indicator_yoy "
        "WHERE report_year = 2024 AND indicator_code = 'disputes_mediated' AND is_comparable ORDER BY value"
    ).fetchall()
    assert compared == [
        ("云岭县石桥新镇人民政府", 10, 12, 2),
        ("云岭县沙河街道办事处人民政府", 20, 25, 5),
    ]
    names = con.execute(
        "SELECT organization_name, valid_from, valid_to FROM dim_organization_history "
        "WHERE organization_name LIKE '%石桥%' ORDER BY valid_from"
    ).fetchall()
    assert names == [
        ("云岭县石桥镇人民政府", date(2023, 1, 1), date(2024, 1, 1)),
        ("云岭县石桥新镇人民政府", date(2024, 1, 1), None),
    ]


def test_a_merged_division_is_the_sum_of_its_members_on_todays_boundaries(
    con: duckdb.DuckDBPyConnection,
) -> None:
    assert series(con, "current_boundary", "990121102", "disputes_mediated") == [
        (2022, None, None, "member_silent"),
        (2023, 9, "at_least", None),
        (2024, 11, "exact", None),
    ]
    assert series(con, "as_reported", "990121102", "disputes_mediated") == [(2024, 11, "exact", None)]
    assert series(con, "as_reported", "990121202", "disputes_mediated") == [
        (2022, 3, "exact", None),
        (2023, 4, "exact", None),
    ]


def test_rates_never_add_and_a_divided_division_has_no_safe_path(con: duckdb.DuckDBPyConnection) -> None:
    assert series(con, "current_boundary", "990121102", "mediation_success_rate")[1] == (
        2023,
        None,
        None,
        "ratios_do_not_add",
    )
    assert series(con, "current_boundary", "990121204", "disputes_mediated") == [(2023, None, None, "split")]
    assert series(con, "current_boundary", "990121203", "disputes_mediated") == [
        (2024, None, None, "not_standing")
    ]
    assert series(con, "current_boundary", "990122101", "disputes_mediated") == [(2023, 8, "exact", None)]
    assert series(con, "current_boundary", "990121001", "disputes_mediated") == [
        (2022, 19, "exact", None),
        (2023, 20, "exact", None),
        (2024, 25, "exact", None),
        (2025, 26, "exact", None),
    ]


def test_question_22_sets_both_views_side_by_side(con: duckdb.DuckDBPyConnection, root: Path) -> None:
    question = (root / "dbt_like_sql/analyses/q22_series_over_boundaries.sql").read_text(encoding="utf-8")
    told = con.execute(question).fetchall()
    assert len(question.splitlines()) < 45
    both = {(row[0], row[2]): (row[3], row[5], row[8]) for row in told}
    assert both["990121102", 2023] == (None, 9, None)
    assert both["990121202", 2023] == (4, None, None)
    assert both["990121204", 2023] == (7, None, "split")


def test_lineage_has_weight_one_only_where_all_of_it_went(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        "SELECT from_code, to_code, lineage_event, weight, date_precision FROM bridge_region_lineage ORDER BY ALL"
    ).fetchall()
    assert rows == [
        ("990121101", "990121101", "rename", 1, "snapshot"),
        ("990121201", "990121001", "type_change", 1, "snapshot"),
        ("990121202", "990121102", "merge", 1, "official"),
        ("990121203", "990121102", "merge", 1, "official"),
        ("990121204", "990121103", "split", None, "snapshot"),
        ("990121204", "990121104", "split", None, "snapshot"),
    ]
