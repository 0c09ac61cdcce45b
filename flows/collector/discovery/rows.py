"""Rows of an HTML list as the collector wants them: absolute addresses, and what stands beside the list.

What is a row is the same rule that reads a list page (`extractors.page.lists`), so that a page is never
understood in two ways. Selectors of the entry go before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from extractors.page.lists import list_rows, selected_rows
from extractors.page.tree import Element, Tree
from extractors.records import ListRow
from flows.collector.discovery.pages import Ask, ListPage, Row
from flows.collector.discovery.selected import LINK, ROW, mark
from flows.collector.registry import LINKS, Selectors


@dataclass(frozen=True, slots=True)
class HtmlList:
    """A list page taken apart; `asides` are the links to pages that are no rows of its list, `lost` the rows that lead
    nowhere."""

    tree: Tree
    base_url: str
    rows: tuple[Row, ...]
    asides: tuple[Row, ...]
    lost: tuple[ListRow, ...]

    def list_page(self, following: tuple[Ask, ...] = (), stated: int = 0) -> ListPage:
        """The page as the walk wants it, with the further pages it tells of."""
        return ListPage(self.rows, following, self.asides, stated, self.lost)

    def links(self, selector: str = LINKS) -> list[tuple[str, str]]:
        """The text and absolute address of every link a selector names, in document order; of a link that is but an
        icon, what the link or its picture is called."""
        found = (
            (link.text() or _called(link), absolute(self.base_url, link.attrs.get("href", "")))
            for link in self.tree.css(selector)
        )
        return [(text, url) for text, url in found if url is not None]


def _called(link: Element) -> str:
    pictures = (element.attrs.get("alt", "") for element in link.descendants())
    return link.attrs.get("title") or next(filter(None, pictures), "")


def read_list(html: str, url: str, selectors: Selectors) -> HtmlList:
    """Take the list page at `url` apart: one row an address, in document order, cut titles completed."""
    is_named = selectors != Selectors()
    tree = Tree(mark(html, selectors) if is_named else html)
    base = next((tag.attrs["href"] for tag in tree.tagged("base") if tag.attrs.get("href")), None)
    base_url = urljoin(url, base) if base else url
    if selectors.row is None and selectors.link == LINKS:
        found = list_rows(tree, html)
        found = found if found.rows else list_rows(tree, html, anywhere=True)
    else:
        found = selected_rows(tree, ROW if selectors.row else None, LINK)
    nowhere = (row for row in found.rows if absolute(base_url, row.url) is None)
    lost = (*found.lost, *nowhere)
    return HtmlList(tree, base_url, _rows(found.rows, base_url), _rows(found.asides, base_url), lost)


def _rows(found: Iterable[ListRow], base_url: str) -> tuple[Row, ...]:
    rows: dict[str, Row] = {}
    for row in found:
        if url := absolute(base_url, row.url):
            rows.setdefault(url, Row(row.title, url, row.listed_on))
    return tuple(rows.values())


def absolute(base_url: str, href: str) -> str | None:
    """The http(s) address `href` means on a page at `base_url`, without fragment; None for anything else."""
    try:
        url = urldefrag(urljoin(base_url, href.strip())).url
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname and href.strip()[:1] != "#" else None
