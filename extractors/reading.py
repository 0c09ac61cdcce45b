"""One call from bytes to everything understood: the seam every caller uses.

`read` is a pure function of the bytes, what the caller knows of their origin, and the gazetteer. `release` names the
code and data that did the reading, so that a better extractor is a new release and never a publisher's revision.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from extractors.organisation import Gazetteer, is_of_township, resolve
from extractors.page import read_document
from extractors.page.memory import SiteMemory
from extractors.records import (
    Document,
    Fact,
    Issue,
    Part,
    Quantity,
    Reading,
    Section,
    Sentence,
    SourceHint,
)
from extractors.report.facts import find_facts
from extractors.report.identity import data_cutoff, report_kind, report_year
from extractors.report.quantities import find_quantities
from extractors.report.structure import outline
from extractors.wrapped import Flow, flow_of

_Record = TypeVar("_Record", Section, Sentence, Quantity, Fact, Issue)
_STARTS, _ENDS = ("start", "subject_start"), ("end", "heading_end", "subject_end")
ARTICLE_KINDS = frozenset({"detail", "file", "text"})
"""Only these page kinds have content of their own; nothing is extracted from the others."""


def read(
    data: bytes,
    *,
    name: str | None = None,
    url: str | None = None,
    media_type: str | None = None,
    charset: str | None = None,
    hint: SourceHint | None = None,
    memory: SiteMemory | None = None,
    gazetteer: Gazetteer,
) -> Reading:
    """Read one page, file or local text.

    In: the raw bytes; `name` of a local file (its suffix decides) or `url`, `media_type` and declared `charset` of a
    response; `hint`, what the source entry and the list row knew; `memory` of the site. Out: a Reading; for a page
    that is no article only its Document (kind, links, issues), nothing understood. Never raises on the content of
    `data`.
    """
    document = read_document(data, name=name, url=url, media_type=media_type, charset=charset, memory=memory)
    if hint is not None:
        document = _with_listing(document, hint)
    if document.kind not in ARTICLE_KINDS or not document.text.strip():
        return Reading(document, issues=document.issues)
    return understand(document, hint, gazetteer)


def understand(document: Document, hint: SourceHint | None, gazetteer: Gazetteer) -> Reading:
    """What a document's text means: structure, organisation, year, quantities and facts."""
    flow = _flow(document)
    if flow is None:
        return _understand(document, hint, gazetteer)
    reading = _understand(_flowing(document, flow), hint, gazetteer)
    return _printed(reading, document, flow)


def part_spans(document: Document) -> Mapping[Part, Section | None]:
    """The contiguous range of each statutory part of a document's text, None for one that is not there."""
    flow = _flow(document)
    if flow is None:
        return outline(document.text, document.blocks).part_spans
    flowing = _flowing(document, flow)
    spans = outline(flowing.text, flowing.blocks).part_spans
    return {part: span and _printed_record(span, document.text, flow) for part, span in spans.items()}


def _flow(document: Document) -> Flow | None:
    """A local text, which is kept as it is, with its wrapped paragraphs joined; None where it has none."""
    if document.kind != "text":
        return None
    flow = flow_of(document.text, [(block.start, block.end) for block in document.blocks])
    return flow if len(flow.pieces) > 1 else None


def _flowing(document: Document, flow: Flow) -> Document:
    blocks = tuple(
        replace(block, start=flow.offset(block.start), end=flow.offset(block.end - 1) + 1)
        for block in document.blocks
    )
    return replace(document, text=flow.text, blocks=blocks)


def _printed(reading: Reading, document: Document, flow: Flow) -> Reading:
    """A reading of a flowing text with the offsets and the wording of the document's own."""

    def printed(records: Iterable[_Record]) -> tuple[_Record, ...]:
        return tuple(_printed_record(record, document.text, flow) for record in records)

    return replace(
        reading,
        document=document,
        sections=printed(reading.sections),
        sentences=printed(reading.sentences),
        quantities=printed(reading.quantities),
        facts=printed(reading.facts),
        issues=printed(reading.issues),
    )


def _printed_record(record: _Record, text: str, flow: Flow) -> _Record:
    changes: dict[str, Any] = {}
    for places, move in ((_STARTS, flow.start), (_ENDS, flow.end)):
        changes |= {name: move(at) for name in places if (at := getattr(record, name, None)) is not None}
    if hasattr(record, "text"):
        changes["text"] = text[changes["start"] : changes["end"]]
    return replace(record, **changes)


def _understand(document: Document, hint: SourceHint | None, gazetteer: Gazetteer) -> Reading:
    text = document.text
    plan = outline(text, document.blocks)
    year, year_issues = report_year(document, plan, hint)
    organisation, organisation_issues = resolve(document, hint, gazetteer, year)
    quantities = find_quantities(text)
    facts, fact_issues = find_facts(
        text, plan, quantities, year, document.tables, of_township=is_of_township(organisation)
    )
    return Reading(
        document=document,
        report_kind=report_kind(document.title, text),
        report_year=year,
        organisation=organisation,
        sections=plan.sections,
        sentences=plan.sentences,
        quantities=quantities,
        facts=facts,
        issues=(*document.issues, *year_issues, *organisation_issues, *fact_issues),
        data_cutoff=data_cutoff(text, plan, year),
    )


def _with_listing(document: Document, hint: SourceHint) -> Document:
    """Title and publication date of the list row stand in where the page itself states none."""
    return replace(
        document,
        title=document.title or hint.listed_title,
        published_on=document.published_on or hint.listed_on,
    )


@cache
def release() -> str:
    """`<version>+<12 hex digits>`: the digits change with any code or data file of the extractors."""
    from importlib.metadata import version

    digest = hashlib.sha256()
    for path, content in sorted(_package_files(files("extractors"), "")):
        digest.update(path.encode())
        digest.update(content)
    return f"{version('nianbao')}+{digest.hexdigest()[:12]}"


def _package_files(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        path = f"{prefix}/{entry.name}"
        if entry.is_dir() and entry.name != "__pycache__":
            found += _package_files(entry, path)
        elif entry.is_file() and not entry.name.endswith(".pyc"):
            found.append((path, entry.read_bytes()))
    return found
