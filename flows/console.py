"""What commands print for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from flows.clock import shanghai
from flows.explain import Proof
from flows.summary import NightSummary
from flows.wording import counted
from warehouse.diff import TableDiff

CONSOLE = Console()


def rows(title: str, columns: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    """A table; empty cells for None. In a narrow terminal words are broken, never cut."""
    headed = (Column(column, overflow="fold") for column in columns)
    table = Table(*headed, title=title, title_justify="left")
    for line in lines:
        table.add_row(*("" if cell is None else escape(str(cell)) for cell in line))
    CONSOLE.print(table)


def summary(night: NightSummary) -> None:
    """What a run did, source by source, and what to do about each problem."""
    derived = night.derived
    if night.sources:
        rows(
            "来源 sources",
            ("source", "list rows", "documents", "new", "changed", "requests"),
            (
                (s.source_id, s.rows, s.documents, len(s.new), len(s.changed), sum(s.outcomes.values()))
                for s in night.sources
            ),
        )
    seconds = (night.finished_at - night.started_at).total_seconds()
    failed = sum(check.blocks for check in derived.checks)
    rows(
        f"{night.kind} {night.run_id[:12]}",
        ("", ""),
        (
            ("requests", night.requests),
            ("pages read", derived.pages_read),
            ("figures read", derived.figures_read),
            ("rows loaded", derived.rows_loaded),
            ("checks passed", f"{sum(c.passed for c in derived.checks)} of {len(derived.checks)}"),
            ("checks that block", failed),
            ("published", derived.published or "no"),
            ("seconds", round(seconds, 1)),
        ),
    )
    if derived.published:
        differences(derived.differences)
    for problem in night.problems:
        CONSOLE.print(f"[red]problem[/] {escape(problem)}", soft_wrap=True)
    if not night.ok:
        kept = " Readers keep the last published file." if derived.is_served and not derived.published else ""
        CONSOLE.print(
            f"{counted(len(night.problems), 'problem')}.{kept} What was collected is archived: "
            "mend the cause and run again; `nianbao status` shows where things stand.",
            soft_wrap=True,
        )


def differences(changes: Sequence[TableDiff]) -> None:
    """What changed for readers, table by table."""
    changed = [change for change in changes if not change.is_empty]
    if not changed:
        CONSOLE.print("no difference to the published file")
        return
    rows(
        "差异 differences",
        ("table", "added", "removed", "changed"),
        ((change.table, change.added, change.removed, change.changed) for change in changed),
    )


def proofs(found: Iterable[Proof]) -> None:
    """Each figure with the whole way back to its bytes."""
    from flows.report.figures import number

    for proof in found:
        e = proof.evidence
        value = number(e.value) or "?"
        high = f"–{number(e.value_high)}" if e.value_high is not None else ""
        chosen = "chosen" if e.is_chosen else "not chosen"
        reason = e.selection_reason or "no single value"
        lines = (
            f"{e.organization_name or '?'} {e.report_year or '?'} {e.indicator_name or e.indicator_code} "
            f"({e.indicator_code}) = {value}{high} {e.unit or ''} [{e.bound}] {chosen} ({reason})",
            f"  原文 {e.text_written!r} at {e.start_offset}:{e.end_offset}, {e.part or '?'}, {e.period}",
            f"  句子 {e.sentence or ''}",
            f"  网页 {e.url} ({e.title or 'no title'})",
            f"  存档 {shanghai(e.captured_at)} Asia/Shanghai, sha256 {e.resource_sha256}",
            f"  规则 {e.rule_id}, release {e.release}, key {e.mention_key}",
            "  核对 archived bytes say the same" if proof.failure is None else f"  核对失败 {proof.failure}",
        )
        for line in lines:
            CONSOLE.print(escape(line), soft_wrap=True, highlight=False)
