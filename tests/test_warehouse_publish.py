"""From a private warehouse to what readers open: checks, privacy, atomic promotion, diff, dictionary."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import duckdb
import pytest
from openpyxl import load_workbook

from extractors.codebook import load_codebook
from extractors.records import Bound, Fact, Owner, PageKind, Part, Period, ReportKind, Severity
from flows.reporting import write_report
from tests.warehouse_scenes import first_night, load, night, three_nights
from warehouse.checks import CheckResult, run_checks
from warehouse.dictionary import read_dictionary
from warehouse.diff import diff_files, is_empty
from warehouse.load import reading_rows
from warehouse.privacy import mask_names
from warehouse.publish import PublishBlocked, Published, publish, write_blocked
from warehouse.published import published_tables
from warehouse.records import FetchOutcome, Purpose, RunKind
from warehouse.schema import SchemaVersionError, open_warehouse, raw_schema
from warehouse.transform import project_folder, transform


@dataclass(frozen=True)
class Scene:
    """Three nights published one after the other: news, nothing, a revision."""

    private: Path
    folder: Path
    checks: tuple[CheckResult, ...]
    nights: tuple[Published, ...]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    root = tmp_path_factory.mktemp("publish")
    private, folder, nights = root / "private.duckdb", root / "publish", []
    for number, brought in enumerate(three_nights(), start=1):
        load(private, number, brought)
        checks = run_checks(private, transform(private))
        nights.append(promote(private, folder, number, checks))
    return Scene(private, folder, checks, tuple(nights))


def promote(
    private: Path, folder: Path, number: int, checks: tuple[CheckResult, ...], keep: int = 3
) -> Published:
    return publish(
        private,
        folder,
        run_id=f"run-{number}",
        code_version="1.0.0",
        published_at=night(number) + timedelta(hours=2),
        checks=checks,
        keep=keep,
    )


def query(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as con:
        return con.execute(sql).fetchall()


def test_a_second_night_without_news_is_an_empty_diff(scene: Scene) -> None:
    news, nothing, revision = scene.nights
    assert sum(difference.added for difference in news.differences) > 0
    assert is_empty(nothing.differences), [d for d in nothing.differences if not d.is_empty]
    assert not is_empty(revision.differences)


def test_the_diff_names_what_a_revision_changed(scene: Scene) -> None:
    changed = {d.table: d for d in scene.nights[2].differences if not d.is_empty}
    yearly = changed["fct_indicator_yearly"]
    assert yearly.added == 1 and yearly.removed == 0 and yearly.changed == 4
    assert all(re.fullmatch(r"[+~-] [0-9a-f]{32}", example) for example in yearly.examples)
    assert "dim_indicator" not in changed and "fct_fetch" not in changed


@pytest.mark.parametrize(
    ("was", "is_now"), [("NULL", "[]"), ("[]", "[NULL]"), ("[1]", "[1, NULL]"), ("[1, 2]", "[2, 1]")]
)
def test_the_diff_tells_none_from_an_empty_list(tmp_path: Path, was: str, is_now: str) -> None:
    for name, values in (("old", was), ("same", was), ("new", is_now)):
        with duckdb.connect(str(tmp_path / name)) as con:
            con.execute(
                f"CREATE TABLE fct_indicator_yearly AS SELECT 'a' AS yearly_key, {values}::DOUBLE[] AS candidate_values"
            )
    (changed,) = (d for d in diff_files(tmp_path / "old", tmp_path / "new") if not d.is_empty)
    assert (changed.changed, changed.examples) == (1, ("~ a",))
    assert is_empty(diff_files(tmp_path / "old", tmp_path / "same"))


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_of_a_csv_file_runs_as_a_formula(scene: Scene, tmp_path: Path, begin: str) -> None:
    private, folder = tmp_path / "private.duckdb", tmp_path / "publish"
    shutil.copy(scene.private, private)
    hostile = f'{begin}HYPERLINK("http://a.example","点击")'
    with duckdb.connect(str(private)) as con:
        con.execute(
            "UPDATE mart_indicator_yoy SET sentence = ?, change = -5, is_sentence_suppressed = false",
            [hostile],
        )
    released = promote(private, folder, 1, scene.checks)
    with (released.folder / "csv/mart_indicator_yoy.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["sentence"] for row in rows if row["sentence"]} == {f"'{hostile}"}
    assert {float(row["change"]) for row in rows if row["change"]} == {-5}
    told = query(
        released.database, "SELECT DISTINCT sentence FROM mart_indicator_yoy WHERE sentence IS NOT NULL"
    )
    assert told == [(hostile,)], "the database and the Parquet files say what the report says"


def test_the_report_tells_when_and_by_which_run_its_data_were_published(scene: Scene, tmp_path: Path) -> None:
    """However long after, and from whichever copy, it was made."""
    copy = shutil.copyfile(scene.nights[0].folder / "nianbao.duckdb", tmp_path / "copy.duckdb")
    os.utime(copy, (0, 0))
    _, book = write_report(copy, tmp_path / "report")
    about = list(load_workbook(book)["说明"].values)
    assert about[0][1] == "run-1" and about[1] == ("发布于（北京时间）", "2025-03-02 04:00")
    assert "发布批次 run-1 · 发布于 2025-03-02 04:00" in (tmp_path / "report/nianbao.html").read_text("utf-8")


def test_the_published_file_is_complete_fresh_and_described(scene: Scene) -> None:
    tables = {table.name: table for table in read_dictionary(scene.folder / "nianbao.duckdb")}
    assert tables.keys() == published_tables().keys() | {"readme"}
    assert not list(scene.folder.glob("*.wal"))
    for table in tables.values():
        for described in (table, *table.columns):
            assert re.search(r"[\u4e00-\u9fff]", described.zh), (table.name, described.name)
            assert re.search(r"[A-Za-z]{2}", described.en), (table.name, described.name)
    assert query(scene.folder / "nianbao.duckdb", "SELECT count(*) FROM duckdb_indexes()") == [(0,)]
    assert query(scene.folder / "nianbao.duckdb", "SELECT zh FROM readme WHERE topic = 'run_id'") == [
        ("run-3",)
    ]


def test_the_dictionary_tells_what_every_indicator_counts_and_how_it_is_worded(scene: Scene) -> None:
    text = (scene.folder / "latest" / "dictionary.md").read_text(encoding="utf-8")
    told = [line.split(" | ") for line in text.splitlines() if re.match(r"\| [A-H]\d{2} \|", line)]
    assert [cells[1] for cells in told] == [indicator.code for indicator in load_codebook().values()]
    assert all(cells[-1].strip(" |") for cells in told)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("dim_document.report_kind", get_args(ReportKind)),
        ("dim_document.document_kind", get_args(PageKind)),
        ("dim_run.run_kind", get_args(RunKind)),
        ("fct_fetch.page_kind", get_args(PageKind)),
        ("fct_fetch.outcome", get_args(FetchOutcome)),
        ("fct_fetch.purpose", get_args(Purpose)),
        ("fct_indicator_mention.bound", get_args(Bound)),
        ("fct_indicator_mention.period", get_args(Period)),
        ("fct_quality_issue.owner", get_args(Owner)),
        ("fct_quality_issue.severity", get_args(Severity)),
        ("fct_section.part", get_args(Part)),
        ("dim_indicator.theme", {indicator.theme for indicator in load_codebook().values()}),
        ("dim_indicator.kind", {indicator.kind for indicator in load_codebook().values()}),
        ("dim_indicator.several", {indicator.several for indicator in load_codebook().values()}),
    ],
)
def test_a_column_of_codes_says_what_each_may_be(scene: Scene, column: str, values: Iterable[str]) -> None:
    table, name = column.split(".")
    described = next(t for t in read_dictionary(scene.folder / "nianbao.duckdb") if t.name == table)
    english = next(one.en for one in described.columns if one.name == name)
    assert [value for value in values if value not in english] == []


def test_every_model_and_column_is_described_in_the_project_in_both_languages(scene: Scene) -> None:
    models = {path.stem for path in project_folder().glob("models/**/*.sql")}
    tables = {t.name: t for t in read_dictionary(scene.private)}
    assert models <= tables.keys() | {
        name for (name,) in query(scene.private, "SELECT view_name FROM duckdb_views()")
    }
    bare = query(
        scene.private,
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND schema_name = 'main' "
        "AND NOT regexp_matches(coalesce(comment, ''), '[\u4e00-\u9fff].* \\| .*[A-Za-z]{2}')",
    )
    assert bare == []


def test_every_field_of_a_fact_reaches_the_raw_layer() -> None:
    entry = first_night()["readings"][0]
    stored = raw_schema().tables["raw_fact"].columns.keys()
    renamed = {"start": "start_offset", "end": "end_offset", "section": "part"}
    assert {renamed.get(name, name) for name in Fact.__dataclass_fields__} <= stored
    for table, rows in reading_rows(entry).items():
        for row in rows:
            assert row.keys() == raw_schema().tables[table].columns.keys(), table


def test_sensitive_small_figures_are_nowhere_in_what_is_published(scene: Scene) -> None:
    early = scene.nights[0].folder / "nianbao.duckdb"
    assert query(
        early,
        "SELECT report_year, value, is_suppressed FROM fct_indicator_yearly "
        "WHERE indicator_code = 'community_correction_persons' ORDER BY report_year",
    ) == [(2023, None, True), (2024, 9.0, False)]
    ((previous, value, change, stated, sentence),) = query(
        early,
        "SELECT previous_value, value, change, stated_change, previous_sentence FROM mart_indicator_yoy "
        "WHERE indicator_code = 'community_correction_persons' AND report_year = 2024",
    )
    assert (previous, value, change, stated, sentence) == (None, 9.0, None, None, None)
    grown = query(early, "SELECT value, text_written, sentence FROM fct_quantity_mention WHERE unit = '人' "
                  "AND end_offset - start_offset = 2 AND NOT is_in_codebook")  # fmt: skip
    assert grown == [(None, None, None)], "the increase from which the year before could be worked out"
    withheld = query(
        early, "SELECT value, sentence FROM fct_indicator_mention WHERE indicator_code = 'other_key_persons'"
    )
    assert withheld == [(None, None), (None, None)], "a part of 2 and the total that would reveal it"
    quantities = query(early, "SELECT text_written FROM fct_quantity_mention WHERE is_suppressed")
    assert quantities and all(text is None for (text,) in quantities)


def test_an_explicit_none_of_a_sensitive_code_is_published(scene: Scene) -> None:
    assert query(
        scene.nights[0].folder / "nianbao.duckdb",
        "SELECT value FROM fct_indicator_yearly "
        "WHERE indicator_code = 'released_prisoners' AND report_year = 2023",
    ) == [(0.0,)]


def test_names_beside_titles_are_masked_in_every_published_text(scene: Scene) -> None:
    for folder in (published.folder for published in scene.nights):
        for path in folder.rglob("*"):
            if path.is_file():
                assert "张小明".encode() not in path.read_bytes(), path
    with duckdb.connect(str(scene.private), read_only=True) as con:
        kept = con.execute("SELECT count(*) FROM raw_sentence WHERE contains(text, '张小明')").fetchone()
    assert kept is not None and kept[0] > 0, "the private layer keeps the raw text"
    assert ("镇长张某讲授法治课5次。",) in query(
        scene.nights[0].folder / "nianbao.duckdb", "SELECT sentence FROM fct_indicator_mention"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("镇长王大明、副镇长李红出席", "镇长王某、副镇长李某出席"),
        ("聘请欧阳建国律师为法律顾问", "聘请欧阳某律师为法律顾问"),
        ("聘用青岭律师事务所蒲小川律师为法律顾问", "聘用青岭律师事务所蒲某律师为法律顾问"),
        ("聘请常年律师、高级律师和金牌调解员", "聘请常年律师、高级律师和金牌调解员"),
        (
            "书记和镇长出席，律师和人民调解员到场，和小川律师代理",
            "书记和镇长出席，律师和人民调解员到场，和某律师代理",
        ),
        ("由镇长曲小兰任组长", "由镇长曲某任组长"),
        (
            "全覆盖，保证法律顾问参加；全年在局长办公会上学法",
            "全覆盖，保证法律顾问参加；全年在局长办公会上学法",
        ),
        ("二十个村法律顾问全覆盖，均已签约", "二十个村法律顾问全覆盖，均已签约"),
        ("，欧阳建国律师代理", "，欧阳某律师代理"),
        ("联系人：陈晓，电话另告", "联系人：陈某，电话另告"),
        ("党委书记高度重视", "党委书记高度重视"),
        ("行政机关负责人出庭，局长应诉，无异议", "行政机关负责人出庭，局长应诉，无异议"),
        ("镇长带头学法，书记全程参加", "镇长带头学法，书记全程参加"),
        ("纪委书记、政法委书记、武装部长", "纪委书记、政法委书记、武装部长"),
        ("法治副校长12名，法律顾问3名", "法治副校长12名，法律顾问3名"),
    ],
)
def test_masking_takes_names_and_leaves_words(text: str, expected: str) -> None:
    assert mask_names(text) == expected
    assert mask_names(expected) == expected


def test_manifest_lists_every_file_with_its_hash_and_all_checks(scene: Scene) -> None:
    folder = scene.nights[2].folder
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert manifest["files"].keys() == present - {"manifest.json"}
    for name, told in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == told["sha256"]
    assert manifest["run_id"] == "run-3" and len(manifest["checks"]) == len(scene.checks)
    for table, count in manifest["row_counts"].items():
        assert query(folder / "nianbao.duckdb", f"SELECT count(*) FROM {table}") == [(count,)]
        assert query(
            folder / "nianbao.duckdb", f"SELECT count(*) FROM '{folder}/parquet/{table}.parquet'"
        ) == [(count,)]


def test_latest_points_at_the_newest_version_and_only_so_many_are_kept(scene: Scene, tmp_path: Path) -> None:
    assert (scene.folder / "latest").resolve() == scene.nights[2].folder.resolve()
    for number in range(1, 5):
        newest = promote(scene.private, tmp_path, number, scene.checks, keep=2)
    assert [path.name[-5:] for path in sorted((tmp_path / "versions").iterdir())] == ["run-3", "run-4"]
    assert (tmp_path / "latest").resolve() == newest.folder.resolve()
    behind = promote(scene.private, tmp_path, 2, scene.checks, keep=2)
    assert [path.name[-5:] for path in sorted((tmp_path / "versions").iterdir())] == ["run-2", "run-4"]
    assert (tmp_path / "latest").resolve() == behind.folder.resolve(), "also where the clock was set back"


def test_a_failed_check_blocks_publishing_and_yesterdays_file_stays(scene: Scene) -> None:
    before = (scene.folder / "nianbao.duckdb").read_bytes()
    versions = sorted((scene.folder / "versions").iterdir())
    with pytest.raises(PublishBlocked) as blocked:
        promote(scene.private, scene.folder, 4, (CheckResult("x", "error", False, 1, "one row too many"),))
    assert [check.name for check in blocked.value.checks] == ["x"]
    assert (scene.folder / "nianbao.duckdb").read_bytes() == before
    assert sorted((scene.folder / "versions").iterdir()) == versions


def test_a_source_below_its_minimum_blocks_only_what_readers_would_lose(scene: Scene, tmp_path: Path) -> None:
    """Where readers never had the minimum it is a warning that holds nobody else back."""
    copy = tmp_path / "copy.duckdb"
    copy.write_bytes(scene.private.read_bytes())
    with duckdb.connect(str(copy)) as con:
        con.execute("UPDATE rpt_source_health SET minimum_documents = 3")
    alone = {check.name: check for check in run_checks(copy, (), scene.folder / "nianbao.duckdb")}
    assert not alone["source_minimum:lp"].passed and not alone["source_minimum:lp"].blocks
    had = tmp_path / "had.duckdb"
    had.write_bytes((scene.folder / "nianbao.duckdb").read_bytes())
    with duckdb.connect(str(had)) as con:
        con.execute("UPDATE rpt_source_health SET reports = 3")
    failed = [check for check in run_checks(copy, (), had) if check.blocks]
    assert [(check.name, check.observed) for check in failed] == [("source_minimum:lp", 2)]
    assert "readers have 3" in failed[0].message


def test_the_file_is_in_the_storage_format_of_duckdb_1_0(scene: Scene) -> None:
    """Twelve bytes in (checksum, then the magic DUCK) stands the storage version: 64 is what 1.0 and 1.1 write."""
    header = (scene.folder / "nianbao.duckdb").read_bytes()[:20]
    assert header[8:12] == b"DUCK" and int.from_bytes(header[12:20], "little") == 64


def test_an_attempt_that_was_blocked_says_why_until_one_succeeds(scene: Scene, tmp_path: Path) -> None:
    failed = CheckResult("values_within_hard_bounds", "error", False, 1, "no value beyond")
    write_blocked(tmp_path, run_id="run-9", code_version="1", at=night(9), checks=[failed])
    manifest = json.loads((tmp_path / "blocked.json").read_text(encoding="utf-8"))
    assert (manifest["run_id"], manifest["checks"][0]["name"]) == ("run-9", failed.name)
    promote(scene.private, tmp_path, 1, scene.checks)
    assert not (tmp_path / "blocked.json").exists()


def test_dbt_docs_can_be_built(scene: Scene, tmp_path: Path) -> None:
    environment = {**os.environ, "NIANBAO_DATABASE": str(scene.private)}
    folder = project_folder()
    command = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "docs", "generate"]
    places = [f"--project-dir={folder}", f"--profiles-dir={folder}", f"--target-path={tmp_path / 'target'}"]
    built = subprocess.run(
        [*command, *places, f"--log-path={tmp_path}"], env=environment, capture_output=True, text=True
    )
    assert built.returncode == 0, built.stdout
    catalog = json.loads((tmp_path / "target" / "catalog.json").read_text(encoding="utf-8"))
    assert "model.nianbao.mart_indicator_yoy" in catalog["nodes"]


def test_readers_see_the_old_or_the_new_state_and_are_never_locked_out(scene: Scene, tmp_path: Path) -> None:
    promote(scene.private, tmp_path, 1, scene.checks)
    reader = textwrap.dedent(
        """
        import duckdb, pathlib, sys
        live, stop, seen = sys.argv[1], pathlib.Path(sys.argv[2]), set()
        reads = 0
        print("ready", flush=True)
        while not stop.exists() or not reads:
            with duckdb.connect(live, read_only=True) as con:
                version = con.execute("SELECT zh FROM readme WHERE topic = 'version'").fetchall()
                rows = con.execute("SELECT count(*) FROM mart_indicator_yoy").fetchall()
            assert len(version) == 1 and rows[0][0] > 0, (version, rows)
            seen.add(version[0][0])
            reads += 1
        print(reads, len(seen))
        """
    )
    stop = tmp_path / "stop"
    with subprocess.Popen(
        [sys.executable, "-c", reader, str(tmp_path / "nianbao.duckdb"), str(stop)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        for number in range(2, 6):
            promote(scene.private, tmp_path, number, scene.checks)
        stop.touch()
        reads, versions = map(int, process.stdout.read().split())
    assert process.returncode == 0 and reads > 4 and versions > 1


WRITE_AND = """
import duckdb, os, signal, sys
con = duckdb.connect(sys.argv[1])
con.execute("DELETE FROM mart_indicator_yoy")
print("ready", flush=True)
sys.stdin.readline()
con.execute("CREATE TABLE theirs AS SELECT 1 AS x")
print("written", flush=True)
sys.stdin.readline()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_who_opens_the_file_for_writing_neither_stops_nor_changes_what_comes_next(
    scene: Scene, tmp_path: Path
) -> None:
    live = tmp_path / "nianbao.duckdb"
    first = promote(scene.private, tmp_path, 1, scene.checks)
    with subprocess.Popen(
        [sys.executable, "-c", WRITE_AND, str(live)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        second = promote(scene.private, tmp_path, 2, scene.checks)
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "written\n"
        for after_their_death in (False, True):
            assert query(live, "SELECT zh FROM readme WHERE topic = 'version'") == [(second.version,)]
            assert query(live, "SELECT count(*) FROM mart_indicator_yoy") != [(0,)]
            assert query(live, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'theirs'") == [(0,)]
            if not after_their_death:
                process.kill()
                process.wait()
    assert is_empty(diff_files(first.folder / "nianbao.duckdb", second.folder / "nianbao.duckdb"))


def test_file_and_tables_change_in_one_step(scene: Scene, tmp_path: Path) -> None:
    """A crash can leave all of a version to readers or nothing: what they open leads through `latest`."""
    live, latest = tmp_path / "nianbao.duckdb", tmp_path / "latest"
    links = set()
    for number in (1, 2):
        published = promote(scene.private, tmp_path, number, scene.checks)
        assert live.resolve().is_relative_to(published.folder) and latest.resolve() == published.folder
        links.add(live.lstat().st_ino)
    assert len(links) == 1, "the second promotion moved nothing but `latest`"


def test_a_file_that_an_earlier_release_put_in_place_becomes_a_link(scene: Scene, tmp_path: Path) -> None:
    """With what somebody who was killed had written beside it."""
    live = tmp_path / "nianbao.duckdb"
    shutil.copyfile(scene.nights[0].folder / live.name, live)
    subprocess.run([sys.executable, "-c", WRITE_AND, str(live)], input="\n\n", text=True, check=False)
    assert live.with_name("nianbao.duckdb.wal").exists()
    promote(scene.private, tmp_path, 3, scene.checks)
    assert live.is_symlink() and not live.with_name("nianbao.duckdb.wal").exists()
    assert query(live, "SELECT count(*) FROM mart_indicator_yoy") != [(0,)]


def test_publications_copied_without_their_links_are_published_to_again(scene: Scene, tmp_path: Path) -> None:
    promote(scene.private, tmp_path / "was", 1, scene.checks)
    shutil.copytree(tmp_path / "was", tmp_path / "is")
    for number in (2, 3):
        newest = promote(scene.private, tmp_path / "is", number, scene.checks)
        assert (tmp_path / "is" / "latest").resolve() == newest.folder.resolve()
        assert newest.database.is_symlink() and not list((tmp_path / "is").glob(".*"))


def test_a_file_of_another_schema_version_asks_for_a_rebuild(tmp_path: Path) -> None:
    path = tmp_path / "old.duckdb"
    open_warehouse(path).close()
    with duckdb.connect(str(path)) as con:
        con.execute("UPDATE raw_schema_version SET version = 0")
    with pytest.raises(SchemaVersionError, match="rebuild"):
        open_warehouse(path)


def test_a_load_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    private = tmp_path / "private.duckdb"
    naive = datetime(2025, 3, 1)
    fetched = replace(first_night()["attempts"][0], started_at=naive)
    with pytest.raises(ValueError, match="without a zone"):
        load(private, 1, first_night(), attempts=[fetched])
    assert query(private, "SELECT count(*) FROM raw_reading") == [(0,)]
    assert load(private, 1, first_night()) > 0
    assert load(private, 1, first_night()) == 0


def test_times_are_stored_in_utc(tmp_path: Path) -> None:
    private = tmp_path / "private.duckdb"
    load(private, 1, first_night())
    assert query(private, "SELECT DISTINCT started_at FROM raw_attempt") == [
        (night(1).astimezone(UTC).replace(tzinfo=None),)
    ]
