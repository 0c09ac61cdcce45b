"""Ten nights of revisions, deletions, moves, a bad night, people's decisions, an extractor release, a merger of
towns, a new definition and a deadline that passes, beside a book kept by hand.

The book is a plain dict of what a careful reader would know after each night; the warehouse must agree, then and
in hindsight. What grew night by night must equal what the same raw rows give when everything is built anew, and in
the end a rebuild from the logs.
"""

from __future__ import annotations

import hashlib
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extractors.codebook import Indicator, load_codebook
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
from warehouse.records import Attempt, DecisionRow, FetchOutcome, ReadingEntry, RegionRow, SourceRow
from warehouse.schema import open_warehouse
from warehouse.transform import build_models, transform

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(900)]
BETTER = "2.0.0+bbbb"
MEDIATED, NOTARISED = "disputes_mediated", "notarisations"
TOWNS = {
    f"{number}": body(f"澄水县{name}镇人民政府", f"99010110{number}")
    for number, name in enumerate("青白梅松柳", 1)
}
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

    def settle(self, _number: int, year: int) -> None:
        """A person says what the overlooked figure of that year means, in whichever report tells it so."""
        for town in {town for town, told in PAGES if told == year}:
            self.book[TOWNS[town].name, year, NOTARISED] = year - 2000

    def _read(self, origin: tuple[str, str, str], captured: Any, year: int, mediated: int, read: Any) -> None:
        if (known := self.held.get(origin)) is not None and known[1] == self.release:
            return
        self.held[origin] = (captured, self.release, year, mediated)
        content = text(origin[0], year, mediated, self.release)
        made = entry(origin[0], origin[1], captured, content, release=self.release, read=read)
        self.logs[max(self.logs)]["readings"].append(made)


LATE = 40
"""The tenth night, in April: the first after the day on which the reports of 2024 are due."""
PAGES = {(town, year): f"http://{town}/{year}" for town in "1234" for year in (2022, 2023)}
FIRST = {page: int(page[0]) * 10 + page[1] - 2000 for page in PAGES}
SCRIPT: dict[int, list[tuple[Any, ...]]] = {
    1: [(World.see, *page, FIRST[page], url) for page, url in PAGES.items()],
    2: [(World.ask_again, *page, FIRST[page], url) for page, url in PAGES.items()],
    3: [(World.see, "1", 2023, 99, "http://1/2023"), (World.see, "2", 2023, 77, "http://2/2023")],
    4: [(World.ask, "3", "http://3/2022", "gone"), (World.see, "5", 2023, 5, "http://5/2023")],
    5: [
        *(
            (World.ask, page[0], url, "challenge" if page[0] == "1" else "timeout")
            for page, url in PAGES.items()
        ),
        (World.settle, 2022),
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
    LATE: [(World.see, "3", 2022, 1, "http://3/2022"), (World.see, "2", 2022, 43, "http://2/moved/2022")],
}
"""What happens on each night: news, nothing, revisions, a deletion and a new body, a bad night, a revision taken back
and a move to a new address, a new extractor, a redirect, half a bad night, a page come back and a last revision."""


def sources(number: int) -> list[SourceRow]:
    """Every town is expected to report of 2024; the fourth is no longer looked at from the ninth night on."""
    return [
        source(
            town,
            place.name,
            region_code=place.region_code,
            expected_years=(2024,),
            enabled=town != "4" or number < 9,
            entry_sha256="other" if town == "4" and number >= 9 else "entry",
        )
        for town, place in TOWNS.items()
    ]


def places(number: int) -> list[RegionRow]:
    """From the eighth night on the fifth town is known to have become part of the first with the year 2024."""
    rows = regions([(str(place.region_code), place.name) for place in TOWNS.values()])
    if number < 8:
        return rows
    ended, first, fifth = date(2024, 1, 1), rows[0], rows[-1]
    merged = replace(
        first,
        valid_from=ended,
        lineage_event="merge",
        predecessor_codes=(first.region_code, fifth.region_code),
    )
    return [*(replace(row, valid_to=ended if row in (first, fifth) else None) for row in rows), merged]


def codebook(number: int) -> list[Indicator]:
    """From the ninth night on one indicator means something else."""
    return [
        entry.model_copy(update={"excludes_or_note": "只计人民调解"})
        if entry.code == MEDIATED and number >= 9
        else entry
        for entry in load_codebook().values()
    ]


CORRECTED: dict[tuple[str, int], tuple[float, range]] = {
    ("1", 2022): (33, range(4, 9)),
    ("2", 2023): (78, range(5, LATE + 1)),
}
"""A person's better figure for a report, and the nights its file is there."""


def decisions(number: int, database: Path) -> list[DecisionRow]:
    """What people have decided by then; the correction's address leads to the version that is current."""

    def decision(kind: Any, subject: str, detail: str, code: str | None, **values: float) -> DecisionRow:
        return DecisionRow(
            kind, subject, detail, code, "电话核实", "编辑甲", night(5).date(), "a.yml:1", **values
        )

    rows = []
    for (town, year), (value, nights) in CORRECTED.items():
        if number in nights:
            [(key, expected)] = ask(
                database,
                "SELECT document_key, value FROM fct_indicator_yearly JOIN dim_document d USING (document_key) "
                f"WHERE d.url = 'http://{town}/{year}' AND indicator_code = '{MEDIATED}' "
                "AND fct_indicator_yearly.is_current",
            )
            rows.append(decision("correction", key, MEDIATED, MEDIATED, value=value, expected_value=expected))
    if number >= 5:
        sentence = hashlib.sha256("办理公证22件。".encode()).hexdigest()[:32]
        rows.append(decision("resolution", sentence, "22件", NOTARISED))
    if number >= 6:
        rows.append(decision("takedown", "http://3/2023", "", None))
    return rows


def coverage(number: int) -> dict[str, str]:
    """What is to be said of the towns' reports of 2024, which none of them has published."""
    said = dict.fromkeys(TOWNS, "not_due")
    if number == 5:
        said["1"] = "blocked"
    if number >= 9:
        said["4"] = "not_collected"
    if number == LATE:
        said |= dict.fromkeys("23", "not_found")
    return {TOWNS[town].name or "": status for town, status in said.items()}


def history() -> World:
    """The script played; every night ends with a copy of the book."""
    world = World()
    for number, events in SCRIPT.items():
        world.logs[number], world.minute = {"attempts": [], "readings": []}, 0
        for happens, *details in events:
            happens(world, number, *details)
        world.books[number] = dict(world.book)
    return world


def bring(
    database: Path,
    number: int,
    attempts: list[Attempt],
    readings: list[ReadingEntry],
    decided: list[DecisionRow] | None = None,
) -> None:
    with open_warehouse(database) as warehouse:
        load_night(
            warehouse,
            run=run(number),
            sources=sources(number),
            codebook=codebook(number),
            regions=places(number),
            attempts=attempts,
            readings=readings,
            decisions=decided,
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


COMPARED = (6, 8, 9)
"""Nights after which everything is built anew beside what grew: decisions and a revision taken back, a merger after the
extractor's release, a new definition. The rebuild does the same for the last."""


@dataclass(frozen=True)
class After:
    """What the warehouse said after a night."""

    book: Book
    coverage: dict[str, str]
    corrected: dict[tuple[str, int], float]


@dataclass(frozen=True)
class Told10:
    world: World
    after: dict[int, After]
    drift: dict[int, dict[str, tuple[int, int]]]
    database: Path
    folder: Path


@pytest.fixture(scope="module")
def nightly(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told10]:
    """The warehouse after each of the ten nights, transformed every night."""
    folder = tmp_path_factory.mktemp("ten")
    world, database, after, drifted = history(), folder / "nightly.duckdb", {}, {}
    for number, brought in world.logs.items():
        bring(database, number, **brought, decided=decisions(number, database))
        assert [test for test in transform(database) if test.status == "fail"] == []
        after[number] = After(
            known(database, "is_current"),
            dict(
                ask(
                    database,
                    "SELECT organization_name, coverage_status FROM fct_coverage_yearly WHERE report_year = 2024",
                )
            ),
            {
                (name, year): value
                for name, year, value in ask(
                    database,
                    "SELECT organization_name, report_year, corrected_value FROM mart_indicator_yoy "
                    "WHERE corrected_value IS NOT NULL",
                )
            },
        )
        if number in COMPARED:
            drifted[number] = drift(database)
    yield Told10(world, after, drifted, database, folder)


def drift(database: Path) -> dict[str, tuple[int, int]]:
    """How what grew differs from the same raw rows built anew; the database stays as it grew."""
    grown = database.with_name("grown.duckdb")
    shutil.copyfile(database, grown)
    with duckdb.connect(str(database)) as con:
        con.execute("DELETE FROM built_project")
    build_models(database)
    differences = differing(grown, database)
    grown.replace(database)
    return differences


@pytest.mark.parametrize("number", SCRIPT)
def test_after_every_night_the_warehouse_knows_what_the_book_says(nightly: Told10, number: int) -> None:
    assert nightly.after[number].book == nightly.world.books[number]


@pytest.mark.parametrize("number", COMPARED)
def test_what_grew_is_what_is_built_anew(nightly: Told10, number: int) -> None:
    assert nightly.drift[number] == {}


@pytest.mark.parametrize("number", SCRIPT)
def test_a_report_is_missed_once_its_day_has_passed_and_it_was_looked_for(
    nightly: Told10, number: int
) -> None:
    assert nightly.after[number].coverage == coverage(number)


@pytest.mark.parametrize("number", SCRIPT)
def test_corrections_come_and_go_with_their_files(nightly: Told10, number: int) -> None:
    held = {
        (TOWNS[town].name, year): value
        for (town, year), (value, nights) in CORRECTED.items()
        if number in nights
    }
    assert nightly.after[number].corrected == held


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
    assert (TOWNS["3"].name, 2022, MEDIATED) in nightly.after[5].book


def test_a_rebuild_from_shuffled_logs_equals_the_nightly_growth_table_by_table(nightly: Told10) -> None:
    rebuilt = nightly.folder / "rebuilt" / nightly.database.name
    rebuilt.parent.mkdir()
    chance = random.Random(10)
    for number in SCRIPT:
        bring(rebuilt, number, [], [])
    logs = nightly.world.logs.values()
    everything = {kind: [row for log in logs for row in log[kind]] for kind in ("attempts", "readings")}
    shuffled = {kind: chance.sample(rows, len(rows)) for kind, rows in everything.items()}
    bring(rebuilt, max(SCRIPT), **shuffled, decided=decisions(max(SCRIPT), nightly.database))
    build_models(rebuilt)
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
