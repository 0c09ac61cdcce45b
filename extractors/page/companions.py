"""Of the links in the rows of a list, those that are titles: others stand beside one, lead to a column or repeat it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise, takewhile
from operator import attrgetter

from extractors.page.addresses import is_column
from extractors.page.blocks import squeeze, texts
from extractors.page.list_rows import LABEL_TITLE, MENU_TITLE, ROW_TAGS, LinkText
from extractors.page.row_days import FEWEST_ALIKE, month_and_day, stated_day
from extractors.page.tree import Element, unmarked

_LARGEST_BOX = 200
"""Elements beyond which a block in a row is no box beside its title."""
_CELLS = frozenset({"li", "dd", "td"})
_ROW_TITLE = 8
_MOST_IN_ROW = 12
"""Links beyond which a line is no row."""
_PIECES = 3
"""Pieces of the tape before and after a link among which its brackets are looked for."""
_BRACKETED = re.compile(r"[\[［【（(〔][^\]］】）)〕]*[\]］】）)〕]")
_Spot = tuple[Element | None, tuple[int, ...]]


def title_links(links: Sequence[Element], read: Mapping[Element, LinkText]) -> list[Element]:
    """The links that are titles of rows, in order; `read` tells what each link says."""
    links = _without_repeated_columns(_without_repeats(links, read), read)
    return _without_companions(_without_boxed(links, read), read)


def _without_repeats(links: Sequence[Element], read: Mapping[Element, LinkText]) -> list[Element]:
    """Links without those that only invite to what another calls by its title: 查看全文 below an abstract.
    Pictures, which say nothing, stay."""
    titled = {read[link].url for link in links if read[link].title}
    return [link for link in links if read[link].title or not link.chars or read[link].url not in titled]


def _without_repeated_columns(links: Sequence[Element], read: Mapping[Element, LinkText]) -> list[Element]:
    """Links without those to a column that stand in several places, in every row perhaps, or in menus."""
    urls = Counter(read[link].url for link in links)
    return [link for link in links if urls[url := read[link].url] == 1 or not is_column(url)]


def _without_boxed(links: Sequence[Element], read: Mapping[Element, LinkText]) -> list[Element]:
    """Links without those in a box that a row holds below its title, 相关解读 perhaps: in a list within the row, or in
    a block of it as the title is not, no longer than the title or with its words. The row has a day, the box none."""
    titles: dict[Element, Element] = {}
    boxes: dict[Element, dict[Element, list[Element]]] = defaultdict(lambda: defaultdict(list))
    for link in links:
        if link.line.tag in _CELLS:
            titles.setdefault(link.line, link)
        for box, cell in pairwise(link.line.ancestors()):
            if box.tag == "tr" or box.last - box.order > _LARGEST_BOX:
                break
            if cell in titles:
                if read[link].url != read[titles[cell]].url:
                    boxes[cell][box].append(link)
                break
    rows: dict[Element, list[Element]] = defaultdict(list)
    for cell in boxes:
        rows[cell.parent if cell.tag == "td" and cell.parent is not None else cell].append(cell)
    boxed: set[Element] = set()
    for row, cells in rows.items():
        if not _has_day_apart(
            row, [titles[cell] for cell in cells], [box for cell in cells for box in boxes[cell]]
        ):
            continue
        for cell in cells:
            words = squeeze(read[titles[cell]].title)
            below = [link for found in boxes[cell].values() for link in found]
            if len(words) < _ROW_TITLE or len(below) >= _MOST_IN_ROW or is_column(read[titles[cell]].url):
                continue
            boxed.update(
                link
                for link in below
                if link.line.tag in ROW_TAGS
                or len(shown := squeeze(read[link].title)) <= len(words)
                or words in shown
            )
    return [link for link in links if link not in boxed]


def _has_day_apart(row: Element, titles: Sequence[Element], boxes: Sequence[Element]) -> bool:
    """Whether a row has a day that stands neither in a title nor in the boxes in it, which have none."""
    pieces = list(texts(row, *sorted((*titles, *boxes), key=attrgetter("order"))))
    is_dated = stated_day(pieces) or month_and_day(pieces)
    return is_dated is not None and not any(stated_day(list(texts(box))) for box in boxes)


def _without_companions(links: Sequence[Element], read: Mapping[Element, LinkText]) -> list[Element]:
    """Links without those that stand in a row beside its title: [解读], PDF, the department.

    They are in brackets, or very short beside the only title, or stand where most rows of a list have a link as
    short as a name and far shorter than the title, while titles stand at one other place alone.
    """
    rows: dict[Element, list[Element]] = defaultdict(list)
    for link in links:
        rows[next((node for node in link.ancestors() if node.tag in ROW_TAGS), link.line)].append(link)
    companions: set[Element] = set()
    spots: dict[_Spot, list[Element]] = defaultdict(list)
    long: Counter[_Spot] = Counter()
    for row, held in rows.items():
        plain = [link for link in held if not _is_bracketed(link, read[link].title)]
        title = max(plain, key=lambda link: len(read[link].title), default=None)
        if title is None or len(read[title].title) < _ROW_TITLE:
            continue
        beside = {link for link in held if read[link].url != read[title].url}
        companions |= beside.difference(plain)
        beside.intersection_update(plain)
        if all(len(read[link].title) < LABEL_TITLE for link in beside):
            companions |= beside
        for link in (title, *beside) if beside and len(held) <= _MOST_IN_ROW else ():
            spots[spot := _spot(row, link)].append(link)
            long[spot] += 2 * len(read[link].title) > len(read[title].title)
    held_often = {spot: found for spot, found in spots.items() if len(found) >= FEWEST_ALIKE}
    titles = Counter(spot[0] for spot, found in held_often.items() if 2 * long[spot] >= len(found))
    for spot, found in held_often.items():
        chars = sum(len(read[link].title) for link in found)
        if titles[spot[0]] == 1 and 2 * long[spot] < len(found) and chars < MENU_TITLE * len(found):
            companions.update(found)
    return [link for link in links if link not in companions]


def _is_bracketed(link: Element, title: str) -> bool:
    """Whether a link stands in brackets, its own or those around it."""
    tape, line = link.tree.tape, link.line
    before = unmarked("".join(tape[max(line.begin, link.begin - _PIECES) : link.begin])).rstrip()
    after = unmarked("".join(tape[link.end : min(line.end, link.end + _PIECES)])).lstrip()
    return any(map(_BRACKETED.fullmatch, (title, f"{before[-1:]}{title}{after[:1]}")))


def _spot(row: Element, link: Element) -> _Spot:
    """The list that a row is in, and the place of a link in the row: of each part it lies in the number."""
    parts = takewhile(lambda node: node is not row, link.ancestors())
    beside = ((node, node.parent.children) for node in parts if node.parent is not None)
    return row.parent, tuple(sum(other.order < node.order for other in likes) for node, likes in beside)
