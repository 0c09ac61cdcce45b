"""How a source stands today: reachable, robots, platform, rows, newest report, last change, and one cause when
something is wrong. Only list pages are asked for, the first few of each list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from extractors.page.decode import decode
from flows.collector.discovery.walk import Discovery, discover
from flows.collector.fetcher import Fetcher, Request
from flows.collector.politeness import Refused
from flows.collector.registry import Platform, Source
from flows.collector.survey.recognise import recognise
from flows.collector.survey.visit import Cause, cause_of
from warehouse.records import Attempt

PAGES = 3
"""List pages asked of each list."""
_DUE = (4, 1)
_GRACE = (7, 1)
"""Reports are due before 1 April of the next year (法治政府建设与责任落实督察工作规定, 2019, Art. 24); a column
without one of this year is asked about from 1 July on."""
_HELD = ("ok", "unchanged")


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check saw. `rows` are all rows of the pages asked for, `reports` those a night would fetch.

    `robots` is what robots.txt came to (`obeyed`, or why nothing may be asked); `platform` what the first list page
    is recognised as, None where there is no page; `changed_at` when the list last gave what it had not given
    before (UTC), the first time included.
    """

    source_id: str
    cause: Cause
    evidence: str
    is_reachable: bool = False
    robots: str | None = None
    platform: Platform | None = None
    rows: int = 0
    reports: int = 0
    newest_on: date | None = None
    changed_at: datetime | None = None

    @property
    def ok(self) -> bool:
        return self.cause == "ok"


def check_source(
    source: Source,
    fetcher: Fetcher,
    run_id: str,
    today: date,
) -> CheckResult:
    """Look at the lists of `source` as a night would, without fetching what they list; of an entry that names
    its pages, at the first of them.

    Everything asked is in the attempt log. Raises ArchiveError when the disk fails.
    """
    attempts: list[Attempt] = []
    looked = source.model_copy(update={"max_list_pages": min(PAGES, source.max_list_pages)})
    try:
        found = discover(looked, fetcher, run_id, attempts.append, always=True)
        if source.platform == "urls" and found.candidates:
            attempts.append(_first_page(source, found, fetcher, run_id))
    except Refused as refused:
        return CheckResult(source.id, "not_asked", str(refused))
    page = next((attempt for attempt in attempts if attempt.outcome in _HELD), None)
    failed = next((attempt for attempt in attempts if attempt.outcome not in _HELD), None)
    platform = _platform(fetcher, page) if page is not None else None
    cause, evidence = _verdict(source, found, page, failed, platform) or _is_new(found, today)
    closed = fetcher.why_closed(attempts[0].url) if attempts else None
    result = CheckResult(
        source_id=source.id,
        cause=cause,
        evidence=evidence,
        is_reachable=any(attempt.status is not None for attempt in attempts),
        robots=closed or ("forbids the list" if cause == "robots" else "obeyed"),
        rows=found.rows,
        reports=len(found.candidates),
    )
    if page is None:
        return result
    days = [candidate.listed_on for candidate in found.candidates.values() if candidate.listed_on]
    return replace(
        result,
        platform=platform,
        newest_on=max(days, default=None),
        changed_at=fetcher.history.changed_at(source.id, page.url),
    )


def _first_page(source: Source, found: Discovery, fetcher: Fetcher, run_id: str) -> Attempt:
    page = next(iter(found.candidates.values()))
    request = Request(page.url, "detail", None, page.title, page.listed_on)
    return fetcher.fetch(source, request, run_id).attempt


def _verdict(
    source: Source, found: Discovery, page: Attempt | None, failed: Attempt | None, platform: Platform | None
) -> tuple[Cause, str] | None:
    """The first thing that is wrong, gravest first."""
    failure = (cause_of(failed), f"{failed.url}: {failed.outcome}: {failed.evidence}") if failed else None
    if page is None and failure is not None:
        return failure
    count = len(found.candidates)
    if found.rows == 0 and source.minimum_documents > 0:
        problem = next(iter(found.problems), "the lists gave no rows at all")
        if platform not in (None, "static", source.platform):
            return "family_changed", f"{problem}; the page is of platform {platform}"
        return ("unreadable" if found.unreadable else "no_rows"), problem
    if failure is not None and found.problems:
        return failure
    if found.unreadable:
        return "unreadable", found.problems[0]
    if count == 0 and source.minimum_documents > 0:
        return "no_reports", f"{found.rows} rows, none of them a report"
    if found.is_whole and count < source.minimum_documents:
        return "below_minimum", f"{count} reports listed, at least {source.minimum_documents} are expected"
    if source.maximum_documents is not None and count > source.maximum_documents:
        return "above_maximum", f"{count} reports listed, at most {source.maximum_documents} are expected"
    return None


def _is_new(found: Discovery, today: date) -> tuple[Cause, str]:
    days = [candidate.listed_on for candidate in found.candidates.values() if candidate.listed_on]
    year = today.year if (today.month, today.day) >= _GRACE else today.year - 1
    if days and max(days) < date(year, 1, 1):
        due = date(year, *_DUE)
        return "nothing_new", f"the newest report is of {max(days)}, one was due before {due}"
    return "ok", f"{len(found.candidates)} reports listed"


def _platform(fetcher: Fetcher, page: Attempt) -> Platform | None:
    if page.resource_sha256 is None:
        return None
    text = decode(fetcher.archive.body(page.resource_sha256), page.charset_declared).text
    return recognise(text, page.url).platform
