"""One night for one source: discover, fetch what is new and what it attaches, look again at what is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from extractors.page import read_document
from extractors.records import Document
from flows.collector.archive import Archive
from flows.collector.discovery.walk import Candidate, discover
from flows.collector.fetcher import Fetcher, Request
from flows.collector.intake import Fetched
from flows.collector.outcome import is_markup
from flows.collector.politeness import Reason, Refused
from flows.collector.registry import Source
from flows.collector.revisits import TRIED_WHEN_GONE, Kind, is_due
from flows.wording import counted
from warehouse.records import Attempt, Purpose

Progress = Callable[[Attempt], None]
_HELD = ("ok", "unchanged")
_CONTENT = ("detail", "shell", "file", "text")
_MOST_SHELLS = 3
"""A page that only leads to another one is followed so often."""


@dataclass(frozen=True, slots=True)
class CollectSummary:
    """What a night brought for one source.

    `outcomes` counts what became of each request by `purpose:outcome`; `new` and `changed` are the addresses
    of pages and files held for the first time or with other bytes; `documents` counts pages held now, and
    `not_due` the pages and files left alone because it is not their night (`revisits`). A `problem` is an
    error of the source, of its entry or of its lists, a note a limit one should know of; `stopped` tells why
    something was not asked for.
    """

    source_id: str
    run_id: str
    started_at: datetime
    rows: int = 0
    candidates: int = 0
    documents: int = 0
    not_due: int = 0
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    outcomes: dict[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    stopped: Reason | None = None

    @property
    def ok(self) -> bool:
        """Whether the source gave what was declared."""
        return not self.problems and self.stopped is None


def collect_source(
    source: Source,
    *,
    archive: Archive,
    fetcher: Fetcher,
    run_id: str,
    now: datetime,
    progress: Progress | None = None,
) -> CollectSummary:
    """Collect `source` once. Everything it did is in the attempt log of `archive` when this returns.

    A page that fails is an attempt with its outcome and never stops the source. Finding fewer documents than
    declared is a problem, so zero is unless declared. Run again with the same `run_id` after a kill, it
    finishes what is missing and does not ask for pages the run has already. Raises ArchiveError when the disk
    fails.
    """
    visit = _Visit(source, archive, fetcher, run_id, progress or (lambda attempt: None))
    try:
        visit.run()
    except Refused as refusal:
        visit.stop(refusal)
    return visit.summary(now)


@dataclass
class _Visit:
    """The state of one night at one source."""

    source: Source
    archive: Archive
    fetcher: Fetcher
    run_id: str
    progress: Progress
    rows: int = 0
    candidates: int = 0
    stopped: Reason | None = None
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    visited: set[str] = field(default_factory=set)
    resting: set[str] = field(default_factory=set)
    failed: dict[str, Attempt] = field(default_factory=dict)
    """The pages that could not be had tonight."""

    def run(self) -> None:
        found = discover(self.source, self.fetcher, self.run_id, self._count)
        self.rows, self.candidates = found.rows, len(found.candidates)
        self.problems += found.problems
        self.notes += found.notes
        pages = [_request(candidate) for candidate in found.candidates.values()]
        pages += self._known("detail", set(found.candidates))
        for request in pages:
            self._unless_refused(self._page, request)
        for request in self._known("attachment", self.visited):
            self._unless_refused(self._file, request)
        self._check()

    def _unless_refused(self, ask: Callable[[Request], None], request: Request) -> None:
        try:
            ask(request)
        except Refused as refusal:
            self.stop(refusal)

    def stop(self, refusal: Refused) -> None:
        """A host is not to be asked: a problem, once; other hosts of the source still are."""
        self.stopped = refusal.reason
        _tell(self.problems, str(refusal))

    def summary(self, now: datetime) -> CollectSummary:
        return CollectSummary(
            source_id=self.source.id,
            run_id=self.run_id,
            started_at=now,
            rows=self.rows,
            candidates=self.candidates,
            documents=len(self._documents()),
            not_due=len(self.resting),
            new=tuple(self.new),
            changed=tuple(self.changed),
            outcomes=dict(self.outcomes),
            problems=tuple(self.problems),
            notes=tuple(self.notes),
            stopped=self.stopped,
        )

    def _known(self, purpose: Purpose, named: set[str]) -> list[Request]:
        """Addresses of earlier nights that nothing named tonight; they may be revised, moved or gone."""
        history = self.fetcher.history
        return [
            Request(attempt.url, purpose, attempt.parent_url, attempt.listed_title, attempt.listed_on)
            for attempt in history.known(self.source.id, purpose)
            if attempt.url not in named
            and attempt.outcome != "moved"
            and history.times_gone(self.source.id, attempt.url) < TRIED_WHEN_GONE
        ]

    def _page(self, request: Request, shells: int = 0) -> None:
        """One page, the page its body lives on if it is a shell, and the files they attach."""
        if not self._is_wanted(request, "detail"):
            return
        fetched = self._fetch(request)
        document = self._document(fetched)
        if document is None:
            return
        url = fetched.attempt.url
        if document.kind == "shell" and document.body_url:
            if shells < _MOST_SHELLS:
                body = Request(document.body_url, "detail", url, request.listed_title, request.listed_on)
                self._page(body, shells + 1)
            else:
                _tell(self.notes, f"{url}: leads on to another page once more, which is not followed")
        for attachment in document.attachments:
            posted = document.published_on or request.listed_on
            self._file(Request(attachment.url, "attachment", url, attachment.name, posted))

    def _file(self, request: Request) -> None:
        if self._is_wanted(request, "attachment"):
            self._fetch(request)

    def _is_wanted(self, request: Request, kind: Kind) -> bool:
        """Whether it is to be asked for now: not yet visited, allowed, and its night or listed anew."""
        if request.url in self.visited or not self._is_allowed(request):
            return False
        history = self.fetcher.history
        latest = history.latest(self.source.id, history.moved_to(self.source.id, request.url))
        is_this_run = latest is not None and latest.run_id == self.run_id
        is_listed_anew = (
            kind == "detail"
            and latest is not None
            and (latest.listed_title, latest.listed_on) != (request.listed_title, request.listed_on)
        )
        if is_this_run or is_listed_anew:
            return True
        if is_due(history, self.source.id, kind, request.url, self.fetcher.clock()):
            return True
        self.resting.add(request.url)
        return False

    def _fetch(self, request: Request) -> Fetched:
        latest = self.fetcher.history.latest(self.source.id, request.url)
        if latest is not None and latest.run_id == self.run_id and latest.outcome in _HELD:
            self.visited.add(request.url)
            return Fetched(latest, self.archive.body(latest.resource_sha256 or ""))
        before = self.fetcher.history.held(self.source.id, request.url)
        fetched = self.fetcher.fetch(self.source, request, self.run_id)
        attempt = fetched.attempt
        self.visited |= {request.url, attempt.url}
        self._count(attempt)
        if attempt.outcome == "ok":
            is_new = before is None or attempt.url != request.url
            (self.new if is_new else self.changed).append(attempt.url)
        return fetched

    def _document(self, fetched: Fetched) -> Document | None:
        """The page as read; an unchanged one is read again for what it attaches."""
        if fetched.document is not None or fetched.body is None:
            return fetched.document
        attempt = fetched.attempt
        if attempt.outcome not in _HELD or not is_markup(attempt.media_type, fetched.body):
            return None
        return read_document(
            fetched.body,
            url=attempt.url,
            media_type=attempt.media_type,
            charset=attempt.charset_declared,
        )

    def _is_allowed(self, request: Request) -> bool:
        host = urlsplit(request.url).hostname
        if host not in self.source.allowed_hosts:
            _tell(self.notes, f"{request.url}: {request.purpose} on a host the entry does not allow")
            return False
        if (reason := self.fetcher.why_closed(request.url)) is not None:
            _tell(self.problems, f"{host}: {reason}")
            return False
        return True

    def _count(self, attempt: Attempt) -> None:
        self.outcomes[f"{attempt.purpose}:{attempt.outcome}"] += 1
        if attempt.purpose == "detail":
            self.failed.pop(attempt.url, None)
            if attempt.outcome not in (*_HELD, "moved"):
                self.failed[attempt.url] = attempt
        self.progress(attempt)

    def _documents(self) -> list[str]:
        """Addresses of pages held, with content, that were neither gone nor moved when last asked for."""
        history = self.fetcher.history
        found = []
        for attempt in history.known(self.source.id, "detail"):
            held = history.held(self.source.id, attempt.url)
            if held is not None and held.page_kind in _CONTENT and attempt.outcome not in ("gone", "moved"):
                found.append(attempt.url)
        return found

    def _check(self) -> None:
        source, count = self.source, len(self._documents())
        if self.rows == 0 and source.minimum_documents > 0:
            self.problems.append("the lists gave no rows at all")
        if count < source.minimum_documents:
            told = f"{count} documents, at least {source.minimum_documents} are expected"
            if first := next(iter(self.failed.values()), None):
                told += f"; {counted(len(self.failed), 'page')} failed, the first: "
                told += f"{first.url}: {first.outcome}: {first.evidence}"
            self.problems.append(told)
        if source.maximum_documents is not None and count > source.maximum_documents:
            self.problems.append(f"{count} documents, at most {source.maximum_documents} are expected")


def _tell(messages: list[str], message: str) -> None:
    if message not in messages:
        messages.append(message)


def _request(candidate: Candidate) -> Request:
    return Request(candidate.url, "detail", candidate.list_url, candidate.title, candidate.listed_on)
