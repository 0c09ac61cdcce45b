"""Other people's WARC files, record by record, in bounded memory (ISO 28500:2017, Common Crawl conventions)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType
from warcio.bufferedreaders import BufferedReader, ChunkedDataReader

from flows.collector.decoding import DecodingError, TooLarge, decoded
from flows.collector.outcome import Reply, Verdict
from warehouse.records import FetchOutcome

SUFFIXES = (".warc", ".warc.gz")
_ANSWERS = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.revisit
_TRUNCATED: dict[str, FetchOutcome] = {
    "length": "too_large",
    "time": "timeout",
    "disconnect": "unreachable",
}
_NO_MEDIA_TYPE = ("", "application/octet-stream", "binary/octet-stream", "application/force-download")
_CHUNK = 1 << 16


class WarcError(ValueError):
    """A WARC file that cannot be read (on); what came before was whole."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A response or resource: an HTTP answer as it was captured, decoded; `status` 200 for a resource."""

    reply: Reply
    at: datetime
    kind: Literal["response", "resource"]


@dataclass(frozen=True, slots=True)
class Revisit:
    """An answer kept without its body, which is that of the capture it refers to."""

    reply: Reply
    at: datetime
    refers_to_url: str
    refers_to_at: datetime | None
    digest: str | None


def answers(path: Path, max_bytes: int) -> Iterator[Answer | Revisit]:
    """What was answered under http(s) addresses, in the order of the file.

    A body larger than `max_bytes`, cut short by its crawler (`WARC-Truncated`) or packed in a way that cannot
    be undone makes a reply with a fault. Raises WarcError at a record that is damaged, unfinished or without
    a date, and when the file has no answers at all; OSError when it cannot be opened.
    """
    found = False
    with path.open("rb") as stream:
        records = iter(ArchiveIterator(stream, record_types=_ANSWERS))
        while (record := _next(records)) is not None:
            found = True
            url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
            if url.startswith(("http://", "https://")):
                yield _answer(record, url, max_bytes)
    if not found:
        raise WarcError("no answers in this WARC file")


def _next(records: Iterator[WarcRecord]) -> WarcRecord | None:
    try:
        return next(records, None)
    except OSError as error:
        raise WarcError(f"not readable from here on: {error}") from error


def _answer(record: WarcRecord, url: str, max_bytes: int) -> Answer | Revisit:
    at = record.record_date
    if at is None:
        raise WarcError(f"the record of {url} has no date")
    http = record.http_headers
    status = (http.status_code or 0) if http is not None else 200
    headers = tuple(http.items()) if http is not None else _resource_headers(record)
    if record.record_type == WarcRecordType.revisit:
        target = (record.headers.get("WARC-Refers-To-Target-URI") or url).strip("<>")
        date = record.headers.get("WARC-Refers-To-Date")
        return Revisit(
            Reply(url, status, headers, b""),
            at,
            target,
            datetime.fromisoformat(date) if date else None,
            record.headers.get("WARC-Payload-Digest"),
        )
    body, fault = _body(record, url, max_bytes)
    reply = Reply(url, status, _identified(headers, record), body, fault)
    return Answer(reply, at, "response" if http is not None else "resource")


def _resource_headers(record: WarcRecord) -> tuple[tuple[str, str], ...]:
    media_type = record.headers.get("Content-Type")
    return (("Content-Type", media_type),) if media_type else ()


def _identified(headers: tuple[tuple[str, str], ...], record: WarcRecord) -> tuple[tuple[str, str], ...]:
    """The headers, with the type the crawler identified where the server named none."""
    identified = record.headers.get("WARC-Identified-Payload-Type")
    declared = next((value for name, value in headers if name.lower() == "content-type"), "")
    if identified is None or declared.partition(";")[0].strip().lower() not in _NO_MEDIA_TYPE:
        return headers
    others = (header for header in headers if header[0].lower() != "content-type")
    return (*others, ("Content-Type", identified))


def _body(record: WarcRecord, url: str, max_bytes: int) -> tuple[bytes, Verdict | None]:
    """The body decoded, and what is wrong with it. The header fields may speak of codings undone before."""
    http = record.http_headers
    chunked = http is not None and "chunked" in (http.get("Transfer-Encoding") or "").lower()
    counted = _Counted(record)
    stream = ChunkedDataReader(BufferedReader(counted)) if chunked else counted
    pieces = iter(lambda: stream.read(_CHUNK), b"")
    coding = (http.get("Content-Encoding") or "") if http is not None else ""
    body, fault = bytearray(), None
    try:
        first = next(pieces, b"")
        if "gzip" in coding.lower() and not first.startswith(b"\x1f\x8b"):
            coding = ""
        for piece in decoded(chain([first], pieces), coding, max_bytes):
            body += piece
    except TooLarge as error:
        fault = Verdict("too_large", str(error))
    except DecodingError as error:
        fault = Verdict("error", f"DecodingError: {error}")
    except OSError as error:
        raise WarcError(f"the record of {url} is damaged: {error}") from error
    if fault is None and counted.is_short():
        raise WarcError(f"the record of {url} is unfinished")
    if reason := record.headers.get("WARC-Truncated"):
        fault = Verdict(_TRUNCATED.get(reason.lower(), "error"), f"WARC-Truncated: {reason}")
    return bytes(body), fault


class _Counted:
    """The payload of a record as a stream that knows whether all of it came."""

    def __init__(self, record: WarcRecord) -> None:
        self._reader: Any = record.reader
        self._left = record.content_length

    def read(self, size: int) -> bytes:
        piece = bytes(self._reader.read(size))
        self._left -= len(piece)
        return piece

    def is_short(self) -> bool:
        """Whether the file ends before the record does; reads what is left of it."""
        while self.read(_CHUNK):
            pass
        return self._left > 0
