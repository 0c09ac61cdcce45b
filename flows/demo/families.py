"""How each CMS family addresses its pages and pages through its lists.

The URL and paging forms are those of the families' real sites: TRS WCM (createPageHTML), Hanweb jcms
(datastore and dataproxy.jsp), UCAP (JSON search), gkmlpt (JSON API) and Boda VSB (descending page numbers).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import escape
from typing import Any, Protocol

from flows.demo.catalogue import Column, Platform


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked; `base` is the site's own `http://host:port`."""

    method: str
    path: str
    base: str
    query: tuple[tuple[str, str], ...] = ()
    form: tuple[tuple[str, str], ...] = ()

    def number(self, name: str, default: int) -> int:
        """A query parameter as a number, `default` where it is absent or no number."""
        value = dict(self.query).get(name, "")
        return int(value) if value.isdecimal() else default

    def field(self, name: str) -> str:
        """A form field, or the query parameter of that name: jpage is called both ways."""
        return dict(self.form).get(name) or dict(self.query).get(name, "")


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    body: bytes
    media_type: str = "text/html"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One page of a column: a report or a decoy. `attachments` are (name, link as written)."""

    id: int
    title: str
    published: date
    written: date
    organization: str
    source: str
    index_number: str
    path: str
    html: str
    attachments: tuple[tuple[str, str], ...] = ()


class Lists(Protocol):
    """What a family may ask of the site it renders for."""

    def items(self, column: Column) -> Sequence[Item]: ...

    def page(self, template: str, column: Column, **values: Any) -> Response: ...


class Family(Protocol):
    def detail_path(self, column: Column, ident: int, published: date) -> str: ...

    def file_path(self, column: Column, ident: int, published: date, suffix: str) -> str: ...

    def list_url(self, column: Column) -> str:
        """Path of the column's first list page, as a person would open it."""
        ...

    def entry_url(self, column: Column) -> str:
        """What a source entry gives as the list: the page, or the API behind it."""
        ...

    def listing(self, site: Lists, column: Column, request: Request) -> Response | None:
        """The list page, list API or list shell asked for, None where the request is for something else."""
        ...


class Trs:
    def detail_path(self, column: Column, ident: int, published: date) -> str:
        return f"{column.path}/{published:%Y%m}/t{published:%Y%m%d}_{ident}.html"

    def file_path(self, column: Column, ident: int, published: date, suffix: str) -> str:
        return f"{column.path}/{published:%Y%m}/P0{published:%Y%m%d}{ident:09d}.{suffix}"

    def list_url(self, column: Column) -> str:
        return f"{column.path}/index.html"

    def entry_url(self, column: Column) -> str:
        return self.list_url(column)

    def listing(self, site: Lists, column: Column, request: Request) -> Response | None:
        items = site.items(column)
        pages = _page_count(items, column.page_size)
        names = {f"{column.path}/index_{n}.html": n for n in range(1, pages)}
        names |= {self.list_url(column): 0, f"{column.path}/": 0}
        if request.path not in names:
            return None
        page = names[request.path]
        rows = [_row(i, _relative(i.path, column.path)) for i in _slice(items, page, column.page_size)]
        return site.page("trs_list.html", column, rows=rows, pages=pages, page=page)


class Hanweb:
    """Page 1 of a column carries the rows of its first `_GROUP` pages; the rest come by POST."""

    _GROUP = 2
    proxy = "/module/web/jpage/dataproxy.jsp"

    def detail_path(self, column: Column, ident: int, published: date) -> str:
        return f"/art/{published.year}/{published.month}/{published.day}/art_{column.path}_{ident}.html"

    def file_path(self, column: Column, ident: int, published: date, suffix: str) -> str:
        return f"/attach/-1/{published:%y%m%d}1{ident}.{suffix}"

    def list_url(self, column: Column) -> str:
        return f"/col/col{column.path}/index.html"

    def entry_url(self, column: Column) -> str:
        return self.list_url(column)

    def unit(self, column: Column) -> str:
        return str(int(column.path) % 1_000_000 + 4_000_000)

    def listing(self, site: Lists, column: Column, request: Request) -> Response | None:
        items = site.items(column)
        if request.path == self.list_url(column):
            first = items[: self._GROUP * column.page_size]
            rows = "".join(f"<record><![CDATA[\n{_hanweb_row(i)}]]></record>\n" for i in first)
            group = (
                f'<nextgroup><![CDATA[<a href="{self.proxy}?page=1&appid=1&appid=1&webid=2971&path=/'
                f"&columnid={column.path}&unitid={self.unit(column)}&webname=%E4%BA%91%E6%A0%88%E5%8C%BA"
                f'&permissiontype=0"></a>]]></nextgroup>\n'
            )
            return site.page(
                "hanweb_list.html",
                column,
                datastore=f"<datastore>\n{group}<recordset>\n{rows}</recordset></datastore>",
                unit=self.unit(column),
                total=len(items),
                group=self._GROUP,
                per_page=column.page_size,
                webid=2971,
            )
        if request.path != self.proxy or request.field("columnid") != column.path:
            return None
        start, end = request.number("startrecord", 1), request.number("endrecord", 1)
        rows = "".join(
            f"<record><![CDATA[{_hanweb_row(i)}]]></record>\n" for i in items[max(start, 1) - 1 : end]
        )
        xml = (
            f"<?xml version='1.0' encoding='UTF-8'?><datastore><totalrecord>{len(items)}</totalrecord>"
            f"<totalpage>{_page_count(items, column.page_size)}</totalpage>"
            f"<recordset>{rows}</recordset></datastore>"
        )
        return Response(200, xml.encode("utf-8"), "text/xml")


class Ucap:
    def detail_path(self, column: Column, ident: int, published: date) -> str:
        return f"{column.path}/{published:%Y%m}/{_hash(ident)}.shtml"

    def file_path(self, column: Column, ident: int, published: date, suffix: str) -> str:
        return f"{column.path}/{published:%Y%m}/{_hash(ident)}/files/{_hash(ident * 7)}.{suffix}"

    def list_url(self, column: Column) -> str:
        return f"{column.path}/list.shtml"

    def entry_url(self, column: Column) -> str:
        query = f"_isAgg=true&_isJson=true&_pageSize={column.page_size}&page=1"
        return f"/common/search/{self.channel(column)}?{query}"

    def channel(self, column: Column) -> str:
        return _hash(sum(column.path.encode()))

    def listing(self, site: Lists, column: Column, request: Request) -> Response | None:
        if request.path == self.list_url(column):
            return site.page("ucap_list.html", column, channel=self.channel(column))
        if request.path != f"/common/search/{self.channel(column)}":
            return None
        items = site.items(column)
        page = max(request.number("page", 1), 1)
        size = min(request.number("_pageSize", column.page_size), column.page_size)
        found = [
            {
                "title": i.title,
                "subTitle": "",
                "url": i.path,
                "publishedTimeStr": f"{i.published} 11:02:47",
                "publishedTime": _millis(i.published),
                "channelName": column.name,
                "contentSource": i.source,
            }
            for i in _slice(items, page - 1, size)
        ]
        data = {"channelId": self.channel(column), "total": len(items), "rows": len(found), "page": page}
        return _json({"data": {**data, "results": found}, "status": 200})


class Gkmlpt:
    sid = "970103"

    def detail_path(self, column: Column, ident: int, published: date) -> str:
        return f"/gkmlpt/content/{ident // 1_000_000}/{ident // 1000}/post_{ident}.html"

    def file_path(self, column: Column, ident: int, published: date, suffix: str) -> str:
        return f"/attachment/0/{ident // 1000}/{ident}/{ident // 1000}.{suffix}"

    def list_url(self, column: Column) -> str:
        return "/gkmlpt/index"

    def entry_url(self, column: Column) -> str:
        return f"/gkmlpt/api/all/{column.path}?page=1&sid={self.sid}"

    def listing(self, site: Lists, column: Column, request: Request) -> Response | None:
        if request.path == self.list_url(column):
            return site.page("gkmlpt_list.html", column)
        if request.path != f"/gkmlpt/api/all/{column.path}":
            return None
        items = site.items(column)
        page = max(request.number("page", 1), 1)
        articles = [
            {
                "id": i.id,
                "title": i.title,
                "url": request.base + i.path,
                "post_url": request.base + i.path,
                "publisher": i.organization,
                "identifier": i.index_number,
                "document_number": "",
                "date": _millis(i.published) // 1000,
                "create_time": _millis(i.published) // 1000,
                "first_publish_time": _millis(i.published) // 1000,
                "created_at": f"{i.published} 10:11:00",
                "display_publish_time": _millis(i.published) // 1000,
            }
            for i in _slice(items, page - 1, column.page_size)
        ]
        classify = {"id": int(column.path), "name": column.name, "post_count": len(items)}
        return _json({"classify": classify, "total": len(items), "articles": articles})


class Vsb:
    """Page 1 is `tree.htm`; older ones count down: of three the second is `tree/2.htm`."""

    def detail_path(self, column: Column, ident: int, published: date) -> str:
        return f"/info/{1000 + sum(column.path.encode()) % 90}/{ident}.htm"

    def file_path(self, column: Column, ident: int, published: date, suffix: str) -> str:
        name = _hash(ident).upper()
        return f"/__local/{name[0]}/{name[1:3]}/{name[3:5]}/{name}_{ident}.{suffix}"

    def list_url(self, column: Column) -> str:
        return f"{column.path}.htm"

    def entry_url(self, column: Column) -> str:
        return self.list_url(column)

    def listing(self, site: Lists, column: Column, request: Request) -> Response | None:
        items = site.items(column)
        pages = _page_count(items, column.page_size)
        names = {self.list_url(column): pages} | {f"{column.path}/{n}.htm": n for n in range(1, pages)}
        if request.path not in names:
            return None
        left = names[request.path]
        up = "../" * (request.path.count("/") - 1)
        stem = "" if left < pages else column.path.rsplit("/", 1)[1] + "/"
        rows = [_row(i, up + i.path.lstrip("/")) for i in _slice(items, pages - left, column.page_size)]
        return site.page(
            "vsb_list.html",
            column,
            rows=rows,
            total=len(items),
            page=pages - left + 1,
            pages=pages,
            older=f"{stem}{left - 1}.htm" if left > 1 else None,
            oldest=f"{stem}1.htm",
        )


FAMILIES: dict[Platform, Family] = {
    "trs": Trs(),
    "hanweb": Hanweb(),
    "ucap": Ucap(),
    "gkmlpt": Gkmlpt(),
    "vsb": Vsb(),
}


def _slice(items: Sequence[Item], page: int, size: int) -> Sequence[Item]:
    return items[page * size : (page + 1) * size]


def _page_count(items: Sequence[Item], size: int) -> int:
    return max(1, -(-len(items) // size))


def _row(item: Item, link: str) -> dict[str, Any]:
    return {"title": item.title, "link": link, "published": item.published}


def _relative(path: str, folder: str) -> str:
    """`./202303/t….html` for a page below the column, the whole path for one that is elsewhere."""
    return f".{path.removeprefix(folder)}" if path.startswith(folder) else path


def _hanweb_row(item: Item) -> str:
    title = escape(item.title)
    link = f'<a href="{item.path}" title="{title}" target="_blank">{title}</a>'
    return f'<li>{link}<span class="date">{item.published}</span></li>'


def _json(data: object) -> Response:
    return Response(200, json.dumps(data, ensure_ascii=False).encode("utf-8"), "application/json")


def _hash(number: int) -> str:
    return hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()


def _millis(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, 2, 11, tzinfo=UTC).timestamp() * 1000)
