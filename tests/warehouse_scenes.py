"""Builders for warehouse tests: hand-made readings of fictional places, with true offsets into their
own text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from extractors.codebook import load_codebook
from extractors.records import (
    Bound,
    Document,
    Fact,
    Issue,
    Organisation,
    Part,
    Period,
    Quantity,
    Reading,
    ReportKind,
    Section,
    Sentence,
)
from warehouse.load import load_night
from warehouse.records import Attempt, FetchOutcome, ReadingEntry, RegionRow, RunRow, SourceRow, stable_id
from warehouse.schema import open_warehouse

FIRST_NIGHT = datetime(2025, 3, 1, 18, 0, tzinfo=UTC)
RELEASE = "1.0.0+aaaa"


def night(number: int) -> datetime:
    """The start of the night of that number; the first is 1."""
    return FIRST_NIGHT + timedelta(days=number - 1)


def run(number: int) -> RunRow:
    return RunRow(f"run-{number}", "night", night(number), night(number) + timedelta(hours=1), "succeeded")


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence of a report: lead + figure + tail, and what the figure means."""

    lead: str
    figure: str
    code: str | None
    value: float
    unit: str = "件"
    bound: Bound = "exact"
    tail: str = ""
    high: float | None = None
    period: Period = "report_year"
    subject: str | None = None
    headline: bool = False
    zero: bool = False
    part_of: int | None = None
    repeats: int | None = None
    growth: Any = None
    change_of: int | None = None
    as_of: date | None = None
    period_year: int | None = None
    section: Part = "achievements"
    written: str | None = None


def body(
    name: str, region_code: str | None = None, *, status: Any = "resolved", kind: Any = "government"
) -> Any:
    return Organisation(name, status, region_code, "township", kind)


def reading(
    organisation: Organisation,
    year: int | None,
    told: Sequence[Told],
    *,
    published_on: date | None = date(2025, 2, 20),
    report_kind: ReportKind = "rule_of_law",
    cutoff: date | None = None,
    issues: tuple[Issue, ...] = (),
    note: str = "",
) -> Reading:
    """A report whose text is a heading, the told sentences and `note`; facts, quantities and sentences
    point into it.
    """
    heading = f"{organisation.name}{year}年度法治政府建设情况报告\n"
    text, sentences, quantities, facts = heading, [Sentence(0, len(heading), 0)], [], []
    for one in told:
        start = len(text) + len(one.lead)
        end = start + len(one.figure)
        sentences.append(Sentence(len(text), end + len(one.tail) + 1, 0))
        text += f"{one.lead}{one.figure}{one.tail}。"
        quantities.append(Quantity(start, end, one.figure, one.value, one.high, one.unit, one.bound))
        facts.append(
            Fact(
                start,
                end,
                one.figure,
                one.code,
                one.value,
                one.high,
                one.unit,
                one.written or one.unit,
                one.bound,
                one.period,
                one.zero,
                one.part_of,
                one.section,
                one.subject or one.lead,
                None,
                None,
                "rule-1",
                0.9,
                is_headline=one.headline,
                repeats=one.repeats,
                period_year=one.period_year,
                as_of=one.as_of,
                growth=one.growth,
                change_of=one.change_of,
            )
        )
    text += note
    return Reading(
        Document("detail", text, title=heading.strip(), published_on=published_on),
        report_kind,
        year,
        organisation,
        (Section(0, len(text), 1, "一、主要举措和成效", 9, "achievements"),),
        tuple(sentences),
        tuple(quantities),
        tuple(facts),
        issues,
        cutoff,
    )


def entry(
    source_id: str,
    url: str,
    captured: datetime,
    content: Reading,
    *,
    release: str = RELEASE,
    read: datetime | None = None,
) -> ReadingEntry:
    """The log entry of one reading; its bytes are named after the text, so equal texts are equal bytes."""
    sha = resource(content)
    return ReadingEntry(
        stable_id(source_id, url, sha, release),
        source_id,
        url,
        sha,
        captured,
        release,
        read or captured,
        content,
    )


def resource(content: Reading) -> str:
    return stable_id("bytes", content.document.text)


def attempt(
    number: int,
    source_id: str,
    url: str,
    outcome: FetchOutcome,
    *,
    sha: str | None = None,
    final_url: str | None = None,
    minute: int = 0,
    title: str | None = None,
    purpose: Any = "detail",
) -> Attempt:
    """The fetch of `url` in the night of that number."""
    started = night(number) + timedelta(minutes=minute)
    return Attempt(
        attempt_id=stable_id(source_id, url, started),
        run_id=f"run-{number}",
        source_id=source_id,
        purpose=purpose,
        url=url,
        final_url=final_url or url,
        started_at=started,
        elapsed_ms=120,
        outcome=outcome,
        status=200 if sha else None,
        page_kind="detail" if sha else None,
        media_type="text/html",
        charset_declared=None,
        etag=None,
        last_modified=None,
        size_bytes=1000,
        resource_sha256=sha,
        evidence=None,
        listed_title=title,
    )


def source(source_id: str, organization: str | None = None, **changes: Any) -> SourceRow:
    values: dict[str, Any] = {
        "source_id": source_id,
        "name": f"来源{source_id}",
        "platform": "trs",
        "site_url": f"http://{source_id}.example",
        "organization": organization,
        "region_code": None,
        "expected_years": (),
        "minimum_documents": 0,
        "maximum_documents": None,
        "enabled": True,
        "entry_sha256": "entry",
    }
    return SourceRow(**(values | changes))


def seen(
    number: int, source_id: str, url: str, content: Reading, **changes: Any
) -> tuple[Attempt, ReadingEntry]:
    """A successful fetch in a night and the reading of what it brought."""
    fetched = attempt(number, source_id, url, "ok", sha=resource(content), **changes)
    return fetched, entry(source_id, url, fetched.started_at, content)


def regions(rows: Iterable[tuple[str, str]]) -> list[RegionRow]:
    return [RegionRow(code, name, "township", code[:6] + "000") for code, name in rows]


LIUPING = body("澄水县柳坪乡人民政府", "990101204")
LAST_YEAR = reading(
    LIUPING,
    2023,
    [
        Told("社区矫正对象", "3人", "community_correction_persons", 3, "人", period="as_of_date"),
        Told("镇长张小明讲授法治课", "4次", "leader_law_lessons", 4, "次"),
        Told("接收刑满释放人员", "0人", "released_prisoners", 0, "人", period="as_of_date"),
    ],
)
THIS_YEAR = reading(
    LIUPING,
    2024,
    [
        Told("社区矫正对象", "9人", "community_correction_persons", 9, "人", period="as_of_date"),
        Told("比上年增加", "6人", None, 6, "人", growth="increase", change_of=0),
        Told("镇长张小明讲授法治课", "5次", "leader_law_lessons", 5, "次"),
        Told("其他重点人员共", "21人", "other_key_persons", 21, "人", period="as_of_date"),
        Told("其中精神障碍患者", "2人", "other_key_persons", 2, "人", period="as_of_date", part_of=3),
        Told("接收刑满释放人员", "2人", "released_prisoners", 2, "人", period="as_of_date"),
    ],
)
REVISED = reading(LIUPING, 2024, [Told("镇长张小明讲授法治课", "6次", "leader_law_lessons", 6, "次")])
SOURCES = [source("lp", LIUPING.name, region_code="990101204", minimum_documents=2)]


def first_night() -> dict[str, Any]:
    pages = [seen(1, "lp", "http://lp/2023", LAST_YEAR), seen(1, "lp", "http://lp/2024", THIS_YEAR)]
    return {"attempts": [fetched for fetched, _ in pages], "readings": [read for _, read in pages]}


def quiet_night(number: int) -> dict[str, Any]:
    """Nothing new upstream: both pages answer that they are unchanged."""
    pages = {"http://lp/2023": LAST_YEAR, "http://lp/2024": THIS_YEAR}
    attempts = [attempt(number, "lp", url, "unchanged", sha=resource(text)) for url, text in pages.items()]
    return {"attempts": attempts, "readings": first_night()["readings"]}


def revision_night(number: int) -> dict[str, Any]:
    fetched, read = seen(number, "lp", "http://lp/2024", REVISED)
    return {"attempts": [fetched], "readings": [read]}


def load(database: Path, number: int, brought: dict[str, Any], **changes: Any) -> int:
    with open_warehouse(database) as warehouse:
        arguments: dict[str, Any] = {"sources": SOURCES, "codebook": load_codebook().values(), **brought}
        return load_night(warehouse, run=run(number), **(arguments | changes)).total


def three_nights() -> tuple[dict[str, Any], ...]:
    """News, nothing, a revision: what each of three nights brings."""
    return first_night(), quiet_night(2), revision_night(3)
