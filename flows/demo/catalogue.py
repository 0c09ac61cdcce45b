"""What the demo web holds and what happens on which night, read from the data files beside this module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from extractors.codebook import Indicator, load_codebook
from flows.demo.texts import Text, parse

Platform = Literal["trs", "hanweb", "ucap", "gkmlpt", "vsb"]
Form = Literal["plain", "word", "lines", "docx", "pdf"]
"""How a report is put up: paragraphs, Word's HTML, one block with line breaks, or a file behind 附件."""

Outage = Literal["challenge", "down"]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReportRow(_Row):
    """One report year of a body. `night` is the first night on which it is up."""

    id: int
    title: str
    published: date
    form: Form
    night: int = 1
    cutoff: date | None = None
    """Where the report's data stop before the year does."""


class BodyFile(_Row):
    """reports/*.yml: one publishing body and its text for all years."""

    body: str
    organization: str
    source: str
    """来源 as the page prints it."""
    region_code: str = Field(pattern=r"^97\d{7}$")
    reports: dict[int, ReportRow]
    text: str


class DecoyKind(_Row):
    """decoys.yml: title and text of a kind of page, with {org}, {year} and {next} to fill in."""

    title: str
    text: str


class Decoy(_Row):
    """A page of a report column that is no 法治政府建设年度报告."""

    id: int
    kind: str
    org: str
    year: int
    published: date
    disallowed: bool = False
    """Listed, but robots.txt forbids its path."""
    missing: bool = False
    """Listed, but its page is a soft 404."""


class Column(_Row):
    """A list of the site."""

    key: str
    name: str
    path: str
    bodies: list[str]
    decoys: list[Decoy]
    page_size: int


class Site(_Row):
    key: str
    platform: Platform
    name: str
    site_code: str = Field(pattern=r"^97\d{8}$")
    icp: str
    police: str
    encoding: Literal["utf-8", "gbk"]
    declared: str
    """The charset the page says it has."""
    robots: str
    columns: list[Column]
    outages: dict[int, Outage] = {}


class Correction(_Row):
    """The publisher changes one figure of a report that was already up."""

    night: int
    report: str
    figure: str
    old: str
    text: str
    value: Decimal


class WebFile(_Row):
    """web.yml."""

    prefecture: str
    nights: dict[int, date]
    """The date on which each night falls."""
    sites: list[Site]
    corrections: list[Correction]
    gone: dict[str, int]
    """Report id → first night on which its address answers 404."""
    moved: dict[str, int]
    """Report id → first night on which its old address redirects to the new one."""


@dataclass(frozen=True, slots=True)
class Report:
    """One report as it stands on one night."""

    report_id: str
    organization_name: str
    region_code: str
    source: str
    report_year: int
    row: ReportRow
    text: Text


@cache
def indicators_by_id() -> Mapping[str, Indicator]:
    return {i.id: i for i in load_codebook().values()}


@cache
def web_file() -> WebFile:
    return WebFile.model_validate(yaml.safe_load(_package_text("web.yml")))


@cache
def decoy_kinds() -> Mapping[str, DecoyKind]:
    rows = yaml.safe_load(_package_text("decoys.yml"))
    return {name: DecoyKind.model_validate(row) for name, row in rows.items()}


@cache
def body_files() -> Mapping[str, BodyFile]:
    """All bodies by key. Raises pydantic's ValidationError naming the field that is wrong."""
    names = sorted(
        p.name for p in files("flows.demo").joinpath("reports").iterdir() if p.name.endswith(".yml")
    )
    rows = [BodyFile.model_validate(yaml.safe_load(_package_text(f"reports/{name}"))) for name in names]
    return {row.body: row for row in rows}


@cache
def reports(night: int) -> Mapping[str, Report]:
    """Every report published up to `night` by id `body-year`, as corrected by then."""
    found: dict[str, Report] = {}
    for body in body_files().values():
        years = tuple(body.reports)
        for year, row in body.reports.items():
            if row.night > night:
                continue
            report_id = f"{body.body}-{year}"
            text = parse(body.text, year, years, indicators_by_id())
            found[report_id] = Report(
                report_id, body.organization, body.region_code, body.source, year, row, text
            )
    for c in web_file().corrections:
        if c.night <= night:
            old = found[c.report]
            found[c.report] = replace(old, text=old.text.corrected(c.figure, c.old, c.text, c.value))
    return found


def _package_text(path: str) -> str:
    return files("flows.demo").joinpath(path).read_text(encoding="utf-8")
