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
from flows.parts import parts_of

PARTS: tuple[Part, ...] = get_args(Part)


def read_paths(
    paths: Iterable[Path], *, base_url: str | None, gazetteer: Gazetteer
) -> Iterator[dict[str, Any]]:
    """One JSON-ready object a file, in order; folders give their files, sorted. A bad file raises nothing.

    An archive and a legacy Word file are followed by what was taken out of them, named `file#member`.
    """
    for path in files_in(paths):
        try:
            data = path.read_bytes()
        except OSError as error:
            yield unreadable(path, f"{type(error).__name__}: {error.strerror or error}")
            continue
        yield as_json(read(data, name=path.name, gazetteer=gazetteer), str(path), base_url)
        for part in parts_of(data, path.name, None, Converter.find()):
            file = f"{path}#{part.fragment}"
            if part.body is None:
                yield unreadable(file, part.evidence)
            else:
                yield as_json(read(part.body, name=part.name, gazetteer=gazetteer), file, base_url)


def is_unreadable(line: dict[str, Any]) -> bool:
    """Whether nothing could be read of a file, and an error says why (exit code 1 of the command)."""
    return not line["text"] and any(issue["severity"] == "error" for issue in line["issues"])


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


def unreadable(file: Path | str, message: str) -> dict[str, Any]:
    """The line of a file whose bytes could not be had."""
    issue = Issue("unreadable_file", "error", "source", message)
    return as_json(Reading(Document(kind="undecodable", text=""), issues=(issue,)), str(file))


def print_lines(lines: Iterable[dict[str, Any]]) -> bool:
    """JSON lines on stdout, a word on stderr for each unreadable file; True when all could be read."""
    all_read = True
    for line in lines:
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        if is_unreadable(line):
            all_read = False
            reason = "; ".join(issue["message"] for issue in line["issues"])
            sys.stderr.write(f"{line['file']}: {reason}\n")
    return all_read


def print_readable(lines: Iterable[dict[str, Any]]) -> bool:
    """The same for people: what each file is and its figures in a table."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    all_read = True
    for line in lines:
        all_read = all_read and not is_unreadable(line)
        body = line["organization"]
        console.print(f"[bold]{escape(line['file'])}[/]  {line['kind']}  {escape(line['title'] or '')}")
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


def files_in(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named and those in the folders named, a folder's sorted, hidden ones left out."""
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
        else:
            yield path


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
