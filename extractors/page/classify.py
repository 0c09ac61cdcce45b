"""What kind of thing the bytes are, and what kind of page an HTML page is."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from extractors.page.blocks import Line, squeeze
from extractors.page.containers import BROKEN
from extractors.page.dates import signature_date
from extractors.page.rules import Refusal, wording
from extractors.page.titles import head_titles
from extractors.page.tree import Tree

Format = Literal[
    "html", "txt", "mhtml", "docx", "xlsx", "pptx", "zip", "pdf", "doc", "xls", "ole", "rtf", "rar", "image",
    "ofd", "unknown",
]  # fmt: skip
"""`doc` and `xls` are Word's and Excel's binary formats, which WPS writes too (.wps, .et); `ole` is any other of
their family."""

_MAGIC: tuple[tuple[bytes, Format], ...] = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"{\\rtf", "rtf"),
    (b"Rar!", "rar"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
)
_ZIP_PARTS: tuple[tuple[str, Format], ...] = (
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("ppt/presentation.xml", "pptx"),
    ("OFD.xml", "ofd"),
)
_OLE_STREAMS: tuple[tuple[str, Format], ...] = (
    ("EncryptedPackage", "ole"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
)
"""Names in the directory of a compound file ([MS-CFB] 2.6.1: UTF-16, ended by a zero)."""
_WORD_XML = re.compile(rb"<\?mso-application\s+progid=[\"']Word\.Document[\"']")
_MHTML = re.compile(rb"^(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?MIME-Version:", re.IGNORECASE)
_MARKUP = re.compile(
    rb"<(?:!doctype|html|head|body|meta|title|div|table|p|script|frameset|iframe|ul|h\d)\b", re.IGNORECASE
)
_MARKUP_HEAD = 4096
_MISSING_PROSE, _MISSING_TITLED_PROSE = 400, 2000
"""Characters outside links up to which a page that speaks of a missing page is that page."""
_MISSING_LINES = 2
_LONGEST_HITS = 60
_ALERT = re.compile(r"\balert\(\s*([\"'])([^\"'\n]{1,100})\1")


def format_of(data: bytes, name: str | None, media_type: str | None) -> Format:
    """The format by local name (.txt is text whatever it holds), then by the bytes' own signature, then
    by type."""
    if name is not None and name.lower().endswith(".txt"):
        return "txt"
    for magic, kind in _MAGIC:
        if magic in data[:1024] if kind == "pdf" else data.startswith(magic):
            return _zip_content(data) if kind == "zip" else _ole_content(data) if kind == "ole" else kind
    if _MHTML.match(data[:_MARKUP_HEAD]):
        return "mhtml"
    if _WORD_XML.search(data[:_MARKUP_HEAD]):
        return "doc"
    if _MARKUP.search(data[:_MARKUP_HEAD].replace(b"\x00", b"")):
        return "html"
    plain = (media_type or "").split(";")[0].strip().lower() == "text/plain"
    if plain or (name is not None and name.lower().endswith((".md", ".text"))):
        return "txt"
    return "html"


def _zip_content(data: bytes) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            names = set(container.namelist())
    except BROKEN:
        return "zip"
    return next((kind for part, kind in _ZIP_PARTS if part in names), "zip")


def _ole_content(data: bytes) -> Format:
    named = ((f"{name}\0".encode("utf-16-le"), kind) for name, kind in _OLE_STREAMS)
    return next((kind for name, kind in named if name in data), "ole")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a page without an article says its article is, and the rule that found it."""

    url: str
    rule: str


def body_address(source: str) -> Address | None:
    """The address of the article a shell loads, forwards to or frames, as written; None where it names
    none."""
    for rule in wording().body_addresses:
        if match := rule.pattern.search(source):
            return Address(next(group for group in match.groups() if group), rule.name)
    return None


def says_missing(tree: Tree) -> bool:
    """Whether a short page says that what was asked for is not there (a soft 404)."""
    if wording().missing.search(" ".join(head_titles(tree))):
        return tree.root.prose <= _MISSING_TITLED_PROSE
    return tree.root.prose <= _MISSING_PROSE and bool(wording().missing.search(tree.root.text()))


def lines_say_missing(lines: Sequence[Line]) -> bool:
    """Whether what stands in an article's place are a few lines that say, at once, that the article is not there."""
    if sum(len(line.text) for line in lines) > _MISSING_PROSE:
        return False
    return any(wording().missing.search(line.text) for line in lines[:_MISSING_LINES])


def says_hits(tree: Tree) -> bool:
    """Whether a page prints, in a line of its own, how many hits a search had."""
    lines = (leaf for leaf in tree.leaves if leaf.chars <= _LONGEST_HITS)
    return any(wording().search_results.fullmatch(squeeze(leaf.text())) for leaf in lines)


def alerts_missing(source: str) -> bool:
    """Whether a page without words has its script say that what was asked for is not there."""
    return any(wording().missing.search(match[2]) for match in _ALERT.finditer(source))


def refusal(tree: Tree, title: str | None, lines: Sequence[Line], *, is_dated: bool) -> Refusal | None:
    """Why a short page shows something else than what was asked for, by its titles and the first lines of what stands
    in an article's place; None for any other page."""
    printed = [line.text for line in lines] if lines else [tree.root.text()]
    if sum(map(len, printed)) > _MISSING_PROSE:
        return None
    is_dated = is_dated or signature_date(printed) is not None
    called = [text[:_MISSING_PROSE] for text in (*head_titles(tree), title or "")]
    patterns = wording().refusals
    opening = printed[:_MISSING_LINES]
    if any(map(patterns["blocked"].search, called if is_dated else [*called, *opening])):
        return "blocked"
    if not is_dated and patterns["maintenance"].match("\n".join([*called, *opening])):
        return "maintenance"
    is_login = not lines or any(map(patterns["login"].search, called))
    return "login" if is_login and asks_password(tree) else None


def asks_password(tree: Tree) -> bool:
    """Whether a page has a field for a password."""
    return any(field.attrs.get("type", "").lower() == "password" for field in tree.tagged("input"))


def asks_for_proof(source: str) -> bool:
    """Whether a page without words is a script that wants to test the browser first."""
    return bool(wording().challenge.search(source))
