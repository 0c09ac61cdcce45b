"""Bytes of a page or file to a Document: decoded, classified, stripped of what is not the article."""

from __future__ import annotations

from extractors.page.classify import format_of
from extractors.page.decode import decode
from extractors.page.files import read_file
from extractors.page.html import blocks_of_page, read_html
from extractors.page.memory import PageBlocks, SiteMemory
from extractors.page.mhtml import web_page
from extractors.page.text import read_text
from extractors.records import Document, Issue

MAX_PAGE_BYTES = 30_000_000
MAX_TAGS = 300_000
"""The largest page measured (research corpus of 41) has 350 KB and 5,000 tags."""


def read_document(
    data: bytes,
    *,
    name: str | None = None,
    url: str | None = None,
    media_type: str | None = None,
    charset: str | None = None,
    memory: SiteMemory | None = None,
) -> Document:
    """Read one page or file.

    In: its bytes; `name` of a local file, or `url`, `media_type` and declared `charset` of a response; `memory`, what
    is known of its site. Out: a Document; a local .txt of at most `MAX_CHARS` is always read and keeps its text
    unchanged. Never raises on the
    content of `data`: what cannot be read is a kind or an issue.
    """
    kind = format_of(data, name, media_type)
    if kind == "txt":
        return read_text(decode(data, charset))
    if kind not in ("html", "mhtml"):
        return read_file(data, kind)
    if kind == "mhtml":
        data, charset = web_page(data)
    if _is_too_large(data):
        note = f"a page of {len(data)} bytes; at most {MAX_PAGE_BYTES} and {MAX_TAGS} tags are read"
        return Document(kind="undecodable", text="", issues=(Issue("too_large", "error", "publisher", note),))
    decoded = decode(data, charset)
    if not decoded.readable:
        note = f"neither UTF-8 nor GB18030 nor {charset or 'any declared charset'} fits"
        return Document(
            kind="undecodable", text="", issues=(Issue("undecodable", "error", "publisher", note),)
        )
    return read_html(decoded, url, memory)


def page_blocks(
    data: bytes, *, url: str | None = None, media_type: str | None = None, charset: str | None = None
) -> PageBlocks | None:
    """What a page teaches of its site (`memory.learn`); None for what is no HTML page with an article."""
    if format_of(data, None, media_type) != "html" or _is_too_large(data):
        return None
    decoded = decode(data, charset)
    return blocks_of_page(decoded, url) if decoded.readable else None


def _is_too_large(data: bytes) -> bool:
    return len(data) > MAX_PAGE_BYTES or (len(data) > MAX_TAGS and data.count(b"<") > MAX_TAGS)
