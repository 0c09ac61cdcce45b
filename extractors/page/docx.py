"""Word files (.docx): paragraphs and tables in order, list numbers as Word prints them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from extractors.page.blocks import Line, normalise, rejoined
from extractors.page.containers import check_office

_DIGITS = "〇一二三四五六七八九"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_CHINESE_FORMATS = frozenset(
    {
        "chineseCounting",
        "chineseCountingThousand",
        "chineseLegalSimplified",
        "japaneseCounting",
        "taiwaneseCounting",
    }
)
_PLACE = re.compile(r"%([1-9])")
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_NO_TEXT = frozenset(
    qn(tag) for tag in ("w:del", "w:moveFrom", "w:txbxContent", "w:instrText", "w:delText", "w:rPr", "w:pPr")
)
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def docx_lines(data: bytes) -> list[Line]:
    """The printed lines of a .docx, tables in place; deleted and moved text is left out, inserted text is
    kept, lines that a margin ended are joined. Text boxes and footnotes follow the paragraph they hang on; page heads
    and feet are left out.

    Raises TooLarge or Malformed beyond the bounds, and what the zip, XML or docx layers raise for a broken
    file: the caller turns it into an issue.
    """
    check_office(data)
    document = docx.Document(io.BytesIO(data))
    reader = _Reader(_Numbering.of(document), _footnotes(document))
    reader.read(document.element.body)
    return rejoined(reader.lines)


@dataclass(slots=True)
class _Reader:
    """Prints a document's parts one after the other."""

    numbering: _Numbering
    footnotes: dict[str, Any]
    lines: list[Line] = field(default_factory=list)
    tables: int = 0

    def read(self, parent: Any) -> None:
        """Everything below a body, text box or footnote."""
        for element in _body_items(parent):
            if element.tag == qn("w:p"):
                self.lines += (Line((part,)) for part in _paragraph(element, self.numbering))
            else:
                self.lines += _table(element, self.numbering, self.tables)
                self.tables += 1
            for hanging in self._hanging(element):
                self.read(hanging)

    def _hanging(self, element: Any) -> Iterator[Any]:
        """Text boxes and footnotes of a paragraph or table, in the order they are anchored."""
        for child in element.iter(qn("w:txbxContent"), qn("w:footnoteReference")):
            holders = {holder.tag for holder in child.iterancestors()}
            if _FALLBACK in holders or qn("w:del") in holders:
                continue
            if child.tag == qn("w:footnoteReference"):
                note = self.footnotes.pop(child.get(qn("w:id"), ""), None)
                if note is not None:
                    yield note
            elif not any(above.tag == child.tag for above in _between(child, element)):
                yield child


def _between(element: Any, above: Any) -> Iterator[Any]:
    """Ancestors of `element` below `above`."""
    for holder in element.iterancestors():
        if holder is above:
            return
        yield holder


def _footnotes(document: Any) -> dict[str, Any]:
    """The footnotes that print something, by their id."""
    part = next(
        (r.target_part for r in document.part.rels.values() if r.reltype.endswith("/footnotes")), None
    )
    if part is None:
        return {}
    notes = parse_xml(part.blob).findall(qn("w:footnote"))
    return {note.get(qn("w:id"), ""): note for note in notes if note.get(qn("w:type")) is None}


def _body_items(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables below a body or cell, those in content controls and custom markup included."""
    for child in parent:
        if child.tag in (qn("w:p"), qn("w:tbl")):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins"), qn("w:smartTag")):
            yield from _body_items(child)


def _paragraph(element: Any, numbering: _Numbering) -> list[str]:
    text = normalise_breaks("".join(_pieces(element)))
    if not text:
        return []
    return (numbering.label(element) + text).split("\n")


def normalise_breaks(text: str) -> str:
    """Each hard line break starts a line of its own; white space within a line as printed."""
    return "\n".join(part for line in text.split("\n") if (part := normalise(line)))


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag in _NO_TEXT or child.tag == _FALLBACK:
            continue
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag in (qn("w:br"), qn("w:cr")):
            yield "\n"
        elif child.tag == qn("w:tab"):
            yield " "
        elif child.tag == qn("w:noBreakHyphen"):
            yield "-"
        else:
            yield from _pieces(child)


def _table(table: Any, numbering: _Numbering, number: int) -> list[Line]:
    lines = []
    for row in table.iter(qn("w:tr")):
        if next(row.iterancestors(qn("w:tbl"))) is not table:
            continue
        cells: list[str] = []
        columns: list[int] = []
        column = 0
        for cell in _cells(row):
            properties = cell.find(qn("w:tcPr"))
            merge = properties.find(qn("w:vMerge")) if properties is not None else None
            span = properties.find(qn("w:gridSpan")) if properties is not None else None
            if merge is None or merge.get(qn("w:val")) == "restart":
                parts = (" ".join(_paragraph(p, numbering)) for p in cell.iter(qn("w:p")))
                cells.append(" ".join(part for part in parts if part))
                columns.append(column)
            width = span.get(qn("w:val"), "1") if span is not None else "1"
            column += int(width) if width.isascii() and width.isdigit() else 1
        if any(cells):
            lines.append(Line(tuple(cells), number, tuple(columns)))
    return lines


def _cells(row: Any) -> Iterator[Any]:
    for child in row:
        if child.tag == qn("w:tc"):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent")):
            yield from _cells(child)


@dataclass(slots=True)
class _Level:
    format: str = "decimal"
    text: str = ""
    start: int = 1


@dataclass(slots=True)
class _Numbering:
    """List definitions of a document and the counters as its paragraphs pass by."""

    levels: dict[str, dict[int, _Level]]
    styles: dict[str, tuple[str, int]]
    counters: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Any) -> _Numbering:
        return cls(_definitions(document), _numbered_styles(document))

    def label(self, paragraph: Any) -> str:
        """The number printed before a paragraph, with its punctuation; empty where it has none or it is a
        bullet."""
        number, level = self._place(paragraph)
        definition = self.levels.get(number, {}).get(level)
        if definition is None:
            return ""
        counters = self.counters.setdefault(number, {})
        counters[level] = counters.get(level, definition.start - 1) + 1
        for deeper in [other for other in counters if other > level]:
            del counters[deeper]
        if definition.format in ("bullet", "none"):
            return ""
        return _PLACE.sub(lambda match: self._shown(number, int(match[1]) - 1), definition.text)

    def _shown(self, number: str, level: int) -> str:
        definition = self.levels[number].get(level, _Level())
        return _print(self.counters[number].get(level, definition.start), definition.format)

    def _place(self, paragraph: Any) -> tuple[str, int]:
        properties = paragraph.find(qn("w:pPr"))
        if properties is None:
            return "", 0
        own = _numbered(properties)
        style = properties.find(qn("w:pStyle"))
        inherited = self.styles.get(style.get(qn("w:val"), ""), ("", 0)) if style is not None else ("", 0)
        return own if own is not None else inherited


def _numbered(properties: Any) -> tuple[str, int] | None:
    num = properties.find(qn("w:numPr"))
    if num is None:
        return None
    number, level = num.find(qn("w:numId")), num.find(qn("w:ilvl"))
    depth = level.get(qn("w:val"), "0") if level is not None else "0"
    return (number.get(qn("w:val"), "") if number is not None else "", int(depth) if depth.isdigit() else 0)


def _numbered_styles(document: Any) -> dict[str, tuple[str, int]]:
    """The list and level each paragraph style numbers by, its own or the one of the style it is based on."""
    found: dict[str, tuple[str, int]] = {}
    parents: dict[str, str] = {}
    for style in document.styles.element.iter(qn("w:style")):
        name, properties, base = (
            style.get(qn("w:styleId"), ""),
            style.find(qn("w:pPr")),
            style.find(qn("w:basedOn")),
        )
        if properties is not None and (place := _numbered(properties)) is not None:
            found[name] = place
        elif base is not None:
            parents[name] = base.get(qn("w:val"), "")
    for name in parents:
        seen, above = {name}, parents[name]
        while above in parents and above not in seen:
            seen.add(above)
            above = parents[above]
        if above in found:
            found[name] = found[above]
    return found


def _definitions(document: Any) -> dict[str, dict[int, _Level]]:
    part = next(
        (r.target_part for r in document.part.rels.values() if r.reltype.endswith("/numbering")), None
    )
    if part is None:
        return {}
    root = part.element
    abstract = {
        element.get(qn("w:abstractNumId")): {
            int(level.get(qn("w:ilvl"), "0")): _level(level) for level in element.findall(qn("w:lvl"))
        }
        for element in root.findall(qn("w:abstractNum"))
    }
    found = {}
    for num in root.findall(qn("w:num")):
        reference = num.find(qn("w:abstractNumId"))
        levels = dict(abstract.get(reference.get(qn("w:val")) if reference is not None else None, {}))
        for override in num.findall(qn("w:lvlOverride")):
            start = override.find(qn("w:startOverride"))
            level = int(override.get(qn("w:ilvl"), "0"))
            if start is not None and level in levels:
                old = levels[level]
                levels[level] = _Level(old.format, old.text, int(start.get(qn("w:val"), "1")))
        found[num.get(qn("w:numId"), "")] = levels
    return found


def _level(element: Any) -> _Level:
    def value(tag: str, default: str) -> str:
        child = element.find(qn(tag))
        return child.get(qn("w:val"), default) if child is not None else default

    return _Level(value("w:numFmt", "decimal"), value("w:lvlText", ""), int(value("w:start", "1")))


def _print(number: int, style: str) -> str:
    """A number in Word's list format `style` (ECMA-376 ST_NumberFormat); decimal where the style is not
    known."""
    if style in _CHINESE_FORMATS:
        return chinese_number(number)
    if style == "ideographTraditional" and 1 <= number <= 10:
        return _STEMS[number - 1]
    if style == "ideographZodiac" and 1 <= number <= 12:
        return _BRANCHES[number - 1]
    if style == "ideographDigital":
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    if style.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if style in ("lowerLetter", "upperLetter") and 1 <= number <= 26:
        letter = chr(ord("a") + number - 1)
        return letter.upper() if style == "upperLetter" else letter
    if style in ("lowerRoman", "upperRoman") and 1 <= number < 40:
        roman = _roman(number)
        return roman.upper() if style == "upperRoman" else roman
    return f"{number:02d}" if style == "decimalZero" else str(number)


def chinese_number(number: int) -> str:
    """1 to 99 as 一 … 九十九; larger ones digit by digit."""
    if not 1 <= number <= 99:
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    tens, units = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[units] if units else "")


def _roman(number: int) -> str:
    shown = ""
    for value, letters in _ROMAN:
        while number >= value:
            shown, number = shown + letters, number - value
    return shown
