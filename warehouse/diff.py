"""The difference between two published files, table by table: what a night would change for its readers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.published import PublishedTable, published_tables
from warehouse.schema import quoted


@dataclass(frozen=True, slots=True)
class TableDiff:
    """Rows by key: only in the candidate, only in the published file, in both with other contents.

    `examples` are at most ten keys with their sign (+, -, ~).
    """

    table: str
    added: int
    removed: int
    changed: int
    examples: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.changed)


def diff_files(published: Path | None, candidate: Path) -> tuple[TableDiff, ...]:
    """Compare two published files; with no earlier file every row is new.

    Logs that grow every night and volatile columns (`published.yml`) are left out, so that a second night
    without news is empty. A column only one side has counts as NULL on the other.
    """
    with duckdb.connect() as con:
        con.execute(f"ATTACH {quoted(str(candidate))} AS new (READ_ONLY)")
        if published is None:
            con.execute("ATTACH ':memory:' AS old")
        else:
            con.execute(f"ATTACH {quoted(str(published))} AS old (READ_ONLY)")
        return tuple(
            _diff_table(con, name, table) for name, table in published_tables().items() if table.diff
        )


def is_empty(differences: Iterable[TableDiff]) -> bool:
    """Whether nothing changed for readers."""
    return all(difference.is_empty for difference in differences)


def _diff_table(con: duckdb.DuckDBPyConnection, name: str, table: PublishedTable) -> TableDiff:
    sides = {side: _columns(con, side, name) for side in ("old", "new")}
    compared = sorted((sides["old"].keys() | sides["new"].keys()) - table.volatile)
    lists = {column for types in sides.values() for column, type_ in types.items() if type_.endswith("[]")}
    if not sides["old"] or not sides["new"]:
        rows = {side: _count(con, f"{side}.{name}") if sides[side] else 0 for side in sides}
        return TableDiff(name, rows["new"], rows["old"], 0)

    def row_hashes(side: str) -> str:
        """Lists by their text: NULL, an empty list and a list of NULL have one hash in DuckDB 1.5."""
        contents = ", ".join(
            (f'"{column}"::VARCHAR' if column in lists else f'"{column}"')
            if column in sides[side]
            else "NULL"
            for column in compared
        )
        return f'SELECT "{table.key}"::VARCHAR AS key, hash(row({contents})) AS content FROM {side}.{name}'

    con.execute(
        "CREATE OR REPLACE TEMP TABLE difference AS "
        "SELECT coalesce(n.key, o.key) AS key, "
        "CASE WHEN o.key IS NULL THEN '+' WHEN n.key IS NULL THEN '-' ELSE '~' END AS sign "
        f"FROM ({row_hashes('new')}) AS n FULL JOIN ({row_hashes('old')}) AS o ON n.key = o.key "
        "WHERE n.content IS DISTINCT FROM o.content"
    )
    signs = dict(con.execute("SELECT sign, count(*) FROM difference GROUP BY sign").fetchall())
    examples = con.execute("SELECT sign || ' ' || key FROM difference ORDER BY sign, key LIMIT 10").fetchall()
    return TableDiff(
        name, signs.get("+", 0), signs.get("-", 0), signs.get("~", 0), tuple(row[0] for row in examples)
    )


def _columns(con: duckdb.DuckDBPyConnection, side: str, name: str) -> dict[str, str]:
    return dict(
        con.execute(
            "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = ? AND table_name = ?",
            [side, name],
        ).fetchall()
    )


def _count(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {relation}").fetchone()
    return int(row[0]) if row else 0
