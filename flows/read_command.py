"""`nianbao read`: files in, one JSON object a file out. The shape is a stable interface (`FileReading`).

Nothing here touches an archive, a database or Prefect, so that it starts fast and works anywhere.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urljoin

from rich.markup import escape

from extractors.organisation import Gazetteer
from extractors.reading import part_spans, read
from extractors.records import Document, Fact, Issue, Part, Quantity, Reading
from flows.converter import Converter
from flows.files import files_in
from flows.parts import parts_of

PARTS: tuple[Part, ...] = get_args(Part)


def readings(paths: Iterable[Path], gazetteer: Gazetteer) -> Iterator[tuple[str, Reading]]:
    """Each file with its reading, in order; folders give their files, sorted. A bad file raises nothing.

    An archive and a legacy Word file are followed by what was taken out of them, named `file#member`.
    """
    for path in files_in(paths):
        try:
            data = path.read_bytes()
        except OSError as error:
            yield str(path), _unreadable(f"{type(error).__name__}: {error.strerror or error}")
            continue
        yield str(path), read(data, name=path.name, gazetteer=gazetteer)
        for part in parts_of(data, path.name, None, Converter.find()):
            file = f"{path}#{part.fragment}"
            if part.body is None:
                yield file, _unreadable(part.evidence)
            else:
                yield file, read(part.body, name=part.name, gazetteer=gazetteer)


def why_unreadable(reading: Reading) -> str | None:
    """Why nothing could be read of a file (exit code 1 of a command); None where something was."""
    errors = [issue.message for issue in reading.issues if issue.severity == "error"]
    return "; ".join(errors) if errors and not reading.document.text else None


def as_json(reading: Reading, file: str, base_url: str | None = None) -> dict[str, Any]:
    """A reading in the shape of the interface: integral floats are ints, urls as written without a base."""
    document, organisation = reading.document, reading.organisation
    resolved = organisation.status == "resolved"
    return {
        "file": file,
        "kind": document.kind,
        "title": document.title,
        "published_on": _day(document.published_on),
        "signed_on": _day(document.signed_on),
        "report_year": reading.report_year,
        "report_kind": reading.report_kind,
        "organization": {
            "name": organisation.name,
            "status": organisation.status,
            "region_code": organisation.region_code if resolved else None,
            "candidates": [
                {"name": c.name, "region_code": c.region_code, "evidence": c.evidence}
                for c in organisation.candidates
            ],
        },
        "text": document.text,
        "paragraphs": [document.text[b.start : b.end] for b in document.blocks],
        "tables": [[list(row) for row in table.rows] for table in document.tables],
        "attachments": [
            {"name": a.name, "url": _url(a.url, base_url), "kind": a.kind, "status": a.status}
            for a in document.attachments
        ],
        "list_rows": [
            {"title": r.title, "url": _url(r.url, base_url), "date": _day(r.listed_on)}
            for r in document.list_rows
        ],
        "parts": _parts(reading),
        "quantities": [_quantity(q) for q in reading.quantities],
        "facts": [_fact(f) for f in reading.facts],
        "issues": [_issue(i) for i in reading.issues],
    }


def print_lines(found: Iterable[tuple[str, Reading]], base_url: str | None) -> bool:
    """JSON lines on stdout, a word on stderr for each unreadable file; True when all could be read."""
    all_read = True
    for file, reading in found:
        sys.stdout.write(json.dumps(as_json(reading, file, base_url), ensure_ascii=False) + "\n")
        if why := why_unreadable(reading):
            all_read = False
            sys.stderr.write(f"{file}: {why}\n")
    return all_read


def print_readable(found: Iterable[tuple[str, Reading]]) -> bool:
    """The same for people: what each file is and its figures in a table."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    all_read = True
    for file, reading in found:
        all_read = all_read and not why_unreadable(reading)
        line = as_json(reading, file)
        body = line["organization"]
        console.print(f"[bold]{escape(file)}[/]  {line['kind']}  {escape(line['title'] or '')}")
        console.print(
            f"{escape(body['name'] or '?')} ({body['status']}), {line['report_year'] or '?'}: "
            f"{len(line['quantities'])} quantities, {len(line['list_rows'])} list rows"
        )
        if line["facts"]:
            table = Table("code", "value", "unit", "bound", "period", "text")
            for fact in line["facts"]:
                cells = (fact[key] for key in ("code", "value", "unit", "bound", "period", "text"))
                table.add_row(*("" if cell is None else escape(str(cell)) for cell in cells))
            console.print(table)
        for issue in line["issues"]:
            console.print(f"{issue['severity']}: {issue['kind']}: {escape(issue['message'])}")
    return all_read


def _unreadable(message: str) -> Reading:
    """The reading of a file whose bytes could not be had."""
    issue = Issue("unreadable_file", "error", "source", message)
    return Reading(Document(kind="undecodable", text=""), issues=(issue,))


def _parts(reading: Reading) -> dict[str, dict[str, Any] | None]:
    """The contiguous range of each statutory part, None for one that is not there."""
    spans = part_spans(reading.document) if reading.sections else {}
    return {
        part: {"start": span.start, "end": span.end, "heading": span.heading} if span else None
        for part in PARTS
        for span in [spans.get(part)]
    }


def _quantity(quantity: Quantity) -> dict[str, Any]:
    return {
        "start": quantity.start,
        "end": quantity.end,
        "text": quantity.text,
        "value": _number(quantity.value),
        "value_high": _number(quantity.value_high),
        "unit": quantity.unit,
        "bound": quantity.bound,
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "start": fact.start,
        "end": fact.end,
        "text": fact.text,
        "code": fact.code,
        "value": _number(fact.value),
        "value_high": _number(fact.value_high),
        "unit": fact.unit,
        "bound": fact.bound,
        "period": fact.period,
        "is_explicit_zero": fact.is_explicit_zero,
        "part_of": fact.part_of,
        "section": fact.section,
    }


def _issue(issue: Issue) -> dict[str, Any]:
    return {
        "kind": issue.kind,
        "severity": issue.severity,
        "start": issue.start,
        "end": issue.end,
        "message": issue.message,
    }


def _number(value: float | None) -> int | float | None:
    return int(value) if value is not None and float(value).is_integer() else value


def _day(value: Any) -> str | None:
    return None if value is None else str(value.isoformat())


def _url(url: str, base: str | None) -> str:
    return urljoin(base, url) if base else url
