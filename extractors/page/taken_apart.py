"""A page taken apart: its title, its article without what stands between the lines, what is around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from extractors.page.attachments import linked_files
from extractors.page.blocks import Line, lines_in, lines_of, rejoined, squeeze
from extractors.page.body import Body, find_body, frame_of
from extractors.page.chrome import Stripped, is_sentence, strip_lines
from extractors.page.frame import beyond_article, feet, furniture, teaser
from extractors.page.heading import Heading, find_heading, may_be_title, page_titles
from extractors.page.hidden import shown_by_script
from extractors.page.letters import LETTER, find_letter, rows_of_text, without_form
from extractors.page.lists import RowList, list_rows, rows_without_address
from extractors.page.memory import SiteMemory, blocks_of
from extractors.page.metadata import Metadata, claimed_title, metas_of, read_metadata
from extractors.page.platforms import platform_of
from extractors.page.scripted import scripted_article
from extractors.page.tree import Element, Tree
from extractors.records import Attachment, Removed

RULES_OF_LAYOUT = frozenset({"dense_block", "follows_title", LETTER})
"""Rules that find an article by what is printed where, not by a container's name."""
_MINOR_SHARE = 0.3
"""Furniture inside an article holds less than this share of it, else its name misleads."""


@dataclass(frozen=True)
class Page:
    """A page taken apart."""

    tree: Tree
    source: str
    platform: str | None
    heading: Heading | None
    body: Body | None
    article: Sequence[Line]
    removed: Sequence[Removed]
    metadata: Metadata
    files: tuple[Attachment, ...]

    @cached_property
    def rows(self) -> RowList:
        return list_rows(self.tree, self.source)

    @cached_property
    def rows_without_address(self) -> RowList:
        return rows_without_address(self.tree)


def take_apart(source: str, url: str | None, memory: SiteMemory | None = None) -> Page:
    """Take a page apart, with what is remembered of its site."""
    tree = Tree(source)
    platform = platform_of(source, url)
    heading, body, lines = _read(tree, source, platform, memory)
    if not _has_text(body, lines.kept):
        for revealed in shown_by_script(source, tree, heading):
            found_heading, found, printed = _read(revealed, source, platform, memory)
            if _has_text(found, printed.kept):
                tree, heading, body, lines = revealed, found_heading, found, printed
                break
    before, after = _around(tree, body.element if body else None)
    files = linked_files(tree, source, url)
    if not _has_text(body, lines.kept) and (scripted := _scripted(tree, source)) is not None:
        heading, inner = scripted
        body, lines = None, _article(inner.element.tree, inner, heading, frozenset())
        files = _joined(files, linked_files(inner.element.tree, "", url))
    above = [*before, *lines.head]
    is_letter = body is not None and body.rule == LETTER  # whose days are those of letter and answer
    return Page(
        tree=tree,
        source=source,
        platform=platform,
        heading=heading,
        body=body,
        article=lines.kept,
        removed=[*_outside(before), *lines.removed, *_outside(after)],
        metadata=read_metadata(
            tree, source, [*above, *lines.foot, *after], [] if is_letter else above, heading, url
        ),
        files=files,
    )


def _scripted(tree: Tree, source: str) -> tuple[Heading | None, Body] | None:
    """The article a page's scripts would print, and the title that it prints again."""
    metas = metas_of(tree)
    claimed = claimed_title(metas)
    titles = [claimed] if claimed else page_titles(tree, metas)[:1]
    article = scripted_article(source, titles)
    if article is None:
        return None
    holder = Tree(article)
    heading = find_heading(holder, claimed, titles, frame_of(holder, titles))
    return heading, Body(holder.tagged("body")[0], (), "script")


def _joined(files: Sequence[Attachment], more: Sequence[Attachment]) -> tuple[Attachment, ...]:
    """Files of both, each address once."""
    return tuple({file.url: file for file in (*more, *files)}.values())


def _remembered(tree: Tree, memory: SiteMemory | None) -> frozenset[Element]:
    """The page's blocks that are known as its site's frame."""
    if memory is None or not memory.blocks:
        return frozenset()
    known = frozenset(memory.blocks)
    return frozenset(element for element, key in blocks_of(tree.elements) if key in known)


def _read(
    tree: Tree, source: str, platform: str | None, memory: SiteMemory | None
) -> tuple[Heading | None, Body | None, Stripped]:
    """The page's title and article as printed, and the article's lines."""
    remembered = _remembered(tree, memory)
    heading, body = _find(tree, source, platform, remembered)
    lines = _article(tree, body, heading, remembered) if body is not None else Stripped([], [], [], [])
    return heading, body, lines


def _has_text(body: Body | None, article: Sequence[Line]) -> bool:
    """Whether what was found is an article: one that only its place tells has a sentence, a row or a file in it."""
    if body is None or not article:
        return False
    return body.rule not in RULES_OF_LAYOUT or body.element.files > 0 or any(map(is_sentence, article))


def _find(
    tree: Tree, source: str, platform: str | None, remembered: frozenset[Element]
) -> tuple[Heading | None, Body | None]:
    """The page's title and article as printed."""
    metas = metas_of(tree)
    claimed, titles = claimed_title(metas), page_titles(tree, metas)
    frame = frame_of(tree, [claimed, *titles] if claimed else titles, remembered)
    heading = find_heading(tree, claimed, titles, frame)
    letter = find_letter(tree, source, heading)
    body = find_body(tree, frame, platform, heading, letter.body if letter else None)
    if letter is not None and body is letter.body:
        heading = letter.heading or heading
    return heading, body


def _around(tree: Tree, inside: Element | None) -> tuple[list[Line], list[Line]]:
    """Printed lines of a page before and after one of its elements; all are before where there is none. What is around
    the element parts lines, be it a block or not."""
    end = len(tree.tape)
    if inside is None:
        return lines_of(tree, 0, end), []
    inline = [node for node in inside.ancestors() if not node.is_block]
    begins = [0, *sorted(node.begin for node in inline), inside.begin]
    ends = [inside.end, *sorted(node.end for node in inline), end]
    before, after = (
        [line for pair in pairwise(places) for line in lines_of(tree, *pair)] for places in (begins, ends)
    )
    return before, after


def _outside(lines: Sequence[Line]) -> list[Removed]:
    return [Removed("\n".join(line.apart for line in lines), "outside_article")] if lines else []


def _article(tree: Tree, body: Body, heading: Heading | None, remembered: frozenset[Element]) -> Stripped:
    """An article's lines, and what was taken out from between them."""
    rules: dict[Element, str] = dict.fromkeys(_titles_in(body.element, heading), "title_repeat")
    above_title, top = _above_title(body, heading)
    rules |= dict.fromkeys(above_title, "above_title")
    rules |= dict.fromkeys(remembered, "site_memory")
    rules |= dict.fromkeys(beyond_article(tree, body.element), "beyond_article")
    if (above := teaser(tree, body.element)) is not None:
        rules[above] = "teaser"
    rules |= dict.fromkeys(_furniture_of(tree, body.element), "furniture_element")
    hidden: list[Removed] = []
    removed: list[Removed] = []
    without: list[Element] = []
    covered = body.element.order
    for element in body.element.descendants()[1:]:
        if element.hidden:
            if element.parent is not None and not element.parent.hidden:
                text = "".join(map(tree.raw_text, element.descendants())).strip()
                hidden += [Removed(text, "hidden")] if text else []
        elif element in rules and element.order > covered and element.is_printed and element.tag != "br":
            covered = element.last
            without.append(element)
            removed += [Removed(element.text(), rules[element])] if element.chars else []
    lines = [line for heading in body.headings for line in lines_in(heading)]
    dateline = heading.dateline if heading is not None else None
    is_dated = dateline is not None and not body.element.contains(dateline)
    form: list[Line] = []
    if body.rule == LETTER:
        printed, form = without_form(lines_in(body.element, without, rows_of_text(body.element)))
        removed += [Removed(line.text, LETTER) for line in form]
    else:
        printed = lines_in(body.element, without)
    stripped = strip_lines(printed, is_dated=is_dated)
    kept = rejoined(lines + stripped.kept)
    head, foot = [*top, *stripped.head], [*stripped.foot, *form]
    return replace(stripped, kept=kept, removed=hidden + removed + stripped.removed, head=head, foot=foot)


def _furniture_of(tree: Tree, article: Element) -> Iterator[Element]:
    """What is furniture by its name in an article, and little of it, mostly links or a foot by its words: else its name
    misleads."""
    most = _MINOR_SHARE * article.chars
    named = {element for element in furniture(tree) if article.contains(element) and element is not article}
    minor = {element for element in named if element.chars < most or element.links > element.prose}
    yield from minor
    if minor != named:
        yield from named & feet(tree)


def _above_title(body: Body, heading: Heading | None) -> tuple[list[Element], list[Line]]:
    """What stands above the title and its line of date and source in a dense block that is most of the page: its top,
    where no text is in it. Its elements and its lines, which may be of a catalogue."""
    if body.rule != "dense_block" or heading is None or not (heading.is_sure and heading.dateline):
        return [], []
    title = heading.element
    if not body.element.contains(title):
        return [], []
    lines = lines_of(title.tree, body.element.begin, title.begin)
    if any(map(is_sentence, lines)):
        return [], []
    return [node for node in body.element.descendants()[1:] if node.last < title.order], lines


def _titles_in(article: Element, heading: Heading | None) -> Iterator[Element]:
    """The elements of an article that print its title again."""
    if heading is None:
        return
    title = squeeze(heading.text)
    for element in article.descendants():
        is_title = element is heading.element and heading.dateline is not None
        if is_title or (
            element.chars == len(title) and may_be_title(element) and squeeze(element.text()) == title
        ):
            yield element
