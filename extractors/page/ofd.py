"""OFD, the fixed-layout format of Chinese offices (GB/T 33190-2016): text objects by their place on the page."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from extractors.page.blocks import Line, normalise
from extractors.page.containers import check_office, open_container
from extractors.page.layout import Page, Piece, page_lines

_A4_HEIGHT = 297.0


def ofd_lines(data: bytes) -> list[Line] | None:
    """The paragraphs and table rows of an OFD file; None where it has no text layer (a scan).

    Lengths in OFD are millimetres with the y axis down. Text of page templates (running heads) is left out.
    Raises TooLarge or Malformed beyond the bounds, and what the zip and XML layers raise for a broken file.
    """
    check_office(data)
    with open_container(data) as container:
        pages = [page for body in _documents(container) for page in _pages(container, body)]
    return page_lines(pages)


def _documents(container: zipfile.ZipFile) -> Iterator[str]:
    for root in ElementTree.fromstring(container.read("OFD.xml")).iterfind(".//{*}DocRoot"):
        yield _path("", root.text or "")


def _pages(container: zipfile.ZipFile, document: str) -> Iterator[Page]:
    root = ElementTree.fromstring(container.read(document))
    common = root.find(".//{*}CommonData//{*}PhysicalBox")
    for page in root.iterfind(".//{*}Pages/{*}Page"):
        content = ElementTree.fromstring(container.read(_path(document, page.get("BaseLoc", ""))))
        box = content.find(".//{*}Area/{*}PhysicalBox")
        numbers = _numbers((box if box is not None else common), 4)
        height = numbers[3] if numbers else _A4_HEIGHT
        yield Page(height, list(_pieces(content, height)))


def _pieces(content: ElementTree.Element, height: float) -> Iterator[Piece]:
    for item in content.iterfind(".//{*}TextObject"):
        box = [float(number) for number in item.get("Boundary", "").split()]
        text = normalise("".join(code.text or "" for code in item.iterfind("{*}TextCode"))).replace("\n", "")
        if len(box) == 4 and text:
            left, top, width, tall = box
            yield Piece(text, left, left + width, height - top - tall, height - top)


def _numbers(element: ElementTree.Element | None, count: int) -> list[float]:
    numbers = [float(number) for number in ((element.text or "") if element is not None else "").split()]
    return numbers if len(numbers) == count else []


def _path(base: str, target: str) -> str:
    """A location as GB/T 33190 writes it: from the container's root with a leading slash, else beside `base`."""
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), target))
