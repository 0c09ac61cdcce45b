"""Files that are no page: Word, PDF, workbooks and archives, each to a Document of kind `file`."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from extractors.page.blocks import Line, assemble
from extractors.page.classify import Format
from extractors.page.dates import signature_date
from extractors.page.docx import docx_lines
from extractors.page.pdf import pdf_lines
from extractors.page.sheets import xlsx_lines
from extractors.page.titles import title_of
from extractors.records import Attachment, Document, Issue, Owner

_READERS = {"docx": docx_lines, "pdf": pdf_lines, "xlsx": xlsx_lines}
_UNSUPPORTED: dict[Format, str] = {
    "ole": "legacy Office file (.doc, .xls, .wps, .et): convert it to .docx or .xlsx and read that",
    "rtf": "RTF file: convert it to .docx and read that",
    "pptx": "presentation: its text is not read",
    "ofd": "OFD file: convert it to .pdf and read that",
    "rar": "RAR archive: unpack it and read its members",
    "image": "image: it has no text",
    "unknown": "unknown binary file",
}
_MAX_MEMBERS = 1000


def read_file(data: bytes, kind: Format) -> Document:
    """Read a file of a known format.

    Out: kind `file`. A scan has issue `no_text_layer`, a broken or locked file `unreadable_file`, a
    format that is not read `unsupported`; an archive lists its members as attachments whose url is the
    member's path.
    """
    if kind == "zip":
        return _archive(data)
    reader = _READERS.get(kind)
    if reader is None:
        return _failed("unsupported", _UNSUPPORTED.get(kind, kind), "extractor")
    try:
        lines = reader(data)
    except (
        Exception
    ) as error:  # the format libraries raise many kinds for broken files; all mean the same here
        return _failed(
            "unreadable_file", f"broken or locked {kind} file: {type(error).__name__}: {error}", "publisher"
        )
    if lines is None:
        return _failed(
            "no_text_layer", "scanned PDF without a text layer: read the figures by hand", "publisher"
        )
    return _document(lines)


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
    )


def _archive(data: bytes) -> Document:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [_member_name(info) for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError, UnicodeError) as error:
        return _failed("unreadable_file", f"broken archive: {error}", "publisher")
    members = tuple(
        Attachment(
            name.rsplit("/", 1)[-1], name, name.rsplit(".", 1)[-1].lower() if "." in name else "unknown"
        )
        for name in names[:_MAX_MEMBERS]
    )
    note = f"archive of {len(names)} files: unpack it and read its members"
    return Document(
        kind="file", text="", attachments=members, issues=(Issue("archive", "warning", "extractor", note),)
    )


def _member_name(info: zipfile.ZipInfo) -> str:
    """A member's path; names without the UTF-8 flag are GBK on Chinese Windows, which zipfile reads as
    cp437."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename


def _failed(kind: str, message: str, owner: Owner) -> Document:
    return Document(kind="file", text="", issues=(Issue(kind, "error", owner, message),))
