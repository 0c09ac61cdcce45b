"""From an address to a source entry: what the site says of itself, and nothing that it does not say.

The address may be a column's or a report's; from a report the way goes over 当前位置 or its address to the column
that lists it. Nothing is written here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import yaml
from pydantic import ValidationError

from extractors.organisation import Gazetteer
from extractors.page import read_document
from extractors.records import Document
from flows.collector.discovery.pages import Ask, ListError, ListPage
from flows.collector.discovery.walk import FAMILIES, Candidate, Discovery, title_pattern
from flows.collector.registry import Source, web_address
from flows.collector.survey.recognise import ListEntry, Recognised, columns_of, list_entry, recognise
from flows.collector.survey.visit import Look, SurveyError, hosts_of

_YEAR = re.compile(r"(20\d{2})\s*年")
_RULE_OF_LAW = re.compile("法治|依法(?:行政|治)")
_IN_A_YEAR = re.compile(r"/20\d{2}(?:nd|nian|年)?(?:/|$)")
_SITE_CODE = re.compile(r"^\d{10}$")
_WORD = re.compile(r"[a-z][a-z0-9]*")
_NO_NAME = frozenset(
    {"www", "gov", "cn", "com", "org", "net", "index", "list", "default", "html", "htm", "shtml", "jsp"}
)
_COLUMNS_ASKED = 3
_MOST_CITED = 3

Looker = Callable[[Ask], Look]


@dataclass(frozen=True, slots=True)
class Stability:
    """What two visits to the same address tell: whether the bytes were the same, and the rows or the text."""

    url: str
    same_bytes: bool
    same_content: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """An entry nobody has checked, the column and the list page (`ask`, `answer`) it was made from, and why."""

    source: Source
    recognised: Recognised
    column: Look
    ask: Ask
    answer: Look
    page: ListPage
    wanted: tuple[Candidate, ...]
    reasons: tuple[str, ...]
    stability: tuple[Stability, ...] = ()

    def entry(self) -> str:
        """The entry as the text of a YAML file, the reasons as comments above it."""
        told = self.source.model_dump(mode="json", exclude_defaults=True)
        comments = "".join(f"# {reason}\n" for reason in self.reasons)
        return comments + yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=1000)


@dataclass(frozen=True, slots=True)
class _Found:
    """A column's list, and what it was recognised by."""

    recognised: Recognised
    column: Look
    draft: Source
    ask: Ask
    answer: Look
    page: ListPage
    reasons: tuple[str, ...] = ()

    def read(self, answer: Look) -> ListPage:
        """What the list's page is at this look. Raises ListError."""
        return FAMILIES[self.recognised.platform].read(answer.text, self.ask, self.draft)


def provisional(url: str) -> Source:
    """The entry in whose name an unknown site is looked at: its own host, nothing else. What is fetched for it
    is never taken for what a source of the registry holds.

    Raises SurveyError for what is no web address.
    """
    try:
        parts = urlsplit(web_address(url))
    except ValueError as error:
        note = f"{url!r} is not an http(s) address; give the column's as a browser shows it"
        raise SurveyError(None, note) from error
    return Source.model_validate(
        {
            "id": "survey",
            "name": parts.hostname,
            "platform": "urls",
            "site_url": f"{parts.scheme}://{parts.netloc}/",
            "hosts": list(hosts_of(url)),
            "pages": [{"url": urldefrag(url).url}],
            "status": "unverified",
            "reason": "provisional",
        }
    )


def propose(
    url: str,
    look: Looker,
    *,
    gazetteer: Gazetteer,
    today: date,
    taken: Collection[str] = (),
    name: str | None = None,
) -> Proposal:
    """The entry for the column at `url`, or for the column that lists the report at `url`.

    `look` asks the site; the list, and the newest report in it, are asked for twice. `taken` are ids in use, `name`
    an id of the caller's own. Raises SurveyError when no list can be found or it shows no rows.
    """
    first = look(Ask(urldefrag(url).url))
    if fragment := urlsplit(url).fragment:
        first = replace(first, url=urljoin(first.url, f"#{fragment}"))
    is_report = _document(first).kind in ("detail", "file")
    found = _column_of_report(first, look) if is_report else _list_at(first, look)
    wanted = _wanted(found)
    stability = [_twice(found, look)]
    described = [_document(found.column)]
    if wanted and (report := _report_twice(wanted[0].url, look)):
        stability.append(report[0])
        described.append(report[1])
    fields, reasons = _describe(described, found, wanted, gazetteer)
    source = _source(url, found, fields, wanted, today, name or source_id(found.column.url, taken))
    return Proposal(
        source=source,
        recognised=found.recognised,
        column=found.column,
        ask=found.ask,
        answer=found.answer,
        page=found.page,
        wanted=wanted,
        reasons=(*found.reasons, *reasons, *map(_told, stability)),
        stability=tuple(stability),
    )


def source_id(url: str, taken: Collection[str]) -> str:
    """A name for the entry from the site's host and the column's folder, told apart from those `taken`."""
    parts = urlsplit(url)
    host = [
        word for word in (parts.hostname or "").split(".") if _WORD.fullmatch(word) and word not in _NO_NAME
    ]
    path = [word for word in _WORD.findall(parts.path.lower()) if word not in _NO_NAME and len(word) > 1]
    stem = "-".join([*host[:2], *path[-1:]]) or "source"
    names = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _column_of_report(report: Look, look: Looker) -> _Found:
    """The first column that lists the report, else the first that lists anything."""
    columns = columns_of(report.text, report.url)[:_COLUMNS_ASKED]
    if not columns:
        raise SurveyError(
            "no_rows", f"{report.url} is a report, and neither 当前位置 nor its address names its column"
        )
    fallback: _Found | None = None
    problems = []
    for address, how in columns:
        try:
            found = _list_at(look(Ask(address)), look)
        except SurveyError as error:
            problems.append(str(error).partition("\n")[0])
            continue
        found = replace(found, reasons=(f"column found by {how} of {report.url}",))
        if any(row.url == report.url for row in found.page.rows):
            return found
        fallback = fallback or replace(
            found,
            reasons=(*found.reasons, "the report itself is not on the column's first page: look for it"),
        )
    if fallback is None:
        raise SurveyError("no_rows", "; ".join(problems))
    return fallback


def _list_at(column: Look, look: Looker) -> _Found:
    """The list at a column's address, read by the rules of the platform the page is of."""
    recognised = recognise(column.text, column.url)
    entry = list_entry(recognised.platform, column.text, column.url)
    if entry.missing:
        raise SurveyError("no_rows", f"{column.url} is of platform {recognised.platform}: {entry.missing}")
    draft = _draft(column, recognised, entry)
    family = FAMILIES[recognised.platform]
    ask = family.first(entry.url, draft)
    answer = column if ask.url == urldefrag(column.url).url and ask.form is None else look(ask)
    try:
        page = family.read(answer.text, ask, draft)
        if not page.rows and page.next:
            ask = page.next[0]
            answer = look(ask)
            page = family.read(answer.text, ask, draft)
    except ListError as error:
        raise SurveyError("unreadable", f"{ask.url}: {error}") from error
    if not page.rows:
        raise SurveyError("no_rows", f"{ask.url}: {recognised.platform} reads no rows on this page")
    return _Found(recognised, column, draft, ask, answer, page)


def _draft(column: Look, recognised: Recognised, entry: ListEntry) -> Source:
    parts = urlsplit(column.url)
    fields = {
        "id": "draft",
        "name": parts.hostname,
        "platform": recognised.platform,
        "site_url": f"{parts.scheme}://{parts.netloc}/",
        "list_urls": [entry.url],
        **entry.fields,
    }
    try:
        return Source.model_validate(fields)
    except ValidationError as error:
        raise SurveyError("unreadable", f"{entry.url}: {error.errors()[0]['msg']}") from error


def _wanted(found: _Found) -> tuple[Candidate, ...]:
    """What a night would fetch of the list page, in its order."""
    taken = Discovery()
    taken.take(found.ask.url, found.page, title_pattern(found.draft))
    return tuple(taken.candidates.values())


def _twice(found: _Found, look: Looker) -> Stability:
    again = look(found.ask)
    try:
        same = found.read(again).rows == found.page.rows
    except ListError:
        same = False
    return Stability(found.ask.url, again.body == found.answer.body, same)


def _report_twice(url: str, look: Looker) -> tuple[Stability, Document] | None:
    """Whether a report reads the same twice, and what it says; None where it cannot be had, which a check will
    tell."""
    try:
        one, other = look(Ask(url)), look(Ask(url))
    except SurveyError:
        return None
    documents = [_document(page) for page in (one, other)]
    return Stability(url, one.body == other.body, documents[0].text == documents[1].text), documents[0]


def _document(look: Look) -> Document:
    return read_document(look.body, url=look.url, charset=look.charset)


def _told(seen: Stability) -> str:
    if seen.same_bytes:
        return f"asked twice, the same bytes: {seen.url}"
    kept = "the same rows or text" if seen.same_content else "OTHER ROWS OR TEXT: find out what changes"
    return f"asked twice, other bytes, {kept}: {seen.url}"


def _describe(
    documents: Sequence[Document], found: _Found, wanted: Sequence[Candidate], gazetteer: Gazetteer
) -> tuple[Mapping[str, Any], list[str]]:
    """Region and name by SiteIDCode and SiteName of the column, else of a report, where they mean one place; by
    neither where they disagree."""
    site_name = next((document.site_name for document in documents if document.site_name), None)
    code = next((document.site_code for document in documents if document.site_code), "")
    named = gazetteer.read(site_name or "").codes
    region = gazetteer.region(code[:6]) if _SITE_CODE.match(code) else None
    marks = ", ".join(found.recognised.marks) or "no mark of another platform"
    reasons = [f"{found.recognised.platform}: {marks}"]
    place: str | None = None
    if (
        region
        and named
        and region not in named
        and not any(gazetteer.is_within(one, region) for one in named)
    ):
        reasons.append(f"SiteIDCode {code} means {gazetteer.names[region]}, SiteName {site_name} does not")
    elif len(named) == 1:
        (place,) = named
        reasons.append(f"region from SiteName {site_name}" + (f", SiteIDCode {code}" if region else ""))
    elif region:
        place = region
        reasons.append(f"region from SiteIDCode {code}")
    else:
        reasons.append("the site names no single place: find region_code by hand")
    if _IN_A_YEAR.search(urlsplit(found.draft.list_urls[0]).path):
        reasons.append(
            "the column's address holds a year: if the site has one column a year, write {year} for it"
        )
    title = site_name or (gazetteer.names[place] if place else urlsplit(found.column.url).hostname)
    titles = [row.title or "" for row in wanted if _RULE_OF_LAW.search(row.title or "")]
    years = sorted({int(year) for words in titles for year in _YEAR.findall(words)[:1]})
    fields: dict[str, Any] = {"name": f"{title} 法治政府建设年度报告"}
    if place:
        fields["region_code"] = place
    if years:
        fields["expected_years"] = years
    return fields, reasons


def _source(
    url: str, found: _Found, fields: Mapping[str, Any], wanted: Sequence[Candidate], today: date, name: str
) -> Source:
    listed = [row.url for row in wanted] or [row.url for row in found.page.rows]
    seen = [address for address in listed if urlsplit(address).hostname in found.draft.allowed_hosts]
    cited = list(dict.fromkeys([url, *seen]))[:_MOST_CITED]
    entry = {
        **found.draft.model_dump(mode="json", exclude_defaults=True),
        **fields,
        "id": name,
        "minimum_documents": max(1, len(wanted)),
        "status": "unverified",
        "reason": f"{today} 由列表页提出，尚未核对",
        "cites": cited,
    }
    try:
        return Source.model_validate(entry)
    except ValidationError as error:
        raise SurveyError("error", f"id {name!r}: {error.errors()[0]['msg']}") from error
