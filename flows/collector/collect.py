"""One night for one source: discover, fetch what is new and what it attaches, look again at what is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
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
from warehouse.records import Attempt

Progress = Callable[[Attempt], None]
_HELD = ("ok", "unchanged")
_CONTENT = ("detail", "shell", "file", "text")
_TRIED_WHEN_GONE = 3
"""An address no list shows any more is asked for until it was gone so often in a row."""


@dataclass(frozen=True, slots=True)
class CollectSummary:
    """What a night brought for one source.

    `outcomes` counts what became of each request by `purpose:outcome`; `new` and `changed` are the addresses
    of pages and files held for the first time or with other bytes; `documents` counts pages held now. A
    `problem` is an error of the source, of its entry or of its lists, a note a limit one should know of;
    `stopped` tells why something was not asked for.
    """

    source_id: str
    run_id: str
    started_at: datetime
    rows: int = 0
    candidates: int = 0
    documents: int = 0
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

    def run(self) -> None:
        found = discover(self.source, self.fetcher, self.run_id, self._count)
        self.rows, self.candidates = found.rows, len(found.candidates)
        self.problems += found.problems
        self.notes += found.notes
        pages = [_request(candidate) for candidate in found.candidates.values()]
        pages += self._no_longer_listed(set(found.candidates))
        for request in pages:
            try:
                self._page(request)
            except Refused as refusal:
                self.stop(refusal)
        self._check()

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
            new=tuple(self.new),
            changed=tuple(self.changed),
            outcomes=dict(self.outcomes),
            problems=tuple(self.problems),
            notes=tuple(self.notes),
            stopped=self.stopped,
        )

    def _no_longer_listed(self, listed: set[str]) -> Iterator[Request]:
        """Pages known from earlier nights that the lists do not show; they may be revised, moved or gone."""
        history = self.fetcher.history
        for attempt in history.details(self.source.id):
            given_up = history.times_gone(self.source.id, attempt.url) >= _TRIED_WHEN_GONE
            if attempt.url not in listed and attempt.outcome != "moved" and not given_up:
                yield Request(
                    attempt.url, "detail", attempt.parent_url, attempt.listed_title, attempt.listed_on
                )

    def _page(self, request: Request) -> None:
        """One page, the page its body lives on if it is a shell, and the files they attach."""
        if request.url in self.visited or not self._is_allowed(request):
            return
        fetched = self._fetch(request)
        document = self._document(fetched)
        if document is None:
            return
        url = fetched.attempt.url
        if document.kind == "shell" and document.body_url:
            self._page(Request(document.body_url, "detail", url, request.listed_title, request.listed_on))
        for attachment in document.attachments:
            self._file(Request(attachment.url, "attachment", url, attachment.name))

    def _file(self, request: Request) -> None:
        """An attached file, unless it is held already."""
        held = self.fetcher.history.held(self.source.id, request.url)
        if request.url not in self.visited and held is None and self._is_allowed(request):
            self._fetch(request)

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
        self.progress(attempt)

    def _documents(self) -> list[str]:
        """Addresses of pages held, with content, that were neither gone nor moved when last asked for."""
        history = self.fetcher.history
        found = []
        for attempt in history.details(self.source.id):
            held = history.held(self.source.id, attempt.url)
            if held is not None and held.page_kind in _CONTENT and attempt.outcome not in ("gone", "moved"):
                found.append(attempt.url)
        return found

    def _check(self) -> None:
        source, count = self.source, len(self._documents())
        if self.rows == 0 and source.minimum_documents > 0:
            self.problems.append("the lists gave no rows at all")
        if count < source.minimum_documents:
            self.problems.append(f"{count} documents, at least {source.minimum_documents} are expected")
        if source.maximum_documents is not None and count > source.maximum_documents:
            self.problems.append(f"{count} documents, at most {source.maximum_documents} are expected")


def _tell(messages: list[str], message: str) -> None:
    if message not in messages:
        messages.append(message)


def _request(candidate: Candidate) -> Request:
    return Request(candidate.url, "detail", candidate.list_url, candidate.title, candidate.listed_on)
