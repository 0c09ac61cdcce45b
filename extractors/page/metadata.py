"""What a page says about itself: meta tags of the standard, the catalogue table, the line under the
title.

Meta names are those of the annex to 政府网站发展指引 (国办发〔2017〕47号), matched without case; an empty
tag counts as absent and of several the first that says something counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import add

from extractors.page.blocks import Line, lines_of, normalise, squeeze
from extractors.page.dates import find_date, meta_date, opening_date, url_date, whole_date
from extractors.page.heading import UNDER_TITLE, Heading, column_title, is_site_name, page_titles
from extractors.page.labels import is_bare_dateline, labelled, opens_with_label
from extractors.page.row_days import of_no_other_day, stated_day
from extractors.page.rules import LabelField
from extractors.page.scripted import scripted_day
from extractors.page.titles import head_titles, is_placeholder, names_its_subject, proper_title
from extractors.page.tree import Tree
from extractors.records import Issue, MetaTag

_CODE_MARKS = ("标识码", "itecode=", "iteCode=", "ite_code=")
_SITE_CODE = re.compile(r"(?:标识码|ite_?[cC]ode=)\s*[:：]?\s*((?:bm)?\d{8,12})(?!\d)")
STANDARD_TAGS = (
    "SiteName",
    "SiteDomain",
    "SiteIDCode",
    "ColumnName",
    "ColumnDescription",
    "ColumnKeywords",
    "ColumnType",
    "ArticleTitle",
    "PubDate",
    "ContentSource",
    "Keywords",
    "Author",
    "Description",
    "Image",
    "Url",
)
"""Annex to 政府网站发展指引: tags of the site, of the column, of the page."""
_PUBLISHED_META = (
    "pubdate",
    "publishdate",
    "firstpublishedtime",
    "publishedtime",
    "article:published_time",
    "publish-date",
)
_AFTER_SOURCE = re.compile(
    r"\s*(?:(?:19|20)\d{2}\s*[-/.年]|[\[【】\]|｜]|[\s\u3000](?:[\x21-\x7e]|[\u4e00-\u9fff]{2,6}\s*[:：]|大\s|已?(?:浏览|阅读|点击)|打印|字体|字号|下载|收藏|分享|关闭|复制|纠错|朗读)).*$"
)
"""What ends the name of a source: a date, a bracket, another label, letters and tools behind a space."""
_BRACKETED = re.compile(r"[\s|]*[\[【〔“]([^\[\]【】〔〕“”]*)[\]】〕”](?![\u4e00-\u9fff])")
_AROUND = re.compile(r"^[（(]*((?:[^（()）]|[（(][^（()）]*[）)])*)[（()）]*$")
"""Brackets around the name of a source, and what is left of those around more."""
_SENTENCE = re.compile(r"[。？！?!]")
_DATED = re.compile(r"\s*[（(\[]\s*(?:19|20)\d{2}[-/.年]\s*\d{1,2}[-/.月]\s*\d{1,2}\s*日?\s*[)）\]]$")
_CALENDAR = re.compile(r"今天是|农历|(?:星期|礼拜|周(?=.(?![\u4e00-\u9fff])))[一二三四五六日天]")
"""What stands beside the day on which a page is looked at."""
_NUMERALS = re.compile(r"[\d\-/.年月日]+")
_PATH = re.compile(r"[>＞»›]|位置(?:是)?\s*[:：]")
_STEP = re.compile(r"[>＞»›]+")
_COLUMN = re.compile(r"(?!首页|正文|列表|内容|详情|更多)[\u4e00-\u9fff“”、\d]{2,20}")
_PARTS = re.compile(r"[\s\-–—_|｜·/>＞»›→:：]+")
_RUN_BY = re.compile(
    r"(?:主办|承办|主管|版权所有)(?:单位|者)?\s*[:：]?\s*([\u4e00-\u9fff]{3,30})|([\u4e00-\u9fff]{3,30})\s*(?:主办|版权所有)"
)
_LABEL_ALONE = re.compile(r"\s*(?:[\u4e00-\u9fff]\s*){2,6}(?:时\s*间|日\s*期)\s*")
"""A cell that names the day in the next."""
_LONGEST_PATH = 150
_MOST_NAMES = 100
_TITLE_LINES = 4
"""Lines that a title may be broken into."""
_INFO_LINES = 12
"""Lines before the article among which a date without a label is the day it was put up."""
_LONGEST_INFO = 120
_LINKED = 0.5
"""Share of a line that leads to another page from which it speaks of that page."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """A page's own claims, each None where it is silent."""

    title: str | None = None
    published_on: date | None = None
    written_on: date | None = None
    publisher: str | None = None
    content_source: str | None = None
    index_number: str | None = None
    document_number: str | None = None
    topic: str | None = None
    validity: str | None = None
    site_code: str | None = None
    site_name: str | None = None
    column_name: str | None = None
    frame_names: tuple[str, ...] = ()
    has_article_title: bool = False
    is_dated: bool = False
    """Whether the page itself says when it was put up, not only its address."""
    meta_tags: tuple[MetaTag, ...] = ()
    issues: tuple[Issue, ...] = ()


def read_metadata(
    tree: Tree,
    source: str,
    lines: Sequence[Line],
    before: Sequence[Line],
    heading: Heading | None,
    url: str | None,
) -> Metadata:
    """Collect a page's claims.

    In: its tree and source, the printed `lines` outside the article, those of them `before` it, the printed title,
    and the page's address. The address gives the date only where the page itself is silent.
    """
    metas = metas_of(tree)
    fields = labelled(lines)
    claimed = claimed_title(metas)
    if claimed in (metas.get("sitename"), metas.get("columnname")) and (
        heading is None or squeeze(heading.text) != squeeze(claimed or "")
    ):
        claimed = None
    printed_title = heading.text if heading and heading.may_be_article else None
    if heading and printed_title and not names_its_subject(printed_title):
        titles = page_titles(tree, metas)
        is_doubtful = not heading.is_sure or printed_title in titles
        printed_title = (_named_title(titles) if is_doubtful else None) or printed_title
    title = claimed or printed_title or fields.get("title")
    stated, address = (
        _stated_day(metas, fields, before, heading, source),
        url_date(url or metas.get("url", "")),
    )
    issues: list[Issue] = []
    printed = _printed_day(before, heading) if _meta_day(metas, _PUBLISHED_META[:2]) else None
    if printed and stated and printed < stated != address:
        note = f"the page prints {printed}, its meta tag says {stated}"
        issues.append(Issue("published_on_differs_from_meta", "info", "publisher", note))
        stated = printed
    if stated and address and stated != address:
        note = f"page says {stated}, its address {address}"
        issues.append(Issue("published_on_differs_from_url", "info", "publisher", note))
    if title is None or is_placeholder(title):
        title = next(iter(page_titles(tree, metas)), None) or column_title(tree)
    return Metadata(
        title=_DATED.sub("", title or "") or _printed_title(before),
        published_on=stated or address,
        written_on=find_date(fields.get("written_on", "")),
        publisher=fields.get("publisher"),
        content_source=_source(metas, fields, title),
        index_number=fields.get("index_number"),
        document_number=fields.get("document_number"),
        topic=fields.get("topic"),
        validity=fields.get("validity"),
        site_code=metas.get("siteidcode") or _site_code(source),
        site_name=metas.get("sitename"),
        column_name=metas.get("columnname"),
        frame_names=_frame_names(tree, title or "", lines),
        has_article_title=claimed is not None,
        is_dated=stated is not None,
        meta_tags=tuple(
            MetaTag(name, metas[name.lower()]) for name in STANDARD_TAGS if name.lower() in metas
        ),
        issues=tuple(issues),
    )


def _source(metas: Mapping[str, str], fields: Mapping[LabelField, str], title: str | None) -> str | None:
    """Where a page's text comes from; a meta tag that says no more than whose the site is yields to what is printed."""
    claimed, printed = metas.get("contentsource"), source_name(fields.get("content_source", ""))
    if claimed is None or squeeze(claimed) == squeeze(title or ""):
        return printed
    is_of_site = squeeze(metas.get("sitename", "")).startswith(squeeze(claimed))
    return printed or claimed if is_of_site else claimed


def _named_title(titles: Sequence[str]) -> str | None:
    """The likeliest title in a page's head, or the shortest piece of it, where it names its subject: a heading that
    names none, and that only a tag or the head itself tells, is a column's."""
    first = next(iter(titles), "")
    return min(
        (title for title in titles if title in first and names_its_subject(title)), key=len, default=None
    )


def _frame_names(tree: Tree, title: str, lines: Sequence[Line]) -> tuple[str, ...]:
    """What a page's `<title>` says beside the article's, the steps of its path, and who runs its site."""
    texts = ["\t".join(line.cells) for line in lines]
    run_by = [text for text in texts if "主办" in text or "版权所有" in text]
    named = [match[1] or match[2] for text in run_by for match in _RUN_BY.finditer(text)]
    paths = [text for text in texts if len(text) <= _LONGEST_PATH and _PATH.search(text)]
    for text in [*head_titles(tree), *paths]:
        named += _PARTS.split(text.replace(title, " ") if title else text)
    return tuple(dict.fromkeys(name for name in named if len(name) > 1))[:_MOST_NAMES]


def column_metadata(tree: Tree, claims: Metadata, heading: str | None) -> Metadata:
    """Of a page's claims what a list says of itself, by its meta tags and `<title>`, else by the `heading` over its
    rows: whatever else is printed on it may be said of a row, but for the end of its path."""
    metas = metas_of(tree)
    column = claims.column_name or column_title(tree, claims.site_name) or heading or _end_of_path(tree)
    return Metadata(
        title=claims.title if claims.has_article_title else column,
        published_on=_meta_day(metas, _PUBLISHED_META),
        content_source=metas.get("contentsource"),
        site_code=claims.site_code,
        site_name=claims.site_name,
        column_name=claims.column_name,
        has_article_title=claims.has_article_title,
        meta_tags=claims.meta_tags,
    )


def is_at_end_of_path(tree: Tree, name: str) -> bool:
    """Whether a page prints its path, and a column of that name is where it ends."""
    end = squeeze(name)
    return any(squeeze(text).endswith(end) for text in _paths(tree))


def _end_of_path(tree: Tree) -> str | None:
    """The column in which the path that a page prints ends."""
    paths = (text.strip() for text in _paths(tree))
    path = next((text for text in paths if len(list(filter(None, _STEP.split(text)))) > 1), "")
    column = _STEP.split(path)[-1].strip()
    return column if _COLUMN.fullmatch(column) and not is_site_name(column) else None


def _paths(tree: Tree) -> Iterator[str]:
    """The lines that print a page's path."""
    texts = (line.text for line in lines_of(tree, 0, len(tree.tape)))
    return (text for text in texts if len(text) <= _LONGEST_PATH and _PATH.search(text))


def claimed_title(metas: Mapping[str, str]) -> str | None:
    """The ArticleTitle of a page's meta tags."""
    return metas.get("articletitle")


def source_name(value: str) -> str | None:
    """The name in a 来源 field, without brackets around it, the date, the tools or the 供稿 that may follow it."""
    bracketed = _BRACKETED.match(value)
    name = _AFTER_SOURCE.sub("", bracketed[1] if bracketed else value).strip(" \u3000|")
    name = _AROUND.sub(r"\1", name).removesuffix("供稿").strip()
    return name if any(map(str.isalnum, name)) and not _SENTENCE.search(name) else None


def metas_of(tree: Tree) -> Mapping[str, str]:
    """Meta tags by lower-case name, the first of each that says something."""
    found: dict[str, str] = {}
    for element in tree.tagged("meta"):
        name = (element.attrs.get("name") or element.attrs.get("property") or "").strip().lower()
        value = normalise(element.attrs.get("content", "")).replace("\n", " ")
        if name and value:
            found.setdefault(name, value)
    return found


def _stated_day(
    metas: Mapping[str, str],
    fields: Mapping[LabelField, str],
    before: Sequence[Line],
    heading: Heading | None,
    source: str,
) -> date | None:
    """When a page says that it was put up."""
    stated = _meta_day(metas, _PUBLISHED_META[:2])
    stated = stated or find_date(fields.get("published_on", "")) or find_date(fields.get("dated_on", ""))
    dateline = heading.dateline.text(apart=True) if heading and heading.dateline else ""
    stated = stated or _meta_day(metas, _PUBLISHED_META[2:]) or _bare_day([dateline])
    return stated or scripted_day(source) or _bare_date(before)


def _printed_day(before: Sequence[Line], heading: Heading | None) -> date | None:
    """The day in the lines under the title. One before the meta tag's is when the page was put up: a site that moved to
    another system has the day of its move there."""
    if heading is None:
        return None
    title = squeeze(heading.text)
    ends = (i for i, line in enumerate(before, 1) if line.text.endswith(title[-1:]))
    below = next((i for i in ends if _print_title(before[max(0, i - _TITLE_LINES) : i], title)), len(before))
    under = [line for line in before[below : below + UNDER_TITLE] if line.table is None]
    dated = [Line((heading.dateline.text(apart=True),))] if heading.dateline else []
    fields = labelled(under)
    published = fields.get("published_on") or labelled(dated).get("published_on", "")
    bare = (line.apart for line in under if is_bare_dateline(line) or opening_date(line.apart))
    unlabelled = (text for text in bare if not opens_with_label(text))
    days = map(find_date, (published, fields.get("dated_on", ""), *unlabelled))
    return next(filter(None, days), None)


def _print_title(lines: Sequence[Line], title: str) -> bool:
    """Whether the last of some lines print a title, and nothing else."""
    said = [squeeze(line.text) for line in lines]
    return any("".join(said[start:]) == title for start in range(len(said)))


def _meta_day(metas: Mapping[str, str], names: Sequence[str]) -> date | None:
    return next((day for name in names if (day := meta_date(metas.get(name, "")))), None)


def _bare_date(before: Sequence[Line]) -> date | None:
    """The day in the last lines before an article, but those that lead to other pages and that of a calendar."""
    lines = before[-_INFO_LINES:]
    label = [line for line in before[:-_INFO_LINES][-1:] if opens_with_label(line.text)]
    own = [line for line in (*label, *lines) if line.linked <= _LINKED]
    cells = (cell for line in own for cell in line.cells_apart if not _CALENDAR.search(cell))
    return _bare_day(
        [f"{cell}：" if _LABEL_ALONE.fullmatch(cell) else cell for cell in cells]
    ) or _divided_date(lines)


def _bare_day(pieces: Sequence[str]) -> date | None:
    """The last day in some texts that is not labelled as another than that of putting up."""
    texts = (text for text in reversed(of_no_other_day(pieces)) if len(text) <= _LONGEST_INFO)
    return next((day for text in texts if (day := whole_date(text[:11]) or find_date(text))), None)


def _divided_date(lines: Sequence[Line]) -> date | None:
    """The only day that a line, or two, of nothing else divide (28 | 2022/12), as a box beside a title does."""
    pieces = [line.apart.split() for line in lines]
    stretches = [stretch for stretch in (*pieces, *map(add, pieces, pieces[1:])) if len(stretch) > 1]
    days = {stated_day(stretch) for stretch in stretches if all(map(_NUMERALS.fullmatch, stretch))} - {None}
    return days.pop() if len(days) == 1 else None


def _site_code(source: str) -> str | None:
    """The 网站标识码 a page prints in its foot or in the address of the seal (siteCode=), by the first mark of it."""
    for mark in _CODE_MARKS:
        place = source.find(mark)
        while place >= 0:
            if match := _SITE_CODE.match(source, place):
                return match[1]
            place = source.find(mark, place + 1)
    return None


def _printed_title(before: Sequence[Line]) -> str | None:
    """A title above the article that no markup tells: of the last lines the last that ends as titles do."""
    above = [line.text for line in before[-_INFO_LINES:] if len(line.cells) == 1]
    return next((title for text in reversed(above) if (title := proper_title([text]))), None)
