"""What the warehouse should make of the demo's truth: yearly values and some comparisons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files

import yaml

from extractors.codebook import load_codebook
from extractors.records import Bound
from flows.demo.web import TruthRow


@dataclass(frozen=True, slots=True)
class YearlyRow:
    """One indicator in one report year; `value` is None, with a reason, where there is no single one."""

    organization_name: str
    region_code: str
    report_year: int
    indicator_code: str
    value: Decimal | None
    value_high: Decimal | None
    bound: Bound | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class YoyRow:
    """A hand-written comparison of `report_year` with the year before; a side without one value is None."""

    organization_name: str
    indicator_code: str
    report_year: int
    previous_value: Decimal | None
    value: Decimal | None
    is_comparable: bool
    reason: str | None


def yearly(truth: Iterable[TruthRow]) -> list[YearlyRow]:
    """The chosen value of every body, year and indicator, by the codebook's `several` column.

    Repeats merge, a stated total goes before its parts, members of a sum add up; else several are none.
    """
    groups: dict[tuple[str, str, int, str], list[TruthRow]] = defaultdict(list)
    for row in truth:
        if row.indicator_code is not None and not row.is_growth and not row.is_part and _is_level(row):
            key = (row.organization_name, row.region_code, row.report_year, row.indicator_code)
            groups[key].append(row)
    return [YearlyRow(*key, *_choice(key[3], rows)) for key, rows in sorted(groups.items())]


def yoy() -> list[YoyRow]:
    """expectations.yml; hold once night 3 has been loaded."""
    rows = yaml.safe_load(files("flows.demo").joinpath("expectations.yml").read_text(encoding="utf-8"))
    return [
        YoyRow(
            row["organization"],
            row["code"],
            row["year"],
            _decimal(row["previous"]),
            _decimal(row["value"]),
            "reason" not in row,
            row.get("reason"),
        )
        for row in rows
    ]


def _is_level(row: TruthRow) -> bool:
    kind = load_codebook()[row.indicator_code or ""].kind
    return row.period in (("as_of_date", "cumulative") if kind == "stock" else ("report_year",))


def _choice(
    code: str, rows: Sequence[TruthRow]
) -> tuple[Decimal | None, Decimal | None, Bound | None, str | None]:
    several = load_codebook()[code].several
    candidates = rows if several == "list" else [row for row in rows if row.is_headline] or rows
    distinct = {(row.value, row.value_high, row.bound) for row in candidates}
    if several == "sum" and all(row.bound == "exact" for row in candidates):
        return sum((row.value for row in candidates), Decimal(0)), None, "exact", None
    if len(distinct) > 1:
        return None, None, None, "several_values"
    return *distinct.pop(), None


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
