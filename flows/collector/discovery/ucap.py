"""开普 UCAP: the JSON search of a channel where the entry names it, else the column's own pages.

The search is `/common/search/<channel>`, `/searchList/<channel>` or `/search/<channel>` with `_isJson=true`;
column pages carry `createPageHTML('page_div', N, 1, 'list', 'shtml', rows)` like those of TRS.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flows.collector.discovery import json_lists, trs
from flows.collector.discovery.pages import Ask, Family, ListPage
from flows.collector.registry import Source

_SEARCH = re.compile(r"/(?:common/)?search(?:List)?/[\w-]+$", re.IGNORECASE)


def first(url: str, source: Source) -> Ask:
    return json_lists.first(url, source) if is_search(url) else trs.FAMILY.first(url, source)


def read(text: str, ask: Ask, source: Source) -> ListPage:
    """Rows and further pages. Raises ListError when a search does not answer the JSON it promises."""
    family = json_lists.FAMILY if is_search(ask.url) else trs.FAMILY
    return family.read(text, ask, source)


def is_search(url: str) -> bool:
    """Whether an address is a channel's search, which answers JSON."""
    return _SEARCH.search(urlsplit(url).path) is not None


FAMILY = Family(first, read)
