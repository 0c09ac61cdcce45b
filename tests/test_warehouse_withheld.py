"""What may not be shown is in no published file, of whatever format and age: every value of every file is read."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from openpyxl import load_workbook

from extractors.records import Issue, Reading, Section
from flows.derive import publish_checked
from flows.query import answer, questions
from flows.reporting import write_report
from flows.settings import load_settings
from flows.summary import Derived
from tests.warehouse_scenes import Told, body, load, night, reading, run, seen, source
from warehouse.checks import CheckResult
from warehouse.privacy import mask_names
from warehouse.publish import DATABASE, Published, publish, withdraw
from warehouse.records import DecisionRow
from warehouse.transform import TransformError, build_models

GONE = "荻花"
"""In every text of the page that is taken down, and nowhere else."""
SMALL = "芦荡"
"""In every sentence that tells a suppressed figure, and nowhere else."""
NAMED = "孟海涛"
YUNTANG = body("澄水县云塘镇人民政府", "990101302")
SHIQIAO = body("澄水县石桥镇人民政府", "990101301")
MEDIATED = "disputes_mediated"


def _report(organisation: Any, year: int, told: list[Told], heading: str, **details: Any) -> Reading:
    text = reading(organisation, year, told, **details)
    return replace(text, sections=(Section(0, len(text.document.text), 1, heading, 9, "achievements"),))


def _taken_down(mediated: int) -> Reading:
    issue = Issue("ambiguous_indicator", "warning", "extractor", f"{GONE}复议诉讼7件：两个指标", 40, 42)
    told = [
        Told(f"{GONE}调解矛盾纠纷", f"{mediated}件", MEDIATED, mediated),
        Told(f"{GONE}比上年增加", f"{GONE}11件", None, 11, growth="increase", change_of=0),
        Told(f"{GONE}推行智慧执法检查", "31次", "enforcement_inspections", 31, "次"),
        Told(f"{GONE}修渠", f"{GONE}19公里", None, 19, "公里"),
        Told(f"{GONE}信访", "5件", "petitions", 5),
        Told(f"{GONE}另有信访", "6件", "petitions", 6),
    ]
    return _report(YUNTANG, 2024, told, f"一、{GONE}成效", issues=(issue,))


ATTACHED = _report(YUNTANG, 2022, [Told(f"{GONE}附表公证", "77件", "notarisations", 77)], "一、附表")
ELSEWHERE = _report(YUNTANG, 2024, [Told("调解矛盾纠纷", "48件", MEDIATED, 48)], "一、成效")
LATER = _report(
    YUNTANG,
    2025,
    [
        Told("调解矛盾纠纷", "55件", MEDIATED, 55),
        Told("比上年增加", "4件", None, 4, growth="increase", change_of=0),
    ],
    "一、成效",
)
SMALL_BEFORE = _report(
    SHIQIAO,
    2023,
    [
        Told(f"{SMALL}社区矫正对象", "3人", "community_correction_persons", 3, "人", period="as_of_date"),
        Told(f"镇长{NAMED}讲授法治课", "13次", "leader_law_lessons", 13, "次"),
    ],
    f"一、镇长{NAMED}，其工作",
)
SMALL_NOW = _report(
    SHIQIAO,
    2024,
    [
        Told("社区矫正对象", "90人", "community_correction_persons", 90, "人", period="as_of_date"),
        Told(f"{SMALL}比上年增加", "87人", None, 87, "人", growth="increase", change_of=0),
        Told(f"{SMALL}重点人员共", "21人", "other_key_persons", 21, "人", period="as_of_date"),
        Told(f"{SMALL}其中精神障碍患者", "2人", "other_key_persons", 2, "人", period="as_of_date", part_of=2),
        Told(f"镇长{NAMED}讲授法治课", "15次", "leader_law_lessons", 15, "次", subject=f"镇长{NAMED}"),
    ],
    "一、成效",
    issues=(Issue("organisation_conflict", "warning", "source", f"镇长{NAMED}，另有其人"),),
)
SOURCES = [
    source("yt", YUNTANG.name, region_code="990101302"),
    source("county", None, region_code="990101000"),
    source("sq", SHIQIAO.name, region_code="990101301"),
]


@dataclass(frozen=True)
class World:
    """A private warehouse, and what was published of it."""

    private: Path
    folder: Path

    def copy(self, to: Path) -> World:
        shutil.copytree(self.folder, to / "publish", symlinks=True)
        return replace(self, folder=to / "publish")

    def publish(self, number: int, checks: tuple[CheckResult, ...] = ()) -> Published:
        at = night(number) + timedelta(hours=2)
        return publish(
            self.private,
            self.folder,
            run_id=f"run-{number}",
            code_version="1",
            published_at=at,
            checks=checks,
        )


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two nights with a page and its twin, then the decision to take it down; published as of before it, twice."""
    root = tmp_path_factory.mktemp("withheld")
    private, before = root / "private.duckdb", root / "before.duckdb"
    attached, read_attached = seen(1, "yt", "http://yt/att.docx", ATTACHED, purpose="attachment")
    pages = [
        seen(1, "yt", "http://yt/2024", _taken_down(50)),
        (replace(attached, parent_url="http://yt/2024"), read_attached),
        seen(1, "county", "http://county/copy", _taken_down(51), title=f"镇长{NAMED}，报告"),
        seen(1, "county", "http://county/other", ELSEWHERE),
        seen(1, "yt", "http://yt/2025", LATER),
        seen(1, "sq", "http://sq/2023", SMALL_BEFORE),
        seen(1, "sq", "http://sq/2024", SMALL_NOW),
    ]
    _load(private, 1, pages)
    _load(private, 2, [seen(2, "yt", "http://yt/2024", _taken_down(51))])
    decided = DecisionRow(
        "takedown", "http://yt/2024", "", None, "应要求", "编辑", night(3).date(), "t.yml:1"
    )
    load(private, 3, {"decisions": [decided]}, sources=SOURCES)
    build_models(private)
    shutil.copyfile(private, before)
    with duckdb.connect(str(before)) as con:
        con.execute("DELETE FROM int_taken_down; DELETE FROM int_taken_down_row")
    earlier = World(before, root / "publish")
    for number in (1, 2):
        earlier.publish(number)
    write_report(earlier.folder / DATABASE, earlier.folder / "report")
    return replace(earlier, private=private)


@pytest.fixture(scope="module")
def world(after: World) -> World:
    """The same before the decision."""
    return replace(after, private=after.private.with_name("before.duckdb"))


def _load(private: Path, number: int, pages: list[Any]) -> None:
    brought = {"attempts": [a for a, _ in pages], "readings": [r for _, r in pages]}
    load(private, number, brought, sources=SOURCES)


def rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every row of a DuckDB, Parquet or CSV file, with the name of its table."""
    with duckdb.connect(
        str(path) if path.suffix == ".duckdb" else ":memory:", read_only=path.suffix == ".duckdb"
    ) as con:
        tables = {
            ".parquet": [(path.stem, f"'{path}'")],
            ".csv": [(path.stem, f"read_csv('{path}', all_varchar = true)")],
        }.get(path.suffix) or [
            (name, name) for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        ]
        for table, relation in tables:
            cursor = con.execute(f"SELECT * FROM {relation}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                yield table, dict(zip(names, row, strict=True))


def told(path: Path) -> Iterator[str]:
    """Every text a file holds, whatever its format compresses."""
    if path.suffix in (".duckdb", ".parquet", ".csv"):
        for _, row in rows(path):
            for value in row.values():
                yield from map(str, value if isinstance(value, list) else [value])
    elif path.suffix == ".xlsx":
        for sheet in load_workbook(path, read_only=True):
            for line in sheet.iter_rows(values_only=True):
                yield from map(str, line)
    else:
        yield path.read_text(encoding="utf-8")


def showing(folder: Path, *words: str) -> set[str]:
    """The kinds of files under `folder` that hold any of `words` in a value or in their bytes."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".duckdb", ".parquet", ".csv", ".md", ".json"}
    return {
        path.suffix
        for path in files
        if any(word.encode() in path.read_bytes() for word in words)
        or any(word in text for text in told(path) for word in words)
    }


def test_before_it_is_taken_down_the_text_is_in_every_format(world: World) -> None:
    assert showing(world.folder, GONE) == {".duckdb", ".parquet", ".csv", ".html", ".xlsx"}


def test_a_take_down_reaches_every_published_file(after: World, tmp_path: Path) -> None:
    served = after.copy(tmp_path)
    earlier = {path.name for path in (served.folder / "versions").iterdir()}
    published = served.publish(3)
    assert showing(served.folder, GONE) == set()
    assert set(published.withdrawn) == earlier and not (served.folder / "report").exists()
    manifest = json.loads((served.folder / "latest" / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["withdrawn_versions"]) == earlier
    write_report(served.folder / DATABASE, served.folder / "report")
    for asked in questions():
        if not asked.needs:
            with answer(served.folder / DATABASE, asked.sql) as cursor:
                assert GONE not in str(cursor.fetchall()), asked.name
    assert showing(served.folder, GONE) == set()


def test_hash_metadata_and_figures_of_what_was_taken_down_stay(after: World, tmp_path: Path) -> None:
    served = after.copy(tmp_path)
    served.publish(3)
    with duckdb.connect(str(served.folder / DATABASE), read_only=True) as con:
        documents = con.execute(
            "SELECT url, version_number, title IS NOT NULL, text_hash IS NOT NULL, resource_sha256 IS NOT NULL, "
            "count(DISTINCT m.value), count(m.sentence) FROM dim_document AS d "
            "LEFT JOIN fct_indicator_mention AS m USING (document_key) "
            "WHERE d.report_year IN (2022, 2024) AND d.organization_key = "
            "(SELECT organization_key FROM dim_document WHERE url = 'http://yt/2025') GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        kept = con.execute(
            "SELECT stated_change, stated_text, sentence IS NOT NULL FROM mart_indicator_yoy "
            "WHERE report_year = 2025 AND indicator_code = 'disputes_mediated'"
        ).fetchall()
        differing = con.execute(
            "SELECT candidate_values FROM rpt_conflict JOIN dim_document USING (document_key) "
            "WHERE organization_name = '澄水县云塘镇人民政府'"
        ).fetchall()
    assert documents == [
        ("http://county/copy", 1, True, True, True, 4, 0),
        ("http://county/other", 1, True, True, True, 1, 1),
        ("http://yt/2024", 1, True, True, True, 4, 0),
        ("http://yt/2024", 2, True, True, True, 4, 0),
        ("http://yt/att.docx", 1, True, True, True, 1, 0),
    ]
    assert kept == [(4, "4件", True)], "another page of the same body is untouched"
    assert differing == [(None,)]


def test_a_take_down_reaches_what_is_served_on_a_night_that_publishes_nothing(
    after: World, tmp_path: Path
) -> None:
    served = after.copy(tmp_path)
    figures = _figures(served.folder / DATABASE)
    withdrawn = withdraw(after.private, served.folder, run_id="run-3", at=night(3))
    assert withdrawn is not None and len(withdrawn.withdrawn) == 2
    assert showing(served.folder, GONE) == set()
    assert _figures(served.folder / DATABASE) == figures
    assert (served.folder / "latest").resolve() == withdrawn.folder.resolve()
    assert withdraw(after.private, served.folder, run_id="run-4", at=night(4)) is None
    shutil.copytree(min((after.folder / "versions").iterdir()), served.folder / "versions" / "left-by-a-kill")
    assert withdraw(after.private, served.folder, run_id="run-5", at=night(5)) is not None
    assert showing(served.folder, GONE) == set()


class _NothingBuilds:
    def one(self, name: str, step: Callable[[], Any]) -> Any:
        raise TransformError("a model does not build")

    def each(self, name: str, step: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
        raise TransformError("a model does not build")


def test_a_night_whose_models_do_not_build_withdraws_all_the_same(after: World, tmp_path: Path) -> None:
    served = after.copy(tmp_path)
    (tmp_path / "warehouse").mkdir()
    shutil.copyfile(after.private, tmp_path / "warehouse" / DATABASE)
    settings = load_settings(tmp_path)
    derived = publish_checked(settings, run(3), lambda: night(3), _NothingBuilds(), Derived())
    assert derived.published is None and derived.problems == ("transform: a model does not build",)
    assert showing(served.folder, GONE) == set()


def _figures(database: Path) -> list[Any]:
    with duckdb.connect(str(database), read_only=True) as con:
        return con.execute(
            "SELECT yearly_key, value, known_from FROM fct_indicator_yearly ORDER BY ALL"
        ).fetchall()


def test_versions_that_show_nothing_withheld_are_kept(world: World, tmp_path: Path) -> None:
    served = world.copy(tmp_path)
    assert served.publish(3).withdrawn == ()
    assert len(list((served.folder / "versions").iterdir())) == 3 and (served.folder / "report").exists()


def test_a_version_masked_by_other_rules_goes(world: World, tmp_path: Path) -> None:
    served = world.copy(tmp_path)
    manifest = min((served.folder / "versions").iterdir()) / "manifest.json"
    told = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(told | {"mask_rules": "of last year"}), encoding="utf-8")
    assert served.publish(3).withdrawn == (manifest.parent.name,)


def test_names_are_masked_and_small_figures_are_in_no_published_file(world: World) -> None:
    with duckdb.connect(str(world.private), read_only=True) as con:
        for word in (SMALL, NAMED):
            assert con.execute(
                "SELECT count(*) FROM raw_sentence WHERE contains(text, ?)", [word]
            ).fetchone() != (0,)
    newest = (world.folder / "latest").resolve()
    assert showing(newest, SMALL, NAMED) == set()


def test_no_value_of_a_sensitive_code_tells_the_small_one(world: World) -> None:
    """Neither the 3 and the 2, nor the 87 that lead to the 3, nor the 21 that the 2 is a part of."""
    secret = {"3", "2", "87", "21", "3人", "2人", "87人", "21人"}
    sensitive = {"community_correction_persons", "other_key_persons"}
    newest = (world.folder / "latest").resolve()
    files = [p for p in newest.rglob("*") if p.suffix in (".duckdb", ".parquet", ".csv")]
    for path in files:
        for table, row in rows(path):
            if table == "fct_quantity_mention" and row["unit"] == "人":
                assert row["is_suppressed"] == (row["value"] != 90), (path, row)
            if row.get("indicator_code") in sensitive and "theme" not in row:
                shown = {
                    str(
                        int(value) if isinstance(value, float) and value == int(value) else value
                    ).removesuffix(".0")
                    for name, value in row.items()
                    if "value" in name or "change" in name or "text" in name
                }
                assert not shown & secret, (path, table, row)


def test_no_text_published_holds_a_name_that_masking_would_take(world: World) -> None:
    for path in world.folder.glob("*.duckdb"):
        for table, row in rows(path):
            for name, value in row.items():
                for text in map(str, value if isinstance(value, list) else [value]):
                    assert mask_names(text) == text, (table, name)
