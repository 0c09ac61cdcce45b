"""One call from bytes to everything understood: the seam every caller uses.

`read` is a pure function of the bytes, what the caller knows of their origin, and the gazetteer. `release` names the
code and data that did the reading, so that a better extractor is a new release and never a publisher's revision.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from extractors.organisation import Gazetteer, is_of_township, resolve
from extractors.page import read_document
from extractors.page.memory import SiteMemory
from extractors.records import Document, Reading, SourceHint
from extractors.report.facts import find_facts
from extractors.report.identity import data_cutoff, report_kind, report_year
from extractors.report.quantities import find_quantities
from extractors.report.structure import outline

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
