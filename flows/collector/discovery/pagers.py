"""Pagers built by a script: the further pages they name, and how many pages a list states it has.

createPageHTML(N, current, "index", "html"), createPage(…)       index.html, index_1.html … index_{N-1}.html (TRS)
createPageHTML('page_div', N, current, 'list', 'shtml', rows)    list.shtml, list_2.shtml … list_N.shtml
                                                                 (UCAP's static publisher writes the same)
var currentPage = 0; var countPage = N                           default.shtml, default_1.shtml …
Pager({size: N, current: 0, prefix: 'index', suffix: 'htm'})     index.htm, index_1.htm … index_{N-1}.htm (CCGP)
Ls.pagination(… href = '…?pageIndex=' + n … {pageCount: N})      …?pageIndex=2 … …?pageIndex=N (LonSun)
$(…).pagination("setPage", current, N)                           index.html, index_2.html … index_N.html (上海), where
                                                                 current is the number in the page's own address
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from math import ceil
from urllib.parse import urljoin, urlsplit

import yaml
from pydantic import BaseModel, ConfigDict

from flows.collector.discovery.pages import Ask
from flows.collector.discovery.rows import HtmlList

FILE = re.compile(r"(?P<stem>[^/]*?)(_(?P<number>\d+))?\.(?P<suffix>s?html?)$", re.IGNORECASE)
"""The last part of a list page's path."""
_Q = r"\s*[\"']([^\"']*)[\"']\s*"
_N = r"\s*([\"'][\d,，]+[\"']|[\"']?\w+[\"']?)\s*"
_FROM_ZERO = re.compile(rf"createPage(?:HTML)?\s*\({_N},{_N},{_Q},{_Q}")
_FROM_ONE = re.compile(rf"createPageHTML\s*\({_Q},{_N},{_N},{_Q},{_Q}")
_COUNT = re.compile(r"\bcountPage\s*=\s*[\"']?(\d+)")
_STEM = re.compile(r"[\"'](\w+?)_[\"']\s*\+")
_PAGER = re.compile(r"\bPager\s*\(\s*\{([^{}]*)\}")
_SETTING = re.compile(r"(\w+)\s*:\s*[\"']?([\w-]+)")
_LONSUN = re.compile(
    r"\bLs\.pagination\s*\([^{}]*function\s*\(\s*(\w+)\s*\)\s*\{[^{}]*href\s*=\s*([\"'])([^\"']+)\2\s*\+\s*\1\s*;?\s*\}"
    r"[^{}]*\{[^{}]*\bpageCount\s*:\s*(\d+)"
)
_SET_PAGE = re.compile(r"\.pagination\s*\(\s*[\"']setPage[\"']\s*,\s*(\d+)\s*,\s*(\d+)\s*\)")
_SCRIPT_COMMENT = re.compile(r"(?<![\w\"'*])/\*.*?\*/", re.DOTALL)
_PRINTED = re.compile(r"(?:共\s*|总页数[:：]?\s*|\d\s*/\s*)([\d,，]+)\s*页(?!面)")


class _Names(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    pages: Sequence[str]
    records: Sequence[str]
    page_size: Sequence[str]


def scripted_pages(text: str, ask: Ask) -> tuple[Ask, ...]:
    """The further pages that the script of a list page names."""
    return numbered(_addresses(_without_comments(text), ask.url), ask)


def numbered(addresses: Iterable[str], ask: Ask) -> tuple[Ask, ...]:
    """Requests for the pages of a list at `addresses`, all but its first in list order, without the one at hand."""
    urls = dict.fromkeys(urljoin(ask.url, address) for address in addresses)
    return tuple(Ask(url, page=number) for number, url in enumerate(urls, 1) if url != ask.url)


def printed_pages(page: HtmlList) -> int:
    """How many pages a list page prints there are, outside of its links' titles; 0 where it does not."""
    titles = [row.title or "" for row in (*page.rows, *page.asides)]
    said = (
        found
        for found in _PRINTED.finditer(page.tree.root.text())
        if not any(found[0] in title for title in titles)
    )
    return next((_digits(found[1]) or 0 for found in said), 0)


def stated_pages(text: str, page: HtmlList) -> int:
    """How many pages a list has by what its page prints or calls its pager with, else by what its script sets; 0 where
    it says nothing, or where all records stated are on the page itself: of one that holds more than a page, all but
    less than a page.

    A script's settings count where it sets them to one number only (defaults of a plugin and counters of visits are set
    too), records and the size of a page where the page at hand is of that size.
    """
    text = _without_comments(text)
    names = _names()
    records, size = _only(names.records, text), _only(names.page_size, text)
    if 0 < records <= len(page.rows) + (size if size < len(page.rows) else 0):
        return 0
    if said := printed_pages(page) or _called_with(text):
        return said
    by_records = ceil(records / size) if size and size == len(page.rows) else 0
    return max(_only(names.pages, text), by_records)


def _without_comments(text: str) -> str:
    """A page without what stands in comments; a script's lines in one, as old pages have them, stay."""
    parts, place = [], 0
    while (start := text.find("<!--", place)) >= 0 and (end := text.find("-->", start)) >= 0:
        parts.append(text[place : start if "<script" in text[start:end].lower() else end])
        place = end
    return _SCRIPT_COMMENT.sub(" ", "".join((*parts, text[place:])))


def _called_with(text: str) -> int:
    """The number of pages createPageHTML is called with, whatever it makes of it."""
    if found := _FROM_ONE.search(text):
        return _number(found[2], text)
    return _number(found[1], text) if (found := _FROM_ZERO.search(text)) else 0


def _addresses(text: str, url: str) -> list[str]:
    if found := _FROM_ONE.search(text):
        _, count, _, stem, suffix = found.groups()
        return [f"{stem}_{number}.{suffix}" for number in range(2, _number(count, text) + 1)]
    if (found := _FROM_ZERO.search(text)) and not found[3].startswith("javascript:"):
        count, _, stem, suffix = found.groups()
        return [f"{stem}_{number}.{suffix}" for number in range(1, _number(count, text))]
    if found := _COUNT.search(text):
        file = FILE.search(urlsplit(url).path)
        named = _STEM.search(text, found.start())
        stem = named[1] if named else file["stem"] if file else "index"
        suffix = file["suffix"] if file else "html"
        return [f"{stem}_{number}.{suffix}" for number in range(1, int(found[1]))]
    if found := _LONSUN.search(text):
        return [f"{found[3]}{number}" for number in range(2, int(found[4]) + 1)]
    if found := _SET_PAGE.search(text):
        file = FILE.search(urlsplit(url).path)
        stem, suffix = (file["stem"], file["suffix"]) if file else ("index", "html")
        is_here = int(found[1]) == int(file["number"] or 1 if file else 1)
        return [f"{stem}_{number}.{suffix}" for number in range(2, int(found[2]) + 1)] if is_here else []
    settings = dict(_SETTING.findall(found[1])) if (found := _PAGER.search(text)) else {}
    if settings.keys() >= {"size", "prefix", "suffix"}:
        pages = range(1, _digits(settings["size"]) or 0)
        return [f"{settings['prefix']}_{number}.{settings['suffix']}" for number in pages]
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
    return int(bare) if bare.isdecimal() else None


def _only(names: Sequence[str], text: str) -> int:
    """The number that `names` are set to; 0 where there are none or several."""
    numbers = {int(digits) for digits in _setting_of(tuple(names)).findall(text)}
    return numbers.pop() if len(numbers) == 1 else 0


@cache
def _setting_of(names: tuple[str, ...]) -> re.Pattern[str]:
    any_name = "|".join(names)
    stated = rf"(?:<(?:{any_name})>\s*|\b(?:{any_name})[\"']?\s*[:=]\s*[\"']?)(\d{{1,6}})\b"
    return re.compile(stated, re.IGNORECASE)


@cache
def _names() -> _Names:
    text = files("flows.collector").joinpath("data/pagers.yml").read_text(encoding="utf-8")
    return _Names.model_validate(yaml.safe_load(text))
