"""`nianbao ingest`: local files and WARC files into the archive, then into the warehouse with all else."""

from __future__ import annotations

import hashlib
import mimetypes
from base64 import b32encode
from bisect import bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from flows.collector.archive import Archive
from flows.collector.intake import blank_attempt, content_type, take_in, with_reply
from flows.collector.outcome import Reply, Verdict, classify
from flows.collector.warc_files import SUFFIXES, Revisit, answers
from flows.derive import LOCAL, Registry, derive
from flows.files import files_in
from flows.journal import Journal
from flows.night import finish
from flows.settings import Settings
from flows.steps import Clock, Steps, utc_now
from flows.summary import NightSummary
from flows.wording import counted
from warehouse.records import Attempt


@dataclass(frozen=True, slots=True)
class File:
    """One thing to archive that is no answer of a server: a local file, or a `resource` of a WARC."""

    url: str
    body: bytes
    media_type: str | None
    charset: str | None = None
    captured_at: datetime | None = None


def ingest(
    settings: Settings, paths: Sequence[Path], *, steps: Steps, clock: Clock = utc_now
) -> NightSummary:
    """Archive the files and derive everything else. A file that cannot be read is a problem; others go on.

    Given again, a file adds nothing unless its bytes changed; then it is a new version of the same page.
    """
    run = Journal(settings.journal).begin("ingest", clock())
    problems: list[str] = []
    with Archive(settings.archive) as archive:
        door = Door(archive, run.run_id, clock, settings.collector.max_bytes)
        for path in files_in(paths):
            try:
                steps.one(f"archive {path.name}", partial(door.let_in, path))
            except (OSError, ValueError) as error:
                problems.append(f"{path}: {error}")
        problems += door.resolve_revisits()
    derived = derive(settings, run, Registry.load(settings.sources), clock, steps)
    return finish(settings, run, clock, derived, problems=problems)


class _Known:
    """What was ingested before, and a clock that never gives the same moment twice."""

    def __init__(self, attempts: Iterable[Attempt], clock: Clock) -> None:
        self._clock = clock
        self._last = clock()
        self._ids: set[str] = set()
        self._held: dict[str, list[Attempt]] = defaultdict(list)
        for attempt in attempts:
            if attempt.source_id == LOCAL.source_id:
                self.add(attempt)

    def add(self, attempt: Attempt) -> None:
        self._ids.add(attempt.attempt_id)
        if attempt.resource_sha256 is not None:
            insort(self._held[attempt.url], attempt, key=lambda attempt: attempt.started_at)

    def has(self, attempt_id: str) -> bool:
        return attempt_id in self._ids

    def held(self, url: str, at: datetime) -> Attempt | None:
        """The newest attempt on `url` at `at` or before that brought content."""
        attempts = self._held.get(url, [])
        before = bisect_right(attempts, at, key=lambda attempt: attempt.started_at)
        return attempts[before - 1] if before else None

    def now(self) -> datetime:
        self._last = max(self._clock(), self._last + timedelta(microseconds=1))
        return self._last


class Door:
    """Where files and captures come into `archive`; bodies of WARC records above `max_bytes` are not kept."""

    def __init__(self, archive: Archive, run_id: str, clock: Clock, max_bytes: int) -> None:
        self._archive = archive
        self._run_id = run_id
        self._max_bytes = max_bytes
        self._known = _Known(archive.attempts(), clock)
        self._revisits: list[tuple[Path, Revisit]] = []

    def let_in(self, path: Path) -> None:
        """Archive a file, or the answers a WARC file holds. Raises OSError, ValueError, ArchiveError."""
        if not path.name.endswith(SUFFIXES):
            media_type = mimetypes.guess_type(path.name)[0]
            self._file(File(path.resolve().as_uri(), path.read_bytes(), media_type))
            return
        for answer in answers(path, self._max_bytes):
            if isinstance(answer, Revisit):
                self._revisits.append((path, answer))
            elif answer.kind == "response" or not answer.reply.is_whole:
                self._answer(answer.reply, answer.at)
            else:
                media_type, charset = content_type(answer.reply.header("content-type"))
                self._file(File(answer.reply.url, answer.reply.body, media_type, charset, answer.at))

    def resolve_revisits(self) -> Iterator[str]:
        """Archive the revisits met, once every body is in; those whose body is not here are problems."""
        lost: Counter[Path] = Counter()
        for path, revisit in sorted(self._revisits, key=lambda met: met[1].at):
            body = self._body_of(revisit)
            status = 200 if revisit.reply.status == 304 else revisit.reply.status
            if body is not None:
                self._answer(replace(revisit.reply, status=status, body=body), revisit.at)
            else:
                lost[path] += 1
                seen = f" at {revisit.refers_to_at.isoformat()}" if revisit.refers_to_at else ""
                evidence = f"revisit of {revisit.refers_to_url}{seen}, which is not in the archive"
                self._answer(replace(revisit.reply, fault=Verdict("error", evidence)), revisit.at)
        for path, count in lost.items():
            revisits = counted(count, "revisit")
            yield f"{path}: {revisits} of captures that are not here; ingest the WARC that holds them"

    def _body_of(self, revisit: Revisit) -> bytes | None:
        """The body a revisit speaks of: of the very capture it names, else one of the same digest."""
        capture = self._archive.capture(
            revisit.refers_to_url, _end_of_second(revisit.refers_to_at or revisit.at)
        )
        if capture is None:
            return None
        named = revisit.refers_to_at is not None and _end_of_second(capture.captured_at) == _end_of_second(
            revisit.refers_to_at
        )
        body = self._archive.body(capture.sha256)
        return body if named or _has_digest(body, revisit.digest) else None

    def _answer(self, reply: Reply, at: datetime) -> None:
        blank = self._blank(reply.url, at)
        if not self._known.has(blank.attempt_id):
            attempt = with_reply(blank, reply, classify(reply))
            self._log(take_in(self._archive, attempt, reply, self._known.held(reply.url, at)).attempt)

    def _file(self, file: File) -> None:
        at = file.captured_at or self._known.now()
        blank = self._blank(file.url, at)
        if self._known.has(blank.attempt_id):
            return
        headers = (("Content-Type", file.media_type),) if file.media_type else ()
        sha256 = self._archive.add(file.body, url=file.url, at=at, headers=headers)
        held = self._known.held(file.url, at)
        self._log(
            replace(
                blank,
                outcome="unchanged" if held is not None and held.resource_sha256 == sha256 else "ok",
                media_type=file.media_type,
                charset_declared=file.charset,
                size_bytes=len(file.body),
                resource_sha256=sha256,
            )
        )

    def _blank(self, url: str, at: datetime) -> Attempt:
        return blank_attempt(LOCAL.source_id, self._run_id, "ingest", url, at)

    def _log(self, attempt: Attempt) -> None:
        self._archive.log_attempt(attempt)
        self._known.add(attempt)


def _end_of_second(at: datetime) -> datetime:
    """WARC 1.0 dates have no fraction of a second."""
    return at.replace(microsecond=999_999)


def _has_digest(body: bytes, digest: str | None) -> bool:
    """Whether a WARC digest (`algorithm:value`, base 32 or hex) is that of `body`."""
    algorithm, _, value = (digest or "").partition(":")
    if algorithm.lower() not in ("sha1", "sha256", "md5"):
        return False
    found = hashlib.new(algorithm.lower(), body, usedforsecurity=False).digest()
    return value in (b32encode(found).decode(), found.hex())
