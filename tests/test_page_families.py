"""Every article in the page of every site family comes out whole, with what the page claims, and alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from extractors.page import read_document
from extractors.records import Document
from tests.cms_pages import ARTICLES, TEMPLATES, Article, claims, fill

URL = "https://www.yunxi.example/fz/1.html"


def shown(document: Document, article: Article) -> Sequence[str]:
    """The paragraphs; a title that the text prints once more as its first may stay."""
    found = [document.text[block.start : block.end] for block in document.blocks]
    return found[1:] if found[:1] == [article.title] else found


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_comes_out_whole_and_alone(template: Path, name: str) -> None:
    article = ARTICLES[name]
    source = template.read_text(encoding="utf-8")
    document = read_document(fill(source, article).encode(), url=URL)
    assert (document.kind, document.title) == ("detail", article.title)
    assert shown(document, article) == article.paragraphs
    stated: dict[str, tuple[str | date | None, str | date]] = {
        "date": (document.published_on, article.published_on),
        "date_cn": (document.published_on, article.published_on),
        "written": (document.written_on, article.written_on),
        "source": (document.content_source, article.source),
        "publisher": (document.publisher, article.publisher),
        "index": (document.index_number, article.index_number),
        "number": (document.document_number, article.document_number),
    }
    for claim in claims(source) & stated.keys():
        found, expected = stated[claim]
        assert found == expected, claim
    if article.link:
        assert [a.url for a in document.attachments] == [f"https://www.yunxi.example{article.link}"]
