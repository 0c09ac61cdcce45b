"""TRS WCM (海云): the number of pages is in a script, the names of the pages follow from it.

createPageHTML and its like (`pagers`)                as the script names them
static links to index_7.html beside 共1,227页         numbered as the links are
listModel({… listApi: {url: "/fjdzapp/search"} …})   the page shows the first rows, a search the others
"""

from __future__ import annotations

import re
from math import ceil
from urllib.parse import urljoin, urlsplit

from flows.collector.discovery import json_lists
from flows.collector.discovery.pagers import FILE, numbered, printed_pages, scripted_pages, stated_pages
from flows.collector.discovery.pages import Ask, Family, ListPage, plain_first
from flows.collector.discovery.rows import HtmlList, read_list
from flows.collector.registry import Source

_SERVICE = re.compile(r"\blistApi\s*:\s*\{\s*url\s*:\s*[\"']([^\"']+)")
_WHERE = re.compile(r"\bclasssql\s*:[^,\n]*?[\"'](chnlid=\d+)[\"']")
_TOTAL = re.compile(r"\brecordCount\s*:\s*[\"']?(\d+)")
_CHANNEL = re.compile(r"\b(?:searchId|channelid)\s*:\s*[\"']?(\d+)")
_SEARCHED = 75
"""Rows of one search, five of the pages shown: what the site's script asks for at once."""


def read(text: str, ask: Ask, source: Source) -> ListPage:
    """Rows, and all further pages the pager tells of. Raises ListError for an answer of the search that holds
    none."""
    if ask.form is not None:
        return json_lists.read_rows(text, ask, source)
    page = read_list(text, ask.url, source.selectors)
    following = scripted_pages(text, ask) or numbered(_linked_names(page, ask.url), ask)
    searches = () if following else _searches(text, page, ask)
    stated = 0 if searches else stated_pages(text, page)
    return page.list_page(following or searches, stated)


def _searches(text: str, page: HtmlList, ask: Ask) -> tuple[Ask, ...]:
    """The searches for the rows that a column published half statically does not show.

    They are asked in the pages the site's own script asks, from the one in which the rows shown end.
    """
    service, where, total, channel = (rule.search(text) for rule in (_SERVICE, _WHERE, _TOTAL, _CHANNEL))
    if service is None or where is None or total is None or channel is None:
        return ()
    form = {"channelid": channel[1], "sortfield": "-docorderpri,-docreltime", "classsql": where[1]}
    form |= {"classcol": "publishyear", "classnum": "100", "classsort": "0", "cache": "true"}
    first, last = len(page.rows) // _SEARCHED + 1, ceil(int(total[1]) / _SEARCHED)
    if len(page.rows) >= int(total[1]):
        return ()
    url = urljoin(ask.url, service[1])
    return tuple(
        Ask(url, {**form, "page": str(number), "prepage": str(_SEARCHED)}, step, ask.url)
        for step, number in enumerate(range(first, last + 1), ask.page + 1)
    )


def _linked_names(page: HtmlList, url: str) -> list[str]:
    """Pages numbered like those linked, up to the highest number linked or printed."""
    folder = urljoin(url, ".")
    numbers: dict[tuple[str, str], set[int]] = {}
    for _, address in page.links():
        file = FILE.search(urlsplit(address).path)
        if file and file["number"] and urljoin(address, ".") == folder and len(file["number"]) < 5:
            numbers.setdefault((file["stem"], file["suffix"]), set()).add(int(file["number"]))
    own = FILE.search(urlsplit(url).path)
    wanted = own["stem"] if own else "index"
    kind = next((key for key in numbers if key[0] == wanted), None)
    if kind is None:
        return []
    linked = numbers[kind]
    count = printed_pages(page)
    counts_from_one = max(linked) == count or (1 not in linked and not (own and own["number"]))
    last = max(max(linked), count if counts_from_one else count - 1)
    return [f"{kind[0]}_{number}.{kind[1]}" for number in range(2 if counts_from_one else 1, last + 1)]


FAMILY = Family(plain_first, read)
