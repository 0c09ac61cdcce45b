"""What the archive speaks of: captures, what was sent to get them, and what is wrong with a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

RecordType = Literal["response", "resource", "revisit"]


class ArchiveError(Exception):
    """The archive could not be written, or holds something unreadable; names the file and the place in it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it went out: method, request target (path with query), headers and body."""

    method: str
    target: str
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Capture:
    """Where one answer lies: `length` compressed bytes at `offset` of `warc`, a path below the archive.

    `sha256` is the digest of its body; a `revisit` has none of its own and names the body it found again.
    """

    url: str
    captured_at: datetime
    record_type: RecordType
    status: int | None
    sha256: str
    warc: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class ReadingHead:
    """A logged reading without what was read: its fields are those of `ReadingEntry` before `reading`."""

    reading_id: str
    source_id: str
    url: str
    resource_sha256: str
    captured_at: datetime
    release: str
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something `verify` found. `torn`: an unfinished tail, harmless; the other two are losses."""

    kind: Literal["torn", "damaged", "missing"]
    where: str
    message: str
