"""Hanweb jpaas: the column page names its lists in scripts, a gateway answers each as HTML inside JSON.

    <script url="/api-gateway/jpaas-publish-server/front/page/build/unit"
            queryData="{'parseType':'bulidstatic','webId':'…','tplSetId':'…','pageType':'column',
                        'tagId':'当前栏目list','editType':'null','pageId':'…'}"></script>

The answer is `{"data": {"html": "…"}}`; an element of that HTML states `rows` (a page), `count` (of all rows)
and `pageNo`, as attributes or in its own `queryData`. Further pages are the same request with
`paramJson={"pageNo":2,"pageSize":"15"}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from math import ceil
from urllib.parse import urlencode, urlsplit

from selectolax.lexbor import LexborHTMLParser

from extractors.page.tree import Tree
from flows.collector.discovery.pagers import stated_pages
from flows.collector.discovery.pages import Ask, Family, ListError, ListPage, plain_first
from flows.collector.discovery.rows import absolute, read_list
from flows.collector.registry import Source

UNIT = "page/build/unit"
_PAIR = re.compile(r"[\"'](\w+)[\"']\s*:\s*[\"']([^\"']*)[\"']")
_LIST_TAG = re.compile(r"列表|内容|分页|信息|栏目|list", re.IGNORECASE)


def read(text: str, ask: Ask, source: Source) -> ListPage:
    """Of a column page the rows it shows itself and a request for each of its lists; of an answer its rows and
    further pages. Raises ListError for an answer of the gateway that holds no HTML."""
    if UNIT not in urlsplit(ask.url).path:
        page = read_list(text, ask.url, source.selectors)
        return page.list_page(units(text, ask))
    html = _html(text)
    page = read_list(html, ask.base_url or ask.url, source.selectors)
    return page.list_page(_further(html, ask), stated_pages(html, page))


def units(text: str, ask: Ask) -> tuple[Ask, ...]:
    """The requests for the lists a column page names: those called a list, else all."""
    found: dict[str, str] = {}
    for script in LexborHTMLParser(text).css("script"):
        address, query = (
            script.attrs.get("url") or "",
            dict(_PAIR.findall(script.attrs.get("querydata") or "")),
        )
        url = absolute(ask.url, address) if UNIT in address and query else None
        if url is not None:
            found[f"{url}?{urlencode(query)}"] = query.get("tagId", "")
    named = [url for url, tag in found.items() if _LIST_TAG.search(tag)]
    return tuple(Ask(url, page=ask.page + 1, base_url=ask.url) for url in named or found)


def _html(text: str) -> str:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ListError(f"the gateway's answer is not JSON: {error}") from error
    data = answer.get("data") if isinstance(answer, Mapping) else None
    html = data.get("html") if isinstance(data, Mapping) else None
    if not isinstance(html, str):
        raise ListError("the gateway's answer has no data.html")
    return html


def _further(html: str, ask: Ask) -> tuple[Ask, ...]:
    if "paramJson=" in ask.url:
        return ()
    for element in Tree(html).elements:
        stated = {**element.attrs, **dict(_PAIR.findall(element.attrs.get("querydata", "")))}
        rows, count = stated.get("rows", ""), stated.get("count", "")
        if rows.isdigit() and count.isdigit() and int(rows) > 0:
            pages = range(2, ceil(int(count) / int(rows)) + 1)
            return tuple(_page(ask, number, rows) for number in pages)
    return ()


def _page(ask: Ask, number: int, size: str) -> Ask:
    query = urlencode({"paramJson": json.dumps({"pageNo": number, "pageSize": size}, separators=(",", ":"))})
    return Ask(f"{ask.url}&{query}", page=ask.page + number - 1, base_url=ask.base_url)


FAMILY = Family(plain_first, read)
