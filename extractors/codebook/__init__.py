"""The codebook: the indicators a report may state, one row of `indicators.tsv` each.

The project's data contract.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Indicator(BaseModel):
    """One indicator.

    `unit` is canonical (facts are converted to it); `several` says what more than one figure means.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    code: str = Field(pattern=r"^[a-z][a-z0-9_]+$")
    name_zh: str = Field(min_length=1)
    name_en: str = Field(min_length=1)
    theme: Literal[
        "study", "leadership", "publicity", "decisions", "enforcement", "review", "mediation", "openness"
    ]
    unit: str = Field(min_length=1)
    kind: Literal["flow", "stock", "ratio"]
    excludes_or_note: str
    several: Literal["headline", "sum", "list"]
    sensitive: bool

    @property
    def additions(self) -> str | None:
        """Id of the indicator that counts what a stock gained in the year (its note says 新增另列 C16)."""
        found = re.search(r"新增另列 ([A-Z]\d{2})", self.excludes_or_note)
        return found[1] if found else None


@cache
def load_codebook() -> Mapping[str, Indicator]:
    """All indicators by code, in the order of the file.

    Raises `ValueError` (pydantic's included) naming the row when the file breaks its schema or repeats a key.
    """
    lines = files(__name__).joinpath("indicators.tsv").read_text(encoding="utf-8").splitlines()
    indicators: dict[str, Indicator] = {}
    ids: set[str] = set()
    for number, row in enumerate(csv.DictReader(lines, delimiter="\t"), start=2):
        indicator = Indicator.model_validate(row)
        if indicator.code in indicators or indicator.id in ids:
            raise ValueError(f"indicators.tsv line {number}: {indicator.id} {indicator.code} is there twice")
        indicators[indicator.code] = indicator
        ids.add(indicator.id)
    return MappingProxyType(indicators)
