"""sitemaps.org files: addresses without titles, filtered by the entry's `url_pattern`."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from flows.collector.discovery.pages import Ask, Family, ListError, ListPage, Row, plain_first
from flows.collector.discovery.rows import absolute
from flows.collector.registry import Source

_DECLARATION = re.compile(r"^\ufeff?\s*<\?xml[^>]*\?>")


def read(text: str, ask: Ask, source: Source) -> ListPage:
    """A `urlset` gives rows, a `sitemapindex` further files. Raises ListError for anything else."""
    if "<!DOCTYPE" in text[:1000] or "<!ENTITY" in text:
        raise ListError("not a sitemap: it declares a document type")
    try:
        root = ElementTree.fromstring(_DECLARATION.sub("", text))
    except ElementTree.ParseError as error:
        raise ListError(f"not XML: {error}") from error
    kind = root.tag.rpartition("}")[2]
    if kind not in ("urlset", "sitemapindex"):
        raise ListError(f"a urlset or sitemapindex is expected, <{kind}> was found")
    urls = [absolute(ask.url, node.text or "") for node in root.iterfind("{*}*/{*}loc")]
    if kind == "sitemapindex":
        return ListPage((), tuple(Ask(url, page=page) for page, url in enumerate(urls, 1) if url))
    wanted = re.compile(source.url_pattern or "")
    return ListPage(tuple(Row(None, url) for url in urls if url and wanted.search(url)))


FAMILY = Family(plain_first, read)
