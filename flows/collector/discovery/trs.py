"""TRS WCM (海云): the number of pages is in a script, the names of the pages follow from it.

createPageHTML(N, current, "index", "html")                      index.html, index_1.html … index_{N-1}.html
createPageHTML('page_div', N, current, 'list', 'shtml', rows)    list.shtml, list_2.shtml … list_N.shtml
                                                                 (UCAP's static publisher writes the same)
var currentPage = 0; var countPage = N                           default.shtml, default_1.shtml …
static links to index_7.html beside 共1,227页                     numbered as the links are
listModel({… listApi: {url: "/fjdzapp/search"} …})               the page shows the first rows, a search the others
"""

from __future__ import annotations

import re
from math import ceil
from urllib.parse import urljoin, urlsplit

from flows.collector.discovery import json_lists
from flows.collector.discovery.pages import Ask, Family, ListPage, plain_first
from flows.collector.discovery.rows import HtmlList, read_list
from flows.collector.registry import Source

_Q = r"\s*[\"']([^\"']*)[\"']\s*"
_N = r"\s*([\"'][\d,，]+[\"']|[\"']?\w+[\"']?)\s*"
_FROM_ZERO = re.compile(rf"createPageHTML\s*\({_N},{_N},{_Q},{_Q}")
_FROM_ONE = re.compile(rf"createPageHTML\s*\({_Q},{_N},{_N},{_Q},{_Q}")
_COUNT = re.compile(r"\bcountPage\s*=\s*[\"']?(\d+)")
_STEM = re.compile(r"[\"'](\w+?)_[\"']\s*\+")
_PRINTED = re.compile(r"(?:共\s*|总页数[:：]?\s*|\d\s*/\s*)([\d,，]+)\s*页")
_SERVICE = re.compile(r"\blistApi\s*:\s*\{\s*url\s*:\s*[\"']([^\"']+)")
_WHERE = re.compile(r"\bclasssql\s*:[^,\n]*?[\"'](chnlid=\d+)[\"']")
_TOTAL = re.compile(r"\brecordCount\s*:\s*[\"']?(\d+)")
_CHANNEL = re.compile(r"\b(?:searchId|channelid)\s*:\s*[\"']?(\d+)")
_SEARCHED = 75
"""Rows of one search, five of the pages shown: what the site's script asks for at once."""
_FILE = re.compile(r"(?P<stem>[^/]*?)(_(?P<number>\d+))?\.(?P<suffix>s?html?)$", re.IGNORECASE)


def read(text: str, ask: Ask, source: Source) -> ListPage:
    """Rows, and all further pages the pager tells of. Raises ListError for an answer of the search that holds
    none."""
    if ask.form is not None:
        return ListPage(json_lists.read_rows(text, ask, source))
    page = read_list(text, ask.url, source.selectors)
    following = numbered_pages(text, page, ask) or _searches(text, page, ask)
    return ListPage(page.rows, following, page.asides)


def numbered_pages(text: str, page: HtmlList, ask: Ask) -> tuple[Ask, ...]:
    """The further pages of a list page by its pager's script, else by its links and the printed count."""
    names = _script_names(text, ask.url) or _linked_names(page, ask.url)
    urls = dict.fromkeys(urljoin(ask.url, name) for name in names)
    return tuple(Ask(url, page=number) for number, url in enumerate(urls, 1) if url != ask.url)


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


def _script_names(text: str, url: str) -> list[str]:
    if found := _FROM_ONE.search(text):
        _, count, _, stem, suffix = found.groups()
        return [f"{stem}_{number}.{suffix}" for number in range(2, _number(count, text) + 1)]
    if (found := _FROM_ZERO.search(text)) and not found[3].startswith("javascript:"):
        count, _, stem, suffix = found.groups()
        return [f"{stem}_{number}.{suffix}" for number in range(1, _number(count, text))]
    if found := _COUNT.search(text):
        file = _FILE.search(urlsplit(url).path)
        named = _STEM.search(text, found.start())
        stem = named[1] if named else file["stem"] if file else "index"
        suffix = file["suffix"] if file else "html"
        return [f"{stem}_{number}.{suffix}" for number in range(1, int(found[1]))]
    return []


def _number(argument: str, text: str) -> int:
    """A pager's argument: a number, or the name of a variable the script sets to one."""
    argument = argument.strip("\"'")
    if digits := _digits(argument):
        return digits
    found = re.search(rf"\b{argument}\s*=\s*[\"']?(\d+)", text)
    return int(found[1]) if found else 0


def _digits(text: str) -> int | None:
    """A whole number, thousands apart or not."""
    bare = re.sub(r"[,，]", "", text)
    return int(bare) if bare.isdigit() else None


def _linked_names(page: HtmlList, url: str) -> list[str]:
    """Pages numbered like those linked, up to the highest number linked or printed."""
    folder = urljoin(url, ".")
    numbers: dict[tuple[str, str], set[int]] = {}
    for _, address in page.links():
        file = _FILE.search(urlsplit(address).path)
        if file and file["number"] and urljoin(address, ".") == folder and len(file["number"]) < 5:
            numbers.setdefault((file["stem"], file["suffix"]), set()).add(int(file["number"]))
    own = _FILE.search(urlsplit(url).path)
    wanted = own["stem"] if own else "index"
    kind = next((key for key in numbers if key[0] == wanted), None)
    if kind is None:
        return []
    linked = numbers[kind]
    printed = _PRINTED.search(page.tree.root.text())
    count = (_digits(printed[1]) if printed else None) or 0
    counts_from_one = max(linked) == count or (1 not in linked and not (own and own["number"]))
    last = max(max(linked), count if counts_from_one else count - 1)
    return [f"{kind[0]}_{number}.{kind[1]}" for number in range(2 if counts_from_one else 1, last + 1)]


FAMILY = Family(plain_first, read)
