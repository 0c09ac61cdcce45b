"""Which platform a page is of, and where that platform's list is. The marks are data: `data/recognition.yml`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Self
from urllib.parse import urldefrag, urljoin, urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

from extractors.page.tree import Element, Tree
from flows.collector.discovery.rows import absolute
from flows.collector.registry import Platform

_PLACE = re.compile(r"(?:当前|所在|您?现在的?|您的?)位置(?:是)?|^位置\s*[:：]")
_CRUMBS = re.compile(r"bread-?crumb|crumbs?$|position|location|dqwz|weizhi|mbx", re.IGNORECASE)
_SID = re.compile(r"\bSID\s*[:=]\s*[\"']?(\d+)")
_CHANNEL = re.compile(
    r"/((?:common/search|searchList|search)/[0-9a-f]{32})|\bchannelId[\"']?\s*[:=]\s*[\"']([0-9a-f]{32})"
)
_SERVICE = re.compile(r"[\"']([^\"']*frontAppCustomAction/getPageInfoList\w*)[\"']")
_SITE_GUID = re.compile(r"siteGuid[\"']?\s*[:=]\s*[\"']([0-9A-Fa-f-]{36})")
_CATEGORY = re.compile(r"categoryNum[\"']?\s*[:=]\s*[\"'](\d+)")
_ROW_KEYS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "name", "infotitle", "docTitle", "articleTitle"),
    "url": ("url", "infourl", "link", "href", "docUrl", "articleUrl"),
    "listed_on": (
        "publishedTimeStr",
        "infodate",
        "publishDate",
        "pubDate",
        "publishTime",
        "date",
        "createTime",
    ),
}
_PAGE_NUMBER = re.compile(r"([?&](?:page(?:No|Num|Index)?|p|current(?:Page)?)=)\d+", re.IGNORECASE)
_TOTALS = ("total", "count", "totalCount", "totalElements")


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Mark(_Data):
    platform: Platform
    name: str
    html: re.Pattern[str] | None = None
    url: re.Pattern[str] | None = None

    @model_validator(mode="after")
    def _has_one_pattern(self) -> Self:
        if (self.html is None) == (self.url is None):
            raise ValueError(f"{self.name}: one of html and url")
        return self

    def holds(self, text: str, url: str) -> bool:
        pattern, where = (self.html, text) if self.html else (self.url, url)
        return pattern is not None and pattern.search(where) is not None


class _Column(_Data):
    name: str
    page: re.Pattern[str]
    column: str


class _Rules(_Data):
    marks: tuple[_Mark, ...]
    columns: tuple[_Column, ...]


@dataclass(frozen=True, slots=True)
class Recognised:
    """The platform of a page and the marks that told it (none for `static`)."""

    platform: Platform
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListEntry:
    """What a source entry says of a list: its first address and the platform's further fields.

    `missing` tells what the page does not say and a person has to find out; then there is no address.
    """

    url: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    missing: str | None = None


def recognise(text: str, url: str) -> Recognised:
    """The platform whose surest mark the page bears; JSON is `json`, a page without marks `static`."""
    found = [mark for mark in _rules().marks if mark.holds(text, url)]
    if found:
        platform = found[0].platform
        return Recognised(platform, tuple(mark.name for mark in found if mark.platform == platform))
    if _as_json(text) is not None:
        return Recognised("json", ("JSON",))
    return Recognised("static")


def columns_of(text: str, url: str) -> tuple[tuple[str, str], ...]:
    """Addresses of the column a page may hang in, each with how it was found: by the page's 当前位置 from the
    innermost out, then by the shape of its own address. Only those of the page's own host."""
    found = [(column, "当前位置") for column in _breadcrumb(text, url)]
    for rule in _rules().columns:
        if match := rule.page.match(url):
            found.append((match.expand(rule.column), rule.name))
    host = urlsplit(url).hostname
    fit = {
        address: how
        for address, how in reversed(found)
        if urlsplit(address).hostname == host and address != url
    }
    return tuple((address, fit[address]) for address in dict.fromkeys(a for a, _ in found) if address in fit)


def list_entry(platform: Platform, text: str, url: str) -> ListEntry:
    """How an entry of `platform` names the list that stands at `url`, with `text` as its page."""
    page, fragment = urldefrag(url)
    if platform == "gkmlpt":
        return _catalogue(text, page, fragment)
    if platform == "ucap":
        return _channel(text, page)
    if platform == "epoint":
        return _service(text, page)
    if platform == "sitemap":
        return ListEntry(page, {"url_pattern": "fz|法治"})
    if platform == "json":
        return _json_paths(text, page)
    return ListEntry(page)


def _catalogue(text: str, page: str, fragment: str) -> ListEntry:
    if "/gkmlpt/api/" in page:
        return ListEntry(page)
    sid, number = _SID.search(text), re.fullmatch(r"\d+", fragment)
    if sid is None or number is None:
        missing = (
            "choose the column in the catalogue and give its address with the number (…/gkmlpt/index#165)"
        )
        return ListEntry(page, missing=missing)
    root = page.partition("/gkmlpt/")[0]
    return ListEntry(f"{root}/gkmlpt/api/all/{number[0]}?sid={sid[1]}")


def _channel(text: str, page: str) -> ListEntry:
    found = _CHANNEL.search(text)
    if found is None or "createPageHTML" in text:
        return ListEntry(page)
    return ListEntry(urljoin(page, f"/{found[1] or f'common/search/{found[2]}'}"))


def _service(text: str, page: str) -> ListEntry:
    service, site, category = (rule.search(text) for rule in (_SERVICE, _SITE_GUID, _CATEGORY))
    if service is None or site is None or category is None:
        missing = "look in the browser's network view for the call of getPageInfoListNew and copy its form"
        return ListEntry(page, missing=missing)
    params = {"siteGuid": site[1], "categoryNum": category[1], "kw": "", "startDate": "", "endDate": ""}
    form = json.dumps(params)[:-1] + ', "pageIndex": {page}, "pageSize": 20}'
    return ListEntry(urljoin(page, service[1]), {"json_list": {"form": {"params": form}}})


def _json_paths(text: str, page: str) -> ListEntry:
    for path, rows, around in _lists_in(_as_json(text), "", {}):
        keys = {name: next((k for k in known if k in rows[0]), None) for name, known in _ROW_KEYS.items()}
        if keys["title"] and keys["url"]:
            total = next((name for name in _TOTALS if isinstance(around.get(name), int)), None)
            above = path.rpartition(".")[0]
            fields = {"rows": path, **{name: key for name, key in keys.items() if key}}
            if total:
                fields["total"] = f"{above}.{total}" if above else total
            return ListEntry(_PAGE_NUMBER.sub(r"\1{page}", page), {"json_list": fields})
    return ListEntry(
        page, missing="write json_list by hand: nothing in the answer looks like rows with title and url"
    )


def _lists_in(
    data: Any, path: str, around: Mapping[str, Any]
) -> Iterator[tuple[str, Any, Mapping[str, Any]]]:
    if isinstance(data, list) and data and all(isinstance(item, Mapping) for item in data) and path:
        yield path, data, around
    items = data.items() if isinstance(data, Mapping) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        inner = data if isinstance(data, Mapping) else {}
        yield from _lists_in(value, f"{path}.{key}" if path else str(key), inner)


def _as_json(text: str) -> Any:
    if text.lstrip("\ufeff \t\r\n")[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return None


def _breadcrumb(text: str, url: str) -> list[str]:
    tree = Tree(text)
    for element in tree.elements:
        if element.hidden or not _is_breadcrumb(element):
            continue
        links = [link for link in element.descendants() if link.tag == "a" and "href" in link.attrs]
        found = [absolute(url, link.attrs["href"]) for link in links]
        inner = [address for address in found if address and urlsplit(address).path.strip("/")]
        if inner:
            return list(dict.fromkeys(reversed(inner)))
    return []


def _is_breadcrumb(element: Element) -> bool:
    if element.chars > 200 or element.tag in ("html", "body"):
        return False
    own = "".join(child for child in element.content if isinstance(child, str))
    if _PLACE.search("".join(own.split())):
        return True
    said = "".join(element.text().split())
    return bool(_PLACE.match(said)) or any(_CRUMBS.search(name) for name in element.names)


@cache
def _rules() -> _Rules:
    text = files("flows.collector").joinpath("data/recognition.yml").read_text(encoding="utf-8")
    return _Rules.model_validate(yaml.safe_load(text))
