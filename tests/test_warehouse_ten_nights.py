"""Ten nights of revisions, deletions, moves, a bad night and an extractor release, beside a book kept by hand.

The book is a plain dict of what a careful reader would know after each night; the warehouse must agree, then and
in hindsight, and a rebuild from the logs must equal what grew night by night.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extractors.codebook import load_codebook
from extractors.records import Reading
from tests.flows_world import ask
from tests.warehouse_scenes import (
    RELEASE,
    Told,
    attempt,
    body,
    entry,
    night,
    reading,
    regions,
    resource,
    run,
    source,
)
from warehouse.load import load_night
from warehouse.records import Attempt, FetchOutcome, ReadingEntry
from warehouse.schema import open_warehouse
from warehouse.transform import transform

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(900)]
BETTER = "2.0.0+bbbb"
MEDIATED, NOTARISED = "disputes_mediated", "notarisations"
TOWNS = {
    f"{number}": body(f"澄水县{name}镇人民政府", f"99010110{number}")
    for number, name in enumerate("青白梅松柳", 1)
}
SOURCES = [source(town, place.name, region_code=place.region_code) for town, place in TOWNS.items()]
Fact = tuple[str, int, str]
Book = dict[Fact, float]


def text(town: str, year: int, mediated: int, release: str) -> Reading:
    """One wording as a release reads it: the first one overlooks the notarisations."""
    told = [Told("调解矛盾纠纷", f"{mediated}件", MEDIATED, mediated)]
    overlooked = Told("办理公证", f"{year - 2000}件", NOTARISED if release == BETTER else None, year - 2000)
    return reading(TOWNS[town], year, [*told, overlooked], note=f"{town}号镇{year}年的其他工作照旧。")


@dataclass
class World:
    """The web, the logs the collector would write, and the book."""

    logs: dict[int, dict[str, list[Any]]] = field(default_factory=dict)
    held: dict[tuple[str, str, str], tuple[Any, str, int, int]] = field(default_factory=dict)
    book: Book = field(default_factory=dict)
    books: dict[int, Book] = field(default_factory=dict)
    release: str = RELEASE
    minute: int = 0

    def ask(self, number: int, town: str, url: str, outcome: FetchOutcome, **more: Any) -> Attempt:
        self.minute += 1
        made = attempt(number, town, url, outcome, minute=self.minute, **more)
        self.logs[number]["attempts"].append(made)
        return made

    def see(self, number: int, town: str, year: int, mediated: int, url: str, was: str | None = None) -> None:
        """The page shows this text tonight; `was` is the address that led here by a redirect."""
        content = text(town, year, mediated, self.release)
        sha = resource(content)
        if was is None:
            made = self.ask(number, town, url, "ok", sha=sha)
        else:
            made = self.ask(number, town, was, "moved", sha=sha, final_url=url)
        self._read((town, url, sha), made.started_at, year, mediated, made.started_at)
        self.book[TOWNS[town].name, year, MEDIATED] = mediated
        if self.release == BETTER:
            self.book[TOWNS[town].name, year, NOTARISED] = year - 2000

    def ask_again(self, number: int, town: str, year: int, mediated: int, url: str) -> None:
        """The page answers that it is unchanged."""
        self.ask(number, town, url, "unchanged", sha=resource(text(town, year, mediated, self.release)))

    def read_again(self, number: int) -> None:
        """The new release reads everything held; it corrects the reading, not the publisher."""
        self.release = BETTER
        for (town, url, sha), (captured, _, year, mediated) in list(self.held.items()):
            self._read((town, url, sha), captured, year, mediated, night(number))
            self.book[TOWNS[town].name, year, NOTARISED] = year - 2000

    def _read(self, origin: tuple[str, str, str], captured: Any, year: int, mediated: int, read: Any) -> None:
        if (known := self.held.get(origin)) is not None and known[1] == self.release:
            return
        self.held[origin] = (captured, self.release, year, mediated)
        content = text(origin[0], year, mediated, self.release)
        made = entry(origin[0], origin[1], captured, content, release=self.release, read=read)
        self.logs[max(self.logs)]["readings"].append(made)


PAGES = {(town, year): f"http://{town}/{year}" for town in "1234" for year in (2022, 2023)}
FIRST = {page: int(page[0]) * 10 + page[1] - 2000 for page in PAGES}
SCRIPT: dict[int, list[tuple[Any, ...]]] = {
    1: [(World.see, *page, FIRST[page], url) for page, url in PAGES.items()],
    2: [(World.ask_again, *page, FIRST[page], url) for page, url in PAGES.items()],
    3: [(World.see, "1", 2023, 99, "http://1/2023"), (World.see, "2", 2023, 77, "http://2/2023")],
    4: [(World.ask, "3", "http://3/2022", "gone"), (World.see, "5", 2023, 5, "http://5/2023")],
    5: [
        (World.ask, page[0], url, "challenge" if page[0] == "1" else "timeout") for page, url in PAGES.items()
    ],
    6: [
        (World.see, "1", 2023, FIRST["1", 2023], "http://1/2023"),
        (World.ask, "4", "http://4/2023", "gone"),
        (World.see, "4", 2023, FIRST["4", 2023], "http://4/new/2023"),
    ],
    7: [(World.read_again,)],
    8: [
        (World.see, "2", 2022, FIRST["2", 2022], "http://2/moved/2022", "http://2/2022"),
        (World.see, "3", 2023, 54, "http://3/2023"),
    ],
    9: [(World.ask, "1", "http://1/2022", "unreachable"), (World.see, "4", 2023, 64, "http://4/new/2023")],
    10: [(World.see, "3", 2022, 1, "http://3/2022"), (World.see, "2", 2022, 43, "http://2/moved/2022")],
}
"""What happens on each night: news, nothing, revisions, a deletion and a new body, a bad night, a revision taken back
and a move to a new address, a new extractor, a redirect, half a bad night, a page come back and a last revision."""


def history() -> World:
    """The script played; every night ends with a copy of the book."""
    world = World()
    for number, events in SCRIPT.items():
        world.logs[number], world.minute = {"attempts": [], "readings": []}, 0
        for happens, *details in events:
            happens(world, number, *details)
        world.books[number] = dict(world.book)
    return world


def bring(database: Path, number: int, attempts: list[Attempt], readings: list[ReadingEntry]) -> None:
    with open_warehouse(database) as warehouse:
        load_night(
            warehouse,
            run=run(number),
            sources=SOURCES,
            codebook=load_codebook().values(),
            regions=regions([(str(place.region_code), place.name) for place in TOWNS.values()]),
            attempts=attempts,
            readings=readings,
        )


def known(database: Path, condition: str) -> Book:
    rows = ask(
        database,
        "SELECT organization_name, report_year, indicator_code, value FROM fct_indicator_yearly "
        f"JOIN (SELECT DISTINCT organization_key, organization_name FROM dim_organization) "
        f"USING (organization_key) WHERE {condition}",
    )
    book = {row[:3]: row[3] for row in rows}
    assert len(book) == len(rows), "one value a cell"
    return book


@dataclass(frozen=True)
class Told10:
    world: World
    after: dict[int, Book]
    database: Path
    folder: Path


@pytest.fixture(scope="module")
def nightly(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told10]:
    """The warehouse after each of the ten nights, transformed every night."""
    folder = tmp_path_factory.mktemp("ten")
    world, database, after = history(), folder / "nightly.duckdb", {}
    for number, brought in world.logs.items():
        bring(database, number, **brought)
        assert [test for test in transform(database) if test.status == "fail"] == []
        after[number] = known(database, "is_current")
    yield Told10(world, after, database, folder)


@pytest.mark.parametrize("number", SCRIPT)
def test_after_every_night_the_warehouse_knows_what_the_book_says(nightly: Told10, number: int) -> None:
    assert nightly.after[number] == nightly.world.books[number]


@pytest.mark.parametrize("number", SCRIPT)
def test_in_hindsight_every_night_is_as_it_was(nightly: Told10, number: int) -> None:
    moment = (night(number) + timedelta(hours=2)).replace(tzinfo=None)
    as_of = f"known_from <= '{moment}' AND (known_to IS NULL OR known_to > '{moment}')"
    assert known(nightly.database, as_of) == nightly.world.books[number]


def test_the_extractors_change_is_never_the_publishers(nightly: Told10) -> None:
    causes = ask(
        nightly.database,
        "SELECT DISTINCT indicator_code, change_cause FROM fct_indicator_yearly "
        f"WHERE known_from = '{night(7).replace(tzinfo=None)}'",
    )
    assert causes == [(NOTARISED, "extractor")]


def test_moved_pages_are_one_document_and_gone_ones_keep_their_figures(nightly: Told10) -> None:
    moved = ask(
        nightly.database,
        "SELECT count(DISTINCT page_key), count(*) FROM dim_document "
        "WHERE url IN ('http://4/2023', 'http://4/new/2023', 'http://2/2022', 'http://2/moved/2022')",
    )
    assert moved == [(2, 4)]
    assert (TOWNS["3"].name, 2022, MEDIATED) in nightly.after[5]


def test_a_rebuild_from_shuffled_logs_equals_the_nightly_growth_table_by_table(nightly: Told10) -> None:
    rebuilt = nightly.folder / "rebuilt.duckdb"
    chance = random.Random(10)
    for number in SCRIPT:
        bring(rebuilt, number, [], [])
    logs = nightly.world.logs.values()
    everything = {kind: [row for log in logs for row in log[kind]] for kind in ("attempts", "readings")}
    bring(rebuilt, max(SCRIPT), **{kind: chance.sample(rows, len(rows)) for kind, rows in everything.items()})
    transform(rebuilt)
    assert differing(nightly.database, rebuilt) == {}


def differing(one: Path, other: Path) -> dict[str, tuple[int, int]]:
    """Tables that are not the same set of rows: rows only in one, only in the other. Which bodies the last build
    had to make again is no part of what is known.
    """
    tables = {name for (name,) in ask(one, "SELECT table_name FROM duckdb_tables() WHERE NOT internal")}
    tables -= {"int_stale_organization", "int_stale_neighbour"}
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{one}' AS one (READ_ONLY)")
        con.execute(f"ATTACH '{other}' AS other (READ_ONLY)")
        counts = {
            name: tuple(
                int(row[0])
                for left, right in (("one", "other"), ("other", "one"))
                for row in con.execute(
                    f"SELECT count(*) FROM (FROM {left}.{name} EXCEPT ALL FROM {right}.{name})"
                ).fetchall()
            )
            for name in sorted(tables)
        }
    return {name: count for name, count in counts.items() if count != (0, 0)}
