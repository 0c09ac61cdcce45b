"""A citizen's letter and the answer to it (领导信箱, 咨询投诉), in the form in which such systems print them: title,
letter and answer under labels, among other fields."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from extractors.page.blocks import Line
from extractors.page.body import Body
from extractors.page.chrome import is_sentence
from extractors.page.heading import Heading, may_be_title
from extractors.page.labels import bare, known_label
from extractors.page.rules import LetterField, wording
from extractors.page.tree import Element, Tree

LETTER = "letter"
"""The rule that finds such a form."""
_OPEN, _CLOSE = r"[\[【〖（(]?\s*", r"\s*[\]】〗）)]?"
_WRITTEN = frozenset({"text", "answer"})


class _Field(NamedTuple):
    """A line's label, what it is of (None where only other pages have it too), and the value behind it."""

    label: str
    name: LetterField | None
    value: str


class Letter(NamedTuple):
    """The element that holds a letter's form, and where its title is printed."""

    body: Body
    heading: Heading | None


def find_letter(tree: Tree, source: str, heading: Heading | None) -> Letter | None:
    """The letter that a page shows; None where none or several stand there, in a table of several perhaps, one is to be
    written, or sentences between the page's title and the form make it a part of an article. A letter's text has a
    label of its own, and so has its title or the answer."""
    if not wording().letter_finder.find_matches_as_indexes(source):
        return None
    found: dict[LetterField, list[Element]] = {"title": [], "text": [], "answer": []}
    for leaf in tree.leaves:
        field = _field_of(leaf)
        if field is not None and field.name in found:
            found[field.name].append(leaf)
    texts, titles, answers = found["text"], found["title"], found["answer"]
    if len(texts) != 1 or not (titles or answers) or _heads_columns(texts[0]):
        return None
    printed = [*titles[:1], *texts, *answers[-1:]]
    if heading is not None and _is_in_article(printed, heading):
        return None
    around = next(node for node in printed[0].ancestors() if all(map(node.contains, printed)))
    if any(map(around.contains, tree.tagged("textarea"))):
        return None
    return Letter(Body(around, (), LETTER), _title(tree, titles, texts[0]))


def _heads_columns(label: Element) -> bool:
    """Whether a label stands in a row in which labels stand side by side, as over the columns of a table."""
    row = next((node for node in label.ancestors() if node.tag == "tr"), None)
    cells = [cell.text() for cell in row.children] if row is not None else []
    fields = [_field_in(cell, cell) for cell in cells]
    are_labels = [field is not None and not field.value for field in fields]
    return (True, True) in pairwise(are_labels)


def _is_in_article(printed: Sequence[Element], heading: Heading) -> bool:
    """Whether sentences stand between the page's title and the first of the elements `printed`."""
    first = min(element.order for element in printed)
    between = (leaf for leaf in heading.element.tree.leaves if heading.element.last < leaf.order < first)
    return any(is_sentence(Line((leaf.text(),))) for leaf in between)


def rows_of_text(form: Element) -> frozenset[Element]:
    """The rows of a form's tables in which the letter or the answer stands beside its label."""
    rows = [row for row in form.tree.tagged("tr") if form.contains(row)]
    labels = {row: next((cell.text() for cell in row.children if cell.chars), "") for row in rows}
    fields = {row: _field_in(label, label) for row, label in labels.items()}
    return frozenset(row for row, field in fields.items() if field is not None and field.name in _WRITTEN)


def without_form(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The letter and the answer among the lines of a form, without their labels; and its other lines: those with the
    labels of other fields and their values, what stands above the letter, and what follows a field below the answer."""
    written: list[Line] = []
    form: list[Line] = []
    kept: list[Line] = form
    is_value = is_answer = has_answer = False
    for line in lines:
        field = _field_in(line.text, line.apart)
        if field is not None and field.name in _WRITTEN:
            kept, is_value, has_answer = written, False, False
            line = line._replace(cells=(field.value,), spaced=())
            is_answer = field.name == "answer"
        elif field is not None and (field.name or kept is form):
            form.append(line)
            is_value = not field.value
            kept = form if has_answer else kept
            continue
        if is_value:
            form.append(line)
        elif line.text:
            kept.append(line)
            has_answer = kept is written and is_answer
        is_value = False
    return written, form


def _title(tree: Tree, titles: Sequence[Element], text: Element) -> Heading | None:
    """The title behind or below its label; without one the last heading above the letter."""
    if not titles:
        above = (e for e in reversed(tree.elements[: text.order]) if may_be_title(e) and not e.contains(text))
        marked = next((e for e in above if _field_of(e) is None), None)
        return Heading(marked, marked.text(), None, True) if marked is not None else None
    label = titles[0]
    field = _field_of(label)
    below = (leaf for leaf in tree.leaves if leaf.order > label.last)
    value = field.value if field and field.value else next((leaf.text() for leaf in below), "")
    return Heading(label, value, None, True) if value and not _field_in(value, value) else None


def _field_of(element: Element) -> _Field | None:
    """The label with which an element begins."""
    return _field_in(element.text(), element.text(apart=True))


def _field_in(text: str, apart: str) -> _Field | None:
    """The label with which a line begins, and behind it a colon or the end of an element, a cell or the line; `apart`
    is the line with a space between elements."""
    match = _pattern().match(text)
    if match is None:
        label = known_label(text)
        return _Field(label, None, "") if label else None
    label, value = bare(match["label"]), text[match.end() :].strip()
    is_apart = "\t" in match[0] or apart[: -len(value)] != text[: -len(value)]
    if not match["colon"] and value and not is_apart:
        return None
    return _Field(label, _names().get(label), value)


@cache
def _names() -> dict[str, LetterField]:
    return {label: name for name, labels in wording().letters.items() for label in labels}


@cache
def _pattern() -> re.Pattern[str]:
    labels = sorted(_names(), key=len, reverse=True)
    spaced = "|".join(r"\s*".join(map(re.escape, label)) for label in labels)
    return re.compile(rf"\s*{_OPEN}(?P<label>{spaced}){_CLOSE}(?P<colon>\s*[:：])?\s*")
