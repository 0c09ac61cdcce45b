"""博达 VSB: `tz.htm` is the newest page, `tz/16.htm` the next, down to `tz/1.htm`, the oldest."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flows.collector.discovery.pages import Ask, Family, ListPage, plain_first
from flows.collector.discovery.rows import absolute, html_rows, parse
from flows.collector.registry import Source

_NUMBERED = re.compile(r"^(?P<base>.*)/(?P<number>\d+)\.(?P<suffix>html?)$", re.IGNORECASE)


def read(text: str, ask: Ask, source: Source) -> ListPage:
    """Rows, and every older page down to number 1."""
    soup = parse(text)
    rows = html_rows(soup, ask.url, source.selectors)
    here = _NUMBERED.match(ask.url)
    base = here["base"] if here else re.sub(r"\.html?$", "", ask.url)
    found = []
    for link in soup.find_all("a", href=True):
        numbered = _NUMBERED.match(absolute(ask.url, str(link["href"])) or "")
        if numbered and numbered["base"] == base and not urlsplit(numbered[0]).query:
            found.append((int(numbered["number"]), numbered["suffix"]))
    if not found:
        return ListPage(rows)
    highest, suffix = max(found)
    top = min(highest, int(here["number"]) - 1) if here else highest
    urls = [f"{base}/{number}.{suffix}" for number in range(top, 0, -1)]
    return ListPage(rows, tuple(Ask(url, page=ask.page + step) for step, url in enumerate(urls, 1)))


FAMILY = Family(plain_first, read)
