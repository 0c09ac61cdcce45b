"""The loader: any order, batching and repetition, and being killed at any moment, give the same raw tables."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import warehouse.load
from tests.warehouse_scenes import LAST_YEAR, REVISED, THIS_YEAR, entry, night, run, seen
from warehouse.load import load_night
from warehouse.schema import open_warehouse, raw_schema

PAGES = [
    seen(1, "lp", "http://lp/2023", LAST_YEAR),
    seen(1, "lp", "http://lp/2024", THIS_YEAR),
    seen(2, "lp", "http://lp/2024", REVISED),
    seen(2, "portal", "http://portal/a", THIS_YEAR),
]
ITEMS: list[tuple[str, Any]] = [
    *(("attempts", fetched) for fetched, _ in PAGES),
    *(("readings", read) for _, read in PAGES),
    ("readings", entry("lp", "http://lp/2024", night(2), REVISED, release="2.0.0+bbbb", read=night(3))),
]
LOADED = (
    "raw_attempt",
    "raw_reading",
    "raw_section",
    "raw_sentence",
    "raw_quantity",
    "raw_fact",
    "raw_issue",
)


class Killed(BaseException):
    """The process dies here."""


def load(database: Path, items: Sequence[tuple[str, Any]]) -> int:
    with open_warehouse(database) as opened:
        brought: dict[str, list[Any]] = {"attempts": [], "readings": []}
        for kind, item in items:
            brought[kind].append(item)
        return load_night(opened, run=run(1), **brought).total  # type: ignore[arg-type]


def tables(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    with duckdb.connect(str(database), read_only=True) as con:
        return {name: con.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall() for name in LOADED}


@contextmanager
def killed_before_table(number: int) -> Iterator[None]:
    """Dies when the table of that number is merged; 0 is the first, beyond the last after all of them."""
    merge, done = warehouse.load._merge, 0

    def counting(con: Any, name: str, path: Path) -> int:
        nonlocal done
        if done == number:
            raise Killed
        done += 1
        return merge(con, name, path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(warehouse.load, "_merge", counting)
        yield


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[Any, ...]]]:
    database = tmp_path_factory.mktemp("load") / "once.duckdb"
    assert load(database, ITEMS) > 0
    told = tables(database)
    assert all(told[name] for name in LOADED if name != "raw_issue")
    return told


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10_000),
    sizes=st.lists(st.integers(1, 5), min_size=1, max_size=6),
    repeated=st.lists(st.integers(0, len(ITEMS) - 1), max_size=4),
    kill_at=st.integers(0, len(raw_schema().tables)),
)
def test_any_order_batching_repetition_and_kill_point_gives_the_same_tables(
    expected: dict[str, list[tuple[Any, ...]]],
    seed: int,
    sizes: list[int],
    repeated: list[int],
    kill_at: int,
) -> None:
    items = [*ITEMS, *(ITEMS[i] for i in repeated)]
    random.Random(seed).shuffle(items)
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "any.duckdb"
        for number in range(len(items)):
            batch, items = items[: sizes[number % len(sizes)]], items[sizes[number % len(sizes)] :]
            if not batch:
                break
            before = tables(database) if database.exists() else None
            if number == 1:
                with killed_before_table(kill_at):
                    try:
                        load(database, batch)
                    except Killed:
                        assert tables(database) == before, "a killed load leaves the file as it was"
            load(database, batch)
            assert load(database, batch) == 0, "the same again adds nothing"
        assert tables(database) == expected
