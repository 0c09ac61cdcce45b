"""A rebuild from the logs equals the nightly result, and a violated rule of the star is seen."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pytest

from tests.warehouse_scenes import load, three_nights
from warehouse.checks import run_checks
from warehouse.diff import diff_files, is_empty
from warehouse.publish import build_file
from warehouse.transform import TransformError, build_models, transform

STAMP = dict.fromkeys(("version", "run_id", "code_version", "published_at"), "test")


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All nights at once, in another order, into a fresh file, under another run."""
    database = tmp_path_factory.mktemp("rebuilt") / "private.duckdb"
    shuffled = random.Random(7)
    everything = {
        kind: shuffled.sample(rows, len(rows))
        for kind in ("attempts", "readings")
        for rows in [[row for night in three_nights() for row in night[kind]]]
    }
    load(database, 9, everything)
    build_models(database)
    return database


def test_a_rebuild_from_the_logs_equals_the_nightly_result(rebuilt: Path, tmp_path: Path) -> None:
    nightly = tmp_path / "private.duckdb"
    for number, brought in enumerate(three_nights(), start=1):
        load(nightly, number, brought)
        build_models(nightly)
    published = tmp_path / "nightly.duckdb", tmp_path / "rebuilt.duckdb"
    for private, target in zip((nightly, rebuilt), published, strict=True):
        build_file(private, target, STAMP)
    differences = diff_files(*published)
    assert is_empty(differences), [difference for difference in differences if not difference.is_empty]


def test_a_build_that_did_not_finish_is_made_anew_and_one_that_did_is_kept(rebuilt: Path) -> None:
    """Rows that vanish behind the build's back show whether a body was built again."""

    def figures_after(statement: str) -> int:
        with duckdb.connect(str(rebuilt)) as con:
            con.execute("DELETE FROM fct_quantity_mention")
            con.execute(statement)
        build_models(rebuilt)
        with duckdb.connect(str(rebuilt), read_only=True) as con:
            return len(con.execute("FROM fct_quantity_mention").fetchall())

    assert figures_after("SELECT 1") == 0
    assert figures_after("DELETE FROM built_project") > 0


def test_rows_that_are_wrong_come_right_and_the_others_are_not_written(rebuilt: Path) -> None:
    """A row lost, one doubled and one altered behind the build's back: the others stay in place, these come behind."""

    def fetches() -> list[tuple[object, ...]]:
        with duckdb.connect(str(rebuilt), read_only=True) as con:
            return con.execute("FROM fct_fetch ORDER BY rowid").fetchall()

    before = fetches()
    lost, doubled, altered = ([row[0]] for row in before[:3])
    with duckdb.connect(str(rebuilt)) as con:
        con.execute("DELETE FROM fct_fetch WHERE attempt_id = ?", lost)
        con.execute("INSERT INTO fct_fetch SELECT * FROM fct_fetch WHERE attempt_id = ?", doubled)
        con.execute("UPDATE fct_fetch SET outcome = 'gone' WHERE attempt_id = ?", altered)
    build_models(rebuilt)
    after = fetches()
    assert after[: len(before) - 3] == before[3:] != []
    assert sorted(map(str, after[len(before) - 3 :])) == sorted(map(str, before[:3]))


def test_a_violated_dbt_test_comes_back_as_a_failed_check(rebuilt: Path) -> None:
    """Two rows under one id are impossible upstream; key tests near the raw layer and far see them."""
    with duckdb.connect(str(rebuilt)) as con:
        con.execute("INSERT INTO raw_attempt SELECT * FROM raw_attempt LIMIT 1")
        con.execute("INSERT INTO raw_reading SELECT * FROM raw_reading LIMIT 1")
    failed = {check.name for check in run_checks(rebuilt, transform(rebuilt)) if check.blocks}
    assert {"unique_fct_fetch_attempt_id", "unique_stg_reading_reading_id"} <= failed


def test_a_model_that_cannot_be_built_is_an_error(tmp_path: Path) -> None:
    """A file without the raw layer: the staging views have nothing to read."""
    with pytest.raises(TransformError, match="stg_"):
        build_models(tmp_path / "private.duckdb")
