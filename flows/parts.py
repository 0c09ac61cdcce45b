"""What must be taken out of a file before it can be read: members of an archive, the conversion of a legacy file."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass

from extractors.page.classify import format_of
from extractors.page.containers import BROKEN, members
from extractors.page.files import CONVERTED
from flows.converter import HOW_TO_INSTALL, ConversionError, Converter

NO_CONVERTER = "no converter"
_READABLE = (
    *(".pdf", ".doc", ".docx", ".wps", ".rtf", ".ofd", ".xls", ".xlsx", ".et"),
    *(".txt", ".htm", ".html", ".mht", ".zip"),
)


@dataclass(frozen=True, slots=True)
class Part:
    """What came out of a file: its name, how the address goes on, and its bytes, or None and the evidence why.

    A conversion is the same document in another format, a member is one of its own.
    """

    name: str
    fragment: str
    body: bytes | None
    evidence: str
    is_conversion: bool

    @property
    def media_type(self) -> str | None:
        return mimetypes.guess_type(self.name)[0]


def parts_of(data: bytes, name: str, media_type: str | None, converter: Converter | None) -> Iterator[Part]:
    """What must be taken out of a file before it can be read; nothing for a file that is read as it is.

    A broken archive, or one beyond the bounds, gives nothing: its own reading says so.
    """
    kind = format_of(data, name, media_type)
    if kind == "zip":
        try:
            inside = list(members(data))
        except BROKEN:
            return
        for path, body in inside:
            if path.lower().endswith(_READABLE) and not path.startswith("__MACOSX/"):
                yield Part(path.rsplit("/", 1)[-1], path, body, "member of the archive", is_conversion=False)
    elif kind in CONVERTED:
        yield _converted(data, name.rsplit(".", 1)[0], CONVERTED[kind], converter)


def _converted(data: bytes, stem: str, suffix: str, converter: Converter | None) -> Part:
    name = f"{stem}.{suffix}"
    if converter is None:
        return Part(name, suffix, None, f"{NO_CONVERTER}: {HOW_TO_INSTALL}", is_conversion=True)
    try:
        return Part(name, suffix, converter.convert(data, suffix), converter.label, is_conversion=True)
    except ConversionError as error:
        return Part(name, suffix, None, f"{converter.label}: {error}", is_conversion=True)
