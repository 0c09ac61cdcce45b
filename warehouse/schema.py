"""The raw tables: DDL from `raw_schema.yml`, their version, and the connection wrapper that guards both.

The loader owns these tables; dbt only reads them. A file written under another schema version is refused with
a request to rebuild it from the archive: nothing is guessed or altered in place.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import Literal

import duckdb
import yaml
from pydantic import BaseModel, ConfigDict


class SchemaVersionError(RuntimeError):
    """The file was written under another version of the raw schema."""


class NoWarehouseError(FileNotFoundError):
    """There is no warehouse yet; the message says what makes one."""


class RawColumn(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str
    zh: str
    en: str


class RawTable(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Literal["append", "replace", "history", "mirror"]
    key: tuple[str, ...]
    zh: str
    en: str
    columns: Mapping[str, RawColumn]


class RawSchema(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    tables: Mapping[str, RawTable]


@cache
def raw_schema() -> RawSchema:
    """The raw schema as data; raises pydantic's ValidationError naming the malformed table and column."""
    data = yaml.safe_load(resources.files("warehouse").joinpath("raw_schema.yml").read_text(encoding="utf-8"))
    for table in data["tables"].values():
        table["columns"] = {
            name: dict(zip(("type", "zh", "en"), spec, strict=True))
            for name, spec in table["columns"].items()
        }
    return RawSchema.model_validate(data)


class Warehouse:
    """One open private warehouse file: `con` is DuckDB's connection. Use as a context manager.

    Only one process may hold the file; dbt opens it itself, so close the wrapper before a transform.
    """

    def __init__(self, path: Path, con: duckdb.DuckDBPyConnection) -> None:
        self.path = path
        self.con = con

    def close(self) -> None:
        self.con.close()

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_warehouse(path: Path, *, read_only: bool = False) -> Warehouse:
    """Open the private warehouse at `path`, creating file, folder and raw tables where they are missing.

    Raises SchemaVersionError for a file of another schema version, duckdb.IOException when another process holds it,
    and NoWarehouseError when there is nothing to read.
    """
    if read_only:
        require_warehouse(path)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(str(path), read_only=read_only)
    try:
        con.execute("SET autoinstall_known_extensions = false")
        if not read_only:
            _create(con)
        _require_version(con, path)
    except BaseException:
        con.close()
        raise
    return Warehouse(path, con)


def remove(path: Path) -> None:
    """Remove a warehouse file, and what a killed process left to be written into it: DuckDB would write that into
    whatever file comes in its place.
    """
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def require_warehouse(path: Path) -> None:
    """Raises NoWarehouseError when there is no warehouse at `path`."""
    if not path.exists():
        raise NoWarehouseError(
            f"{path}: no warehouse yet; `nianbao run` or `nianbao ingest` makes one, `nianbao rebuild` makes it again"
        )


def _stored_version(con: duckdb.DuckDBPyConnection) -> int | None:
    present = con.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'raw_schema_version'"
    ).fetchone()
    if not present or not present[0]:
        return None
    row = con.execute("SELECT max(version) FROM raw_schema_version").fetchone()
    return int(row[0]) if row and row[0] is not None else None


def _require_version(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    stored, wanted = _stored_version(con), raw_schema().version
    if stored != wanted:
        raise SchemaVersionError(
            f"{path}: raw schema version {stored}, this release writes version {wanted}; "
            "rebuild the warehouse from the archive"
        )


def _create(con: duckdb.DuckDBPyConnection) -> None:
    if _stored_version(con) is not None:
        return
    schema = raw_schema()
    con.begin()
    con.execute("CREATE TABLE raw_schema_version (version INTEGER NOT NULL)")
    con.execute("COMMENT ON TABLE raw_schema_version IS '原始层结构版本 | Version of the raw schema'")
    con.execute("COMMENT ON COLUMN raw_schema_version.version IS '版本号 | Version'")
    con.execute("INSERT INTO raw_schema_version VALUES (?)", [schema.version])
    for name, table in schema.tables.items():
        columns = ", ".join(f'"{column}" {spec.type}' for column, spec in table.columns.items())
        con.execute(f"CREATE TABLE {name} ({columns})")
        con.execute(f"COMMENT ON TABLE {name} IS {quoted(f'{table.zh} | {table.en}')}")
        for column, spec in table.columns.items():
            con.execute(f'COMMENT ON COLUMN {name}."{column}" IS {quoted(f"{spec.zh} | {spec.en}")}')
    con.commit()


def quoted(text: str) -> str:
    """`text` as an SQL string literal (DuckDB takes no parameters in COMMENT ON, ATTACH or COPY)."""
    return "'" + text.replace("'", "''") + "'"
