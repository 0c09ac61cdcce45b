"""Local text files: read as they are."""

from __future__ import annotations

import re

from extractors.page.blocks import Line
from extractors.page.dates import find_date, signature_date
from extractors.page.decode import Decoded
from extractors.page.labels import labelled, printed_number
from extractors.page.metadata import source_name
from extractors.page.titles import HEAD_LINES, title_of
from extractors.records import Block, Document, Issue
from extractors.wrapped import going_on, one_line

_LINE = re.compile(r"[^\s\ufeff\u200b](?:[^\r\n\u2028\u2029\x0b\x0c\x85]*[^\s\ufeff\u200b])?")
"""A line from its first to its last character that prints."""
_LINE_END = re.compile(r"\r\n|[\r\n\u2028\u2029\x0b\x0c\x85]")
_NO_WIDTH = "\ufeff\u200b"
MAX_CHARS = 1_000_000
"""A long report has some thirty thousand; a million characters full of figures take eleven seconds and 300 MB."""


def read_text(decoded: Decoded) -> Document:
    """A local text: `text` is the decoded file unchanged, blocks are its lines that are not empty, those
    that a margin parted together; kind is `text`. One longer than any report has issue `too_large` and no text."""
    text = decoded.text
    if len(text) > MAX_CHARS:
        note = f"a text of {len(text)} characters; at most {MAX_CHARS} are read: split it into its reports"
        return Document(kind="text", text="", issues=(Issue("too_large", "error", "publisher", note),))
    blocks = _paragraphs(text)
    lines = [one_line(text[block.start : block.end]) for block in blocks]
    fields = labelled([Line((line,)) for line in lines[:HEAD_LINES]])
    stated = find_date(fields.get("published_on", "")) or find_date(fields.get("dated_on", ""))
    issues = () if decoded.readable else (undecodable_bytes(decoded),)
    return Document(
        kind="text",
        text=text,
        blocks=blocks,
        title=title_of(lines),
        published_on=stated,
        written_on=find_date(fields.get("written_on", "")),
        signed_on=signature_date(lines),
        publisher=fields.get("publisher"),
        content_source=source_name(fields.get("content_source", "")),
        index_number=fields.get("index_number"),
        document_number=fields.get("document_number") or printed_number(lines),
        encoding=decoded.encoding,
        issues=issues,
    )


def _paragraphs(text: str) -> tuple[Block, ...]:
    lines = list(_LINE.finditer(text))
    printed: list[str] = []
    places: list[int] = []
    end = 0
    for match in lines:
        *above, indent = _LINE_END.split(text[end : match.start()])
        if len(above) > 1:
            printed.append("")
        places.append(len(printed))
        printed.append(indent.strip(_NO_WIDTH) + match[0])
        end = match.end()
    margins = going_on(printed)
    blocks: list[Block] = []
    goes_on = False
    for match, place in zip(lines, places, strict=True):
        start = blocks.pop().start if goes_on else match.start()
        blocks.append(Block(start, match.end()))
        goes_on = margins[place]
    return tuple(blocks)


def undecodable_bytes(decoded: Decoded) -> Issue:
    note = f"{decoded.broken} characters cannot be decoded as {decoded.encoding}"
    return Issue("undecodable_bytes", "error", "publisher", note)
