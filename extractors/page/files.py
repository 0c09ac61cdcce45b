"""Files that are no page: Word, PDF, workbooks and archives, each to a Document of kind `file`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from extractors.page.blocks import Line, assemble
from extractors.page.classify import Format
from extractors.page.containers import BROKEN, TooLarge, member_name, open_container
from extractors.page.dates import signature_date
from extractors.page.labels import printed_number
from extractors.page.titles import title_of
from extractors.records import Attachment, Document, Issue, Owner

CONVERTED: Mapping[Format, str] = {"doc": "docx", "rtf": "docx"}
"""Formats that are read through a conversion to another (`flows/unpack.py`), and to which."""
_UNSUPPORTED: dict[Format, str] = {
    "ole": "locked or unknown Office file: save it as .docx or .xlsx and read that",
    "pptx": "presentation: its text is not read",
    "rar": "RAR archive: unpack it and read its members",
    "image": "image: it has no text",
    "unknown": "unknown binary file",
}


def read_file(data: bytes, kind: Format) -> Document:
    """Read a file of a known format.

    Out: kind `file`. A scan has issue `no_text_layer`, a broken or locked file `unreadable_file`, one beyond
    the bounds `too_large`, a format that is not read `unsupported`. A legacy Word file has `converted`, an
    archive `archive`: what they hold is read from what was made of them; an archive lists its members as
    attachments whose url is the member's path.
    """
    if kind == "zip":
        return _archive(data)
    if kind in CONVERTED:
        note = f"legacy Word file: its figures are read from its conversion to .{CONVERTED[kind]}"
        return Document(kind="file", text="", issues=(Issue("converted", "info", "extractor", note),))
    reader = _reader(kind)
    if reader is None:
        return _failed("unsupported", _UNSUPPORTED.get(kind, kind), "extractor")
    try:
        lines = reader(data)
    except TooLarge as error:
        return _failed("too_large", f"{kind} file: {error}", "publisher")
    except (
        Exception
    ) as error:  # the format libraries raise many kinds for broken files; all mean the same here
        return _failed(
            "unreadable_file", f"broken or locked {kind} file: {type(error).__name__}: {error}", "publisher"
        )
    if lines is None:
        return _failed("no_text_layer", "a scan without a text layer: read the figures by hand", "publisher")
    return _document(lines)


def _reader(kind: Format) -> Callable[[bytes], list[Line] | None] | None:
    """What reads a format; loaded when such a file comes, because the format libraries are slow to load."""
    if kind == "docx":
        from extractors.page.docx import docx_lines

        return docx_lines
    if kind == "pdf":
        from extractors.page.pdf import pdf_lines

        return pdf_lines
    if kind in ("xlsx", "xls"):
        from extractors.page.sheets import xls_lines, xlsx_lines

        return xlsx_lines if kind == "xlsx" else xls_lines
    if kind == "ofd":
        from extractors.page.ofd import ofd_lines

        return ofd_lines
    return None


def _document(lines: Sequence[Line]) -> Document:
    text, blocks, tables = assemble(lines)
    paragraphs = [line.text for line in lines if line.table is None]
    if not text:
        return _failed("empty_file", "the file holds no text", "publisher")
    return Document(
        kind="file",
        text=text,
        blocks=blocks,
        tables=tables,
        title=title_of(paragraphs),
        signed_on=signature_date(paragraphs),
        document_number=printed_number(paragraphs),
    )


def _archive(data: bytes) -> Document:
    try:
        with open_container(data) as archive:
            names = [member_name(info) for info in archive.infolist() if not info.is_dir()]
    except TooLarge as error:
        return _failed("too_large", f"archive: {error}", "publisher")
    except BROKEN as error:
        return _failed("unreadable_file", f"broken archive: {error}", "publisher")
    listed = tuple(
        Attachment(
            name.rsplit("/", 1)[-1],
            name,
            name.rsplit(".", 1)[-1].lower() if "." in name else "unknown",
            "member",
        )
        for name in names
    )
    note = f"archive of {len(names)} files: the figures are read from its members"
    return Document(
        kind="file", text="", attachments=listed, issues=(Issue("archive", "info", "extractor", note),)
    )


def _failed(kind: str, message: str, owner: Owner) -> Document:
    return Document(kind="file", text="", issues=(Issue(kind, "error", owner, message),))
