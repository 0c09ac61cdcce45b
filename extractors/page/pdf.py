"""PDF files with a text layer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import pypdfium2

from extractors.page.blocks import Line, normalise
from extractors.page.containers import TooLarge
from extractors.page.layout import Page, Piece, page_lines

_MAX_PAGES = 1000
_MAX_CHARS = 1_000_000
"""Far more than any report has: a 60-page one has some 40,000 characters."""
_NO_TEXT = re.compile(r"(?!\s)[\0-\x1f\x7f-\x9f]|[\ud800-\udfff]")
"""What a font's faulty table may give for a character."""
_GAP = 0.2
"""In line heights: room between two characters from which they are two pieces of text."""


def pdf_lines(data: bytes) -> list[Line] | None:
    """The paragraphs and table rows of a PDF; None where it has no text layer (a scan).

    Raises pypdfium2.PdfiumError for a broken or locked file, TooLarge for one beyond the bounds. pdfium is
    not thread-safe: one thread of a process at a time.
    """
    document = pypdfium2.PdfDocument(data)
    try:
        if len(document) > _MAX_PAGES:
            raise TooLarge(f"{len(document)} pages, at most {_MAX_PAGES} are read")
        pages = []
        room = _MAX_CHARS
        for index in range(len(document)):
            pages.append(_page(document[index], room))
            room -= sum(len(piece.text) for piece in pages[-1].pieces)
    finally:
        document.close()
    return page_lines(pages)


def _page(page: pypdfium2.PdfPage, room: int) -> Page:
    textpage = page.get_textpage()
    try:
        count = textpage.count_chars()
        if count > room:
            raise TooLarge(f"more than {_MAX_CHARS} characters")
        return Page(page.get_height(), list(_pieces(map(partial(_char, textpage), range(count)))))
    finally:
        textpage.close()
        page.close()


def _char(textpage: pypdfium2.PdfTextPage, index: int) -> Piece:
    """One character and its box as its font declares it. The box of the drawn shape would depend on the fonts of this
    machine where the file embeds none."""
    left, bottom, right, top = textpage.get_charbox(index, loose=True)
    text = chr(pypdfium2.raw.FPDFText_GetUnicode(textpage, index))
    return Piece("" if _NO_TEXT.match(text) else text, left, right, bottom, top)


def _pieces(chars: Iterable[Piece]) -> Iterator[Piece]:
    """Characters side by side as one piece of text."""
    run: list[Piece] = []
    for char in chars:
        if run and not _follows(char, run[-1]):
            yield from _piece(run)
            run = []
        if not char.text.isspace():
            run.append(char)
        elif run:
            run[-1] = replace(run[-1], text=run[-1].text + " ")
    yield from _piece(run)


def _follows(char: Piece, before: Piece) -> bool:
    if char.text.isspace():
        return True
    is_beside = before.bottom <= (char.top + char.bottom) / 2 <= before.top
    return is_beside and abs(char.left - before.right) <= _GAP * (before.top - before.bottom)


def _piece(run: Sequence[Piece]) -> Iterator[Piece]:
    if text := normalise("".join(char.text for char in run)).replace("\n", ""):
        yield Piece(
            text,
            min(char.left for char in run),
            max(char.right for char in run),
            min(char.bottom for char in run),
            max(char.top for char in run),
        )
