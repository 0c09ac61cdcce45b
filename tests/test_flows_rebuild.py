"""The warehouse made again from the archive equals the one that grew night by night, table by table."""

import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from flows.demo import DemoWeb
from flows.journal import Journal
from flows.night import run_night
from flows.publishing import publish_again
from flows.rebuild import RebuildError, rebuild
from flows.settings import Settings
from flows.steps import PlainSteps, utc_now
from tests.flows_world import ask, make_home
from warehouse.diff import is_empty

RUNS = {"raw_run", "dim_run"}
"""The rebuild is a run of its own; everything else must be the same."""
KINDS = ("raw_", "dim_", "fct_", "mart_", "rpt_")
"""What the loader and the star hold; the models between them are worked out anew every night."""

WRITE_AND_DIE = """
import os, signal, sys
import duckdb

con = duckdb.connect(sys.argv[1])
con.execute("INSERT INTO raw_formula VALUES ('甲', 1, 1)")
con.execute("INSERT INTO dim_run FROM dim_run")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with DemoWeb(night=1) as web:
        settings = make_home(tmp_path_factory.mktemp("home"), web)
        for night in (1, 2):
            web.set_night(night)
            assert run_night(settings, steps=PlainSteps()).derived.published
        yield settings


def test_rebuild_equals_the_incremental_warehouse_table_by_table(settings: Settings, tmp_path: Path) -> None:
    before = tmp_path / "before.duckdb"
    shutil.copyfile(settings.database, before)
    summary = rebuild(settings, steps=PlainSteps())
    assert summary.problems == ()
    assert is_empty(summary.derived.differences)
    tables = {name for (name,) in ask(before, "SELECT table_name FROM duckdb_tables() WHERE NOT internal")}
    assert {"raw_fact", "raw_source", "fct_indicator_yearly", "mart_indicator_yoy"} <= tables
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{before}' AS old (READ_ONLY)")
        con.execute(f"ATTACH '{settings.database}' AS new (READ_ONLY)")
        differing = {
            name: (missing, extra)
            for name in sorted(tables - RUNS)
            if name.startswith(KINDS)
            for missing, extra in [(_minus(con, "old", "new", name), _minus(con, "new", "old", name))]
            if missing or extra
        }
    assert differing == {}


def test_rebuild_refuses_a_log_that_the_bytes_do_not_bear_out(settings: Settings, tmp_path: Path) -> None:
    copy = tmp_path / "home"
    shutil.copytree(settings.home, copy)
    tampered = settings.model_copy(
        update={
            "home": copy,
            "archive": copy / "archive",
            "warehouse": copy / "warehouse",
            "publish": copy / "publish",
        }
    )
    log = next((copy / "archive" / "sessions").glob("*/readings.jsonl.gz"))
    lines = [json.loads(line) for line in gzip.decompress(log.read_bytes()).splitlines()]
    entry = next(line for line in lines if line["reading"]["facts"])
    entry["reading"]["facts"][0]["value"] += 1
    log.write_bytes(gzip.compress(b"".join(json.dumps(line).encode() + b"\n" for line in lines)))
    kept = tampered.database.read_bytes()
    with pytest.raises(RebuildError) as caught:
        rebuild(tampered, steps=PlainSteps())
    assert entry["url"] in str(caught.value)
    assert tampered.database.read_bytes() == kept


def test_nothing_of_a_killed_process_comes_into_the_rebuilt_file(settings: Settings) -> None:
    """A write-ahead log beside the file, or beside the one a killed rebuild began, speaks of another file."""
    beside = settings.warehouse / "rebuilding" / settings.database.name
    beside.parent.mkdir(exist_ok=True)
    shutil.copyfile(settings.database, beside)
    for database in (settings.database, beside):
        dead = subprocess.run([sys.executable, "-c", WRITE_AND_DIE, str(database)], check=False)
        assert dead.returncode == -9 and database.with_name(f"{database.name}.wal").exists()
    assert rebuild(settings, steps=PlainSteps()).problems == ()
    assert ask(settings.database, "FROM raw_formula") == []
    assert ask(
        settings.publish / "nianbao.duckdb", "SELECT count(*) - count(DISTINCT run_id) FROM dim_run"
    ) == [(0,)]


def test_publishing_again_is_a_run_of_its_own_kind(settings: Settings) -> None:
    """It does not go on with a rebuild that was killed, and counts as no night."""
    journal = Journal(settings.journal)
    killed = journal.begin("rebuild", utc_now())
    summary = publish_again(settings, None, PlainSteps())
    assert (summary.kind, summary.problems) == ("publish", ())
    assert is_empty(summary.derived.differences)
    told = {run.run_id: (run.kind, run.status) for run in journal.runs()}
    assert told[summary.run_id] == ("publish", "succeeded")
    assert told[killed.run_id] == ("rebuild", "failed")


def _minus(con: duckdb.DuckDBPyConnection, one: str, other: str, table: str) -> int:
    row = con.execute(f"SELECT count(*) FROM (FROM {one}.{table} EXCEPT ALL FROM {other}.{table})").fetchone()
    return int(row[0]) if row else 0
