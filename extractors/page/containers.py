"""Zip containers (Office files, OFD, archives), opened only within bounds.

Sizes are those the container declares; zipfile never unpacks more of a member than it declares.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

MAX_MEMBERS = 5000
MAX_UNPACKED = 200_000_000
"""Bytes of all members together."""
MAX_PART = 60_000_000
"""Bytes of one XML part; the trees made of it take some ten times as much."""
_HEAD = 4096


BROKEN = (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError)
"""What zipfile raises for a container that is broken or packed in a way nobody uses; TooLarge is one of these."""


class TooLarge(ValueError):
    """A file beyond the bounds of what is read; the message says which."""


class Malformed(ValueError):
    """A container against its own standard."""


def open_container(data: bytes) -> zipfile.ZipFile:
    """The zip container in `data`. Raises TooLarge beyond the bounds and zipfile.BadZipFile for no zip."""
    container = zipfile.ZipFile(io.BytesIO(data))
    members = container.infolist()
    unpacked = sum(info.file_size for info in members)
    if len(members) > MAX_MEMBERS:
        raise TooLarge(f"{len(members)} members, at most {MAX_MEMBERS} are read")
    if unpacked > MAX_UNPACKED:
        raise TooLarge(f"{unpacked} bytes unpacked, at most {MAX_UNPACKED} are read")
    return container


def check_office(data: bytes) -> None:
    """Whether an Office Open XML or OFD file is within bounds and without document type declarations.

    No part may declare a document type (ECMA-376 part 2, 8.1.4), which is how entity bombs come. Raises
    TooLarge or Malformed.
    """
    with open_container(data) as container:
        for info in container.infolist():
            if not info.filename.lower().endswith((".xml", ".rels")):
                continue
            if info.file_size > MAX_PART:
                raise TooLarge(f"{info.filename} has {info.file_size} bytes, at most {MAX_PART} are read")
            if b"<!DOCTYPE" in container.read(info)[:_HEAD].replace(b"\0", b"").upper():
                raise Malformed(f"{info.filename} declares a document type")


def members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of every file in a zip archive, in its order; locked ones are left out.

    Raises TooLarge beyond the bounds, zipfile.BadZipFile and the like for a broken archive.
    """
    with open_container(data) as container:
        for info in container.infolist():
            if not info.is_dir() and not info.flag_bits & 0x1:
                yield member_name(info), container.read(info)


def member_name(info: zipfile.ZipInfo) -> str:
    """A member's path; names without the UTF-8 flag are GBK on Chinese Windows, which zipfile reads as cp437."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename
