"""What the report shows: figures side by side, their evidence, the doubts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tile:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Proof:
    """One sentence behind a figure, cut so that the figure can be marked."""

    before: str
    figure: str
    after: str
    title: str
    link: str | None
    captured_at: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one indicator and year; `value` is None, with a `note`, where it was refused."""

    year: int
    value: float | None
    value_high: float | None
    bound: str | None
    label: str
    css: str
    note: str
    evidence: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Row:
    organization_name: str
    region_code: str | None
    cells: tuple[Cell | None, ...]
    change: float | None
    change_pct: float | None
    change_label: str
    direction: str
    is_comparable: bool | None
    why: str
    chart: str


@dataclass(frozen=True, slots=True)
class IndicatorTable:
    code: str
    name_zh: str
    name_en: str
    theme: str
    unit: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class CoverageCell:
    label: str
    css: str


@dataclass(frozen=True, slots=True)
class CoverageRow:
    organization_name: str
    cells: tuple[CoverageCell, ...]


@dataclass(frozen=True, slots=True)
class IssueLine:
    kind: str
    severity: str
    owner: str
    message: str
    title: str
    link: str | None


@dataclass(frozen=True, slots=True)
class ReportContent:
    title: str
    run_id: str
    published_at: str
    tiles: tuple[Tile, ...]
    years: tuple[int, ...]
    bodies: tuple[str, ...]
    themes: dict[str, str]
    indicators: tuple[IndicatorTable, ...]
    coverage_years: tuple[int, ...]
    coverage: tuple[CoverageRow, ...]
    issues: tuple[IssueLine, ...]
    issues_total: int
