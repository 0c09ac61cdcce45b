"""博达 VSB: `tz.htm` is the newest page, `tz/16.htm` the next, down to `tz/1.htm`, the oldest.

The number of pages stands in the pager's script, `_simple_list_gotopage_fun(17, …)`, or follows from the links.
Columns that are not published as files (`list.jsp?…`) are chained by 下页.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flows.collector.discovery.html_lists import further_pages
from flows.collector.discovery.pagers import stated_pages
from flows.collector.discovery.pages import Ask, Family, ListPage, plain_first
from flows.collector.discovery.rows import HtmlList, read_list
from flows.collector.registry import Source

_NUMBERED = re.compile(r"^(?P<base>.*)/(?P<number>\d+)\.(?P<suffix>html?)$", re.IGNORECASE)
_FILE = re.compile(r"\.html?$", re.IGNORECASE)
_TOTAL = re.compile(r"_simple_list_gotopage_fun\s*\(\s*(\d+)")


def read(text: str, ask: Ask, source: Source) -> ListPage:
    """Rows, and every older page down to number 1."""
    page = read_list(text, ask.url, source.selectors)
    following = _older(text, page, ask) or further_pages(text, page, ask, source)
    return page.list_page(following, stated_pages(text, page))


def _older(text: str, page: HtmlList, ask: Ask) -> tuple[Ask, ...]:
    if not _FILE.search(urlsplit(ask.url).path):
        return ()
    here = _NUMBERED.match(ask.url)
    base = here["base"] if here else _FILE.sub("", ask.url)
    linked = [
        (int(numbered["number"]), numbered["suffix"])
        for _, url in page.links()
        if (numbered := _NUMBERED.match(url)) and numbered["base"] == base
    ]
    total = _TOTAL.search(text)
    suffix = linked[0][1] if linked else ask.url.rpartition(".")[2]
    newest = max([number for number, _ in linked], default=0)
    top = int(here["number"]) - 1 if here else max(newest, int(total[1]) - 1 if total else 0)
    return tuple(
        Ask(f"{base}/{number}.{suffix}", page=ask.page + step)
        for step, number in enumerate(range(top, 0, -1), 1)
    )


FAMILY = Family(plain_first, read)
