"""Build the published file from a checked warehouse and promote it in one atomic step.

Layout of the publish folder: `versions/<version>/` (database, Parquet, CSV, dictionary, manifest, and in `served/` the
readers' copy of the database), `latest`, a link to the newest version, `nianbao.duckdb`, what readers open, a link to
the copy in `latest`, and `report/`, the pages made out of it. A reader sees the old state or the new one. Earlier
versions and pages that show what is withheld now go with the next promotion; where a check blocks that, `withdraw`
takes it out of what is served.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from warehouse.checks import CheckResult, blocking
from warehouse.dictionary import write_dictionary
from warehouse.diff import TableDiff, diff_files
from warehouse.privacy import mask_names
from warehouse.published import published_tables
from warehouse.schema import quoted
from warehouse.withheld import mask_rules, shows_withheld

DATABASE = "nianbao.duckdb"
SERVED = "served"
"""Where in a version the readers' copy lies. Some hold it open for writing, which locks all others out, and leave a
write-ahead log beside it: neither may reach our own file or the next version.
"""
REPORT = "report"
"""Where in the folder the pages and workbooks made out of the published file lie."""
BLOCKED = "blocked.json"
"""The manifest of the last attempt while it stands blocked: what failed, when, by which run and code."""


class PublishBlocked(RuntimeError):
    """A hard check failed, so nothing was promoted; `checks` are the failed ones."""

    def __init__(self, checks: Sequence[CheckResult]) -> None:
        super().__init__("publishing blocked: " + "; ".join(check.message for check in checks))
        self.checks = tuple(checks)


@dataclass(frozen=True, slots=True)
class Published:
    """What was promoted: the version folder, the file readers open, what changed against yesterday's, and which earlier
    versions were taken away because they showed what is withheld now.
    """

    version: str
    folder: Path
    database: Path
    differences: tuple[TableDiff, ...]
    withdrawn: tuple[str, ...] = ()


def newest(folder: Path) -> Path:
    """The database of the newest version in a publish folder, as it was published; it need not be there."""
    return folder / "latest" / DATABASE


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
    stamp = _stamp(run_id, code_version, published_at)
    published = _release(warehouse, folder, stamp, [asdict(check) for check in checks])
    (folder / BLOCKED).unlink(missing_ok=True)
    _forget(published.folder, keep)
    return published


def withdraw(warehouse: Path, folder: Path, *, run_id: str, at: datetime) -> Published | None:
    """Take what `warehouse` withholds now out of what is served, and leave everything else as it is.

    For when nothing new may be promoted: a new version of the served file without those texts and figures. Returns
    None when no version kept shows any of them. Code version and checks in the manifest stay those of the data.
    """
    origin = newest(folder)
    if not origin.exists() or not any(
        _shows_withheld(path, warehouse) for path in _kept(folder / "versions")
    ):
        return None
    served = _manifest(origin.parent)
    stamp = _stamp(run_id, served["code_version"], at)
    return _release(warehouse, folder, stamp, served["checks"], origin)


def _stamp(run_id: str, code_version: str, at: datetime) -> dict[str, str]:
    moment = at.astimezone(UTC)
    return {
        "version": f"{moment:%Y%m%dT%H%M%SZ}-{run_id[:12]}",
        "run_id": run_id,
        "code_version": code_version,
        "published_at": moment.isoformat(timespec="seconds"),
    }


def _release(
    warehouse: Path,
    folder: Path,
    stamp: dict[str, str],
    checks: Sequence[dict[str, Any]],
    origin: Path | None = None,
) -> Published:
    """Build a version, promote it, and take away the earlier ones and pages that show what is withheld now."""
    versions = folder / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    for stale in versions.glob(".building-*"):
        shutil.rmtree(stale)
    building = versions / f".building-{stamp['version']}"
    building.mkdir()
    row_counts = build_file(warehouse, building / DATABASE, stamp, origin)
    _export(building, row_counts)
    write_dictionary(building / DATABASE, building)
    (building / SERVED).mkdir()
    shutil.copyfile(building / DATABASE, building / SERVED / DATABASE)
    before = newest(folder)
    differences = diff_files(before if before.exists() else None, building / DATABASE)
    showing = [path for path in _kept(versions) if _shows_withheld(path, warehouse)]
    withdrawn = tuple(path.name for path in showing)
    manifest = {
        **stamp,
        "mask_rules": mask_rules(),
        "row_counts": row_counts,
        "checks": checks,
        "differences": [asdict(difference) for difference in differences if not difference.is_empty],
        "withdrawn_versions": withdrawn,
    }
    _write_manifest(building, manifest)
    _promote(building, versions / stamp["version"], folder)
    if showing:
        shutil.rmtree(folder / REPORT, ignore_errors=True)
    for path in showing:
        shutil.rmtree(path)
    return Published(stamp["version"], versions / stamp["version"], folder / DATABASE, differences, withdrawn)


def _shows_withheld(version: Path, warehouse: Path) -> bool:
    is_masked_alike = _manifest(version).get("mask_rules") == mask_rules()
    return not is_masked_alike or shows_withheld(version / DATABASE, warehouse)


def _manifest(version: Path) -> Any:
    return json.loads((version / "manifest.json").read_text(encoding="utf-8"))


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


def build_file(
    warehouse: Path, target: Path, stamp: dict[str, str], origin: Path | None = None
) -> dict[str, int]:
    """Write the published tables, masked and suppressed, into the new file `target`; returns rows by table.

    The rows come from `origin` (`warehouse` itself where none is given), what is withheld of them from `warehouse`.
    The file is written in the oldest storage format (readers from DuckDB 1.0 on), without indexes, checkpointed.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "storage_compatibility_version": "v1.0.0",
        "autoinstall_known_extensions": False,
    }
    con = duckdb.connect(str(target), config=config)
    try:
        con.execute(f"ATTACH {quoted(str(warehouse))} AS private (READ_ONLY)")
        if origin is not None:
            con.execute(f"ATTACH {quoted(str(origin))} AS origin (READ_ONLY)")
        source = "private" if origin is None else "origin"
        con.begin()
        row_counts = {
            name: _copy_table(con, source, name, columns)
            for name in published_tables()
            if (columns := _columns(con, source, name))
        }
        _write_readme(con, stamp)
        con.commit()
        con.execute("CHECKPOINT")
    finally:
        con.close()
    _sync(target)
    return row_counts


def _columns(con: duckdb.DuckDBPyConnection, source: str, name: str) -> dict[str, str | None]:
    """The columns of a table of the database attached as `source`, with their comments."""
    return dict(
        con.execute(
            "SELECT column_name, comment FROM duckdb_columns() "
            "WHERE database_name = ? AND table_name = ? ORDER BY column_index",
            [source, name],
        ).fetchall()
    )


def _copy_table(
    con: duckdb.DuckDBPyConnection, source: str, name: str, columns: Mapping[str, str | None]
) -> int:
    table = published_tables()[name]
    masked = [
        column for column in table.mask if column in columns and _collect_masks(con, source, name, column)
    ]
    withheld = [rule for rule in table.withheld(name) if rule.key in columns]
    flags = [
        f"coalesce({rule.key} IN ({rule.rows}), false) AS withheld_{i}" for i, rule in enumerate(withheld)
    ]
    expressions, joins = [], []
    for column in columns:
        expression = f't."{column}"'
        if column in masked:
            joins.append(f'LEFT JOIN mask_{column} ON t."{column}" = mask_{column}.original')
            expression = f"coalesce(mask_{column}.masked, {expression})"
        if hiding := [f"withheld_{i}" for i, rule in enumerate(withheld) if column in rule.columns]:
            expression = f"CASE WHEN NOT ({' OR '.join(hiding)}) THEN {expression} END"
        expressions.append(f'{expression} AS "{column}"')
    con.execute(
        f"CREATE TABLE {name} AS SELECT {', '.join(expressions)} "
        f"FROM (SELECT {', '.join(['*', *flags])} FROM {source}.{name}) AS t {' '.join(joins)} "
        f'ORDER BY t."{table.key}"'
    )
    _comment(con, source, name, columns)
    row = con.execute(f"SELECT count(*) FROM {name}").fetchone()
    return int(row[0]) if row else 0


def _collect_masks(con: duckdb.DuckDBPyConnection, source: str, name: str, column: str) -> bool:
    """Make the temp table of texts of a column that masking changes; False when there are none."""
    texts = con.execute(
        f'SELECT DISTINCT "{column}" FROM {source}.{name} WHERE "{column}" IS NOT NULL'
    ).fetchall()
    changed = [(text, masked) for (text,) in texts if (masked := mask_names(text)) != text]
    con.execute(f"CREATE OR REPLACE TEMP TABLE mask_{column} (original VARCHAR, masked VARCHAR)")
    if changed:
        con.executemany(f"INSERT INTO mask_{column} VALUES (?, ?)", changed)
    return bool(changed)


def _comment(
    con: duckdb.DuckDBPyConnection, source: str, name: str, columns: Mapping[str, str | None]
) -> None:
    row = con.execute(
        "SELECT comment FROM duckdb_tables() WHERE database_name = ? AND table_name = ?", [source, name]
    ).fetchone()
    con.execute(f"COMMENT ON TABLE {name} IS {quoted((row and row[0]) or '')}")
    for column, comment in columns.items():
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
        (
            "time",
            "时刻均为 UTC，日期按北京时间；有效期左闭右开，右端空值表示至今",
            "Timestamps are UTC, dates are days in China; intervals are half-open",
        ),
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


def _export(building: Path, tables: Iterable[str]) -> None:
    parquet, csv = building / "parquet", building / "csv"
    parquet.mkdir()
    csv.mkdir()
    with duckdb.connect(str(building / DATABASE), read_only=True) as con:
        for name in tables:
            con.execute(f"COPY {name} TO {quoted(str(parquet / f'{name}.parquet'))} (FORMAT parquet)")
            if published_tables()[name].csv:
                rows = f"SELECT {_safe_in_a_spreadsheet(con, name)} FROM {name}"
                con.execute(f"COPY ({rows}) TO {quoted(str(csv / f'{name}.csv'))} (FORMAT csv, HEADER)")


def _safe_in_a_spreadsheet(con: duckdb.DuckDBPyConnection, table: str) -> str:
    """The columns of a table, with an apostrophe before a text that a spreadsheet would take for a formula and run."""
    texts = con.execute(
        "SELECT column_name FROM duckdb_columns() WHERE table_name = ? AND data_type = 'VARCHAR'", [table]
    ).fetchall()
    safe = (rf"""regexp_replace("{text}", '^[=+@\t\r-]', '''\0') AS "{text}" """ for (text,) in texts)
    return f"* REPLACE ({', '.join(safe)})"


def _write_manifest(building: Path, manifest: Mapping[str, Any]) -> None:
    files = sorted(path for path in building.rglob("*") if path.is_file())
    hashes = {
        path.relative_to(building).as_posix(): {"sha256": _sha256(path), "bytes": path.stat().st_size}
        for path in files
    }
    target = building / "manifest.json"
    data = json.dumps({**manifest, "files": hashes}, ensure_ascii=False, indent=2)
    target.write_text(data + "\n", encoding="utf-8")
    for path in (*files, target):
        _sync(path)


def _promote(building: Path, version: Path, folder: Path) -> None:
    """Everything readers see follows from the link `latest`. A log somebody left beside the link they open would be
    taken for one of the next file by releases of DuckDB that do not follow the link first.
    """
    building.rename(version)
    _sync(version.parent)
    _link(folder / "latest", Path("versions") / version.name)
    (folder / f"{DATABASE}.wal").unlink(missing_ok=True)
    _link(folder / DATABASE, Path("latest") / SERVED / DATABASE)
    _sync(folder)


def _link(link: Path, target: Path) -> None:
    """Make `link` lead to `target` in one step, whatever it was; one that does stays. A folder there, of publications
    that were copied without their links, gives way.
    """
    if link.is_symlink() and link.readlink() == target:
        return
    fresh, aside = link.with_name(f".{link.name}.new"), link.with_name(f".{link.name}.copied")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    if link.is_dir() and not link.is_symlink():
        link.rename(aside)
    fresh.replace(link)
    shutil.rmtree(aside, ignore_errors=True)


def _kept(versions: Path) -> list[Path]:
    """The versions there are, oldest first."""
    return sorted(path for path in versions.iterdir() if path.is_dir() and not path.name.startswith("."))


def _forget(promoted: Path, keep: int) -> None:
    """Remove the oldest but `keep` versions, never the one promoted: a clock set back gives that an older name."""
    others = [path for path in _kept(promoted.parent) if path != promoted]
    for old in others[: max(0, len(others) + 1 - keep)]:
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
