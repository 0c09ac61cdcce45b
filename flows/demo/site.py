"""One site of the demo web as a pure function: request and night in, response out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, Literal
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader

from flows.demo import bodies
from flows.demo.catalogue import Column, Decoy, Report, Site, decoy_kinds, reports, web_file
from flows.demo.families import FAMILIES, Family, Gkmlpt, Item, Request, Response
from flows.demo.texts import Text

Mutation = tuple[str, str, str]
"""Report id, figure id and the wording printed in its place."""

_FILE_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
_DATE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_WEEKDAYS = "一二三四五六日"

_templates = Environment(loader=PackageLoader("flows.demo"), autoescape=True)
_templates.filters["short"] = lambda title, size: title if len(title) <= size else title[:size] + "..."
_templates.filters["cn"] = lambda day: f"{day.year}年{day.month:02d}月{day.day:02d}日"
_templates.filters["slash"] = lambda day: f"{day:%Y/%m/%d}"


@lru_cache(maxsize=4096)
def respond(site_key: str, request: Request, night: int, mutations: tuple[Mutation, ...]) -> Response:
    """What the site answers on that night, outages aside."""
    return SiteView(site_by_key(site_key), request.base, night, mutations).respond(request)


def site_by_key(key: str) -> Site:
    return next(site for site in web_file().sites if site.key == key)


@dataclass(frozen=True)
class Place:
    """Where a report stands: its page and what holds its text, a file or the page itself."""

    report_id: str
    page_path: str
    text_path: str
    is_gone: bool


@dataclass(frozen=True)
class SiteView:
    """One site on one night."""

    site: Site
    base: str
    night: int
    mutations: tuple[Mutation, ...] = ()

    @property
    def family(self) -> Family:
        return FAMILIES[self.site.platform]

    def respond(self, request: Request) -> Response:
        if request.path == "/robots.txt":
            return Response(200, self.site.robots.encode(), "text/plain")
        if request.path == "/":
            return Response(302, b"", headers=(("Location", self.family.list_url(self.site.columns[0])),))
        for column in self.site.columns:
            found = self.family.listing(self, column, request) or self._article(column, request.path)
            if found is not None:
                return found
        return self._not_found(404)

    def places(self) -> Iterator[Place]:
        """Every report of the site and where it stands tonight; one that is gone keeps its last address."""
        for column in self.site.columns:
            for report in self._reports(column):
                page = self._report_path(column, report)
                text = page if report.row.form not in _FILE_TYPES else self._file_path(column, report)
                yield Place(report.report_id, page, text, self._happened(web_file().gone, report))

    def items(self, column: Column) -> Sequence[Item]:
        """What the column lists, newest first."""
        return self._listed[column.key]

    def page(self, template: str, column: Column, **values: Any) -> Response:
        today = web_file().nights[self.night]
        html = _templates.get_template(template).render(
            site=self.site,
            column=column,
            base=self.base,
            host=urlsplit(self.base).netloc,
            prefecture=web_file().prefecture,
            today=f"{today.year}年{today.month}月{today.day}日 星期{_WEEKDAYS[today.weekday()]}",
            sid=Gkmlpt.sid,
            **values,
        )
        return self._encoded(200, html)

    @cached_property
    def _listed(self) -> dict[str, list[Item]]:
        listed = {}
        for column in self.site.columns:
            found = [
                self._report_item(column, r)
                for r in self._reports(column)
                if not self._happened(web_file().gone, r)
            ]
            found += [self._decoy_item(column, d) for d in column.decoys]
            listed[column.key] = sorted(found, key=lambda i: (i.published, i.id), reverse=True)
        return listed

    def _reports(self, column: Column) -> Iterator[Report]:
        for report in reports(self.night).values():
            if report.report_id.rsplit("-", 1)[0] in column.bodies:
                text = report.text
                for report_id, figure_id, words in self.mutations:
                    if report_id == report.report_id:
                        text = text.reprinted(figure_id, words)
                yield replace(report, text=text)

    def _happened(self, what: dict[str, int], report: Report) -> bool:
        return what.get(report.report_id, self.night + 1) <= self.night

    def _article(self, column: Column, path: str) -> Response | None:
        if any(d.missing and self._decoy_path(column, d) == path for d in column.decoys):
            return self._not_found(200)
        for item in self.items(column):
            if item.path == path:
                related = [i for i in self.items(column) if i.id != item.id][:3]
                return self.page(f"{self.site.platform}_article.html", column, item=item, related=related)
        for report in self._reports(column):
            if self._happened(web_file().moved, report) and path == self._original_path(column, report):
                return Response(301, b"", headers=(("Location", self._report_path(column, report)),))
            if not self._happened(web_file().gone, report) and path == self._file_path(column, report):
                return self._file(report)
        return None

    def _file(self, report: Report) -> Response | None:
        make = {"docx": bodies.docx_bytes, "pdf": bodies.pdf_bytes}.get(report.row.form)
        if make is None:
            return None
        return Response(200, make(report.row.title, report.text), _FILE_TYPES[report.row.form])

    def _original_path(self, column: Column, report: Report) -> str:
        return self.family.detail_path(column, report.row.id, report.row.published)

    def _report_path(self, column: Column, report: Report) -> str:
        path = self._original_path(column, report)
        return f"/zfxxgk{path}" if self._happened(web_file().moved, report) else path

    def _file_path(self, column: Column, report: Report) -> str:
        return self.family.file_path(column, report.row.id, report.row.published, report.row.form)

    def _report_item(self, column: Column, report: Report) -> Item:
        row = report.row
        attachments: tuple[tuple[str, str], ...] = ()
        if row.form in _FILE_TYPES:
            attachments = ((f"{row.title}.{row.form}", self._file_path(column, report)),)
        inline = {"plain": bodies.plain_html, "word": bodies.word_html, "lines": bodies.lines_html}
        return Item(
            id=row.id,
            title=row.title,
            published=row.published,
            written=_signed_on(report.text),
            organization=report.organization_name,
            source=report.source,
            index_number=_index_number(report.region_code, row.published, row.id),
            path=self._report_path(column, report),
            html=inline[row.form](report.text) if row.form in inline else "",
            attachments=attachments,
        )

    def _decoy_path(self, column: Column, decoy: Decoy) -> str:
        path = self.family.detail_path(column, decoy.id, decoy.published)
        return f"/internal{path}" if decoy.disallowed else path

    def _decoy_item(self, column: Column, decoy: Decoy) -> Item:
        kind = decoy_kinds()[decoy.kind]
        filled = {"{org}": decoy.org, "{year}": str(decoy.year), "{next}": str(decoy.year + 1)}
        title, text = kind.title, kind.text
        for slot, words in filled.items():
            title, text = title.replace(slot, words), text.replace(slot, words)
        return Item(
            id=decoy.id,
            title=title,
            published=decoy.published,
            written=decoy.published,
            organization=decoy.org,
            source=decoy.org,
            index_number=_index_number(self.site.site_code[:6] + "000", decoy.published, decoy.id),
            path=self._decoy_path(column, decoy),
            html="".join(f"<p>{line}</p>" for line in text.splitlines() if line),
        )

    def _not_found(self, status: Literal[200, 404]) -> Response:
        return self._encoded(status, _templates.get_template("not_found.html").render(site=self.site))

    def _encoded(self, status: int, html: str) -> Response:
        return Response(
            status,
            html.encode(self.site.encoding, "xmlcharrefreplace"),
            f"text/html; charset={self.site.declared}",
        )


def challenge() -> Response:
    """What a cleared-cookie guard sends instead of a page: status 521 and a script."""
    cookie = ("Set-Cookie", "__jsluid_s=6f1d1d7c0f; max-age=31536000; path=/; HttpOnly")
    return Response(521, _templates.get_template("challenge.html").render().encode(), "text/html", (cookie,))


def _signed_on(text: Text) -> date:
    """The date under the signature, a report's last line. ValueError where there is none."""
    found = _DATE.fullmatch(text.rendered(text.lines[-1]))
    if found is None:
        raise ValueError(f"no date under the signature: {text.rendered(text.lines[-1])}")
    return date(*map(int, found.groups()))


def _index_number(region_code: str, published: date, ident: int) -> str:
    """索引号 in the credit-code family: characters 3 to 8 are the registering county."""
    organ = hashlib.md5(region_code.encode(), usedforsecurity=False).hexdigest()[:9].upper()
    return f"11{region_code[:6]}{organ}Y/{published.year}-{ident % 100000:05d}"
