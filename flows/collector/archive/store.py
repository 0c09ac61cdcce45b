"""Everything that ever came back, kept once and never changed: captures, attempts, readings, memories of sites.

    root/sessions/000001/captures-0001.warc.gz   WARC 1.1, one gzip member per record, rolled by size
                         attempts.jsonl          one line per attempt
                         readings.jsonl.gz       one gzip member per call of log_readings
                         memories.jsonl          what was learnt of a source's site, one line a lesson
    root/index.sqlite                            where each capture lies; derived, may be deleted

A writer claims the next session folder and nobody ever appends to the files of another session. So whatever
a killed process leaves half written is the tail of one file, hides nothing before it, and is never written
over. Bytes are on disk (fsync) before anything that refers to them is logged.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
import zlib
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import BinaryIO, Self

from flows.collector.archive import logs, warc
from flows.collector.archive.index import Index
from flows.collector.archive.model import ArchiveError, Capture, Flaw, ReadingHead, RecordType, Sent
from warehouse.records import Attempt, FetchOutcome, MemoryEntry, Purpose, ReadingEntry

ATTEMPTS, READINGS, MEMORIES = "attempts.jsonl", "readings.jsonl.gz", "memories.jsonl"
_WARCS = "captures*.warc.gz"
_ROLL_BYTES = 1_000_000_000
"""A WARC file this large is not added to; the size the format's own guidelines recommend."""
_EVIDENCE_BYTES = 65_536
"""So much is kept of the body of an answer that is no content."""


class Archive:
    """The archive under `root`. Safe for several threads; several processes may write, each in its session.

    Opening reads nothing and writes nothing. Use as a context manager, or call `close`.
    """

    def __init__(self, root: Path, *, roll_bytes: int = _ROLL_BYTES) -> None:
        self.root = root
        self._roll_bytes = roll_bytes
        self._lock = threading.RLock()
        self._index: Index | None = None
        self._session: Path | None = None
        self._serial = 1
        self._files: dict[str, BinaryIO] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End this writer's session; a later write begins a new one."""
        with self._lock:
            self._end_session()
            if self._index is not None:
                self._index.close()
                self._index = None

    # captures

    def add(
        self,
        body: bytes,
        *,
        url: str,
        at: datetime,
        status: int | None = None,
        headers: Sequence[tuple[str, str]] = (),
        sent: Sent | None = None,
    ) -> str:
        """Archive an answer whose body is content, and the request if given; returns the body's sha256.

        With a status a `response` record is written, without one (a local file) a `resource` record of the
        Content-Type in `headers`; a body already archived is not written again but revisited. `body` is the
        decoded body: transfer headers are kept under `X-Archive-Orig-` names, and Content-Length is that of
        the decoded body. Raises ArchiveError.
        """
        return self._add(warc.Answer(url, at, status, headers), body, sent)

    def add_evidence(
        self,
        body: bytes,
        *,
        url: str,
        at: datetime,
        status: int,
        headers: Sequence[tuple[str, str]] = (),
        sent: Sent | None = None,
        is_whole: bool = True,
    ) -> None:
        """Archive an answer that is no content (a refusal, a redirect, an error): its head and the body's first 64 KiB.

        A body cut here, or not `is_whole` already, is marked `WARC-Truncated`. Raises ArchiveError.
        """
        kept = body[:_EVIDENCE_BYTES]
        self._add(warc.Answer(url, at, status, headers, not is_whole or len(kept) < len(body)), kept, sent)

    def add_unmodified(
        self,
        sha256: str,
        *,
        url: str,
        at: datetime,
        headers: Sequence[tuple[str, str]] = (),
        sent: Sent | None = None,
    ) -> None:
        """Archive a 304, which says that the body `sha256` is the one still served. Raises ArchiveError."""
        with self._lock:
            held = self._find(sha256)
            if held is None:
                raise ArchiveError(f"304 for {url}, but {sha256} is not archived")
            answer = warc.Answer(url, at, 304, headers)
            self._write(answer, "revisit", sha256, warc.revisit(answer, held, sent))

    def body(self, sha256: str) -> bytes:
        """The archived bytes. KeyError when they were never archived, ArchiveError when they are damaged."""
        with self._lock:
            capture = self._find(sha256)
        if capture is None:
            raise KeyError(sha256)
        return self._read(capture)

    def __contains__(self, sha256: str) -> bool:
        with self._lock:
            return self._find(sha256) is not None

    def capture(self, url: str, at: datetime) -> Capture | None:
        """What `url` answered last at the moment `at` or before; one search of the index."""
        with self._lock:
            return None if (index := self._opened()) is None else index.newest(url, at)

    def captures(self, url: str | None = None) -> Sequence[Capture]:
        """Every capture of `url`, or of every address, oldest first."""
        with self._lock:
            return () if (index := self._opened()) is None else index.captures(url)

    # logs

    def log_attempt(self, attempt: Attempt) -> None:
        """Append one attempt; on disk when this returns. Its body must have been added before."""
        if attempt.resource_sha256 is not None and attempt.resource_sha256 not in self:
            raise ArchiveError(f"attempt on {attempt.url} names bytes that are not archived")
        with self._lock:
            self._append(ATTEMPTS, logs.line(attempt))

    def attempts(
        self,
        *,
        outcome: FetchOutcome | None = None,
        purpose: Purpose | None = None,
        bodies: Collection[str] | None = None,
        without: Container[str] = (),
    ) -> Iterator[Attempt]:
        """Every attempt ever logged, or those of one outcome, one purpose or these digests, session by session, each in
        the order written; the sessions named in `without` are left out. Those not asked for cost a tenth."""
        asked: dict[str, Collection[str]] = {}
        if outcome is not None:
            asked["outcome"] = (outcome,)
        if purpose is not None:
            asked["purpose"] = (purpose,)
        if bodies is not None:
            asked["resource_sha256"] = bodies
        for session in self._sessions():
            if session.name not in without:
                yield from logs.entries(session / ATTEMPTS, Attempt, **asked)

    def last_attempts(self) -> Mapping[str, Attempt]:
        """The last attempt of each session, by the session's name: who holds it holds all of that session so far."""
        found = ((session.name, logs.last(session / ATTEMPTS, Attempt)) for session in self._sessions())
        return {name: attempt for name, attempt in found if attempt is not None}

    def log_readings(self, entries: Iterable[ReadingEntry]) -> None:
        """Append readings; on disk when this returns. One call for many is far cheaper than many calls."""
        lines = b"".join(map(logs.line, entries))
        if lines:
            with self._lock:
                packer = zlib.compressobj(wbits=31)
                self._append(READINGS, packer.compress(lines) + packer.flush())

    def readings(self, wanted: Callable[[ReadingHead], bool] = lambda head: True) -> Iterator[ReadingEntry]:
        """The wanted ones of all readings ever logged, session by session, each in the order written.

        Those that are not wanted are not decoded, which is nearly all their cost.
        """
        for session in self._sessions():
            for head, whole in logs.heads(session / READINGS, ReadingHead, "reading"):
                if wanted(head):
                    yield whole(ReadingEntry)

    def reading_heads(self) -> Iterator[ReadingHead]:
        """Which readings were ever logged, in the order of `readings`."""
        for session in self._sessions():
            for head, _ in logs.heads(session / READINGS, ReadingHead, "reading"):
                yield head

    def log_memory(self, entry: MemoryEntry) -> None:
        """Append what was learnt of a site; on disk when this returns."""
        with self._lock:
            self._append(MEMORIES, logs.line(entry))

    def memories(self) -> Iterator[MemoryEntry]:
        """Every memory ever logged, session by session, each in the order written."""
        for session in self._sessions():
            yield from logs.entries(session / MEMORIES, MemoryEntry)

    # health

    def verify(self) -> tuple[Flaw, ...]:
        """Read everything once: each body against its digest, each log, each attempt against the bodies."""
        flaws = [
            flaw
            for session in self._sessions()
            for name, cls in ((ATTEMPTS, Attempt), (READINGS, ReadingEntry), (MEMORIES, MemoryEntry))
            for flaw in logs.flaws(session / name, cls)
        ]
        sound: set[str] = set()
        for name in self._warcs():
            flaws += self._warc_flaws(name, sound)
        if any(flaw.kind == "damaged" for flaw in flaws):
            return tuple(flaws)
        for attempt in self.attempts():
            if attempt.resource_sha256 is not None and attempt.resource_sha256 not in sound:
                flaws.append(Flaw("missing", attempt.url, f"body {attempt.resource_sha256} is not archived"))
        return tuple(flaws)

    def _warc_flaws(self, name: str, sound: set[str]) -> Iterator[Flaw]:
        """What is wrong with one WARC file; the digests of its good bodies are added to `sound`."""
        path = self.root / name
        size = path.stat().st_size
        with path.open("rb") as file:
            for stretch in warc.stretches(file):
                end = stretch.offset + stretch.length
                with self._lock:
                    index = self._opened()
                    known = index.at_byte(name, stretch.offset) if index is not None else None
                if not stretch.is_whole:
                    if known is None and end == size:
                        yield Flaw("torn", str(path), "an unfinished record at the end is set aside")
                    else:
                        where = f"{path}, byte {stretch.offset}" if known is None else known.url
                        yield Flaw("damaged", where, f"{path}, byte {stretch.offset}: no record")
                elif known is not None and known.record_type != "revisit":
                    try:
                        self._read(known)
                        sound.add(known.sha256)
                    except ArchiveError as error:
                        yield Flaw("damaged", known.url, str(error))

    # inside

    def _sessions(self) -> list[Path]:
        folder = self.root / "sessions"
        return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []

    def _warcs(self) -> Iterator[str]:
        """The WARC files, as paths below the archive."""
        for session in self._sessions():
            for path in sorted(session.glob(_WARCS)):
                yield path.relative_to(self.root).as_posix()

    def _opened(self) -> Index | None:
        """The index, brought up to the files when first wanted; None while there is no archive."""
        if self._index is None and self._sessions():
            index = Index(self.root)
            try:
                index.catch_up(self._warcs())
            except (OSError, sqlite3.Error) as error:
                index.close()
                raise ArchiveError(f"{self.root}: the captures cannot be indexed: {error}") from error
            self._index = index
        return self._index

    def _find(self, sha256: str) -> Capture | None:
        return None if (index := self._opened()) is None else index.body(sha256)

    def _read(self, capture: Capture) -> bytes:
        path = self.root / capture.warc
        where = f"{path}, byte {capture.offset}"
        try:
            with path.open("rb") as file:
                file.seek(capture.offset)
                body = warc.body_of(file.read(capture.length))
        except (OSError, ValueError, zlib.error) as error:
            raise ArchiveError(f"{where}: {error}") from error
        if hashlib.sha256(body).hexdigest() != capture.sha256:
            raise ArchiveError(f"{where}: the bytes are not those of {capture.sha256}")
        return body

    def _add(self, answer: warc.Answer, body: bytes, sent: Sent | None) -> str:
        sha256 = hashlib.sha256(body).hexdigest()
        with self._lock:
            if (held := self._find(sha256)) is not None:
                self._write(answer, "revisit", sha256, warc.revisit(answer, held, sent))
            else:
                kind: RecordType = "resource" if answer.status is None else "response"
                self._write(answer, kind, sha256, warc.response(answer, body, sha256, sent))
        return sha256

    def _write(
        self, answer: warc.Answer, kind: RecordType, sha256: str, records: tuple[bytes, bytes]
    ) -> None:
        """Append an answer and its request, which come with one write, and enter the answer in the index."""
        session = self._claim()
        name = f"captures-{self._serial:04d}.warc.gz"
        path = session / name
        if name in self._files and path.stat().st_size >= self._roll_bytes:
            self._files.pop(name).close()
            self._serial += 1
            name = f"captures-{self._serial:04d}.warc.gz"
            path = session / name
        record, request = records
        preface = b"" if name in self._files else warc.warcinfo(name)
        start = self._append(name, preface + record + request)
        capture = Capture(
            url=answer.url,
            captured_at=answer.at,
            record_type=kind,
            status=answer.status,
            sha256=sha256,
            warc=path.relative_to(self.root).as_posix(),
            offset=start + len(preface),
            length=len(record),
        )
        index = self._opened()
        assert index is not None
        try:
            index.enter(capture, start, start + len(preface) + len(record) + len(request))
        except sqlite3.Error as error:
            self.close()
            raise ArchiveError(f"{self.root}: {answer.url} is archived but not indexed: {error}") from error

    def _claim(self) -> Path:
        """The folder this writer owns, made when the first byte is to be written."""
        if self._session is None:
            folder = self.root / "sessions"
            try:
                folder.mkdir(parents=True, exist_ok=True)
                taken = self._sessions()
                for serial in count(int(taken[-1].name) + 1 if taken else 1):
                    try:
                        (folder / f"{serial:06d}").mkdir()
                    except FileExistsError:
                        continue
                    self._session, self._serial = folder / f"{serial:06d}", 1
                    break
                _sync_folder(folder)
            except OSError as error:
                raise ArchiveError(f"{folder}: no session could be opened: {error}") from error
        assert self._session is not None
        return self._session

    def _end_session(self) -> None:
        for file in self._files.values():
            file.close()
        self._files, self._session = {}, None

    def _append(self, name: str, data: bytes) -> int:
        """Write `data` to the end of a file of this session, sync it, and return the offset where it starts.

        A failure (disk full) ends the session: what it left half written stays behind as a torn tail, the
        caller gets an ArchiveError, and the next write begins a new session.
        """
        path = self._claim() / name
        try:
            if name not in self._files:
                self._files[name] = path.open("ab", buffering=0)
                _sync_folder(path.parent)
            return _write_synced(self._files[name], data)
        except OSError as error:
            self._end_session()
            raise ArchiveError(f"{path}: not written: {error}") from error


def _write_synced(file: BinaryIO, data: bytes) -> int:
    start = file.seek(0, os.SEEK_END)
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]
    os.fsync(file.fileno())
    return start


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
