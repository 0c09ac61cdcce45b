"""Rows of a list page: the repeated lines of one link and, usually, one date; menus are not rows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from operator import attrgetter

from extractors.page.addresses import address_of, is_column, is_page
from extractors.page.companions import title_links
from extractors.page.frame import is_furniture
from extractors.page.list_days import Held, days_of
from extractors.page.list_rows import LABEL_TITLE, MENU_TITLE, ROW_TAGS, LinkText, read_link, title_beside
from extractors.page.markup import FILE_LINK
from extractors.page.row_days import FEWEST_ALIKE
from extractors.page.scripted_rows import scripted_lists
from extractors.page.titles import is_placeholder, names_its_subject
from extractors.page.tree import Element, Tree
from extractors.records import ListRow

_CLICKED = ("li", "tr")
"""Rows that may lead to a page themselves."""
_CONTAINERS = frozenset({"div", "ul", "ol", "dl", "table", "section", "article", "main"})
_NEAR = 3
_TURN = re.compile(r"[-_]?(?:\d+|first|last|odd|even|on|active|current|cur)(?=[-_]|$)", re.IGNORECASE)
"""What a name says of the turn of an element among its like."""
_MIN_TITLE = 2
_MAX_UNDATED_TITLES = 30


@dataclass(frozen=True, slots=True)
class _Row:
    title: str
    url: str
    day: date | None
    holder: Element
    place: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowList:
    """The rows of a page's main list, the elements that show them (none for rows kept in a script), the links to pages
    that stand elsewhere on it, `asides`, and those of its rows that are `lost`: their links lead nowhere that is known,
    so their `url` is empty."""

    rows: tuple[ListRow, ...]
    holders: tuple[Element, ...]
    asides: tuple[ListRow, ...] = ()
    lost: tuple[ListRow, ...] = ()

    @property
    def dated(self) -> list[Element]:
        """The elements that show the rows with a day."""
        shown = zip(self.rows, self.holders, strict=False)
        return [holder for row, holder in shown if row.listed_on is not None]


def list_rows(tree: Tree, source: str, *, anywhere: bool = False) -> RowList:
    """The rows of the page's main list, in order, urls as written; empty where nothing repeats.

    Lists that a page keeps in a script are read too. `anywhere`: also in elements whose names say furniture, for a page
    that is known to be a list.
    """
    found = _links_as_rows(tree, anywhere)
    rows, shown_in = _main_rows(found), tree
    for markup in scripted_lists(source):
        scripted = _main_rows(_links_as_rows(kept := Tree(markup)))
        if _score(scripted) > _score(rows):
            rows, shown_in = scripted, kept
    listed = {row.url for row in rows}
    beside = (row for row in found if row.url not in listed and not is_column(row.url))
    asides = {row.url: row for row in beside if len(row.title) >= LABEL_TITLE}
    holders = tuple(row.holder for row in rows) if shown_in is tree else ()
    return RowList(_records(rows), holders, _records(asides.values()), _records(_lost(shown_in, rows)))


def rows_without_address(tree: Tree) -> RowList:
    """The dated rows of a list whose links lead nowhere that is known."""
    links = [link for link in _leading_nowhere(tree) if not any(map(is_furniture, link.ancestors()))]
    read = _read_apart(links)
    counts = _link_counts(links, read)
    holders = _holders(links, read, counts)
    dated = [row for row in _main_rows(_rows(tree, holders, read, counts)) if row.day]
    return RowList(_records(replace(row, url="") for row in dated), tuple(row.holder for row in dated))


def _lost(tree: Tree, rows: Sequence[_Row]) -> list[_Row]:
    """Of links that lead nowhere, those in elements that lie as the elements of `rows` do, one an element: with a day
    where half of the rows have one, else called as documents are, for tabs and pagers lie in lists too."""
    holders = {row.holder for row in rows}
    around = {node for holder in holders for node in holder.ancestors()}
    places = {row.place for row in rows}
    found: dict[Element, Element] = {}
    for link in _leading_nowhere(tree) if rows else ():
        above = list(link.ancestors())
        likes = (above[-len(place)] for place in places if len(place) <= len(above))
        holder = next((node for node in likes if node not in around and _place(node) in places), None)
        if holder is not None and holders.isdisjoint(above):
            found.setdefault(holder, link)
    read = _read_apart(list(found.values()))
    counts = dict.fromkeys(around, len(rows))
    named = _rows(tree, {link: holder for holder, link in found.items()}, read, counts)
    is_dated = 2 * sum(row.day is not None for row in rows) >= len(rows)
    told = (row for row in named if (row.day if is_dated else names_its_subject(row.title)))
    return [replace(row, url="") for row in told if len(row.title) >= LABEL_TITLE]


def _leading_nowhere(tree: Tree) -> list[Element]:
    """The printed links, and rows that are clicked, of which no address is known."""
    clicked = (row for tag in _CLICKED for row in tree.tagged(tag) if "onclick" in row.attrs)
    links = (*tree.tagged("a"), *(row for row in clicked if not _has_link(row)))
    nowhere = [link for link in links if link.is_printed and not address_of(link)]
    return sorted(nowhere, key=attrgetter("order"))


def _read_apart(links: Sequence[Element]) -> dict[Element, LinkText]:
    """What links say that lead nowhere, each with an address of its own."""
    return {link: replace(said, url=str(link.order)) for link, said in _read(links).items()}


def heads_rows(heading: Element, rows: RowList) -> bool:
    """Whether a heading stands over all rows of a list: not in one or over some of them, as others of its kind between
    them do, nor over a menu."""
    if not rows.holders or heading.order > rows.holders[0].order:
        return False
    first, last = rows.holders[0], rows.holders[-1]
    holders = frozenset(rows.holders)
    likes = (e for e in heading.tree.tagged(heading.tag) if e.names == heading.names)
    if any(first.order < e.order < last.order and holders.isdisjoint(e.ancestors()) for e in likes):
        return False
    block = next(node for node in heading.ancestors() if node.parent is None or node.parent.contains(first))
    links = (node.attrs["href"] for node in block.descendants() if node.start.leads_to)
    return not block.contains(first) and sum(is_page(href) for href in links) < FEWEST_ALIKE


def selected_rows(tree: Tree, row: str | None, link: str) -> RowList:
    """The rows that CSS selectors point out: each element `row` with the links `link` in it; without `row`,
    the elements around those links. One row an address, urls as written.
    """
    links = [element for element in tree.css(link) if address_of(element)]
    read = _read(links)
    counts = _link_counts(links, read)
    if row is None:
        holders = _holders(links, read, counts)
    else:
        marked = set(tree.css(row))
        around = {element: next((n for n in element.ancestors() if n in marked), None) for element in links}
        holders = {element: holder for element, holder in around.items() if holder is not None}
    found = {row.url: row for row in reversed(_rows(tree, holders, read, counts))}
    rows = list(reversed(found.values()))
    return RowList(_records(rows), tuple(row.holder for row in rows), lost=_records(_lost(tree, rows)))


def _records(rows: Iterable[_Row]) -> tuple[ListRow, ...]:
    return tuple(ListRow(row.title, row.url, row.day) for row in rows)


def _main_rows(found: Sequence[_Row]) -> list[_Row]:
    """The rows of the best list: those that lie alike, one an address, with its longest title. Files without
    a day are attachments."""
    groups: dict[tuple[str, ...], dict[str, _Row]] = defaultdict(dict)
    for row in found:
        if row.day is None and FILE_LINK.search(row.url):
            continue
        known = groups[row.place].get(row.url)
        if known is None or len(known.title) < len(row.title):
            groups[row.place][row.url] = replace(row, day=row.day or (known.day if known else None))
    lists = [_main_list(list(group.values())) for group in groups.values()]
    best = max(lists, key=_score, default=[])
    return best if _score(best) > 0 else []


def _main_list(rows: list[_Row]) -> list[_Row]:
    """Of rows that lie alike, those of the lists in which dates stand, without columns that have none; where none has a
    date, those that are not a menu of columns."""
    pages = [row for row in rows if not is_column(row.url)]
    dated = {row.holder.parent for row in rows if row.day is not None}
    if not dated:
        return pages
    has_dated_page = any(row.day for row in pages)
    listed = (row for row in rows if row.day or not (has_dated_page and is_column(row.url)))
    return [row for row in listed if row.holder.parent in dated]


def _links_as_rows(tree: Tree, anywhere: bool = False) -> list[_Row]:
    """Every link to a page that is not furniture (or `anywhere`), with its title and day, in document order."""
    links = [link for link in tree.tagged("a") if _is_page_link(link, anywhere)]
    rows = (row for tag in _CLICKED for row in tree.tagged(tag) if "onclick" in row.attrs)
    clicked = [row for row in rows if _is_page_link(row, anywhere) and not _has_link(row)]
    links = sorted((*links, *clicked), key=attrgetter("order")) if clicked else links
    read = _read(links)
    links = title_links(links, read)
    counts = _link_counts(links, read)
    return _rows(tree, _holders(links, read, counts), read, counts)


def _rows(
    tree: Tree,
    holders: Mapping[Element, Element],
    read: Mapping[Element, LinkText],
    counts: Mapping[Element, int],
) -> list[_Row]:
    """Links with the elements that are their rows, as rows; those without any title are left out."""
    named = {holders[link] for link in holders if read[link].title}
    titled = {
        link: replace(read[link], title=title_beside(link, holder))
        if not read[link].title and holder not in named
        else read[link]
        for link, holder in holders.items()
    }
    links = [link for link in holders if len(titled[link].title) >= _MIN_TITLE]
    found = [Held(link, holders[link], titled[link], _place(holders[link])) for link in links]
    days = days_of(tree, found, counts)
    return [_Row(row.said.title, row.said.url, days[row.link], row.holder, row.place) for row in found]


def _read(links: Sequence[Element]) -> dict[Element, LinkText]:
    """What links say, without the numbers before their titles where these count the rows: those that the markup calls
    so, or three or more in turn. Most of them cannot count what the title begins with."""
    read = {link: read_link(link) for link in links}
    numbered = [(link, said.number) for link, said in read.items() if said.number]
    plain = [found for found in numbered if not found[1].is_named]
    turns = groupby(enumerate(plain), key=lambda found: found[1][1].value - found[0])
    runs = [[found for _, found in turn] for _, turn in turns]
    counted = {
        link
        for run in ([found for found in numbered if found[1].is_named], *runs)
        if 2 * sum(not number.may_count for _, number in run) > len(run)
        for link, number in run
        if number.is_named or len(run) >= FEWEST_ALIKE
    }
    return {link: said.unnumbered() if link in counted else said for link, said in read.items()}


def _is_page_link(link: Element, anywhere: bool) -> bool:
    url = address_of(link) if link.is_printed else ""
    if not url or is_placeholder(url) or is_placeholder(link.text()):
        return False
    return anywhere or not any(map(is_furniture, link.ancestors()))


def _has_link(row: Element) -> bool:
    return any(node.tag == "a" for node in row.descendants())


def _link_counts(links: Sequence[Element], read: Mapping[Element, LinkText]) -> dict[Element, int]:
    """How many different pages each element links to (1 means: this is one row's element)."""
    targets: dict[Element, set[str]] = defaultdict(set)
    for link in links:
        for node in link.ancestors():
            targets[node].add(read[link].url)
    return {element: len(found) for element, found in targets.items()}


def _holders(
    links: Sequence[Element], read: Mapping[Element, LinkText], counts: Mapping[Element, int]
) -> dict[Element, Element]:
    """The element of each link that is its row; a column among links to pages may stand over rows, and is no row."""
    pages = _link_counts([link for link in links if not is_column(read[link].url)], read)

    def is_head(link: Element) -> bool:
        around = next((node for node in link.ancestors() if counts[node] > 1), None)
        return around in pages

    return {
        link: _holder(link, counts, at_most_line=is_column(read[link].url) and is_head(link))
        for link in links
    }


def _holder(link: Element, counts: Mapping[Element, int], *, at_most_line: bool) -> Element:
    """The largest element that links to this page alone, at most one row of a list or table, or its line."""
    holder = link
    most = link.line.parent if link.line.tag == "td" else link.line
    while (
        holder.parent is not None
        and not (holder is most and at_most_line)
        and holder.tag not in ROW_TAGS
        and holder.parent.tag != "body"
        and counts.get(holder.parent, 2) == 1
    ):
        holder = holder.parent
    return holder


def _place(holder: Element) -> tuple[str, ...]:
    """The path of a row: tags all the way, with the class (else id) of what is around it. Names of the row
    itself and of lines near it (odd, even, last …) and the numbers in names do not tell lists apart."""
    path = []
    for distance, node in enumerate(holder.ancestors()):
        is_line = distance == 0 or (distance < _NEAR and node.tag not in _CONTAINERS)
        name = "" if is_line else next(iter(_names(node)), "")
        path.append(f"{node.tag}.{_TURN.sub('', name)}")
    return tuple(path)


def _names(node: Element) -> list[str]:
    """Its classes, then its id."""
    return [*node.attrs.get("class", "").split(), *node.attrs.get("id", "").split()]


def _score(rows: Sequence[_Row]) -> float:
    if not rows:
        return 0
    length = sum(min(len(row.title), _MAX_UNDATED_TITLES) for row in rows) / len(rows)
    dated = sum(row.day is not None for row in rows) / len(rows)
    if dated < 0.5 and (length < MENU_TITLE or len(rows) == 1):
        return 0
    return len(rows) * length * (1 + 4 * dated)
