"""What kind of page an HTML page is, by the article and the rows that were found on it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice

from extractors.page.addresses import is_page
from extractors.page.blocks import squeeze, texts
from extractors.page.body import Body
from extractors.page.chrome import is_sentence
from extractors.page.classify import (
    alerts_missing,
    asks_for_proof,
    asks_password,
    body_address,
    lines_say_missing,
    refusal,
    says_hits,
    says_missing,
)
from extractors.page.heading import column_title, is_unfilled
from extractors.page.labels import heads_columns
from extractors.page.metadata import is_at_end_of_path
from extractors.page.rules import Refusal
from extractors.page.scripted import has_scripted_prose
from extractors.page.taken_apart import RULES_OF_LAYOUT, Page
from extractors.page.titles import is_placeholder, names_its_subject
from extractors.page.tree import Element, Tree
from extractors.records import Issue, PageKind

_MIN_ROWS = 3
_FEW_CHARS = 10
_ROW_SHARE = 0.5
_ROW_LINKS = 0.2
"""Share of links without which an article cannot be the rows of a list."""
_SENTENCE = re.compile(r"[，。；！？]")
_NOTE = 300
"""Characters up to which words are few: the labels of a form, names of columns, or a note on a longer list beside them,
unless they stand in an article's container."""
_FIELDS = ("input", "select", "textarea")
_NOT_ASKED = frozenset({"hidden", "submit", "button", "image", "reset"})
"""Types of fields in which nothing is to be written or chosen."""
_FEWEST_FIELDS = 2
_DIRECTIVE = re.compile(r"v-(?:text|html|if|else|for|show|bind)\b")
_UNFILLED = 0.5
_FIGURE = re.compile(r"\d\s?[\u4e00-\u9fff%％]")
"""A figure with what it counts."""

_REFUSALS: Mapping[Refusal, str] = {
    "blocked": "a firewall's page instead of the one asked for",
    "maintenance": "the site says that it is being rebuilt, instead of the page asked for",
    "login": "a login instead of the page asked for",
}


def kind_of(page: Page) -> tuple[PageKind, str | None]:
    """The page's kind, and for a shell the address of its article."""
    if says_missing(page.tree) and not page.metadata.has_article_title:
        return "soft_404", None
    if lines_say_missing(page.article) and not page.metadata.has_article_title:
        return "soft_404", None
    if page.tree.root.chars < _FEW_CHARS and alerts_missing(page.source):
        return "soft_404", None
    if "结果" in page.source and not page.metadata.has_article_title and says_hits(page.tree):
        return "list", None
    has_lost_rows = page.article and _is_of_rows_without_address(page)
    if page.article and not (has_lost_rows or _is_beside_article(page) or _is_mostly_rows(page)):
        is_none = _refusal(page) or not (_is_of_document(page) or _has_content(page))
        return ("chrome" if is_none else "detail"), None
    if has_lost_rows or len(page.rows.rows) >= _MIN_ROWS:
        return "list", None
    if asks_password(page.tree):
        return "chrome", None
    if address := body_address(page.source):
        return "shell", address.url
    if len(page.files) == 1 and page.metadata.title:
        return "shell", page.files[0].url
    if (page.metadata.column_name and not page.metadata.has_article_title) or _is_short_list(page):
        return "list", None
    if page.tree.root.chars < _FEW_CHARS:
        return "empty", None
    return "chrome", None


def kind_issues(page: Page, kind: PageKind) -> list[Issue]:
    """What is to be said of a page that gives no text, or of a list without rows or with some that lead nowhere."""
    if kind in ("empty", "chrome", "shell") and asks_for_proof(page.source):
        return [Issue("challenge", "error", "publisher", "the page is a script that tests the browser")]
    if kind in ("empty", "chrome") and (reason := _refusal(page)):
        return [Issue(reason, "error", "publisher", _REFUSALS[reason])]
    meta = page.metadata
    if kind in ("empty", "chrome") or (kind == "list" and meta.has_article_title):
        if has_scripted_prose(page.source):
            note = "the article stands in a script in a form that is not read"
            return [Issue("body_in_script", "warning", "extractor", note)]
        if meta.title and meta.published_on:
            note = "a page with a title and a date, of which no text was found"
            return [Issue("article_without_text", "warning", "extractor", note)]
    if kind == "list" and not page.rows.rows:
        return [
            Issue(
                "list_without_rows",
                "warning",
                "extractor",
                "a column page of whose rows no address is known: a script may load them",
            )
        ]
    if kind == "list":
        note = "its link leads nowhere that is known"
        return [
            Issue(
                "row_without_address",
                "warning",
                "extractor",
                f"{row.title} ({row.listed_on or 'no day'}): {note}",
            )
            for row in page.rows.lost
        ]
    return []


def _refusal(page: Page) -> Refusal | None:
    """Why the page shows something else than what was asked for."""
    meta = page.metadata
    if meta.has_article_title:
        return None
    return refusal(page.tree, meta.title, page.article, is_dated=meta.is_dated)


def _is_short_list(page: Page) -> bool:
    """Whether a page without an article is a column all the same, with no day but those of its rows: of several whose
    addresses are not known, or of one or two under a path that ends in the name of the column."""
    meta = page.metadata
    if meta.has_article_title:
        return False
    lost = page.rows_without_address.rows
    days = [row.listed_on for row in (*lost, *page.rows.rows)]
    if not (days and all(days)) or meta.published_on not in (None, *days):
        return False
    if len(lost) >= _MIN_ROWS:
        return True
    column = column_title(page.tree, meta.site_name)
    return column is not None and not names_its_subject(column) and is_at_end_of_path(page.tree, column)


def _is_beside_article(page: Page) -> bool:
    """Whether what looks like an article stands beside one that a script will load."""
    return page.body is not None and page.body.rule in RULES_OF_LAYOUT and is_unfilled(page.tree)


def _has_content(page: Page) -> bool:
    """Whether what looks like an article says something: it is neither a template, nor a few words of a form, of
    columns or of labels."""
    body = page.body
    if body is None:
        return True
    if _is_template(page, body.element):
        return False
    return body.element.prose >= _NOTE or not (_is_to_be_filled_in(page, body) or _says_nothing(page, body))


def _is_to_be_filled_in(page: Page, body: Body) -> bool:
    """Whether a few words stand in or beside the fields of a form; rows around fields are labels."""
    fields = [field for tag in _FIELDS for field in page.tree.tagged(tag)]
    asked = [field for field in fields if field.attrs.get("type", "").lower() not in _NOT_ASKED]
    is_inside = sum(map(body.element.contains, asked)) >= _FEWEST_FIELDS
    lines = (line for line in page.article if len(line.cells) == 1 or not is_inside)
    if body.rule not in RULES_OF_LAYOUT and any(map(is_sentence, lines)):
        return False
    above = body.element.parent
    beside = above is not None and above.tag != "body" and sum(map(above.contains, asked)) > _FEWEST_FIELDS
    return is_inside or beside


def _says_nothing(page: Page, body: Body) -> bool:
    """Whether a few words are names of columns and labels."""
    if body.element.stops or body.element.files:
        return False
    rows = (line for line in page.article if len(line.cells) > 1)
    if not all(heads_columns(line.cells) for line in rows):
        return False
    return not any(_FIGURE.search(line.text) for line in page.article)


def _is_of_document(page: Page) -> bool:
    """Whether a page says itself that it shows a document: by ArticleTitle, by a title as documents have, or by the day
    on which it was put up."""
    meta = page.metadata
    return meta.has_article_title or meta.is_dated or names_its_subject(meta.title or "")


def _is_template(page: Page, article: Element) -> bool:
    """Whether most of what looks like an article is lines that a script fills: with placeholders, or in elements that
    Vue has not filled, since it takes its directives off those it has."""
    if "{{" not in page.source and " v-" not in page.source:
        return False
    slots = [node for node in article.descendants() if any(map(_DIRECTIVE.match, node.attrs))]
    lines = {node.line for node in slots}
    leaves = page.tree.leaves_of(article)
    unfilled = sum(leaf.prose for leaf in leaves if leaf in lines or is_placeholder(leaf.text()))
    return unfilled > _UNFILLED * sum(leaf.prose for leaf in leaves)


def _is_of_rows_without_address(page: Page) -> bool:
    """Whether what looks like an article is the rows of a list whose links lead nowhere that is known."""
    if page.body is None or page.metadata.has_article_title or (page.heading and page.heading.dateline):
        return False
    inside = page.body.element
    links = (link.attrs for link in page.tree.tagged("a") if inside.contains(link))
    if sum("href" in attrs and not is_page(attrs["href"]) for attrs in links) < _MIN_ROWS:
        return False
    held = [row for row in page.rows_without_address.holders if inside.contains(row)]
    return len(held) >= _MIN_ROWS and _stretch(held) > _ROW_SHARE * inside.chars


def _is_mostly_rows(page: Page) -> bool:
    """Whether what looks like an article is the rows of a list, or a note beside a longer one."""
    body = page.body
    if body is None or page.metadata.has_article_title:
        return False
    inside = body.element
    may_be_note = body.rule == "dense_block" and inside.prose < _NOTE
    if not (may_be_note or _may_be_of_rows(page.tree, inside)) or len(page.rows.rows) < _MIN_ROWS:
        return False
    if _is_of_dated_rows(inside, page.rows.dated):
        return True
    if not may_be_note and inside.links < _ROW_LINKS * inside.chars:
        return False
    if held := sum(holder.chars for holder in page.rows.holders if inside.contains(holder)):
        return held > _ROW_SHARE * inside.chars
    listed = sum(len(squeeze(row.title)) for row in page.rows.rows)
    return may_be_note and inside.prose < listed / 2


def _may_be_of_rows(tree: Tree, inside: Element) -> bool:
    """Whether an element holds links enough for a list, or is one of several of a kind itself."""
    return sum(map(inside.contains, tree.tagged("a"))) >= _MIN_ROWS or any(
        map(_has_likes, inside.ancestors())
    )


def _is_of_dated_rows(inside: Element, dated: Sequence[Element]) -> bool:
    """Whether an element lies in one of the rows that have a day, or from the first to the last of those in it there is
    most of it: titles with abstracts are few links. Of a list no row outweighs the others."""
    rows = [row for row in dated if _has_link_apart(row)]
    if len(rows) < _MIN_ROWS or max(row.chars for row in dated) > _ROW_SHARE * sum(
        row.chars for row in dated
    ):
        return False
    held = [row for row in rows if inside.contains(row)]
    if len(held) >= _MIN_ROWS:
        return _stretch(held) > _ROW_SHARE * inside.chars
    return any(row.contains(inside) for row in rows)


def _has_link_apart(row: Element) -> bool:
    """Whether a row has a link on a line without sentences beside it, as no text has, or is one around lines."""
    if row.start.leads_to and any(node.is_block for node in row.descendants()):
        return True
    links = islice((node for node in row.descendants() if node.start.leads_to), _MIN_ROWS)
    return any(
        row.contains(link.line) and not any(map(_SENTENCE.search, texts(link.line, link))) for link in links
    )


def _has_likes(element: Element) -> bool:
    """Whether there are more of an element's kind beside it, as of a list's entries."""
    beside = element.parent.children if element.parent is not None else ()
    return sum((e.tag, e.names) == (element.tag, element.names) for e in beside if e.chars) >= _MIN_ROWS


def _stretch(rows: Sequence[Element]) -> int:
    """Characters from the first of several rows to the last one, with what stands between them."""
    first, last = rows[0], rows[-1]
    around = next(node for node in first.ancestors() if node is not first and node.contains(last))
    return sum(part.chars for part in around.children if part.last >= first.order and part.order <= last.last)
