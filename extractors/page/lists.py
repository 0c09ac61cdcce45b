"""Rows of a list page: the repeated lines of one link and, usually, one date; menus are not rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from extractors.page.blocks import normalise
from extractors.page.chrome import is_furniture
from extractors.page.dates import find_date
from extractors.page.tree import FILE_LINK, Element, Tree
from extractors.records import ListRow

_NO_PAGE = re.compile(r"^\s*(?:javascript:|#|mailto:|tel:|$)", re.IGNORECASE)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_MONTH_FIRST = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})(?:月)?(?!\s*[-/.\d])")
_DAY = re.compile(r"(?<![\d-])(\d{1,2})\s*日?(?![\d-])")
_CUT = re.compile(r"(?:\.{2,}|…+)$")
_MIN_ROWS = 2
_MIN_TITLE = 2
_MENU_TITLE = 9
"""Rows without dates whose titles are on average shorter than this are a menu."""
_MAX_UNDATED_TITLES = 30
_MAX_EXTRA = 400


@dataclass(frozen=True, slots=True)
class _Row:
    title: str
    url: str
    day: date | None
    holder: Element
    place: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowList:
    """The rows of a page's main list and the elements that show them (none for rows kept in a script)."""

    rows: tuple[ListRow, ...]
    holders: tuple[Element, ...]


def list_rows(tree: Tree, source: str) -> RowList:
    """The rows of the page's main list, in order, urls as written; empty where nothing repeats.

    Lists that a Hanweb page carries as CDATA records in a script are read too.
    """
    rows, holders = _rows(tree), True
    if records := _CDATA.findall(source):
        scripted = _rows(Tree("<ul>" + "".join(f"<li>{record}</li>" for record in records) + "</ul>"))
        if _score(scripted) > _score(rows):
            rows, holders = scripted, False
    return RowList(
        tuple(ListRow(row.title, row.url, row.day) for row in rows),
        tuple(row.holder for row in rows) if holders else (),
    )


def _rows(tree: Tree) -> Sequence[_Row]:
    groups: dict[tuple[str, ...], dict[str, _Row]] = {}
    counts: dict[Element, int] = _link_counts(tree)
    for link in tree.tagged("a"):
        if not _is_page_link(link):
            continue
        holder = _holder(link, counts)
        title = _title(link)
        if len(title) < _MIN_TITLE:
            continue
        row = _Row(title, link.attrs["href"].strip(), _day_of(holder, link), holder, _place(holder))
        if row.day is None and FILE_LINK.search(row.url):
            continue
        known = groups.setdefault(row.place, {})
        if row.url not in known or len(known[row.url].title) < len(title):
            known[row.url] = row
    best = max(groups.values(), key=lambda group: _score(_main_list(list(group.values()))), default={})
    rows = _main_list(list(best.values()))
    return rows if _score(rows) > 0 else []


def _main_list(rows: list[_Row]) -> list[_Row]:
    """Of rows that lie alike, those of the lists in which dates stand; all where none has a date."""
    dated = {row.holder.parent for row in rows if row.day is not None}
    return [row for row in rows if row.holder.parent in dated] if dated else rows


def _is_page_link(link: Element) -> bool:
    if link.hidden or _NO_PAGE.match(link.attrs.get("href", "")):
        return False
    return not any(is_furniture(node) for node in link.ancestors())


def _link_counts(tree: Tree) -> dict[Element, int]:
    """How many different pages each element links to (1 means: this is one row's element)."""
    targets: dict[Element, set[str]] = {}
    for link in tree.tagged("a"):
        href = link.attrs.get("href", "").strip()
        if not link.hidden and not _NO_PAGE.match(href) and link.chars:
            for node in link.ancestors():
                targets.setdefault(node, set()).add(href)
    return {element: len(found) for element, found in targets.items()}


def _holder(link: Element, counts: dict[Element, int]) -> Element:
    """The largest element that links to this page alone."""
    holder = link
    while holder.parent is not None and holder.parent.tag != "body" and counts.get(holder.parent, 2) == 1:
        holder = holder.parent
    return holder


def _title(link: Element) -> str:
    shown = normalise(link.text()).replace("\n", " ")
    full = normalise(link.attrs.get("title", "")).replace("\n", " ")
    stem = _CUT.sub("", shown)
    if not shown or (stem != shown and full.startswith(stem)) or _squeeze(full) == _squeeze(shown):
        return full or shown
    return full if _squeeze(stem) in _squeeze(full) and len(full) <= 2 * len(shown) + 60 else _dateless(shown)


def _dateless(title: str) -> str:
    return re.sub(
        r"^[\[(（]?(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}[\])）]?\s+|\s+[\[(（]?(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}[\])）]?$",
        "",
        title,
    )


def _day_of(holder: Element, link: Element) -> date | None:
    outside = _text_outside(holder, link)
    if len(outside) > _MAX_EXTRA:
        return None
    if day := find_date(outside):
        return day
    month = _MONTH_FIRST.search(outside)
    rest = outside[: month.start()] + " " + outside[month.end() :] if month else ""
    if month and (number := _DAY.search(rest)):
        return find_date(f"{month[1]}-{month[2]}-{number[1]}")
    return (
        find_date(link.text()) if re.search(r"(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}", link.text()) else None
    )


def _text_outside(holder: Element, link: Element) -> str:
    parts: list[str] = []
    stack: list[Element | str] = [holder]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
        elif node is not link and not node.hidden:
            stack.extend([" ", *reversed(node.children)])
    return " ".join("".join(parts).split())


def _place(holder: Element) -> tuple[str, ...]:
    """The path of a row: tags all the way, the id or first class of the containers that do not repeat."""
    path = []
    for distance, node in enumerate(holder.ancestors()):
        name = "" if distance < 3 else next(iter(node.names), "")
        path.append(f"{node.tag}.{name}")
    return tuple(path)


def _score(rows: Sequence[_Row]) -> float:
    if len(rows) < _MIN_ROWS:
        return 0
    length = sum(min(len(row.title), _MAX_UNDATED_TITLES) for row in rows) / len(rows)
    dated = sum(row.day is not None for row in rows) / len(rows)
    if dated < 0.5 and length < _MENU_TITLE:
        return 0
    return len(rows) * length * (1 + 4 * dated)


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)
