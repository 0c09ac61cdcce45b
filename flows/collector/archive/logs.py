"""Append-only logs of JSON lines, plain or as gzip members, read back through torn tails."""

from __future__ import annotations

import io
import json
import re
import zlib
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from extractors.codec import CodecError, from_jsonable, to_jsonable
from flows.collector.archive.model import ArchiveError, Flaw

T = TypeVar("T")
H = TypeVar("H")
_TAIL = 1 << 16


def line(entry: object) -> bytes:
    """One record as a line of JSON, UTF-8."""
    text = json.dumps(to_jsonable(entry), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass") + b"\n"


def entries(path: Path, cls: type[T], **fields: Collection[str]) -> Iterator[T]:
    """The whole lines of a log; an unfinished last line is left out. Raises ArchiveError.

    Lines that say none of the plain strings asked for in `fields` are passed over undecoded, at a tenth of the cost.
    """
    marks = [[f'"{name}":"{value}"'.encode() for value in values] for name, values in fields.items()]
    for where, text in _whole_lines(path):
        if all(any(mark in text for mark in asked) for asked in marks):
            entry = _parse(text, cls, where)
            if all(getattr(entry, name) in values for name, values in fields.items()):
                yield entry


def last(path: Path, cls: type[T]) -> T | None:
    """The last whole line of a plain log, found from its end; None where there is none. Raises ArchiveError."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        reach = _TAIL
        while True:
            file.seek(max(0, size - reach))
            whole, _, _ = file.read(reach).rpartition(b"\n")
            _, parted, text = whole.rpartition(b"\n")
            if parted or reach >= size:
                return _parse(text, cls, f"{path}, last line") if text else None
            reach *= 4


def heads(path: Path, cls: type[H], last: str) -> Iterator[tuple[H, Callable[[type[T]], T]]]:
    """Each whole line as `cls`, the fields before its field `last`, and what decodes it whole.

    Where the last field is nearly all of a record, this costs a small part of `entries`. Raises ArchiveError.
    """
    mark = re.compile(rf',\s*"{last}"\s*:'.encode())
    for where, text in _whole_lines(path):
        found = mark.search(text)
        if not found:
            raise ArchiveError(f"{where}: no field {last!r}")
        yield _parse(text[: found.start()] + b"}", cls, where), partial(_parse, text, where=where)


def flaws(path: Path, cls: type[object]) -> Iterator[Flaw]:
    """What is wrong with a log."""
    try:
        for number, text in enumerate(_lines(path), 1):
            if text.endswith(b"\n"):
                _parse(text, cls, f"{path}, line {number}")
            else:
                yield Flaw("torn", str(path), f"line {number} is unfinished and set aside")
    except ArchiveError as error:
        yield Flaw("damaged", str(path), str(error))


def _parse(text: bytes, cls: type[T], where: str) -> T:
    try:
        return from_jsonable(cls, json.loads(text.decode("utf-8", "surrogatepass")))
    except (CodecError, ValueError) as error:
        raise ArchiveError(f"{where}: {error}") from error


def _whole_lines(path: Path) -> Iterator[tuple[str, bytes]]:
    for number, text in enumerate(_lines(path), 1):
        if text.endswith(b"\n"):
            yield f"{path}, line {number}", text


def _lines(path: Path) -> Iterator[bytes]:
    """Lines with their line end; the last one has none if the file was torn."""
    if not path.exists():
        return
    rest = b""
    for chunk in _chunks(path):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (text + b"\n" for text in whole)
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
