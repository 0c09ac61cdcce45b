"""PDF files with a text layer."""

from __future__ import annotations

import pypdfium2

from extractors.page.blocks import Line, normalise
from extractors.page.containers import TooLarge
from extractors.page.layout import Page, Piece, page_lines

_MAX_PAGES = 1000
_MAX_PIECES = 300_000
"""Far more than any report has: a 60-page one has some 3,000 pieces."""


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
        room = _MAX_PIECES
        for index in range(len(document)):
            pages.append(_page(document[index], room))
            room -= len(pages[-1].pieces)
    finally:
        document.close()
    return page_lines(pages)


def _page(page: pypdfium2.PdfPage, room: int) -> Page:
    textpage = page.get_textpage()
    try:
        count = textpage.count_rects()
        if count > room:
            raise TooLarge(f"more than {_MAX_PIECES} pieces of text")
        pieces = []
        for index in range(count):
            left, bottom, right, top = textpage.get_rect(index)
            text = normalise(textpage.get_text_bounded(left, bottom, right, top)).replace("\n", "")
            if text:
                pieces.append(Piece(text, left, right, bottom, top))
        return Page(page.get_height(), pieces)
    finally:
        textpage.close()
        page.close()
