"""Plain HTML lists: pages chained by a link to the next one, named by a script, or counted by `{page}` in the
entry's address."""

from __future__ import annotations

import re

from flows.collector.discovery.pagers import scripted_pages, stated_pages
from flows.collector.discovery.pages import Ask, Family, ListPage
from flows.collector.discovery.rows import HtmlList, read_list
from flows.collector.discovery.selected import NEXT
from flows.collector.registry import LINKS, Source

_NEXT = re.compile(r"^[\[<«»>\s]*(下一?页|下页|后一页|后页|next|>|»)[\]>»\s]*$", re.IGNORECASE)


def first(url: str, source: Source) -> Ask:
    """The first page; `{page}` stands for the entry's `first_page` and what follows it."""
    return Ask(_numbered(url, source, 0))


def read(text: str, ask: Ask, source: Source) -> ListPage:
    """Rows, and the page behind 下一页 (or the entry's own selector), else those a script names; or the next number
    as long as rows come."""
    page = read_list(text, ask.url, source.selectors)
    stated = stated_pages(text, page)
    templates = (url for url in source.list_addresses() if "{page}" in url)
    counted = next((url for url in templates if _numbered(url, source, ask.page) == ask.url), None)
    if counted is None:
        return page.list_page(further_pages(text, page, ask, source), stated)
    following = Ask(_numbered(counted, source, ask.page + 1), page=ask.page + 1, open_ended=True)
    return page.list_page((following,) if page.rows else (), stated)


def _numbered(url: str, source: Source, page: int) -> str:
    return url.replace("{page}", str(source.first_page + page))


def further_pages(text: str, page: HtmlList, ask: Ask, source: Source) -> tuple[Ask, ...]:
    """The page behind the link to the next one; where the first page has none and the entry names none, those that
    its script names."""
    named = source.selectors.next
    links = page.links(NEXT if named else LINKS)
    urls = (url for name, url in links if named or _NEXT.match("".join(name.split())))
    following = next((url for url in urls if url != ask.url), None)
    if following is not None:
        return (Ask(following, page=ask.page + 1),)
    return () if named or ask.page else scripted_pages(text, ask)


FAMILY = Family(first, read)
