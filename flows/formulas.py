"""Formulas measured from the warehouse and kept with the archive, so that a rebuild masks the same."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from flows.settings import Settings
from warehouse.formulas import measure_formulas
from warehouse.records import FormulaRow
from warehouse.schema import open_warehouse

_COLUMNS = ("sentence", "bodies", "provinces")


def measured(settings: Settings, *, bodies: int, provinces: int, share: float) -> list[FormulaRow]:
    """What the warehouse says now. Raises NoWarehouseError before there is one."""
    with open_warehouse(settings.database, read_only=True) as warehouse:
        return measure_formulas(warehouse.con, bodies=bodies, provinces=provinces, share=share)


def keep(settings: Settings, formulas: Iterable[FormulaRow]) -> Path:
    """Put the formulas in the place of those held, in one step."""
    target = _file(settings)
    target.parent.mkdir(parents=True, exist_ok=True)
    building = target.with_suffix(".building")
    with building.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(sorted((one.sentence, one.bodies, one.provinces) for one in formulas))
    building.replace(target)
    return target


def held(settings: Settings) -> tuple[FormulaRow, ...]:
    """The formulas kept last; none before any were."""
    file = _file(settings)
    if not file.exists():
        return ()
    with file.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream)
        return tuple(FormulaRow(row["sentence"], int(row["bodies"]), int(row["provinces"])) for row in rows)


def _file(settings: Settings) -> Path:
    return settings.archive / "formulas.csv"
