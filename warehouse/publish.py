"""Build the published file from a checked warehouse and promote it in one atomic step.

Layout of the publish folder: `nianbao.duckdb` (what readers open), `versions/<version>/` (the same file,
Parquet, CSV, dictionary, manifest) and `latest`, a link to the newest version. A reader sees the old state or
the new one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from warehouse.checks import CheckResult, blocking
from warehouse.dictionary import write_dictionary
from warehouse.diff import TableDiff, diff_files
from warehouse.privacy import mask_names
from warehouse.published import PublishedTable, published_tables
from warehouse.schema import quoted

DATABASE = "nianbao.duckdb"
BLOCKED = "blocked.json"
"""The manifest of the last attempt while it stands blocked: what failed, when, by which run and code."""


class PublishBlocked(RuntimeError):
    """A hard check failed, so nothing was promoted; `checks` are the failed ones."""

    def __init__(self, checks: Sequence[CheckResult]) -> None:
        super().__init__("publishing blocked: " + "; ".join(check.message for check in checks))
        self.checks = tuple(checks)


@dataclass(frozen=True, slots=True)
class Published:
    """What was promoted: the version folder, the file readers open, and what changed against yesterday's."""

    version: str
    folder: Path
    database: Path
    differences: tuple[TableDiff, ...]


def publish(
    warehouse: Path,
    folder: Path,
    *,
    run_id: str,
    code_version: str,
    published_at: datetime,
    checks: Sequence[CheckResult],
    keep: int = 3,
) -> Published:
    """Copy the published tables of the private file `warehouse` into `folder` and promote them.

    Raises PublishBlocked, with the promoted state untouched, when a hard check failed. `keep` versions stay
    for readers still on an older one. Nobody may hold `warehouse` open for writing.
    """
    if failed := blocking(checks):
        raise PublishBlocked(failed)
    moment = published_at.astimezone(UTC)
    version = f"{moment:%Y%m%dT%H%M%SZ}-{run_id[:12]}"
    versions = folder / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    for stale in versions.glob(".building-*"):
        shutil.rmtree(stale)
    building = versions / f".building-{version}"
    building.mkdir()
    stamp = {
        "version": version,
        "run_id": run_id,
        "code_version": code_version,
        "published_at": moment.isoformat(timespec="seconds"),
    }
    row_counts = build_file(warehouse, building / DATABASE, stamp)
    _export(building)
    write_dictionary(building / DATABASE, building)
    live = folder / DATABASE
    differences = diff_files(live if live.exists() else None, building / DATABASE)
    _write_manifest(building, stamp, row_counts, checks, differences)
    _promote(building, versions / version, live, folder / "latest")
    (folder / BLOCKED).unlink(missing_ok=True)
    _forget(versions, keep)
    return Published(version, versions / version, live, differences)


def write_blocked(
    folder: Path, *, run_id: str, code_version: str, at: datetime, checks: Sequence[CheckResult]
) -> None:
    """Write down beside what readers have why an attempt to publish was blocked; the next promotion removes it."""
    manifest = {
        "run_id": run_id,
        "code_version": code_version,
        "blocked_at": at.astimezone(UTC).isoformat(timespec="seconds"),
        "checks": [asdict(check) for check in checks],
    }
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".{BLOCKED}.new"
    fresh.write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    fresh.replace(folder / BLOCKED)


def build_file(warehouse: Path, target: Path, stamp: dict[str, str]) -> dict[str, int]:
    """Write the published tables, masked and suppressed, into the new file `target`; returns rows by table.

    The file is written in the oldest storage format (readers from DuckDB 1.0 on), without indexes,
    checkpointed.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "storage_compatibility_version": "v1.0.0",
        "autoinstall_known_extensions": False,
    }
    con = duckdb.connect(str(target), config=config)
    try:
        con.execute(f"ATTACH {quoted(str(warehouse))} AS private (READ_ONLY)")
        con.begin()
        row_counts = {name: _copy_table(con, name, table) for name, table in published_tables().items()}
        _write_readme(con, stamp)
        con.commit()
        con.execute("DETACH private")
        con.execute("CHECKPOINT")
    finally:
        con.close()
    _sync(target)
    return row_counts


def _copy_table(con: duckdb.DuckDBPyConnection, name: str, table: PublishedTable) -> int:
    columns = con.execute(
        "SELECT column_name, comment FROM duckdb_columns() "
        "WHERE database_name = 'private' AND table_name = ? ORDER BY column_index",
        [name],
    ).fetchall()
    masked = [column for column in table.mask if _collect_masks(con, name, column)]
    expressions, joins = [], []
    for column, _ in columns:
        expression = f't."{column}"'
        if column in masked:
            joins.append(f'LEFT JOIN mask_{column} ON t."{column}" = mask_{column}.original')
            expression = f"coalesce(mask_{column}.masked, {expression})"
        if conditions := table.conditions_hiding(column):
            joined = " OR ".join(f"({condition})" for condition in conditions)
            expression = f"CASE WHEN NOT ({joined}) THEN {expression} END"
        expressions.append(f'{expression} AS "{column}"')
    con.execute(
        f"CREATE TABLE {name} AS SELECT {', '.join(expressions)} FROM private.{name} AS t {' '.join(joins)} "
        f'ORDER BY t."{table.key}"'
    )
    _comment(con, name, columns)
    row = con.execute(f"SELECT count(*) FROM {name}").fetchone()
    return int(row[0]) if row else 0


def _collect_masks(con: duckdb.DuckDBPyConnection, name: str, column: str) -> bool:
    """Make the temp table of texts of a column that masking changes; False when there are none."""
    texts = con.execute(
        f'SELECT DISTINCT "{column}" FROM private.{name} WHERE "{column}" IS NOT NULL'
    ).fetchall()
    changed = [(text, masked) for (text,) in texts if (masked := mask_names(text)) != text]
    con.execute(f"CREATE OR REPLACE TEMP TABLE mask_{column} (original VARCHAR, masked VARCHAR)")
    if changed:
        con.executemany(f"INSERT INTO mask_{column} VALUES (?, ?)", changed)
    return bool(changed)


def _comment(con: duckdb.DuckDBPyConnection, name: str, columns: Iterable[tuple[str, str | None]]) -> None:
    row = con.execute(
        "SELECT comment FROM duckdb_tables() WHERE database_name = 'private' AND table_name = ?", [name]
    ).fetchone()
    con.execute(f"COMMENT ON TABLE {name} IS {quoted((row and row[0]) or '')}")
    for column, comment in columns:
        con.execute(f'COMMENT ON COLUMN {name}."{column}" IS {quoted(comment or "")}')


def _write_readme(con: duckdb.DuckDBPyConnection, stamp: dict[str, str]) -> None:
    rows = [
        (
            "about",
            "法治政府建设年度报告指标库",
            "Indicators of the annual reports on building a rule-of-law government",
        ),
        ("version", stamp["version"], stamp["version"]),
        ("run_id", stamp["run_id"], stamp["run_id"]),
        ("code_version", stamp["code_version"], stamp["code_version"]),
        ("published_at", stamp["published_at"], stamp["published_at"]),
        ("start", "先看 mart_indicator_yoy，其句子、网址、文件键指向原文", "Start with mart_indicator_yoy"),
        (
            "silence",
            "没有提到是空值，绝不是零；明说没有才是零",
            "Silence is NULL, never 0; a stated none is 0",
        ),
        ("time", "时间均为 UTC；有效期左闭右开，右端空值表示至今", "Times are UTC; intervals are half-open"),
        (
            "privacy",
            "人名已遮盖；敏感指标的 1 至 4 不公布",
            "Names are masked; sensitive figures of 1 to 4 are withheld",
        ),
    ]
    con.execute("CREATE TABLE readme (topic VARCHAR, zh VARCHAR, en VARCHAR)")
    con.executemany("INSERT INTO readme VALUES (?, ?, ?)", rows)
    con.execute("COMMENT ON TABLE readme IS '本文件说明 | What this file is'")
    for column, comment in (("topic", "主题 | Topic"), ("zh", "中文 | Chinese"), ("en", "英文 | English")):
        con.execute(f"COMMENT ON COLUMN readme.{column} IS {quoted(comment)}")


def _export(building: Path) -> None:
    parquet, csv = building / "parquet", building / "csv"
    parquet.mkdir()
    csv.mkdir()
    with duckdb.connect(str(building / DATABASE), read_only=True) as con:
        for name, table in published_tables().items():
            con.execute(f"COPY {name} TO {quoted(str(parquet / f'{name}.parquet'))} (FORMAT parquet)")
            if table.csv:
                con.execute(f"COPY {name} TO {quoted(str(csv / f'{name}.csv'))} (FORMAT csv, HEADER)")


def _write_manifest(
    building: Path,
    stamp: dict[str, str],
    row_counts: dict[str, int],
    checks: Sequence[CheckResult],
    differences: Sequence[TableDiff],
) -> None:
    files = sorted(path for path in building.rglob("*") if path.is_file())
    manifest: dict[str, Any] = {
        **stamp,
        "row_counts": row_counts,
        "files": {
            path.relative_to(building).as_posix(): {"sha256": _sha256(path), "bytes": path.stat().st_size}
            for path in files
        },
        "checks": [asdict(check) for check in checks],
        "differences": [asdict(difference) for difference in differences if not difference.is_empty],
    }
    target = building / "manifest.json"
    target.write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    for path in (*files, target):
        _sync(path)


def _promote(building: Path, version: Path, live: Path, latest: Path) -> None:
    building.rename(version)
    fresh = live.with_name(f".{live.name}.new")
    shutil.copyfile(version / DATABASE, fresh)
    _sync(fresh)
    fresh.replace(live)
    link = latest.with_name(".latest.new")
    link.unlink(missing_ok=True)
    link.symlink_to(Path("versions") / version.name)
    link.replace(latest)
    _sync(live.parent)


def _forget(versions: Path, keep: int) -> None:
    for old in sorted(path for path in versions.iterdir() if path.is_dir())[:-keep]:
        shutil.rmtree(old)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
