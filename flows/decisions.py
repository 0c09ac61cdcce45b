"""What people decided about single figures and pages: `corrections/`, `resolutions/`, `takedowns/`.

Each folder lies beside `sources/` and holds YAML files, each a list. The files are the truth: taken out, a
decision is undone. While a file cannot be read, or its folder is gone, nothing that was decided in that folder is
undone: what it was is in the journal. Every decision has its guard and dies on its own when what it speaks of changes:

    # corrections/*.yml: a figure the report prints wrongly; shown beside it, never instead of it
    - document: 0f3a…                # document_key of the version it speaks of; dies when the page changes
      code: disputes_mediated
      expected: 3400                 # the value as published; null where there is none
      value: 340
      reason: 正文合计与分项之和相差十倍，电话核实
      author: 王编辑
      decided_on: 2025-11-02

    # resolutions/*.yml: a figure the reading refused; dies when the sentence changes
    - sentence: 5be1…                # sentence_hash of the issue in fct_quality_issue
      figure: 7件
      code: litigation_cases
      reason: …
      author: …
      decided_on: 2025-11-02

    # takedowns/*.yml: a page whose text is no longer shown; hash, metadata and figures stay
    - url: https://…
      reason: …
      author: …
      decided_on: 2025-11-02
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator

from extractors.codebook import load_codebook
from flows.checked_yaml import Checked, FileError, error_at, read_checked
from flows.settings import Settings
from warehouse.records import DecisionRow

FOLDERS = ("corrections", "resolutions", "takedowns")
_HASH = r"^[0-9a-f]{32}$"


class _Decision(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: str = Field(min_length=1)
    author: str = Field(min_length=1)
    decided_on: date


class _Coded(_Decision):
    code: str

    @field_validator("code")
    @classmethod
    def _is_indicator(cls, code: str) -> str:
        if code not in load_codebook():
            raise ValueError(f"{code!r} is no indicator of the codebook")
        return code


class Correction(_Coded):
    document: str = Field(pattern=_HASH)
    expected: float | None
    value: float = Field(ge=0)

    def row(self, origin: str) -> DecisionRow:
        return DecisionRow(
            "correction",
            self.document,
            self.code,
            self.code,
            self.reason,
            self.author,
            self.decided_on,
            origin,
            value=self.value,
            expected_value=self.expected,
        )


class Resolution(_Coded):
    sentence: str = Field(pattern=_HASH)
    figure: str = Field(min_length=1)

    def row(self, origin: str) -> DecisionRow:
        return DecisionRow(
            "resolution",
            self.sentence,
            self.figure,
            self.code,
            self.reason,
            self.author,
            self.decided_on,
            origin,
        )


class Takedown(_Decision):
    url: str = Field(min_length=1)

    def row(self, origin: str) -> DecisionRow:
        return DecisionRow("takedown", self.url, "", None, self.reason, self.author, self.decided_on, origin)


_FILES: dict[str, TypeAdapter[Any]] = {
    "corrections": TypeAdapter(tuple[Correction, ...]),
    "resolutions": TypeAdapter(tuple[Resolution, ...]),
    "takedowns": TypeAdapter(tuple[Takedown, ...]),
}


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions that hold, and what is wrong with the files."""

    rows: tuple[DecisionRow, ...]
    errors: tuple[FileError, ...]


def load_decisions(settings: Settings, held: Sequence[DecisionRow] = ()) -> Decisions:
    """Every file of the three folders, by name. A file with an error counts for nothing; it is named.

    Of a folder that is not whole, what was `held` before holds on.
    """
    rows: dict[tuple[str, str, str], DecisionRow] = {}
    errors: list[FileError] = []
    for name in FOLDERS:
        folder = settings.sources.parent / name
        before = [row for row in held if row.origin.startswith(f"{name}/")]
        unread: list[FileError] = []
        if before and not folder.is_dir():
            message = f"no such folder; its {len(before)} decisions hold on until there is one, be it empty"
            unread.append(FileError(str(folder), 0, "", message))
        for path in _files(folder):
            checked = read_checked(path, _FILES[name])
            if isinstance(checked, list):
                unread += checked
                continue
            for i, row in enumerate(_rows(path, checked)):
                earlier = rows.setdefault(_key(row), row)
                if earlier is not row:
                    errors.append(error_at(path, (i,), f"decided already in {earlier.origin}"))
        if unread:
            rows = {_key(row): row for row in before} | rows
        errors += unread
    return Decisions(tuple(rows.values()), tuple(errors))


def _files(folder: Path) -> Iterable[Path]:
    if folder.is_dir():
        yield from sorted(path for path in folder.iterdir() if path.suffix in (".yml", ".yaml"))


def _rows(path: Path, checked: Checked) -> Iterable[DecisionRow]:
    for decision, line in zip(checked.value, checked.lines, strict=True):
        yield decision.row(f"{path.parent.name}/{path.name}:{line}")


def _key(row: DecisionRow) -> tuple[str, str, str]:
    return row.kind, row.subject, row.detail
