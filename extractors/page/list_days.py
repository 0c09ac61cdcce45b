"""The days of the rows of a list: in a row, beside it, under the heading of a year."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from extractors.page.addresses import is_column
from extractors.page.blocks import texts
from extractors.page.dates import url_date
from extractors.page.list_rows import LinkText, attribute_day
from extractors.page.row_days import (
    FEWEST_ALIKE,
    ShortDay,
    agreed_days,
    cells_of_other_days,
    day_column,
    day_in_column,
    day_in_year,
    is_of_other_column,
    month_and_day,
    short_day,
    stated_day,
    year_of,
)
from extractors.page.tree import Element, Tree


class Held(NamedTuple):
    """A link of a list, the element that is its row, what the link says, and the path that tells lists apart."""

    link: Element
    holder: Element
    said: LinkText
    place: tuple[str, ...]


def days_of(tree: Tree, rows: Sequence[Held], counts: Mapping[Element, int]) -> dict[Element, date | None]:
    """The day of each link: in its row, else beside the row, else under a year's heading, else in short; `counts` tells
    to how many pages an element links."""
    days: dict[Element, date | None] = {}
    around: dict[Element, list[str]] = {}
    columns: dict[Element | None, int | None] = {}
    for row in rows:
        days[row.link], around[row.link] = _in_row(row, columns)
    for link, pieces in _beside_undated(rows, days, counts).items():
        days[link] = stated_day(pieces) if pieces else None
        around[link] += pieces
    years: _Years | None = None
    for row in rows:
        if days[row.link] is None and (found := month_and_day(around[row.link])):
            years = years or _Years(tree, [row.link for row in rows])
            days[row.link] = day_in_year(
                found, years.above(row.link), url_date(row.said.url), attribute_day(row.link)
            )
    return days | _days_in_short([row for row in rows if days[row.link] is None], around)


def _in_row(row: Held, columns: dict[Element | None, int | None]) -> tuple[date | None, list[str]]:
    """The day stated in a row, and the texts in it beside its link; `columns` keeps which column of a table has it."""
    link, holder = row.link, row.holder
    holes, day = [link], None
    if holder.tag == "tr":
        holes += (cell for cell in cells_of_other_days(holder) if not cell.contains(link))
        if holder.parent not in columns:
            columns[holder.parent] = day_column(holder)
        if (number := columns[holder.parent]) is not None:
            day = day_in_column(holder, number)
    pieces = [*texts(holder, *sorted(holes, key=attrgetter("order"))), *row.said.rest]
    return day or stated_day(pieces), pieces


def _beside_undated(
    rows: Sequence[Held], days: Mapping[Element, date | None], counts: Mapping[Element, int]
) -> dict[Element, list[str]]:
    """The texts beside the rows of the lists in which no row to a page has a day of its own."""
    lists: dict[Element, list[Held]] = defaultdict(list)
    for row in rows:
        if row.holder.parent is not None:
            lists[row.holder.parent].append(row)
    found: dict[Element, list[str]] = {}
    for parent, held in lists.items():
        pages = [row for row in held if not is_column(row.said.url)]
        if not pages and len(held) >= FEWEST_ALIKE:
            pages = held
        if pages and all(days[row.link] is None for row in pages):
            found |= _beside(parent, pages, counts)
    return found


def _days_in_short(rows: Sequence[Held], around: Mapping[Element, list[str]]) -> dict[Element, date | None]:
    """The days of links beside which they stand in short: what an address or `title` says too, or rows that lie alike
    agree on."""
    alike: dict[tuple[tuple[str, ...], str], list[tuple[Held, ShortDay]]] = defaultdict(list)
    for row in rows:
        said = short_day(around[row.link])
        if said and not is_of_other_column(row.holder, said):
            alike[row.place, said.mark].append((row, said))
    days: dict[Element, date | None] = {}
    for held in alike.values():
        for (row, said), agreed in zip(held, agreed_days([said for _, said in held]), strict=True):
            is_witnessed = said.read() in (url_date(row.said.url), attribute_day(row.link))
            days[row.link] = said.read() if is_witnessed else agreed
    return days


def _beside(parent: Element, held: Sequence[Held], counts: Mapping[Element, int]) -> dict[Element, list[str]]:
    """The texts between rows that stand side by side, each given to the row before it; to the row after it
    where the last row has none behind it and the first has one in front. Rows in elements nested too deep for the tree
    stand beside nothing."""
    links = {row.holder: row.link for row in held}
    front: list[str] = []
    behind: dict[Element, list[str]] = {row.link: [] for row in held}
    order: list[Element] = []
    current = front
    for child in parent.content:
        if isinstance(child, Element) and child in links:
            order.append(links[child])
            current = behind[links[child]]
        elif isinstance(child, Element) and counts.get(child):
            current = front if not order else []
            current.clear()
        else:
            current.extend(texts(child))
    if front and order and not behind[order[-1]]:
        return dict(zip(order, [front, *(behind[link] for link in order)], strict=False))
    return behind


class _Years:
    """The years that stand over the rows of a page as headings of their own."""

    def __init__(self, tree: Tree, links: Sequence[Element]) -> None:
        rows = sorted(link.order for link in links)
        self._headings: list[tuple[int, int | None]] = []
        last = None
        for element in tree.elements:
            year = _heading_year(element)
            if year is None:
                continue
            passed = bisect_right(rows, element.order)
            if last == passed and self._headings:
                self._headings[-1] = (element.order, None)
            else:
                self._headings.append((element.order, year))
            last = passed

    def above(self, link: Element) -> int | None:
        """The year of the last heading before the link; None after several in a row, a choice of years."""
        place = bisect_right(self._headings, link.order, key=lambda heading: heading[0])
        return self._headings[place - 1][1] if place else None


def _heading_year(element: Element) -> int | None:
    if not element.is_printed or element.tag == "a" or element.chars > 8:
        return None
    own = "".join(child for child in element.content if isinstance(child, str))
    return year_of(" ".join(own.split()))
