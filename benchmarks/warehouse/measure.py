"""Load and build synthetic warehouses and print what it costs, as the tables of README.md.

python benchmarks/warehouse/measure.py load 100000 --dlt PEER/bin/python
python benchmarks/warehouse/measure.py build 10000 100000 1000000
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import duckdb
from synthetic import YEARS, Town, night, regions, run, towns

from extractors.codebook import load_codebook
from warehouse.load import _encode, load_night, reading_rows
from warehouse.records import Attempt, ReadingEntry
from warehouse.schema import open_warehouse
from warehouse.transform import transform

CHANGED = 0.001
ONE_BY_ONE = 20_000


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def bring(
    database: Path, number: int, places: list[Town], pages: Iterable[tuple[Attempt, ReadingEntry]]
) -> int:
    """One night into the warehouse; the rows it added."""
    attempts: list[Attempt] = []

    def readings() -> Iterator[ReadingEntry]:
        for fetched, entry in pages:
            attempts.append(fetched)
            yield entry

    with open_warehouse(database) as warehouse:
        common = {"sources": [t.source() for t in places], "codebook": load_codebook().values()}
        added = load_night(warehouse, run=run(number), regions=regions(places), readings=readings(), **common)
        return added.total + load_night(warehouse, run=run(number), attempts=attempts).total


def measure_load(facts: int, peer: str | None) -> None:
    """The same rows by the loader, one INSERT a row, and dlt."""
    places = towns(facts)
    entries = [entry for _, entry in night(1, places)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with open_warehouse(folder / "ours.duckdb") as warehouse:
            ours = seconds(lambda: load_night(warehouse, run=run(1), readings=entries))
        tables: dict[str, list[dict[str, object]]] = {}
        for entry in entries:
            for table, rows in reading_rows(entry).items():
                tables.setdefault(table, []).extend(map(dict, rows))
        rows = sum(map(len, tables.values()))
        print(f"| loader | {rows:,} | {ours:.1f} | {rows / ours:,.0f} |")
        with open_warehouse(folder / "one.duckdb") as warehouse:
            sample = [(t, row) for t, held in tables.items() for row in held[: ONE_BY_ONE // len(tables)]]
            one = seconds(lambda: insert_one_by_one(warehouse.con, sample))
        print(
            f"| one INSERT a row, in one transaction | {len(sample):,} | {one:.1f} | {len(sample) / one:,.0f} |"
        )
        if peer:
            for table, held in tables.items():
                text = "".join(json.dumps(row, ensure_ascii=False, default=_encode) + "\n" for row in held)
                (folder / f"{table}.ndjson").write_text(text, encoding="utf-8")
            script = Path(__file__).with_name("load_with_dlt.py")
            done = subprocess.run(
                [peer, str(script), str(folder), str(folder / "dlt.duckdb")],
                capture_output=True,
                text=True,
                check=True,
            )
            dlt = float(done.stdout.split()[-1])
            print(f"| dlt | {rows:,} | {dlt:.1f} | {rows / dlt:,.0f} |")


def insert_one_by_one(con: duckdb.DuckDBPyConnection, rows: Iterable[tuple[str, dict[str, object]]]) -> None:
    con.begin()
    for table, row in rows:
        marks = ", ".join("?" * len(row))
        con.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
    con.commit()


def measure_build(facts: int, database: Path) -> None:
    """A full build, one with nothing new, and one after a night that changed 0.1 % of the reports."""
    places = towns(facts)
    load = seconds(lambda: bring(database, 1, places, night(1, places)))
    full = seconds(lambda: transform(database))
    empty = seconds(lambda: transform(database))
    before = database.with_stem("before")
    shutil.copyfile(database, before)
    mark_tables(database)
    changed = places[:: round(1 / (len(YEARS) * CHANGED))]
    bring(database, 2, places, night(2, changed, years=(2024,)))
    incremental = seconds(lambda: transform(database))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
    held, written = rows_written(before, database)
    share, fact = (incremental - empty) / full, full / held["raw_fact"] * 1e6
    print(
        f"| {held['raw_fact']:,} | {load:.0f} | {full:.1f} | {fact:.0f} | {empty:.1f} | {incremental:.1f} "
        f"| {share:.1%} | {sum(written.values()) / sum(held.values()):.2%} | {memory:.1f} |",
        flush=True,
    )


MARK = "as before the night"


def mark_tables(database: Path) -> None:
    """Leave a comment on every table; one that is made anew loses it."""
    with duckdb.connect(str(database)) as con:
        for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            con.execute(f"COMMENT ON TABLE {name} IS '{MARK}'")


def rows_written(before: Path, database: Path) -> tuple[dict[str, int], dict[str, int]]:
    """Rows by table, and how many of them were not there before; of a table made anew, all."""
    with duckdb.connect(str(database), read_only=True) as con:
        con.execute(f"ATTACH '{before}' AS before (READ_ONLY)")
        tables = con.execute(
            "SELECT table_name, comment = ? FROM duckdb_tables() WHERE database_name = current_database()",
            [MARK],
        ).fetchall()

        def count(rows: str) -> int:
            return int(con.execute(f"SELECT count(*) FROM ({rows})").fetchall()[0][0])

        held = {name: count(f"FROM {name}") for name, _ in tables}
        new = "SELECT hash(new) FROM {0} AS new EXCEPT ALL SELECT hash(old) FROM before.{0} AS old"
        return held, {name: count(new.format(name)) if kept else held[name] for name, kept in tables}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["load", "build"])
    parser.add_argument("facts", type=int, nargs="+")
    parser.add_argument("--dlt", help="a Python that has dlt and duckdb")
    parser.add_argument("--in-this-process", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.what == "load":
        print("| way | rows | seconds | rows a second |\n|---|---|---|---|", flush=True)
        measure_load(asked.facts[0], asked.dlt)
    elif asked.in_this_process:
        with tempfile.TemporaryDirectory() as folder:
            measure_build(asked.facts[0], Path(folder) / "bench.duckdb")
    else:
        print(
            "| facts | load s | full build s | µs a fact | empty build s | night of 0.1 % s | above empty, of full "
            "| rows written, of all tables | RSS GB |\n" + "|---" * 9 + "|",
            flush=True,
        )
        for facts in asked.facts:
            subprocess.run([sys.executable, __file__, "build", str(facts), "--in-this-process"], check=True)


if __name__ == "__main__":
    main()
