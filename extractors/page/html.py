"""An HTML page as a document: its article without the page around it, what it says of itself, and its
kind."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from extractors.page.attachments import urljoin_safely
from extractors.page.blocks import assemble
from extractors.page.dates import signature_date
from extractors.page.decode import Decoded
from extractors.page.endings import mark_endings
from extractors.page.kinds import kind_issues, kind_of
from extractors.page.labels import printed_number
from extractors.page.lists import heads_rows
from extractors.page.memory import PageBlocks, SiteMemory, blocks_of
from extractors.page.metadata import column_metadata
from extractors.page.taken_apart import Page, take_apart
from extractors.page.text import undecodable_bytes
from extractors.page.titles import proper_title
from extractors.records import Document


def read_html(decoded: Decoded, url: str | None, memory: SiteMemory | None = None) -> Document:
    """Read a page, with what is remembered of its site. Nothing is extracted from one that is no article; what is
    cut from one is kept in `removed`."""
    page = take_apart(decoded.text, url, memory)
    kind, body_url = kind_of(page)
    meta = page.metadata
    if kind == "list":
        above = page.heading if page.heading and heads_rows(page.heading.element, page.rows) else None
        meta = column_metadata(page.tree, meta, above.text if above else None)
    issues = [*meta.issues, *kind_issues(page, kind)]
    if decoded.broken:
        issues.append(undecodable_bytes(decoded))
    document = Document(
        kind=kind,
        text="",
        title=meta.title,
        published_on=meta.published_on,
        written_on=meta.written_on,
        publisher=meta.publisher,
        content_source=meta.content_source,
        index_number=meta.index_number,
        document_number=meta.document_number,
        topic=meta.topic,
        validity=meta.validity,
        column_name=meta.column_name,
        site_code=meta.site_code,
        site_name=meta.site_name,
        frame_names=meta.frame_names,
        platform=page.platform,
        encoding=decoded.encoding,
        body_url=urljoin_safely(url, body_url) if body_url else None,
        attachments=page.files,
        list_rows=tuple(
            replace(row, url=urljoin_safely(url, row.url))
            for row in (page.rows.rows if kind == "list" else ())
        ),
        meta_tags=meta.meta_tags,
        issues=tuple(issues),
    )
    return _with_article(document, page) if kind == "detail" else document


def blocks_of_page(decoded: Decoded, url: str | None) -> PageBlocks | None:
    """What a site's memory is learnt from; None where a page has no article."""
    page = take_apart(decoded.text, url)
    body = page.body
    if body is None or kind_of(page)[0] != "detail":
        return None
    holders = set(body.element.ancestors())
    blocks = [(e, key) for e, key in blocks_of(page.tree.elements) if e not in holders]
    inside = frozenset(key for element, key in blocks if body.element.contains(element))
    return PageBlocks(
        article=hashlib.sha256("\n".join(line.text for line in page.article).encode()).hexdigest(),
        outside=frozenset(key for element, key in blocks if not body.element.contains(element)),
        inside=inside if body.rule != "dense_block" else frozenset(),
    )


def _with_article(document: Document, page: Page) -> Document:
    text, blocks, tables = assemble(page.article)
    printed = [line.text for line in page.article]
    return replace(
        document,
        text=text,
        blocks=mark_endings(text, blocks),
        tables=tables,
        title=document.title or proper_title(printed) or document.column_name,
        signed_on=signature_date(printed),
        document_number=document.document_number or printed_number(printed),
        removed=tuple(page.removed),
    )
