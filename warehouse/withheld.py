"""Whether a file made earlier still shows what is withheld now."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib import resources
from pathlib import Path

import duckdb

from warehouse.published import published_tables
from warehouse.schema import quoted


@cache
def mask_rules() -> str:
    """Digest of the rules by which names are masked: the vocabulary, and the columns it is applied to."""
    words = resources.files("warehouse").joinpath("privacy.yml").read_bytes()
    columns = json.dumps({name: table.mask for name, table in published_tables().items()})
    return hashlib.sha256(words + columns.encode()).hexdigest()


def shows_withheld(published: Path, warehouse: Path) -> bool:
    """Whether any row of the file `published` shows a text or figure that `warehouse` withholds as it is now."""
    with duckdb.connect() as con:
        con.execute(f"ATTACH {quoted(str(published))} AS published (READ_ONLY)")
        con.execute(f"ATTACH {quoted(str(warehouse))} AS private (READ_ONLY)")
        return any(_shows(con, name) for name in published_tables())


def _shows(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    rows = con.execute(
        "SELECT column_name FROM duckdb_columns() WHERE database_name = 'published' AND table_name = ?",
        [name],
    ).fetchall()
    held = {row[0] for row in rows}
    for rule in published_tables()[name].withheld(name):
        shown = " OR ".join(f"{column} IS NOT NULL" for column in rule.columns if column in held)
        if shown and rule.key in held:
            query = f"SELECT 1 FROM published.{name} WHERE {rule.key} IN ({rule.rows}) AND ({shown}) LIMIT 1"
            if con.execute(query).fetchone():
                return True
    return False
