"""From the published warehouse file to what the report shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from flows.clock import shanghai
from flows.report.chart import sparkline
from flows.report.content import (
    Cell,
    CoverageCell,
    CoverageRow,
    IndicatorTable,
    IssueLine,
    Proof,
    ReportContent,
    Row,
    Tile,
)
from flows.report.figures import COVERAGE_ZH, THEMES_ZH, figure, reasons, signed, value_note

EVIDENCE_A_CELL = 6
ISSUES_SHOWN = 200

NAMED = """(
    len($1::varchar[]) = 0
    or list_bool_or(list_transform($1::varchar[], part -> contains(o.organization_name, part)))
)"""
"""SQL: the organisation's name holds one of the wanted parts; no wanted part means every organisation."""


class ReportError(RuntimeError):
    """There is nothing to report from; the message says what to do."""


def load_content(
    published: Path,
    *,
    organizations: Sequence[str] = (),
    codes: Sequence[str] = (),
) -> ReportContent:
    """Read the published DuckDB file (read-only, closed again before this returns).

    `organizations` (part of a name) and `codes` (of indicators, or their ids) narrow what is shown; none means all.
    Raises ReportError when the file is missing or holds no figure that fits.
    """
    if not published.is_file():
        raise ReportError(
            f"nothing is published yet at {published}: run `nianbao run` or `nianbao ingest` first"
        )
    with duckdb.connect(str(published), read_only=True) as con:
        figures = _figures(con, organizations, codes)
        if not figures:
            raise ReportError("no published figure fits: widen --org and --code, or ingest more reports")
        years = tuple(
            range(min(row["report_year"] for row in figures), max(row["report_year"] for row in figures) + 1)
        )
        indicators = _indicator_tables(figures, _comparisons(con), _proofs(con, figures), years)
        coverage_years, coverage = _coverage(con, organizations)
        issues, issues_total = _issues(con)
        readme = dict(con.execute("select topic, en from readme").fetchall())
        return ReportContent(
            title="法治政府建设年度报告 · 逐年比较",
            run_id=readme["run_id"][:12],
            published_at=shanghai(datetime.fromisoformat(readme["published_at"])),
            tiles=_tiles(con, figures, indicators, issues_total),
            years=years,
            bodies=tuple(sorted({row["organization_name"] for row in figures})),
            themes={
                key: label for key, label in THEMES_ZH.items() if any(t.theme == key for t in indicators)
            },
            indicators=indicators,
            coverage_years=coverage_years,
            coverage=coverage,
            issues=issues,
            issues_total=issues_total,
        )


def _rows(con: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
    cursor = con.execute(sql, list(parameters))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _figures(
    con: duckdb.DuckDBPyConnection, organizations: Sequence[str], codes: Sequence[str]
) -> list[dict[str, Any]]:
    return _rows(
        con,
        f"""
        select y.*, o.organization_name, o.region_code,
               i.indicator_name, i.indicator_name_en, i.theme, i.unit as indicator_unit, i.indicator_id,
               (select list(d.reason_zh order by d.doubt_key) from rpt_value_doubt as d
                where d.yearly_key = y.yearly_key) as doubts
        from fct_indicator_yearly as y
        inner join dim_organization as o using (organization_key)
        inner join dim_indicator as i on y.indicator_code = i.indicator_code and i.is_current
        where y.is_current
            and {NAMED}
            and (len($2::varchar[]) = 0 or list_has_any($2::varchar[], [y.indicator_code, i.indicator_id]))
        order by i.indicator_id, o.region_code nulls last, o.organization_name, y.report_year
        """,
        [list(organizations), list(codes)],
    )


def _comparisons(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], dict[str, Any]]:
    """The newest comparison of each organisation and indicator."""
    rows = _rows(
        con,
        """
        select * from mart_indicator_yoy
        qualify row_number() over (
            partition by organization_key, indicator_code order by report_year desc
        ) = 1
        """,
    )
    return {(row["organization_key"], row["indicator_code"]): row for row in rows}


def _proofs(con: duckdb.DuckDBPyConnection, figures: list[dict[str, Any]]) -> dict[str, Proof]:
    wanted = sorted(
        {key for row in figures for key in (row["candidate_mention_keys"] or ())[:EVIDENCE_A_CELL]}
    )
    rows = _rows(
        con,
        """
        select m.mention_key, m.sentence, m.text_written, d.title, d.url, d.valid_from
        from fct_indicator_mention as m
        inner join dim_document as d using (document_key)
        where list_contains($1::varchar[], m.mention_key)
        """,
        [wanted],
    )
    return {row["mention_key"]: _proof(row) for row in rows}


def _proof(row: dict[str, Any]) -> Proof:
    sentence, written = row["sentence"] or "（原句不公开）", row["text_written"] or ""
    place = sentence.find(written) if written else -1
    cut = (sentence[:place], written, sentence[place + len(written) :]) if place >= 0 else (sentence, "", "")
    url = row["url"]
    return Proof(
        *cut,
        title=row["title"] or url,
        link=url if url.startswith(("http://", "https://")) else None,
        captured_at=shanghai(row["valid_from"]),
    )


def _indicator_tables(
    figures: list[dict[str, Any]],
    comparisons: dict[tuple[str, str], dict[str, Any]],
    proofs: dict[str, Proof],
    years: tuple[int, ...],
) -> tuple[IndicatorTable, ...]:
    by_code: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in figures:
        by_code[row["indicator_code"]][row["organization_key"]].append(row)
    tables = []
    for code, bodies in by_code.items():
        first = next(iter(bodies.values()))[0]
        tables.append(
            IndicatorTable(
                code=code,
                name_zh=first["indicator_name"],
                name_en=first["indicator_name_en"],
                theme=first["theme"],
                unit=first["indicator_unit"],
                rows=tuple(
                    _row(body, comparisons.get((key, code)), proofs, years) for key, body in bodies.items()
                ),
            )
        )
    return tuple(tables)


def _row(
    body: list[dict[str, Any]],
    comparison: dict[str, Any] | None,
    proofs: dict[str, Proof],
    years: tuple[int, ...],
) -> Row:
    by_year = {row["report_year"]: _cell(row, proofs) for row in body}
    change, percent = (comparison["change"], comparison["change_pct"]) if comparison else (None, None)
    is_ratio = body[0]["indicator_unit"] == "%"
    change_label = signed(change, " 个百分点" if is_ratio else "")
    if percent is not None:
        change_label += f"（{signed(percent, ' %')}）"
    return Row(
        organization_name=body[0]["organization_name"],
        region_code=body[0]["region_code"],
        cells=tuple(by_year.get(year) for year in years),
        change=change,
        change_pct=percent,
        change_label=change_label or _interval(comparison),
        direction="" if not change else "up" if change > 0 else "down",
        is_comparable=comparison["is_comparable"] if comparison else None,
        why=reasons(comparison["not_comparable_reasons"]) if comparison else "",
        chart=sparkline(
            [(year, _plotted(by_year.get(year)), _is_exact(by_year.get(year))) for year in years]
        ),
    )


def _plotted(cell: Cell | None) -> float | None:
    return cell.value if cell else None


def _is_exact(cell: Cell | None) -> bool:
    return cell is not None and cell.bound == "exact"


def _interval(comparison: dict[str, Any] | None) -> str:
    if not comparison:
        return ""
    low, high = comparison["change_pct_low"], comparison["change_pct_high"]
    if low is not None and low == high:
        return f"（{signed(low, ' %')}）"
    if low is not None and high is not None:
        return f"{signed(low, ' %')} 至 {signed(high, ' %')}"
    if low is not None:
        return f"不低于 {signed(low, ' %')}"
    return f"不高于 {signed(high, ' %')}" if high is not None else ""


def _cell(row: dict[str, Any], proofs: dict[str, Proof]) -> Cell:
    keys = (row["candidate_mention_keys"] or ())[:EVIDENCE_A_CELL]
    css = "zero" if row["is_explicit_zero"] else "" if row["bound"] in (None, "exact") else "bound"
    return Cell(
        year=row["report_year"],
        value=row["value"],
        value_high=row["value_high"],
        bound=row["bound"],
        label=figure(row["value"], row["value_high"], row["bound"]) or "—",
        css=css,
        note=value_note(row),
        evidence=tuple(proofs[key] for key in keys if key in proofs),
    )


def _coverage(
    con: duckdb.DuckDBPyConnection, organizations: Sequence[str]
) -> tuple[tuple[int, ...], tuple[CoverageRow, ...]]:
    rows = _rows(
        con,
        f"""
        select o.organization_key, o.organization_name, c.report_year, c.coverage_status as status
        from fct_coverage_yearly as c
        inner join dim_organization as o using (organization_key)
        where {NAMED}
        order by o.region_code nulls last, o.organization_name, o.organization_key, c.report_year
        """,
        [list(organizations)],
    )
    years = tuple(sorted({row["report_year"] for row in rows}))
    bodies: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for row in rows:
        bodies[row["organization_key"], row["organization_name"]][row["report_year"]] = row["status"]
    return years, tuple(
        CoverageRow(
            name,
            tuple(
                CoverageCell(COVERAGE_ZH.get(by_year.get(year, ""), ""), by_year.get(year, ""))
                for year in years
            ),
        )
        for (_, name), by_year in bodies.items()
    )


def _issues(con: duckdb.DuckDBPyConnection) -> tuple[tuple[IssueLine, ...], int]:
    total = _rows(con, "select count(*) as n from fct_quality_issue where is_open")[0]["n"]
    rows = _rows(
        con,
        """
        select q.issue_kind, q.severity, q.owner, q.message, coalesce(d.title, d.url, q.source_id) as title, d.url
        from fct_quality_issue as q
        left join dim_document as d using (document_key)
        where q.is_open
        order by list_position(['error', 'warning', 'info'], q.severity), q.issue_kind, q.issue_key
        limit $1
        """,
        [ISSUES_SHOWN],
    )
    lines = tuple(
        IssueLine(
            kind=row["issue_kind"],
            severity=row["severity"],
            owner=row["owner"],
            message=row["message"],
            title=row["title"] or "",
            link=row["url"] if (row["url"] or "").startswith(("http://", "https://")) else None,
        )
        for row in rows
    )
    return lines, total


def _tiles(
    con: duckdb.DuckDBPyConnection,
    figures: list[dict[str, Any]],
    indicators: tuple[IndicatorTable, ...],
    issues_total: int,
) -> tuple[Tile, ...]:
    reports = _rows(
        con,
        """
        select count(distinct (organization_key, report_year)) as n from dim_document
        where is_current and is_canonical and report_kind = 'rule_of_law' and report_year is not null
        """,
    )[0]["n"]
    rows = [row for table in indicators for row in table.rows]
    cells = [cell for row in rows for cell in row.cells if cell]
    return (
        Tile("机构", str(len({row["organization_key"] for row in figures}))),
        Tile("报告", f"{reports:,}"),
        Tile("年度数值", f"{sum(cell.value is not None for cell in cells):,}"),
        Tile("最近一年可比", f"{sum(row.is_comparable is True for row in rows):,}"),
        Tile("明确为零", f"{sum(cell.css == 'zero' for cell in cells):,}"),
        Tile("有数不定", f"{sum(cell.value is None for cell in cells):,}"),
        Tile("存疑", f"{issues_total:,}"),
    )
