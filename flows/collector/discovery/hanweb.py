"""Hanweb jcms: page 1 carries its records as CDATA in a script, further ones come from a data proxy.

The proxy wants the record range in the query and the column's ids (columnid, unitid, webid …) as a POST form;
the ids stand in the page, in the address of `<nextgroup>` or as arguments of the pager. Where `<nextgroup>`
gives only an encrypted address, that address is asked as it is. A page may hold several such lists. Old pages keep
their records in an array that the pager is given as `dataStore`; what else it is given is the same. A page without
records is a plain list.
"""

from __future__ import annotations

import html
import re
from itertools import chain, pairwise
from urllib.parse import parse_qsl, urlsplit

from extractors.page.scripted_rows import stored_records
from flows.collector.discovery.html_lists import further_pages
from flows.collector.discovery.pagers import stated_pages
from flows.collector.discovery.pages import Ask, Family, ListPage, plain_first
from flows.collector.discovery.rows import absolute, read_list
from flows.collector.registry import Source

_DATASTORE = re.compile(r"<datastore\b", re.IGNORECASE)
_RECORD = re.compile(r"<record>\s*<!\[CDATA\[(.*?)\]\]>\s*</record>", re.DOTALL | re.IGNORECASE)
_NEXT_GROUP = re.compile(r"<nextgroup>\s*<!\[CDATA\[(.*?)\]\]>\s*</nextgroup>", re.DOTALL | re.IGNORECASE)
_PROXY = re.compile(r"[^\"'\s<>()]*dataproxy\.jsp(?:\?[^\"'\s<>()]*)?", re.IGNORECASE)
_HREF = re.compile(r"href\s*=\s*[\"']([^\"']+)", re.IGNORECASE)
_ID = re.compile(
    r"\b(col|appid|webid|path|columnid|sourceContentType|unitid|permissiontype)[\"']?\s*:\s*[\"']?([\w/%-]+)"
)
_TOTAL = re.compile(r"<totalrecord>\s*(\d+)|\btotalrecord[\"']?\s*[:=]\s*[\"']?(\d+)", re.IGNORECASE)
_PER_PAGE = re.compile(r"\bperpage[\"']?\s*[:=]\s*[\"']?(\d+)", re.IGNORECASE)
_CALL = "jpage("
_PAGING = {"page", "startrecord", "endrecord", "perpage"}


def read(text: str, ask: Ask, source: Source) -> ListPage:
    """Rows (records where there are any, else the page's own list), and the ranges or pages still to ask for."""
    units = _units(text)
    records = [record for held, _ in units for record in held]
    listed = "<ul>" + "".join(f"<li>{record}</li>" for record in records) + "</ul>"
    page = read_list(listed if records else text, ask.url, source.selectors)
    if ask.form is not None:
        return page.list_page()
    following = tuple(chain.from_iterable(_next(len(held), pager, ask) for held, pager in units))
    if not units:
        following = further_pages(text, page, ask, source)
    stated = 0 if units and following else stated_pages(text, page)
    return page.list_page(following, stated)


def _units(text: str) -> list[tuple[list[str], str]]:
    """The records of each list of a page, with the text that holds its pager: from its datastore to the next one, or
    the call that is given its array."""
    if _RECORD.search(text):
        starts = [0, *(found.start() for found in _DATASTORE.finditer(text))]
        parts = [text[start:end] for start, end in pairwise([*starts, len(text)])]
        units = [(_RECORD.findall(part), part) for part in (parts if len(starts) > 2 else [text])]
    else:
        units = [(held, _call_around(place, text)) for place, held in stored_records(text)]
    return [unit for unit in units if unit[0]]


def _call_around(place: int, text: str) -> str:
    end = text.find(_CALL, place)
    return text[max(text.rfind(_CALL, 0, place), 0) : end if end > 0 else len(text)]


def _next(count: int, text: str, ask: Ask) -> tuple[Ask, ...]:
    group = _NEXT_GROUP.search(text)
    address = _HREF.search(group[1]) if group else None
    proxy = _PROXY.search(html.unescape(address[1] if address else text))
    form = dict(parse_qsl(urlsplit(proxy[0]).query)) if proxy else {}
    form = {**dict(_ID.findall(text)), **{key: value for key, value in form.items() if key not in _PAGING}}
    if proxy and {"columnid", "unitid"} <= form.keys():
        return _ranges(text, ask, proxy[0].partition("?")[0], form, count)
    following = absolute(ask.url, html.unescape(address[1])) if address else None
    return (Ask(following, page=ask.page + 1),) if following and following != ask.url else ()


def _ranges(text: str, ask: Ask, proxy: str, form: dict[str, str], count: int) -> tuple[Ask, ...]:
    total = next((int(a or b) for a, b in _TOTAL.findall(text)), count)
    per_page = max((int(size) for size in _PER_PAGE.findall(text)), default=count)
    size = max(count, per_page)
    url = absolute(ask.url, proxy)
    return tuple(
        Ask(
            f"{url}?startrecord={start}&endrecord={min(start + size - 1, total)}&perpage={per_page}",
            form,
            page,
        )
        for page, start in enumerate(range(count + 1, total + 1, size), 1)
        if url is not None
    )


FAMILY = Family(plain_first, read)
