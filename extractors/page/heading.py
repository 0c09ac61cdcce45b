"""Where an article's title is printed: the surest mark of where the article begins.

The evidence, the surest first: an element repeats what the page's head calls its title; a heading by tag or name, else
a line of a title's length, stands right above the line of date and source; a heading by tag or name is the last before
the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from itertools import chain, groupby, pairwise, takewhile
from operator import attrgetter

from extractors.page.blocks import Line, normalise, squeeze
from extractors.page.chrome import is_furniture_line, rule_of
from extractors.page.frame import Frame
from extractors.page.labels import is_bare_dateline, is_dateline, is_label, opens_with_label
from extractors.page.markup import FILE_LINK
from extractors.page.rules import LineRule, line_rules
from extractors.page.titles import head_titles, is_placeholder, names_its_subject, proper_title
from extractors.page.tree import Element, Tree
from extractors.report.signature import names_body

_SEPARATORS = re.compile(
    r"\s*(?:_+|\s[-–—|·]\s|\||»|›|(?<!号)--+|——?(?=[^—]*(?:网|政府|部|委|局|厅)[^—]*$)|-(?=[^-_|]*(?:网站?|政府|门户|平台|局|委|委员会|部|厅|镇|乡|街道|办事处|县|区|市|州|盟|旗|省|目录|学校|[大中小]学|学院|幼儿园|医院)$))\s*"
)
_SITE_WORDS = re.compile(r"(?:网站?|门户|政府|平台|目录|[局委厅]|管委会|办事处)$")
_SCHOOL = re.compile(r"(?:学校|[大中小]学|学院|幼儿园|医院)$")
"""What names of sites end with that titles may end with too."""
_MOST_SCHOOLS = 3
"""Names of schools that may stand behind a title: a school's and those of its parts."""
_PIECES = re.compile(r"\s+|(?<!\d)-+|-+(?!\d)")
_STEPS = re.compile(" (?:/ )+")
"""What stands between the steps of a path in a `<title>`, which 织梦 writes."""
_CATALOGUE = "目录"
"""What the name of a catalogue ends with, which may be a site's or a column's."""
_TITLE_NAMES = re.compile(r"(?:title|tit|biaoti|bt|headline|h4_o)", re.IGNORECASE)
_NOT_TITLE_NAMES = re.compile(
    r"(?:sub|sec|fu|nav|menu|side|list|column|col|more|tab|site|logo)[-_]?(?:title|tit|bt|biaoti|name)|title[-_]?(?:sub|sec|base|icon|name|box_?more)",
    re.IGNORECASE,
)
HEADING_TAGS = frozenset({"h1", "h2", "h3", "h4"})
_TITLE_METAS = ("og:title", "pagetitle")
"""Meta tags of a page's title, of the Open Graph protocol and of 博达."""
_MIN, _MAX = 4, 150
_WHOLE = 8
"""Characters from which a part of the page's `<title>` is taken for its title, whatever it stands between."""
_MOST = 0.6
"""Share of a title that an element must print to print it: columns bear the last words of what lies in them."""
_HAN = re.compile(r"[\u4e00-\u9fff]")
_WEEKDAY = re.compile(r"(?<=\d[日\s])\s*(?:星期|周)[一二三四五六日天](?![\u4e00-\u9fff])")
_CUT = re.compile(r"(?:\.{2,}|…+)$")
_NO_TITLE_END = re.compile(r"[。；，,;：:]$")
_ABOVE_DATELINE = 3
"""Lines above the line of date and source among which the title is looked for."""
_MARKS = re.compile(r"[，。；！？]")
_SENTENCE = 12
"""Characters of the shortest line with a sentence mark that is taken for text."""
_LONGEST_LABEL = 40
"""Characters of the longest cell that may be a label, or a label with its value."""
UNDER_TITLE = 3
"""Lines under the title among which the line of date and source is looked for."""
_PATH = "breadcrumb"
"""The rule of lines that print a page's path."""
_chars = attrgetter("chars")
_order = attrgetter("order")


@dataclass(frozen=True, slots=True)
class Heading:
    """The element that prints the title, the title, the line of date and source under it, and whether the evidence is
    more than a tag or a name."""

    element: Element
    text: str
    dateline: Element | None
    is_sure: bool

    @property
    def may_be_article(self) -> bool:
        """Whether the title may be an article's: one that only a tag or a name tells is no short word of a menu."""
        return self.is_sure or len(squeeze(self.text)) >= _WHOLE or proper_title([self.text]) is not None


def page_titles(tree: Tree, metas: Mapping[str, str]) -> tuple[str, ...]:
    """What may be the article's title in a page's meta tags and `<title>`, the likeliest first: their parts, without
    the names of site and column, those of a column's length last; then the pieces of these, since some systems put
    nothing but a space or a hyphen between."""
    generic = {squeeze(metas[name]) for name in ("sitename", "columnname") if name in metas}
    parts = [part for title in (*_said_in(metas), *head_titles(tree)) for part in _parts_of(title)]
    found = [part for part in parts if squeeze(part) not in generic and not is_placeholder(part)]
    found.sort(key=lambda part: len(squeeze(part)) < _WHOLE)
    pieces = [piece for part in found for piece in _PIECES.split(part) if len(piece) >= _WHOLE]
    return tuple(dict.fromkeys([*found, *pieces]))


def _said_in(metas: Mapping[str, str]) -> list[str]:
    return [metas[name] for name in _TITLE_METAS if name in metas]


def column_title(tree: Tree, site: str | None = None) -> str | None:
    """What a page's `<title>` calls the column: its first part that is no name of a site, nor that of this `site`; the
    last such part where the site's name comes first; of a path its end."""
    parts = [part for title in head_titles(tree) for part in _all_parts(title)]
    names = [part == site or is_site_name(part) for part in parts]
    columns = [part for part, is_site in zip(parts, names, strict=True) if not is_site]
    columns = columns or [part for part in parts if part.endswith(_CATALOGUE)]
    is_site_first = bool(columns) and names[0] and not names[-1]
    column = next(iter(columns[::-1] if is_site_first else columns), None)
    return _STEPS.split(column)[-1] if column else None


def _all_parts(title: str) -> Iterator[str]:
    """The parts of a title, those that nothing but a hyphen or a space puts behind the name of a site too."""
    for part in filter(None, (part for piece in _behind_site(title) for part in _SEPARATORS.split(piece))):
        words = part.split()
        yield from words if any(map(is_site_name, words)) else [part]


def is_unfilled(tree: Tree) -> bool:
    """Whether the page's titles are placeholders that a script fills, with the article."""
    headings = (element.text() for tag in HEADING_TAGS for element in tree.tagged(tag))
    return any(map(is_placeholder, [*head_titles(tree), *headings]))


def _parts_of(title: str) -> list[str]:
    """The parts of a title that name no site, the last first where the first names one; last ones that name schools are
    the site's."""
    site, *behind = _behind_site(title)
    pieces = behind[::-1] or [site]
    parts = [part for piece in pieces for part in _SEPARATORS.split(piece) if part and not is_site_name(part)]
    for _ in range(_MOST_SCHOOLS):
        if len(parts) < 2 or not _SCHOOL.search(parts[-1]):
            break
        parts = [*parts[:-2], *filter(None, _SEPARATORS.split(parts[-2]))]
    return parts


def _behind_site(title: str) -> list[str]:
    """A title, or the name of a site before hyphens and what stands between and behind them; a catalogue is a school's
    own where the school's name ends the title."""
    site, *behind = title.split("-")
    if not behind or not is_site_name(site):
        return [title]
    return [title] if site.endswith(_CATALOGUE) and _SCHOOL.search(behind[-1]) else [site, *behind]


def find_heading(tree: Tree, claimed: str | None, titles: Sequence[str], frame: Frame) -> Heading | None:
    """The title's element outside the page's `frame`, or None where nothing tells it.

    `claimed` is the ArticleTitle of the page's meta tags, `titles` what its `<title>` may mean.
    """
    text = cache(partial(_first_text, frame))
    places = (_echo(title, frame) for title in ([claimed, *titles] if claimed else titles))
    place = next((place for place in places if place is not None and not _signs(place, text)), None)
    echo = _heading(place, frame) if place is not None else None
    if echo is not None and (claimed or names_its_subject(echo.text)):
        return echo
    found = _above_dateline(frame, text) or _above_text(frame, text())
    if echo is not None and not (found and _is_below(found, echo, text)):
        return echo
    if found is None:
        return None
    held = (title for title in titles if found.text not in _PIECES.split(title))
    whole = (title for title in held if _is_of_title(found.text, title))
    return replace(found, text=next(whole, found.text))


def _is_below(found: Heading, echo: Heading, text: Callable[[], Element | None]) -> bool:
    """Whether a title stands below what a page's `<title>` calls the column: one that names its subject, or a heading
    with the line of date and source under it above the text, where the page links to the column or prints its name
    above the path. What stands under a title's own line of date and source, or is a heading under it, is none. `text`
    gives the first."""
    if found.element.order <= echo.element.last:
        return False
    if names_its_subject(found.text):
        return True
    if found.dateline is None or not may_be_title(found.element):
        return False
    if echo.dateline is not None and echo.dateline.order < found.element.order:
        return False
    if _is_heading_under(found.element, echo.element):
        return False
    if not (_is_linked(echo) or _is_above_path(echo, found)):
        return False
    first = text()
    return first is None or found.element.order < first.order


def _is_heading_under(element: Element, title: Element) -> bool:
    """Whether a heading is one of a lower order than a title, or a second line under it; by their lengths a long one
    under a short one may be the title under its column."""
    if title.chars < _WHOLE <= element.chars:
        return False
    order, above = _order_of_heading(element), _order_of_heading(title)
    if order and above:
        return order > above
    leaves = element.tree.leaves
    below = leaves[bisect_right(leaves, title.last, key=_order) :]
    return title.chars >= _WHOLE and may_be_title(title) and below[:1] == [element.line]


def _order_of_heading(element: Element) -> str | None:
    """The tag of the heading that an element is, or is all of."""
    around = takewhile(lambda node: node.chars == element.chars, element.ancestors())
    inside = (node for node in element.descendants() if node.chars == element.chars)
    return next((node.tag for node in chain(around, inside) if node.tag in HEADING_TAGS), None)


def _is_linked(column: Heading) -> bool:
    """Whether a link on the page says what a heading says, as menus and paths do of columns."""
    said = squeeze(column.text)
    links = (link for link in column.element.tree.tagged("a") if link.chars == len(said))
    return any(squeeze(link.text()) == said for link in links)


def _is_above_path(column: Heading, found: Heading) -> bool:
    """Whether a page prints its path between two headings."""
    leaves = found.element.tree.leaves
    between = leaves[bisect_right(leaves, column.element.last, key=_order) :]
    lines = takewhile(lambda leaf: leaf.order < found.element.order, between)
    return any(rule is not None and rule.name == _PATH for rule in map(_head_rule, lines))


def _head_rule(leaf: Element) -> LineRule | None:
    return rule_of(_line(leaf), line_rules("head"))


def _is_of_title(text: str, title: str) -> bool:
    """Whether a text is a title or a part of it, or the title with the line of date and source behind it."""
    printed, wanted = squeeze(text), squeeze(title)
    if printed in wanted:
        return True
    return printed.startswith(wanted) and is_dateline(Line((printed.removeprefix(wanted),)))


def may_be_title(element: Element) -> bool:
    """Whether an element is a heading by tag or name, of a title's length and no menu."""
    if element.tag not in HEADING_TAGS and not _name_title(element.names):
        return False
    return _is_of_length(element) and element.links <= element.chars / 2


@lru_cache(maxsize=10_000)
def _name_title(names: tuple[str, ...]) -> bool:
    joined = " ".join(names)
    return bool(_TITLE_NAMES.search(joined)) and not _NOT_TITLE_NAMES.search(joined)


def is_site_name(text: str) -> bool:
    """Whether a text ends as the names of sites and bodies do."""
    return bool(_SITE_WORDS.search(text))


def _is_of_length(element: Element) -> bool:
    return _MIN <= element.chars <= _MAX


def _names_file(element: Element) -> bool:
    return any(
        node.tag == "a" and FILE_LINK.search(node.attrs.get("href", "")) for node in element.ancestors()
    )


def _echo(title: str, frame: Frame) -> Element | None:
    """Of the elements that print most of a title the last before the text begins: a catalogue or a path may print it
    first."""
    wanted = squeeze(title)
    least: float = _MIN
    most = _MAX
    if not _CUT.search(wanted):
        least = max(least, len(wanted) if len(wanted) < _WHOLE else max(_WHOLE, _MOST * len(wanted)))
        most = min(most, len(wanted))
    alike = [element for element in frame.elements if least <= element.chars <= most]
    alike.sort(key=_chars, reverse=True)
    for _, printed in groupby(alike, key=_chars):
        said = [e for e in printed if _says(squeeze(e.text()), wanted) and not _names_file(e)]
        if said := [e for e in said if not _is_labelled(e)] or said:
            return _last_above_text([e for e in said if e.links <= e.chars / 2] or said, frame)
    return None


def _last_above_text(places: Sequence[Element], frame: Frame) -> Element:
    """The last place before the text with the line of date and source under it, else the last one."""
    above = [places[0]]
    for place, later in pairwise(places):
        below = frame.leaves_after(place.order)
        if any(is_text(leaf, None) for leaf in below if leaf.order < later.order):
            break
        above.append(later)
    dated = (place for place in reversed(above) if _dateline(place, frame))
    return above[0] if len(above) == 1 else next(dated, above[-1])


def _heading(element: Element, frame: Frame, *, is_sure: bool = True) -> Heading:
    text = normalise(_title_in(element)).replace("\n", "")
    return Heading(element, text, _dateline(element, frame), is_sure)


def _title_in(element: Element) -> str:
    """What an element prints before the line of date and source that it may hold too."""
    for part in filter(_chars, element.descendants()[1:]):
        title = element.tree.text(element.begin, part.begin)
        if len(title) >= _MIN and is_dateline(Line((element.tree.text(part.begin, element.end, " "),))):
            return title
    return element.text()


def _dateline(element: Element, frame: Frame) -> Element | None:
    """The line of date and source under an element."""
    near = frame.leaves_after(element.last)[:UNDER_TITLE]
    lines = [(leaf, _line(leaf)) for leaf in near if leaf.chars <= _MAX]
    dated = next((leaf for leaf, line in lines if is_dateline(line)), None)
    if dated is None and lines and lines[0][0] is near[0]:
        day = Line((_WEEKDAY.sub("", lines[0][1].text, count=1),))
        return near[0] if is_bare_dateline(day) else None
    return dated


def _says(text: str, title: str) -> bool:
    if text == title or (len(text) >= max(_WHOLE, _MOST * len(title)) and text in title):
        return True
    stem = _CUT.sub("", title)
    return stem != title and len(stem) >= _WHOLE and text.startswith(stem)


def _above_dateline(frame: Frame, text: Callable[[], Element | None]) -> Heading | None:
    leaves = frame.leaves
    last_marked = cache(
        lambda: max((e.order for e in _above(text(), leaves) if _is_marked_title(e)), default=0)
    )
    for number, leaf in enumerate(leaves):
        if leaf.chars > _MAX or leaf.links > leaf.chars / 2:
            continue
        line = _line(leaf)
        if is_dateline(line):
            above = [e for e in leaves[max(0, number - _ABOVE_DATELINE) : number] if _may_stand_above(e)]
            named = [element for element in above if may_be_title(element)]
            found = [e for e in (*named[-1:], *above[-1:]) if not _signs(e, text)]
            found.sort(key=lambda e: not names_its_subject(normalise(e.text())))
        elif number and is_bare_dateline(line):
            title = leaves[number - 1]
            is_title = _may_stand_above(title) and _reads_as_title(title)
            found = [title] if is_title and last_marked() <= leaf.order else []
        else:
            continue
        for element in found:
            return _heading(element, frame)
    return None


def _signs(element: Element, text: Callable[[], Element | None]) -> bool:
    """Whether a body's bare name signs a text: sentences stand above it, or none below. `text` gives the first."""
    if not names_body(element.text()):
        return False
    first = text()
    return first is None or first.last < element.order


def _first_text(frame: Frame) -> Element | None:
    lines = zip([None, *frame.leaves], frame.leaves, strict=False)
    return next((leaf for above, leaf in lines if is_text(leaf, above)), None)


def _reads_as_title(element: Element) -> bool:
    return may_be_title(element) or proper_title([normalise(element.text())]) is not None


def _above(text: Element | None, elements: Sequence[Element]) -> Iterator[Element]:
    return takewhile(lambda element: element is not text, elements)


def _is_marked_title(element: Element) -> bool:
    return may_be_title(element) and proper_title([normalise(element.text())]) is not None


def _above_text(frame: Frame, text: Element | None) -> Heading | None:
    marked = reversed(list(filter(may_be_title, _above(text, frame.elements))))
    shown = (e for e in marked if _may_be_meant(normalise(_title_in(e))))
    last = next(shown, None)
    return _heading(last, frame, is_sure=False) if last is not None else None


def _may_be_meant(heading: str) -> bool:
    """Whether a marked heading may be an article's: in Chinese, and none of a site or a tool."""
    return bool(_HAN.search(heading)) and not is_site_name(heading) and not is_furniture_line(heading)


def _may_stand_above(leaf: Element) -> bool:
    if not _is_of_length(leaf) or leaf.links > leaf.chars / 2:
        return False
    text = normalise(leaf.text())
    return not (_NO_TITLE_END.search(text) or is_furniture_line(text) or opens_with_label(text))


def is_text(leaf: Element, before: Element | None) -> bool:
    """Whether a printed line is article: a sentence, a row of cells, a file; no menu, label, date line or tool bar.

    `before` is the line above, which may be the label of this one.
    """
    if leaf.links > leaf.chars / 2:
        return False
    is_sentence = leaf.prose >= _SENTENCE and leaf.stops > 0
    if not (is_sentence or _is_data(leaf)):
        return False
    text = normalise(leaf.text(apart=True))
    if opens_with_label(text) or (before is not None and is_label(before.text())):
        return False
    if is_furniture_line(text) or is_dateline(Line((text,))):
        return False
    return (is_sentence and _MARKS.search(text) is not None) or _is_data(leaf)


def _is_data(leaf: Element) -> bool:
    """Whether a line links to a file or is a cell of a table's row: there are others beside it, none is a link, and the
    one before it is no label."""
    if leaf.files:
        return True
    cell, cells = _row_around(leaf)
    is_linked = any(beside.links for beside in cells)
    return len(cells) > 1 and cell in cells and not is_linked and not _is_labelled(leaf)


def _row_around(leaf: Element) -> tuple[Element | None, Sequence[Element]]:
    """The cell of a table's row around an element, and all cells of that row that hold words."""
    cell = next((node for node in leaf.ancestors() if node.tag in ("td", "th", "tr")), None)
    if cell is None or cell.tag == "tr" or cell.parent is None:
        return None, ()
    return cell, [beside for beside in cell.parent.children if beside.chars]


def _is_labelled(element: Element) -> bool:
    """Whether an element stands in the cell behind a label."""
    cell, cells = _row_around(element)
    before = cells[cells.index(cell) - 1] if cell in cells[1:] else None
    return before is not None and before.chars <= _LONGEST_LABEL and opens_with_label(before.text())


def _line(leaf: Element) -> Line:
    return Line((normalise(leaf.text(apart=True)),))
