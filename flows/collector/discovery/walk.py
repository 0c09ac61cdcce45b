"""From an entry's lists to candidates, asking for as few pages as will do.

A list is read from its first page on. Once a page holds no row that was not there before, the further pages
are taken from the archive where it has them, and only those never held are asked for. So a quiet night costs
one conditional request per list, out of season not even that (`revisits`), and a night that was cut short is
finished by the next one.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from urllib.parse import urljoin

import yaml

from extractors.page.decode import decode
from flows.collector.discovery import hanweb, html_lists, jpaas, json_lists, sitemap, trs, ucap, vsb
from flows.collector.discovery.pages import Ask, Family, ListError, ListPage, Row
from flows.collector.fetcher import Fetcher, Request
from flows.collector.intake import Fetched
from flows.collector.registry import Platform, Source
from flows.collector.revisits import is_due
from warehouse.records import Attempt

FAMILIES: Mapping[Platform, Family] = {
    "trs": trs.FAMILY,
    "hanweb": hanweb.FAMILY,
    "jpaas": jpaas.FAMILY,
    "ucap": ucap.FAMILY,
    "gkmlpt": json_lists.FAMILY,
    "vsb": vsb.FAMILY,
    "epoint": json_lists.FAMILY,
    "static": html_lists.FAMILY,
    "sitemap": sitemap.FAMILY,
    "json": json_lists.FAMILY,
}
"""Platform `urls` has no lists: its entries name the pages themselves."""

_STUB_BYTES = 1000
_STUBS = 2
"""Pages without rows in a row from which the rest of a list is taken to be stubs too: TRS publishes only the
first so many pages and leaves 300 to 400 bytes at the addresses of the others."""
_YEAR = re.compile(r"20\d{2}|二[〇○零][一二三四五六七八九〇○零]{2}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A page to fetch: what the list calls it, where it is, when it was listed, which list led there."""

    title: str | None
    url: str
    listed_on: date | None
    list_url: str | None


@dataclass
class Discovery:
    """What the lists of an entry gave. `rows` counts all rows seen, candidates are those of interest,
    `unreadable` counts list pages that are not what the platform promises and lists whose further pages cannot
    be found; `is_whole` unless pages were left out for their number.

    A problem is an error of the entry or its site, a note a limit one should know of.
    """

    rows: int = 0
    unreadable: int = 0
    is_whole: bool = True
    candidates: dict[str, Candidate] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def take(self, page_url: str | None, page: ListPage, wanted: re.Pattern[str]) -> None:
        """Take the rows wanted; of the links beside a list those that name a report and its year. A row wanted that
        leads nowhere is a problem."""
        self.rows += len(page.rows)
        for lost in page.lost:
            if wanted.search(lost.title):
                said = f"{lost.title} ({lost.listed_on or 'no day'})"
                self.problems.append(
                    f"{page_url}: the row {said} leads nowhere that is known; find its page and name it in an entry of "
                    "platform urls"
                )
        asides = [row for row in page.asides if not page.rows or _YEAR.search(row.title or "")]
        for row in (*page.rows, *asides):
            if row.title is None or wanted.search(row.title):
                self.candidates.setdefault(row.url, Candidate(row.title, row.url, row.listed_on, page_url))


def discover(
    source: Source,
    fetcher: Fetcher,
    run_id: str,
    progress: Callable[[Attempt], None],
    *,
    always: bool = False,
) -> Discovery:
    """Walk every list of `source`, out of season too if `always`; one that fails is a problem of its own.
    Raises Refused."""
    found = Discovery()
    wanted = title_pattern(source)
    if source.platform == "urls":
        found.take(None, ListPage(tuple(_named(source))), wanted)
        return found
    family = FAMILIES[source.platform]
    walked: list[_List] = []
    for url in source.list_addresses():
        ask = family.first(url, source)
        due = always or is_due(fetcher.history, source.id, "list", _address(ask), fetcher.clock())
        walked.append(_List(source, family, fetcher, run_id, progress, found, ask))
        walked[-1].walk(wanted, due)
    _tell_short_lists(walked, found)
    return found


def title_pattern(source: Source) -> re.Pattern[str]:
    """What a title must match: the entry's own pattern, or the one for annual reports of every kind."""
    return re.compile(source.title_pattern or _default_titles())


@dataclass
class _List:
    """One list while it is walked."""

    source: Source
    family: Family
    fetcher: Fetcher
    run_id: str
    progress: Callable[[Attempt], None]
    found: Discovery
    first: Ask
    known: set[str] = field(default_factory=set)
    """Addresses of rows in the archived versions of the pages walked so far."""
    asked: set[str] = field(default_factory=set)
    end: Ask | None = None
    """The page asked for on the chance that there is one, where it brought nothing new."""
    has_failed: bool = False
    """Whether a page could not be had or read."""
    stated: int = 0
    """How many pages the list says it has, once all of those found were had; what its `end` says, an archived one
    perhaps, is of a list that was longer."""

    def walk(self, wanted: re.Pattern[str], due: bool) -> None:
        waiting = deque([self.first])
        self.asked.add(_address(self.first))
        seen: set[str] = set()
        quiet = not due
        pages = barren = stated = 0
        while waiting and pages < self.source.max_list_pages:
            ask = waiting.popleft()
            pages += 1
            held = self._held_page(ask)
            if held is not None:
                self.known.update(row.url for row in held.rows)
            page = held if quiet and held is not None else self._ask(ask)
            urls = {row.url for row in page.rows} if page is not None else set()
            if ask.open_ended and urls <= seen:
                self.end = ask
            if page is None:
                continue
            self.found.take(ask.url, page, wanted)
            stated = max(stated, 0 if ask is self.end else page.stated)
            barren = 0 if page.rows or page.next else barren + 1
            if barren == _STUBS:
                self.found.notes.append(
                    f"{ask.url}: no rows again, {len(waiting)} further pages are not asked"
                )
                return
            quiet = quiet or (bool(page.rows) and all(row.url in self.known for row in page.rows))
            if urls and urls <= seen:
                if not ask.open_ended:
                    self.found.notes.append(f"{ask.url}: only rows of pages before it")
                continue
            seen |= urls
            for following in page.next:
                if _address(following) not in self.asked:
                    self.asked.add(_address(following))
                    waiting.append(following)
        if waiting:
            self.found.is_whole = False
            declared = "max_list_pages" in self.source.model_fields_set
            told = self.found.notes if declared else self.found.problems
            limit = self.source.max_list_pages
            told.append(f"{self.first.url}: {len(waiting)} pages beyond max_list_pages {limit}")
        elif seen and not self.has_failed:
            self.stated = min(stated, self.source.max_list_pages)

    def _ask(self, ask: Ask) -> ListPage | None:
        """The page as it is now; None where it cannot be had or read, which is told."""
        parent = None if ask == self.first else self.first.url
        request = Request(ask.url, "list", parent_url=parent, form=ask.form)
        fetched = self.fetcher.fetch(self.source, request, self.run_id)
        self.progress(fetched.attempt)
        attempt = fetched.attempt
        if fetched.body is None:
            if not (ask.open_ended and attempt.outcome == "gone"):
                self.has_failed = True
                self.found.problems.append(f"{ask.url}: {attempt.outcome}: {attempt.evidence}")
            return None
        try:
            page = self._read(ask, fetched)
        except ListError as error:
            self.has_failed = True
            self.found.unreadable += 1
            self.found.problems.append(f"{ask.url}: {error}")
            return None
        if not page.rows and not page.next and not ask.open_ended:
            told = self.found.problems if ask == self.first else self.found.notes
            kind = "stub" if len(fetched.body) < _STUB_BYTES else "list page"
            told.append(f"{ask.url}: a {kind} without rows ({len(fetched.body)} bytes)")
        return page

    def _held_page(self, ask: Ask) -> ListPage | None:
        """The page as last archived, or None where there is none that can be read."""
        url = self.fetcher.history.moved_to(self.source.id, _address(ask))
        attempt = self.fetcher.history.held(self.source.id, url)
        if attempt is None or attempt.resource_sha256 is None:
            return None
        try:
            return self._read(ask, Fetched(attempt, self.fetcher.archive.body(attempt.resource_sha256)))
        except ListError:
            return None

    def _read(self, ask: Ask, fetched: Fetched) -> ListPage:
        text = decode(fetched.body or b"", fetched.attempt.charset_declared).text
        return self.family.read(text, ask, self.source)


def _tell_short_lists(walked: Sequence[_List], found: Discovery) -> None:
    """Tell of each list that says it has more pages than the entry's lists found in its folder."""
    for one in walked:
        folder = urljoin(one.first.url, ".")
        beside = [other for other in walked if urljoin(other.first.url, ".") == folder]
        ends = {_address(other.end) for other in beside if other.end is not None}
        count = len(set[str]().union(*(other.asked for other in beside)) - ends)
        if one.stated > count:
            found.unreadable += 1
            advice = "give the others by {page} in list_urls or by selectors.next"
            if one.end is not None:
                advice = f"{one.end.url} brought nothing new; look how the site counts pages, and correct the entry"
            found.problems.append(
                f"{one.first.url}: the list says it has {one.stated} pages, {count} could be found; {advice}"
            )


def _address(ask: Ask) -> str:
    return Request(ask.url, "list", form=ask.form).address


def _named(source: Source) -> Iterator[Row]:
    yield from (Row(page.title, page.url, page.listed_on) for page in source.pages)
    yield from (Row(None, url) for url in source.list_addresses())


@cache
def _default_titles() -> str:
    text = files("flows.collector").joinpath("data/titles.yml").read_text(encoding="utf-8")
    return "|".join(f"(?:{pattern})" for pattern in yaml.safe_load(text)["patterns"])
