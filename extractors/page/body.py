"""Where on a page the article is: the content system's own container, else what follows its title, else the innermost
dense block."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise, takewhile

from extractors.page.blocks import squeeze
from extractors.page.catalogue import catalogue_rows
from extractors.page.dates import whole_date
from extractors.page.frame import Frame, feet, furniture, is_signed, opens_related
from extractors.page.heading import HEADING_TAGS, Heading, is_text
from extractors.page.labels import opens_with_label
from extractors.page.rules import Platform, platforms
from extractors.page.tree import Element, Tree

_MAX_LINK_SHARE = 0.5
_MAX_DENSE_LINK_SHARE = 0.35
_DENSE_SHARE = 0.75
_NEARLY_ALL = 0.8
_PUNCTUATION = re.compile(r"[-_\d]+")
_MIN_STOPS = 3
_LONGEST_HEAD = 300
_MIN_PROSE = 40
_STOP_WEIGHT = 10
_LOOSE_PROSE = 20
"""Characters from which a container with a merely customary name is believed."""
_NARROW_KNOWN, _NARROW_LOOSE = 0.1, 0.3
"""A container that holds less than this share of the dense block's words is only a piece of the article;
one that a content system is known for is trusted further than one with a customary name."""
_FEWEST_ENTRIES = 3
_CONTAINERS = frozenset(
    {"div", "td", "section", "article", "main", "body", "form", "ucapcontent", "dd", "center"}
)
_BRANCHES = _CONTAINERS | {"tr", "tbody", "table", "span", "font"}
_GENERIC = "generic"
"""The entry of containers that are merely customary."""


@dataclass(frozen=True, slots=True)
class Body:
    """The element that holds the article, the headings that are printed as part of it, and how it was
    found."""

    element: Element
    headings: tuple[Element, ...]
    rule: str


def frame_of(tree: Tree, titles: Sequence[str] = (), remembered: frozenset[Element] = frozenset()) -> Frame:
    """The page's frame: menus, share bars, feet, by name, by wording and `remembered` of the site; not the head of an
    article, which prints one of the `titles` its page may have."""
    wanted = frozenset(map(squeeze, titles))
    return Frame(tree, {e for e in _outside(tree) if not _heads_article(e, wanted)} | remembered)


def find_body(
    tree: Tree,
    frame: Frame,
    platform: str | None = None,
    heading: Heading | None = None,
    form: Body | None = None,
) -> Body | None:
    """The article's container, or None on a page that shows no article; the recognised platform's rules go first, then
    the `form` that the page may print a letter in."""
    dense = _dense(tree, frame)
    known = [entry for entry in platforms() if entry.code != _GENERIC]
    for entry in sorted(known, key=lambda entry: entry.code != platform):
        if (body := _contained(tree, entry, frame, dense, heading)) is not None:
            return body
    if form is not None:
        return form
    follows = _following(tree, heading, frame) if heading is not None and heading.is_sure else None
    generic = next(entry for entry in platforms() if entry.code == _GENERIC)
    body = _contained(tree, generic, frame, dense, heading)
    if body is not None and (follows is None or _agree(follows, body.element)):
        return body
    if follows is not None:
        return Body(follows, (), "follows_title")
    return Body(dense, (), "dense_block") if dense is not None else None


def _contained(
    tree: Tree, platform: Platform, frame: Frame, dense: Element | None, heading: Heading | None
) -> Body | None:
    """The article in a container that a platform's rules name."""
    loose = platform.code == _GENERIC
    for rule, found in _candidates(tree, platform):
        element = _best(found, frame, loose=loose)
        if element is None:
            continue
        is_whole = dense is None or not _is_piece(element, dense, loose=loose)
        if is_whole or _is_all_below(element, heading, frame):
            return Body(element, _headings(tree, platform, element), rule)
    return None


def _is_all_below(element: Element, heading: Heading | None, frame: Frame) -> bool:
    """Whether an element is all that a page has under its title and the line of date and source: an article of a few
    words, below a picture perhaps."""
    if heading is None or heading.dateline is None or element.order <= heading.dateline.last:
        return False
    below = [leaf for leaf in frame.leaves_after(heading.element.last) if not element.contains(leaf)]
    return not any(is_text(leaf, above) for above, leaf in zip([None, *below], below, strict=False))


def _agree(follows: Element, named: Element) -> bool:
    """Whether a container with a merely customary name holds what follows the title, and no more."""
    return follows.contains(named) and _weight(named) >= _NEARLY_ALL * _weight(follows)


def _following(tree: Tree, heading: Heading, frame: Frame) -> Element | None:
    """The container of the text below the title: of the smallest element that holds both, the branch the text is in,
    or all of it where the text is on several branches; none where other articles come first."""
    title = heading.element
    leaves = frame.leaves_after(title.order)
    lines = enumerate(zip([None, *leaves], leaves, strict=False))
    place = next((i for i, (above, leaf) in lines if leaf.order > title.last and is_text(leaf, above)), None)
    if place is None or any(map(opens_related, leaves[:place])):
        return None
    first = leaves[place]
    shared = next(node for node in first.ancestors() if node.contains(title))
    branch = _branch(shared, first)
    if branch is shared:
        return shared
    beside = [pair for pair in pairwise(leaves[place:]) if branch.last < pair[1].order <= shared.last]
    is_shared = (
        branch.tag not in _BRANCHES
        or branch in tree.leaves
        or any(is_text(leaf, above) for above, leaf in beside)
        or any(_dates_a_signature(above, leaf) for above, leaf in beside[1:])
    )
    return shared if is_shared and not is_signed(tree, branch.begin, branch.end) else branch


def _dates_a_signature(above: Element, leaf: Element) -> bool:
    """Whether a line is the date under a signature, not the value of a label."""
    return whole_date(leaf.text()) is not None and not opens_with_label(above.text())


def _branch(shared: Element, leaf: Element) -> Element:
    """The child of `shared` on whose side `leaf` is."""
    return next((node for node in leaf.ancestors() if node.parent is shared), leaf)


def _candidates(tree: Tree, platform: Platform) -> Iterator[tuple[str, Sequence[Element]]]:
    for selector in platform.body:
        if found := tree.css(selector):
            yield selector, found
    for pattern in platform.body_names:
        if found := tree.bearing(name for name in tree.named if pattern in _customs(name)):
            yield "customary_name", found


@lru_cache(maxsize=10_000)
def _customs(name: str) -> Sequence[re.Pattern[str]]:
    """The customary names of containers that an id or class is one of."""
    bare = _PUNCTUATION.sub("", name.lower())
    return [pattern for entry in platforms() for pattern in entry.body_names if pattern.match(bare)]


def _headings(tree: Tree, platform: Platform, element: Element) -> tuple[Element, ...]:
    return tuple(
        heading
        for selector in platform.title_in_body
        for heading in tree.css(selector)[:1]
        if not heading.hidden and not element.contains(heading)
    )


def _outside(tree: Tree) -> set[Element]:
    """Elements that frame the page, its catalogue entry among them; one that holds most of the page's sentences is no
    frame whatever its name."""
    most = max(tree.root.stops // 2, 1)
    named = {e for e in furniture(tree) if e.stops < most or e.links > e.prose}
    return named | feet(tree) | catalogue_rows(tree)


def _heads_article(element: Element, titles: frozenset[str]) -> bool:
    """Whether what is named as a head of the page (`header`) is that of its article: few words, among them one of the
    page's titles as a heading."""
    if element.chars > _LONGEST_HEAD or element.links > element.prose:
        return False
    headings = (node for node in element.descendants() if node.tag in HEADING_TAGS)
    return any(squeeze(heading.text()) in titles for heading in headings)


def _best(found: Sequence[Element], frame: Frame, *, loose: bool) -> Element | None:
    """The candidate of most words; of nested ones the innermost that still has nearly all of them.

    A content system that prints an article in several containers means all of them: what holds them, if it holds
    little else.
    """
    usable = [element for element in found if _usable(element, frame, loose=loose)]
    usable = _outside_entries(usable) if loose else usable
    best = max(usable, key=lambda element: element.prose, default=None)
    if best is None:
        return None
    inner = [e for e in usable if best.contains(e) and _weight(e) >= _NEARLY_ALL * _weight(best)]
    best = inner[-1] if inner else best
    if loose:
        return best
    outer = [e for e in usable if not any(e is not other and other.contains(e) for other in usable)]
    parts = [e for e in outer if e.stops]
    around = next((node for node in best.ancestors() if all(map(node.contains, parts))), best)
    holds_little_else = sum(map(_weight, parts)) >= _NEARLY_ALL * _weight(around)
    return around if len(parts) > 1 and around.tag != "body" and holds_little_else else best


def _usable(element: Element, frame: Frame, *, loose: bool) -> bool:
    if not element.chars or element.links > _MAX_LINK_SHARE * element.chars or element in frame:
        return False
    if any(node.is_link for node in element.ancestors()):
        return False
    return not loose or element.prose >= _LOOSE_PROSE or element.rows > 0


def _outside_entries(found: Sequence[Element]) -> list[Element]:
    """Those of the elements that are no part of a list's entries: what lies alike side by side, with links between."""
    alike: defaultdict[tuple[str, ...], list[Element]] = defaultdict(list)
    for element in found:
        alike[(element.tag, *element.names)].append(element)
    entries: defaultdict[Element, set[Element]] = defaultdict(set)
    for one, other in chain.from_iterable(map(pairwise, alike.values())):
        around = next(node for node in one.ancestors() if node.contains(other))
        first, second = _branch(around, one), _branch(around, other)
        between = one.tree.elements[first.order : second.order]
        if _tags(first, one) == _tags(second, other) and any(node.start.leads_to for node in between):
            entries[around] |= {first, second}
    listed = set(chain.from_iterable(held for held in entries.values() if len(held) >= _FEWEST_ENTRIES))
    return [element for element in found if listed.isdisjoint(element.ancestors())]


def _tags(above: Element, element: Element) -> list[str]:
    """The tags from an element up to one around it."""
    return [node.tag for node in takewhile(above.contains, element.ancestors())]


def _is_piece(element: Element, dense: Element, *, loose: bool) -> bool:
    share = _NARROW_LOOSE if loose else _NARROW_KNOWN
    return not element.contains(dense) and _weight(element) < share * _weight(dense)


def _weight(element: Element) -> int:
    return element.prose + _STOP_WEIGHT * element.stops


def _dense(tree: Tree, frame: Frame) -> Element | None:
    """The innermost element that still holds most of the words outside links and outside the frame; not one of several
    parts of a kind with sentences in them."""
    framed = _framed(frame)

    def unframed(element: Element) -> tuple[int, int]:
        prose, stops = framed.get(element, (0, 0))
        return element.prose - prose, element.stops - stops

    def weight(element: Element) -> int:
        prose, stops = unframed(element)
        return prose + _STOP_WEIGHT * stops

    node = tree.root
    while True:
        below = [child for child in node.children if child.chars]
        heaviest = max(below, key=weight, default=None)
        if heaviest is None or heaviest in frame or weight(heaviest) < max(1, _DENSE_SHARE * weight(node)):
            break
        if any(_is_of_a_kind(heaviest, other) for other in below if other.stops and other not in frame):
            break
        node = heaviest
    while node.parent is not None and node.tag not in _CONTAINERS:
        node = node.parent
    prose, stops = unframed(node)
    if stops < _MIN_STOPS or prose < _MIN_PROSE or node.links > _MAX_DENSE_LINK_SHARE * node.chars:
        return None
    head = takewhile(lambda leaf: not leaf.stops, tree.leaves_of(node))
    return node if not any(map(opens_related, head)) else None


def _is_of_a_kind(element: Element, other: Element) -> bool:
    """Whether another element has the same tag, and classes that it has too (ids differ)."""
    if other is element or other.tag != element.tag:
        return False
    classes = element.attrs.get("class", "").split()
    return bool(classes) and classes == other.attrs.get("class", "").split()


def _framed(frame: Frame) -> dict[Element, tuple[int, int]]:
    """For each element above or in the frame: how many of its words and sentence marks belong to the
    frame."""
    framed: dict[Element, tuple[int, int]] = {}
    for part in frame.parts:
        if part.chars:
            for node in part.ancestors():
                prose, stops = framed.get(node, (0, 0))
                framed[node] = (prose + part.prose, stops + part.stops)
    return framed
