"""Rows of an HTML list: every link with a title, with the date that stands beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from flows.collector.discovery.pages import Row
from flows.collector.registry import Selectors

_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_EDGE = r"[\[(（【]?\s*(?:19|20)\d{2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{1,2}\s*[\])）】]?"
_EDGE_DATE = re.compile(rf"^{_EDGE}(?!\d)\s*|\s*(?<!\d){_EDGE}$")
_INDEX = re.compile(r"(^|/)((index|default|list|node|more)(_\d+)?\.\w+)?$", re.IGNORECASE)
_CUT = re.compile(r"\s*(\.{2,}|…+)$")
_SPACE = re.compile(r"\s+")
_SHORTEST_TITLE = 5
_LONGEST_ROW = 400


def html_rows(html: str | BeautifulSoup, base_url: str, selectors: Selectors) -> tuple[Row, ...]:
    """All rows in document order, one per address: the longest title, the first date.

    Without a row selector the row is the largest element around the link that links nowhere else. A title cut
    short on the page (…) is completed from the link's `title` attribute. Links to an index without a date
    beside them are navigation and left out.
    """
    soup = parse(html)
    base = base_url if (tag := soup.find("base", href=True)) is None else urljoin(base_url, str(tag["href"]))
    rows: dict[str, Row] = {}
    for holder, link in _links(soup, selectors):
        url = absolute(base, str(link["href"]))
        title, printed = _title(link)
        if url is None or len(title) < _SHORTEST_TITLE:
            continue
        row = Row(title, url, printed or _date_beside(holder, link))
        if row.listed_on is None and _INDEX.search(urlsplit(url).path) and not urlsplit(url).query:
            continue
        known = rows.get(url)
        if known is None or len(known.title or "") < len(title):
            rows[url] = Row(title, url, row.listed_on or (known.listed_on if known else None))
    return tuple(rows.values())


def parse(html: str | BeautifulSoup) -> BeautifulSoup:
    return html if isinstance(html, BeautifulSoup) else BeautifulSoup(html, "html.parser")


def absolute(base_url: str, href: str) -> str | None:
    """The http(s) address `href` means on a page at `base_url`, without fragment; None for anything else."""
    try:
        url = urldefrag(urljoin(base_url, href.strip())).url
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname and href.strip()[:1] != "#" else None


def date_in(text: str) -> date | None:
    """The first whole date written in `text`."""
    for year, month, day in _DATE.findall(text):
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None


def _links(soup: BeautifulSoup, selectors: Selectors) -> Iterator[tuple[Tag, Tag]]:
    if selectors.row is not None:
        for row in soup.select(selectors.row):
            for link in row.select(selectors.link):
                if link.has_attr("href"):
                    yield row, link
        return
    for link in soup.select(selectors.link):
        if link.has_attr("href"):
            yield _row_around(link), link


def _row_around(link: Tag) -> Tag:
    row = link
    while isinstance(row.parent, Tag) and row.parent.name not in ("body", "[document]"):
        if {str(a["href"]) for a in row.parent.find_all("a", href=True)} != {str(link["href"])}:
            break
        row = row.parent
    return row


def _title(link: Tag) -> tuple[str, date | None]:
    """The link's wording without a date printed at its edge, and that date. A date in words is wording."""
    shown = _squeeze(link.get_text(""))
    bare = _squeeze(_EDGE_DATE.sub("", shown))
    full = _squeeze(str(link.get("title") or ""))
    stem = _CUT.sub("", bare)
    title = full if len(full) > len(bare) and (stem != bare or stem in full) else stem
    return title, date_in(shown) if bare != shown else None


def _squeeze(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _date_beside(row: Tag, link: Tag) -> date | None:
    """The first date in the row outside the link, so that one in a title is never taken for it."""
    text = " ".join(string for string in row.strings if link not in string.parents)
    return date_in(text) if len(text) <= _LONGEST_ROW else None
