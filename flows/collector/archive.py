"""Everything that ever came back, kept once and never changed: captures, attempts, readings.

    root/sessions/000001/captures.warc.gz   one gzip member per record (WARC 1.1)
                         captures.jsonl     sha256 → offset and length in that WARC
                         attempts.jsonl     one line per attempt
                         readings.jsonl.gz  one gzip member per call of log_readings

A writer claims the next session folder and nobody ever appends to the files of another session. So whatever
a killed process leaves half written is the tail of one file, hides nothing before it, and is never written
over. Bytes are on disk (fsync) before anything that refers to them is logged.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import responses
from itertools import count
from pathlib import Path
from typing import BinaryIO, Literal, Self, TypeVar

from fastwarc.warc import ArchiveIterator
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from extractors.codec import CodecError, from_jsonable, to_jsonable
from warehouse.records import Attempt, ReadingEntry

T = TypeVar("T")
WARC, INDEX, ATTEMPTS, READINGS = (
    "captures.warc.gz",
    "captures.jsonl",
    "attempts.jsonl",
    "readings.jsonl.gz",
)
_TRANSPORT_HEADERS = {"content-encoding", "content-length", "transfer-encoding"}


class ArchiveError(Exception):
    """The archive could not be written, or holds something unreadable; names the file and the place in it."""


@dataclass(frozen=True, slots=True)
class Capture:
    """Where one archived body lies: `length` compressed bytes at `offset` of the WARC of `session`."""

    sha256: str
    url: str
    captured_at: datetime
    session: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something `verify` found. `torn`: an unfinished tail, harmless; the other two are losses."""

    kind: Literal["torn", "damaged", "missing"]
    where: str
    message: str


class Archive:
    """The archive under `root`. Safe for several threads; several processes may write, each in its session.

    Opening reads nothing and writes nothing. Use as a context manager, or call `close`.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.RLock()
        self._captures: dict[str, Capture] = {}
        self._index_read: dict[Path, int] = {}
        self._session: Path | None = None
        self._files: dict[str, BinaryIO] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End this writer's session; a later write begins a new one."""
        with self._lock:
            for file in self._files.values():
                file.close()
            self._files, self._session = {}, None

    # captures

    def add(
        self,
        body: bytes,
        *,
        url: str,
        at: datetime,
        status: int | None = None,
        headers: Sequence[tuple[str, str]] = (),
    ) -> str:
        """Archive `body` and return its sha256; bytes already archived are not written again.

        With a status a `response` record is written, without one (a local file) a `resource` record of the
        Content-Type in `headers`. `body` is the decoded body: a Content-Encoding header is kept under the
        name `X-Archive-Orig-Content-Encoding`, and Content-Length is that of the decoded body. Raises
        ArchiveError.
        """
        sha256 = hashlib.sha256(body).hexdigest()
        with self._lock:
            if self._find(sha256) is None:
                record = _record(body, sha256, url, at, status, headers)
                session = self._claim()
                offset = self._append(WARC, record)
                capture = Capture(sha256, url, at, session.name, offset, len(record))
                self._append(INDEX, _line(capture))
                self._captures[sha256] = capture
        return sha256

    def body(self, sha256: str) -> bytes:
        """The archived bytes. KeyError when they were never archived, ArchiveError when they are damaged."""
        capture = self._find(sha256)
        if capture is None:
            raise KeyError(sha256)
        return self._read(capture)

    def __contains__(self, sha256: str) -> bool:
        return self._find(sha256) is not None

    def captures(self) -> Iterator[Capture]:
        """Every archived body, oldest session first."""
        self._refresh()
        return iter(tuple(self._captures.values()))

    # logs

    def log_attempt(self, attempt: Attempt) -> None:
        """Append one attempt; on disk when this returns. Its body must have been added before."""
        if attempt.resource_sha256 is not None and attempt.resource_sha256 not in self:
            raise ArchiveError(f"attempt on {attempt.url} names bytes that are not archived")
        with self._lock:
            self._append(ATTEMPTS, _line(attempt))

    def attempts(self) -> Iterator[Attempt]:
        """Every attempt ever logged, session by session, each in the order written."""
        for session in self._sessions():
            yield from _entries(session / ATTEMPTS, Attempt)

    def log_readings(self, entries: Iterable[ReadingEntry]) -> None:
        """Append readings; on disk when this returns. One call for many is far cheaper than many calls."""
        lines = b"".join(map(_line, entries))
        if lines:
            with self._lock:
                packer = zlib.compressobj(wbits=31)
                self._append(READINGS, packer.compress(lines) + packer.flush())

    def log_reading(self, entry: ReadingEntry) -> None:
        """Append one reading; see `log_readings`."""
        self.log_readings((entry,))

    def readings(self) -> Iterator[ReadingEntry]:
        """Every reading ever logged, session by session, each in the order written."""
        for session in self._sessions():
            yield from _entries(session / READINGS, ReadingEntry)

    # health

    def verify(self) -> tuple[Flaw, ...]:
        """Read everything once: each body against its digest, each log, each attempt against the bodies."""
        flaws: list[Flaw] = []
        for session in self._sessions():
            for name, cls in ((INDEX, Capture), (ATTEMPTS, Attempt), (READINGS, ReadingEntry)):
                flaws += _log_flaws(session / name, cls)
        if any(flaw.kind == "damaged" for flaw in flaws):
            return tuple(flaws)
        flaws += self._capture_flaws()
        for attempt in self.attempts():
            if attempt.resource_sha256 is not None and attempt.resource_sha256 not in self:
                flaws.append(Flaw("missing", attempt.url, f"body {attempt.resource_sha256} is not archived"))
        return tuple(flaws)

    def _capture_flaws(self) -> Iterator[Flaw]:
        ends: dict[str, int] = {}
        for capture in self.captures():
            ends[capture.session] = max(ends.get(capture.session, 0), capture.offset + capture.length)
            try:
                self._read(capture)
            except ArchiveError as error:
                yield Flaw("damaged", capture.url, str(error))
        for session in self._sessions():
            path = session / WARC
            if path.exists() and session.name in ends and path.stat().st_size > ends[session.name]:
                yield Flaw("torn", str(path), "an unfinished record at the end is set aside")

    # inside

    def _sessions(self) -> list[Path]:
        folder = self.root / "sessions"
        return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []

    def _find(self, sha256: str) -> Capture | None:
        if sha256 not in self._captures:
            self._refresh()
        return self._captures.get(sha256)

    def _refresh(self) -> None:
        """Take in index lines that appeared since the last look, ours or another writer's."""
        with self._lock:
            for session in self._sessions():
                path = session / INDEX
                done = self._index_read.get(path, 0)
                if path.exists() and path.stat().st_size > done:
                    with path.open("rb") as file:
                        file.seek(done)
                        whole, _, _ = file.read().rpartition(b"\n")
                    for number, line in enumerate(whole.split(b"\n") if whole else (), 1):
                        capture = _parse(line, Capture, f"{path}, line {number} from byte {done}")
                        self._captures.setdefault(capture.sha256, capture)
                    self._index_read[path] = done + (len(whole) + 1 if whole else 0)

    def _read(self, capture: Capture) -> bytes:
        path = self.root / "sessions" / capture.session / WARC
        where = f"{path}, byte {capture.offset}"
        try:
            with path.open("rb") as file:
                file.seek(capture.offset)
                record = next(ArchiveIterator(io.BytesIO(file.read(capture.length)), parse_http=True))
                body = bytes(record.reader.read())
        except (OSError, StopIteration) as error:
            raise ArchiveError(f"{where}: {error or 'no record'}") from error
        if hashlib.sha256(body).hexdigest() != capture.sha256:
            raise ArchiveError(f"{where}: the bytes are not those of {capture.sha256}")
        return body

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
                    self._session = folder / f"{serial:06d}"
                    break
                _sync_folder(folder)
            except OSError as error:
                raise ArchiveError(f"{folder}: no session could be opened: {error}") from error
        assert self._session is not None
        return self._session

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
                if name == WARC:
                    _write(self._files[name], _warcinfo())
            return _write(self._files[name], data)
        except OSError as error:
            self.close()
            raise ArchiveError(f"{path}: not written: {error}") from error


def _write(file: BinaryIO, data: bytes) -> int:
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


def _record(
    body: bytes,
    sha256: str,
    url: str,
    at: datetime,
    status: int | None,
    headers: Sequence[tuple[str, str]],
) -> bytes:
    """One WARC record as one gzip member."""
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
    warc_headers = {
        "WARC-Date": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "WARC-Payload-Digest": f"sha256:{sha256}",
    }
    media_type = next((value for name, value in headers if name.lower() == "content-type"), "")
    record: ArcWarcRecord = writer.create_warc_record(
        url,
        "resource" if status is None else "response",
        payload=io.BytesIO(body),
        length=len(body),
        warc_content_type=(media_type or "application/octet-stream") if status is None else "",
        warc_headers_dict=warc_headers,
        http_headers=None if status is None else _http_headers(status, headers, len(body)),
    )
    writer.write_record(record)
    return buffer.getvalue()


def _http_headers(status: int, headers: Sequence[tuple[str, str]], length: int) -> StatusAndHeaders:
    kept = [(name, value) for name, value in headers if name.lower() not in _TRANSPORT_HEADERS]
    encodings = [value for name, value in headers if name.lower() == "content-encoding"]
    kept += [("X-Archive-Orig-Content-Encoding", value) for value in encodings]
    kept.append(("Content-Length", str(length)))
    return StatusAndHeaders(f"{status} {responses.get(status, '')}".strip(), kept, protocol="HTTP/1.1")


def _warcinfo() -> bytes:
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
    info = {"software": "nianbao", "format": "WARC File Format 1.1"}
    writer.write_record(writer.create_warcinfo_record(WARC, info))
    return buffer.getvalue()


def _line(entry: object) -> bytes:
    text = json.dumps(to_jsonable(entry), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass") + b"\n"


def _parse(line: bytes, cls: type[T], where: str) -> T:
    try:
        return from_jsonable(cls, json.loads(line.decode("utf-8", "surrogatepass")))
    except (CodecError, ValueError) as error:
        raise ArchiveError(f"{where}: {error}") from error


def _entries(path: Path, cls: type[T]) -> Iterator[T]:
    """The whole lines of a log; an unfinished last line is left out."""
    for number, line in enumerate(_lines(path), 1):
        if line.endswith(b"\n"):
            yield _parse(line, cls, f"{path}, line {number}")


def _lines(path: Path) -> Iterator[bytes]:
    """Lines with their line end; the last one has none if the file was torn."""
    if not path.exists():
        return
    rest = b""
    for chunk in _chunks(path):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line + b"\n" for line in whole)
    if rest:
        yield rest


def _chunks(path: Path) -> Iterator[bytes]:
    """The file's content piece by piece, unpacked if it is gzip; stops where an unfinished member does."""
    with path.open("rb") as file:
        if path.suffix != ".gz":
            yield from iter(lambda: file.read(1 << 20), b"")
            return
        unpacker = zlib.decompressobj(wbits=31)
        for packed in iter(lambda: file.read(1 << 20), b""):
            while packed:
                if unpacker.eof:
                    unpacker = zlib.decompressobj(wbits=31)
                try:
                    yield unpacker.decompress(packed)
                except zlib.error as error:
                    if not packed.strip(b"\0"):
                        break
                    raise ArchiveError(f"{path}, before byte {file.tell()}: {error}") from error
                packed = unpacker.unused_data
        if not unpacker.eof:
            yield b" "


def _log_flaws(path: Path, cls: type[object]) -> Iterator[Flaw]:
    number = 0
    try:
        for number, line in enumerate(_lines(path), 1):
            if line.endswith(b"\n"):
                _parse(line, cls, f"{path}, line {number}")
            else:
                yield Flaw("torn", str(path), f"line {number} is unfinished and set aside")
    except ArchiveError as error:
        yield Flaw("damaged", str(path), str(error))
