"""Plain HTML lists whose pages are chained by a link to the next one."""

from __future__ import annotations

import re

from flows.collector.discovery.pages import Ask, Family, ListPage, plain_first
from flows.collector.discovery.rows import absolute, html_rows, parse
from flows.collector.registry import Source

_NEXT = re.compile(r"^[\[<«»>\s]*(下一?页|下页|后一页|后页|next|>|»)[\]>»\s]*$", re.IGNORECASE)


def read(text: str, ask: Ask, source: Source) -> ListPage:
    """Rows, and the page behind 下一页 (or the entry's own selector)."""
    soup = parse(text)
    if source.selectors.next is not None:
        links = list(soup.select(source.selectors.next))
    else:
        links = [link for link in soup.find_all("a", href=True) if _NEXT.match(link.get_text(strip=True))]
    urls = (absolute(ask.url, str(link.get("href") or "")) for link in links)
    following = next((url for url in urls if url is not None and url != ask.url), None)
    rows = html_rows(soup, ask.url, source.selectors)
    return ListPage(rows, (Ask(following, page=ask.page + 1),) if following else ())


FAMILY = Family(plain_first, read)
