"""The gate before publishing: dbt's tests, the bounds each source declares, and that there is any document.

A check of severity `error` that fails blocks the promotion; a `warning` is shown and does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from warehouse.schema import open_warehouse
from warehouse.transform import DbtTest

_DOUBTS = """
SELECT concat_ws(' ', organization_name, report_year, indicator_code, value, doubt_kind, limit_value)
FROM rpt_value_doubt WHERE severity = '{}' AND NOT is_looked_at ORDER BY ALL
"""
_FALLEN = """
SELECT concat_ws(' ', source_id, basis, list_aggregate(fallen, 'string_agg', ', '))
FROM rpt_source_night WHERE is_newest AND len(fallen) > 0 ORDER BY ALL
"""
_NAMED = {
    "sources_as_full_as_before": _FALLEN,
    "values_within_hard_bounds": _DOUBTS.format("hard"),
    "values_within_soft_bounds": _DOUBTS.format("soft"),
}
"""Checks whose message names what failed, and where to read it."""
_NAMED_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check as a row. `observed` counts the rows against it, or for a bound the documents found."""

    name: str
    severity: Literal["error", "warning"]
    passed: bool
    observed: int
    message: str

    @property
    def blocks(self) -> bool:
        return self.severity == "error" and not self.passed


def run_checks(
    database: Path, tests: Iterable[DbtTest], published: Path | None = None
) -> tuple[CheckResult, ...]:
    """All checks of a transformed warehouse, in order: dbt tests, then source bounds, then emptiness.

    `published` is the file of the newest version, where there is one: what a source had there it may not lose.
    """
    held = _reports_published(published)
    with open_warehouse(database, read_only=True) as warehouse:
        con = warehouse.con
        return (*(_of_test(con, test) for test in tests), *_source_bounds(con, held), _not_empty(con))


def blocking(checks: Iterable[CheckResult]) -> tuple[CheckResult, ...]:
    """The checks that forbid publishing."""
    return tuple(check for check in checks if check.blocks)


def _of_test(con: duckdb.DuckDBPyConnection, test: DbtTest) -> CheckResult:
    message = test.description or f"dbt test {test.name}"
    if test.failures and test.name in _NAMED:
        rows = con.execute(f"{_NAMED[test.name]} LIMIT {_NAMED_AT_MOST + 1}").fetchall()
        named = [row[0] for row in rows[:_NAMED_AT_MOST]] + ["…"] * (len(rows) > _NAMED_AT_MOST)
        message += "：" + "；".join(named)
    return CheckResult(
        test.name,
        "warning" if test.status == "warn" else "error",
        test.status == "pass",
        test.failures,
        message,
    )


def _reports_published(published: Path | None) -> Mapping[str, int]:
    if published is None or not published.exists():
        return {}
    with duckdb.connect(str(published), read_only=True) as con:
        return dict(con.execute("SELECT source_id, reports FROM rpt_source_health").fetchall())


def _source_bounds(con: duckdb.DuckDBPyConnection, held: Mapping[str, int]) -> Iterable[CheckResult]:
    """Fewer reports than the entry's minimum, or more than its maximum, is listed and holds nobody else back.

    It blocks only where readers have at least the minimum: no page's disappearing takes reports away, so that
    is our own loss (docs/adr/0011-a-source-holds-back-itself.md).
    """
    rows = con.execute(
        "SELECT source_id, source_name, reports, minimum_documents, maximum_documents FROM rpt_source_health "
        "WHERE is_enabled ORDER BY source_id"
    ).fetchall()
    for source_id, name, reports, minimum, maximum in rows:
        before = held.get(source_id, 0)
        had = f", readers have {before}" if before else ""
        yield CheckResult(
            f"source_minimum:{source_id}",
            "error" if before >= minimum else "warning",
            reports >= minimum,
            reports,
            f"{name}: {reports} reports, at least {minimum} expected{had}",
        )
        if maximum is not None:
            yield CheckResult(
                f"source_maximum:{source_id}",
                "warning",
                reports <= maximum,
                reports,
                f"{name}: {reports} reports, at most {maximum} expected",
            )


def _not_empty(con: duckdb.DuckDBPyConnection) -> CheckResult:
    row = con.execute("SELECT count(*) FROM dim_document").fetchone()
    documents = int(row[0]) if row else 0
    message = (
        f"{documents} document versions"
        if documents
        else "no document has been read, so there is nothing to show"
    )
    return CheckResult("any_document", "error", documents > 0, documents, message)
