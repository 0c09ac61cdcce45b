"""`nianbao ingest`: local files and WARC files into the archive, then into the warehouse with all else."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecordType

from flows.collector.archive import Archive
from flows.derive import LOCAL, Registry, derive
from flows.journal import Journal
from flows.night import finish
from flows.settings import Settings
from flows.steps import Clock, Steps, utc_now
from flows.summary import NightSummary
from warehouse.records import Attempt, FetchOutcome, stable_id

WARC_SUFFIXES = (".warc", ".warc.gz")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to archive: a file, or the answer a WARC file holds."""

    url: str
    body: bytes
    media_type: str | None
    charset: str | None = None
    captured_at: datetime | None = None
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()


def ingest(
    settings: Settings, paths: Sequence[Path], *, steps: Steps, clock: Clock = utc_now
) -> NightSummary:
    """Archive the files and derive everything else. A file that cannot be read is a problem; others go on.

    Given again, a file adds nothing unless its bytes changed; then it is a new version of the same page.
    """
    run = Journal(settings.journal).begin("ingest", clock())
    problems: list[str] = []
    with Archive(settings.archive) as archive:
        known = _Known(archive.attempts(), clock)
        for path in files_in(paths):
            try:
                for item in items_of(path):
                    _archive(archive, item, known, run.run_id)
            except (OSError, ValueError) as error:
                problems.append(f"{path}: {error}")
    derived = derive(settings, run, Registry.load(settings.sources), clock, steps)
    return finish(settings, run, clock, derived, problems=problems)


def files_in(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and those in the folders named, sorted; hidden ones left out."""
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
        else:
            yield path


def items_of(path: Path) -> Iterator[Item]:
    """What a file holds: itself, or the good answers of a WARC file. Raises OSError, ValueError."""
    if not path.name.endswith(WARC_SUFFIXES):
        yield Item(path.resolve().as_uri(), path.read_bytes(), mimetypes.guess_type(path.name)[0])
        return
    found = False
    with path.open("rb") as stream:
        kinds = WarcRecordType.response | WarcRecordType.resource
        for record in ArchiveIterator(stream, record_types=kinds, auto_decode="all"):
            found = True
            http = record.http_headers
            status = http.status_code if http is not None else None
            url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
            if status in (None, 200) and url.startswith("http"):
                yield Item(
                    url,
                    record.reader.read(),
                    record.http_content_type,
                    record.http_charset,
                    record.record_date,
                    status,
                    tuple(http.items()) if http is not None else (),
                )
    if not found:
        raise ValueError("no response in this WARC file")


class _Known:
    """What was ingested before, and a clock that never gives the same moment twice."""

    def __init__(self, attempts: Iterable[Attempt], clock: Clock) -> None:
        self._clock = clock
        self._last = clock()
        self._ids: set[str] = set()
        self._newest: dict[str, tuple[datetime, str | None]] = {}
        for attempt in attempts:
            if attempt.source_id == LOCAL.source_id:
                self.add(attempt)

    def add(self, attempt: Attempt) -> None:
        self._ids.add(attempt.attempt_id)
        before = self._newest.get(attempt.url)
        if before is None or attempt.started_at >= before[0]:
            self._newest[attempt.url] = (attempt.started_at, attempt.resource_sha256)

    def has(self, attempt_id: str) -> bool:
        return attempt_id in self._ids

    def outcome(self, url: str, sha256: str) -> FetchOutcome:
        return "unchanged" if self._newest.get(url, (None, None))[1] == sha256 else "ok"

    def now(self) -> datetime:
        self._last = max(self._clock(), self._last + timedelta(microseconds=1))
        return self._last


def _archive(archive: Archive, item: Item, known: _Known, run_id: str) -> None:
    at = item.captured_at or known.now()
    attempt_id = stable_id(LOCAL.source_id, item.url, at)
    if known.has(attempt_id):
        return
    headers = item.headers or ((("Content-Type", item.media_type),) if item.media_type else ())
    sha256 = archive.add(item.body, url=item.url, at=at, status=item.status, headers=headers)
    attempt = Attempt(
        attempt_id=attempt_id,
        run_id=run_id,
        source_id=LOCAL.source_id,
        purpose="ingest",
        url=item.url,
        final_url=None,
        started_at=at,
        elapsed_ms=0,
        outcome=known.outcome(item.url, sha256),
        status=item.status,
        page_kind=None,
        media_type=item.media_type,
        charset_declared=item.charset,
        etag=None,
        last_modified=None,
        size_bytes=len(item.body),
        resource_sha256=sha256,
        evidence=None,
    )
    archive.log_attempt(attempt)
    known.add(attempt)
