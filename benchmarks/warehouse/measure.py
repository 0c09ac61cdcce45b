"""Load and build synthetic warehouses and print what it costs, as the tables of README.md.

python benchmarks/warehouse/measure.py load 100000 --dlt PEER/bin/python
python benchmarks/warehouse/measure.py build 10000 100000 1000000
"""

from __future__ import annotations

import argparse
import json
import re
import resource
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
from warehouse.transform import project_folder, transform

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
    held = rows_of(database)["raw_fact"]
    full = seconds(lambda: transform(database))
    empty = seconds(lambda: transform(database))
    changed = places[:: round(1 / (len(YEARS) * CHANGED))]
    bring(database, 2, places, night(2, changed, years=(2024,)))
    incremental = seconds(lambda: transform(database))
    large, rewritten = rewritten_rows(database)
    total = sum(rows_of(database).values())
    share, fact = (incremental - empty) / full, full / held * 1e6
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
    print(
        f"| {held:,} | {load:.0f} | {full:.1f} | {fact:.0f} | {empty:.1f} | {incremental:.1f} | {share:.1%} "
        f"| {rewritten / large:.2%} | {(rewritten + total - large) / total:.2%} | {memory:.1f} |",
        flush=True,
    )


def rows_of(database: Path) -> dict[str, int]:
    with duckdb.connect(str(database), read_only=True) as con:
        names = [name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return {name: con.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in names}


def rewritten_rows(database: Path) -> tuple[int, int]:
    """Rows of the raw and of the large models, and how many of them the last build wrote."""
    large, rewritten = 0, 0
    rows = rows_of(database)
    with duckdb.connect(str(database), read_only=True) as con:
        for path in project_folder().glob("models/*/*.sql"):
            kept = re.match(r"\{\{ by_organization\((?:'(\w+)')?\) \}\}", path.read_text(encoding="utf-8"))
            if kept:
                large += rows[path.stem]
                stale = kept[1] or "int_stale_organization"
                rewritten += con.execute(
                    f"SELECT count(*) FROM {path.stem} SEMI JOIN {stale} USING (organization_key)"
                ).fetchall()[0][0]
    raw = sum(number for name, number in rows.items() if name.startswith("raw_"))
    return large + raw, rewritten


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
            "| rows rewritten, raw and large models | all tables | RSS GB |\n" + "|---" * 10 + "|",
            flush=True,
        )
        for facts in asked.facts:
            subprocess.run([sys.executable, __file__, "build", str(facts), "--in-this-process"], check=True)


if __name__ == "__main__":
    main()
