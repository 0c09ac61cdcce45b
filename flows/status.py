"""`nianbao status`: who is at work, how the last runs went, what is published, how each source does."""

from __future__ import annotations

import json
from datetime import datetime

import duckdb

from flows.clock import shanghai
from flows.console import CONSOLE, rows
from flows.journal import Journal
from flows.lock import at_work
from flows.settings import Settings
from warehouse.publish import BLOCKED, DATABASE, newest

_RUNS_SHOWN = 10


def print_status(settings: Settings) -> None:
    """Print it; works while a run is going on and before anything was published."""
    busy = at_work(settings.home)
    if busy:
        CONSOLE.print(busy, soft_wrap=True)
    _print_runs(settings, is_busy=busy is not None)
    _print_what_blocks(settings)
    held = newest(settings.publish)
    if not held.exists():
        CONSOLE.print("nothing is published yet; `nianbao run` or `nianbao ingest` comes first")
        return
    with duckdb.connect(str(held), read_only=True) as con:
        readme = dict(con.execute("SELECT topic, en FROM readme").fetchall())
        CONSOLE.print(f"published: {readme['version']} in {settings.publish / DATABASE}", soft_wrap=True)
        _print_sources(con)


def _print_runs(settings: Settings, *, is_busy: bool) -> None:
    """A run that has not ended while nobody is at work was broken off; the next one goes on from there."""
    broken_off = {} if is_busy else {"running": "broken off"}
    runs = sorted(Journal(settings.journal).runs(), key=lambda run: run.started_at)
    rows(
        "最近运行 last runs",
        ("started (Asia/Shanghai)", "kind", "status", "note"),
        (
            (shanghai(run.started_at), run.kind, broken_off.get(run.status, run.status), run.note)
            for run in runs[-_RUNS_SHOWN:]
        ),
    )


def _print_what_blocks(settings: Settings) -> None:
    blocked = settings.publish / BLOCKED
    if not blocked.exists():
        return
    manifest = json.loads(blocked.read_text(encoding="utf-8"))
    since = shanghai(datetime.fromisoformat(manifest["blocked_at"]))
    kept = "; readers keep the last published file" if newest(settings.publish).exists() else ""
    CONSOLE.print(f"publishing has been blocked since {since} (Asia/Shanghai){kept}")
    rows(
        "未通过的检查 checks that block",
        ("check", "rows", "message"),
        ((check["name"], check["observed"], check["message"]) for check in manifest["checks"]),
    )


def _print_sources(con: duckdb.DuckDBPyConnection) -> None:
    health = con.execute(
        "SELECT source_id, reports, minimum_documents, pages_gone, refused, failed, last_seen_at "
        "FROM rpt_source_health ORDER BY source_id"
    ).fetchall()
    rows(
        "来源 sources",
        ("source", "reports", "at least", "gone", "refused", "failed", "last seen (Asia/Shanghai)"),
        ((*row[:-1], shanghai(row[-1])) for row in health),
    )
    fallen = con.execute(
        "SELECT source_id, basis, documents, share_reports, share_with_year, share_with_organization, "
        "share_with_figures, figures_a_document, list_aggregate(fallen, 'string_agg', ', ') "
        "FROM rpt_source_night WHERE is_newest AND len(fallen) > 0 ORDER BY ALL"
    ).fetchall()
    if fallen:
        rows(
            "读出明显少于往常 read less fully than usual",
            ("source", "of", "documents", "reports", "year", "body", "figures", "figures each", "fallen"),
            fallen,
        )
