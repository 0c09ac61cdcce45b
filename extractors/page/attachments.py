"""Files a page links to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urljoin

from extractors.page.blocks import normalise
from extractors.page.frame import is_furniture
from extractors.page.tree import Element, Tree
from extractors.records import Attachment

_KINDS = "pdf|docx?|xlsx?|wps|et|pptx?|ofd|zip|rar|7z|txt|csv|rtf"
_SUFFIX = re.compile(rf"\.({_KINDS})(?=$|[?#&\"'\s)）])", re.IGNORECASE)
_DOWNLOAD = re.compile(
    r"/module/download/|downfile|/download(?:\.jsp|\.action|file|/)|filedownload|attachment"
)
"""In lower case."""
_VIEWER = re.compile(
    rf"(?:showVsbpdfIframe\(|[?&]file=|src=|data=)\s*[\"']?([^\"'&,)\s>]+\.(?:{_KINDS})(?:\?[^\"'&,)\s>]*)?)",
    re.IGNORECASE,
)
_SHOWN_FILE = re.compile(r"[^?]*\.s?html?\?(?:[^#]*&)?file=([^&#]+)")
"""The address of a page that shows a file (pdf.js: viewer.html?file=…)."""
_LONGEST_ADDRESS = 1000


def linked_files(tree: Tree, source: str, url: str | None) -> tuple[Attachment, ...]:
    """Files linked or embedded in a page, in order, each once; urls as written, absolute where `url` is
    known."""
    found: dict[str, Attachment] = {}
    for link in tree.tagged("a"):
        href = _shown_file(link.attrs.get("href", "").strip())
        kind = _kind(link, href)
        if kind and not any(is_furniture(node) for node in link.ancestors()):
            address = urljoin_safely(url, href)
            found.setdefault(address, Attachment(_name(link, href), address, kind))
    for match in _embedded(source):
        file = unquote(_shown_file(match[1]))
        address = urljoin_safely(url, file)
        suffix = _SUFFIX.search(file)
        if suffix:
            found.setdefault(address, Attachment(_last_part(file), address, suffix[1].lower()))
    return tuple(found.values())


def _shown_file(address: str) -> str:
    """The file that the address of a viewer names, else the address."""
    match = _SHOWN_FILE.match(address) if "?" in address else None
    return unquote(match[1]) if match else address


def _embedded(source: str) -> Iterator[re.Match[str]]:
    """Files that viewers and frames show, looked for around suffixes only: sources are long, files few."""
    done = 0
    for suffix in _SUFFIX.finditer(source):
        if suffix.start() >= done:
            start, done = max(done, suffix.start() - _LONGEST_ADDRESS), suffix.end() + _LONGEST_ADDRESS
            yield from _VIEWER.finditer(source, start, done)


def urljoin_safely(base: str | None, address: str) -> str:
    """`address` made absolute; as written where there is no base or it is no address at all."""
    if base is None:
        return address
    try:
        return urljoin(base, address)
    except ValueError:
        return address


def _kind(link: Element, href: str) -> str | None:
    if not href or href.startswith(("#", "javascript:", "mailto:")):
        return None
    attrs = link.attrs
    stated = " ".join((href, attrs.get("title", ""), attrs.get("download", "")))
    if match := _SUFFIX.search(unquote(stated) if "%" in stated else stated):
        return match[1].lower()
    address = href.lower()
    if ("down" in address or "attachment" in address) and _DOWNLOAD.search(address):
        match = _SUFFIX.search(link.text())
        return match[1].lower() if match else "unknown"
    return None


def _name(link: Element, href: str) -> str:
    shown = normalise(link.text()).replace("\n", " ")
    return shown or normalise(link.attrs.get("title", "")).replace("\n", " ") or _last_part(href)


def _last_part(address: str) -> str:
    return unquote(address.split("?")[0].rstrip("/").rsplit("/", 1)[-1])
