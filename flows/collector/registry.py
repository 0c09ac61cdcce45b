"""The registry of sources: one small YAML file per site, checked line by line.

A site on a known platform is about ten lines:

    id: linjiang-sifa
    name: 临江区司法局 法治政府建设年度报告      # 虚构
    platform: trs                            # trs hanweb jpaas ucap gkmlpt vsb epoint static …
    site_url: https://www.linjiang.example/
    list_urls: [https://www.linjiang.example/zwgk/fzzf/index.html]
    organization: 临江区人民政府
    region_code: "990102000"
    expected_years: [2021, 2022, 2023, 2024]
    minimum_documents: 3                     # fewer is an error; 0 declares that an empty list is expected
    status: unverified
    reason: 列表地址尚未由人核对

The JSON schema for editors is `Source.model_json_schema()`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal, Self, cast
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator, model_validator

from extractors.records import SourceHint
from flows.checked_yaml import FileError, error_at, read_checked
from warehouse.records import SourceRow

Platform = Literal[
    "trs", "hanweb", "jpaas", "ucap", "gkmlpt", "vsb", "epoint", "static", "sitemap", "json", "urls"
]


LINKS = "a[href]"
"""The selector of every link."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Selectors(_Entry):
    """CSS selectors of an HTML list that differs from its platform's rule."""

    row: str | None = Field(default=None, description="one element per row; default: the block around a link")
    link: str = Field(default=LINKS, description="the title link inside a row")
    next: str | None = Field(default=None, description="the link to the next page")

    @field_validator("row", "link", "next")
    @classmethod
    def _is_selector(cls, selector: str | None) -> str | None:
        import soupsieve

        try:
            soupsieve.compile(selector or LINKS)
        except soupsieve.SelectorSyntaxError as error:
            raise ValueError(f"not a CSS selector: {selector}") from error
        return selector


class JsonList(_Entry):
    """Where the rows of a JSON answer are; paths are dotted, a number indexes a list."""

    rows: str = Field(default="", description="path to the list of rows, e.g. data.results")
    title: str = Field(default="title", description="path inside a row")
    url: str = Field(default="url", description="path inside a row, or a template such as /show/{id}.html")
    listed_on: str | None = Field(
        default=None, description="path inside a row: ISO date, or epoch seconds/ms"
    )
    total: str | None = Field(default=None, description="path to the number of all rows")
    page_size: int = Field(default=20, gt=0)
    first_page: int = Field(default=1, ge=0)
    form: dict[str, str] | None = Field(default=None, description="sent by POST; values may hold {page}")


class PageEntry(_Entry):
    """One page named by hand."""

    url: str
    title: str | None = None
    listed_on: date | None = None


class Source(_Entry):
    """One registry entry: a column of a site and what is expected there."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    name: str = Field(min_length=1)
    platform: Platform
    site_url: str
    list_urls: tuple[str, ...] = Field(
        default=(), description="first page of each list; {page} counts pages, {year} is each expected year"
    )
    hosts: tuple[str, ...] = Field(
        default=(), description="hosts allowed besides those of the addresses above"
    )
    selectors: Selectors = Selectors()
    json_list: JsonList | None = None
    pages: tuple[PageEntry, ...] = Field(default=(), description="platform urls: the pages themselves")
    url_pattern: str | None = Field(default=None, description="platform sitemap: addresses wanted (regex)")
    title_pattern: str | None = Field(
        default=None, description="titles wanted (regex); default: annual reports"
    )
    first_page: int = Field(
        default=1, ge=0, description="platform static: the first number {page} stands for"
    )
    max_list_pages: int = Field(default=50, ge=1)
    organization: str | None = None
    region_code: str | None = Field(default=None, pattern=r"^\d{9}$", description="nine digits, quoted")
    county: str | None = None
    expected_years: tuple[int, ...] = ()
    minimum_documents: int = Field(default=1, ge=0)
    maximum_documents: int | None = Field(default=None, ge=0)
    status: Literal["enabled", "paused", "unverified"] = "enabled"
    reason: str | None = None
    delay_seconds: float | None = Field(
        default=None, ge=0, description="longer than the default, never shorter"
    )
    legacy_tls: bool = Field(
        default=False, description="the hosts speak only TLS 1.0/1.1 or renegotiate unsafely"
    )
    notes: str | None = None
    cites: tuple[str, ...] = ()

    @field_validator("title_pattern", "url_pattern")
    @classmethod
    def _is_regex(cls, pattern: str | None) -> str | None:
        try:
            re.compile(pattern or "")
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return pattern

    @field_validator("site_url")
    @classmethod
    def _is_web_address(cls, url: str) -> str:
        return web_address(url)

    @field_validator("list_urls")
    @classmethod
    def _are_web_addresses(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(web_address, urls))

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.status != "enabled" and not self.reason:
            raise ValueError(f"status {self.status} needs a reason")
        if not self.list_urls and not (self.platform == "urls" and self.pages):
            raise ValueError(
                "list_urls is empty" if self.platform != "urls" else "pages and list_urls are empty"
            )
        if self.platform == "json" and not (self.json_list and self.json_list.rows):
            raise ValueError("platform json needs json_list.rows")
        if self.platform == "epoint" and not (self.json_list and self.json_list.form):
            raise ValueError("platform epoint needs json_list.form")
        if self.platform == "sitemap" and not self.url_pattern:
            raise ValueError("platform sitemap needs url_pattern")
        if self.maximum_documents is not None and self.maximum_documents < self.minimum_documents:
            raise ValueError("maximum_documents is below minimum_documents")
        if self.has_yearly_lists and not self.expected_years:
            raise ValueError("list_urls has {year} but expected_years is empty")
        return self

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """Host names this source may be asked for, lower case, without port."""
        addresses = (self.site_url, *self.list_urls, *(page.url for page in self.pages))
        return frozenset(urlsplit(url).hostname or "" for url in addresses) | set(map(str.lower, self.hosts))

    @property
    def has_yearly_lists(self) -> bool:
        """Whether an address of a list names its year."""
        return any("{year}" in url for url in self.list_urls)

    def list_addresses(self) -> Iterator[str]:
        """`list_urls` with `{year}` filled in."""
        for url in self.list_urls:
            if "{year}" in url:
                yield from (url.replace("{year}", str(year)) for year in self.expected_years)
            else:
                yield url

    def row(self) -> SourceRow:
        """The entry as dim_source knows it; `entry_sha256` changes with any field, not with comments."""
        canonical = json.dumps(self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)
        return SourceRow(
            source_id=self.id,
            name=self.name,
            platform=self.platform,
            site_url=self.site_url,
            organization=self.organization,
            region_code=self.region_code,
            expected_years=self.expected_years,
            minimum_documents=self.minimum_documents,
            maximum_documents=self.maximum_documents,
            enabled=self.status == "enabled",
            entry_sha256=hashlib.sha256(canonical.encode("utf-8")).hexdigest(),
        )

    def hint(self, listed_title: str | None = None, listed_on: date | None = None) -> SourceHint:
        """What this entry tells the extractors about a page it led to."""
        return SourceHint(self.organization, self.region_code, self.county, listed_title, listed_on)


_SOURCE = TypeAdapter(Source)
SourceError = FileError
"""Why a file is not a source."""


class NoRegistryError(FileNotFoundError):
    """There is no folder of sources where one is wanted."""


class UnknownSourceError(ValueError):
    """A name that no source of the registry has."""


def require_registry(folder: Path) -> None:
    """Raises NoRegistryError when there is no such folder."""
    if not folder.is_dir():
        raise NoRegistryError(
            f"{folder}: no such folder of sources; `nianbao sources add <address> --write` begins one"
        )


def load_sources(folder: Path) -> tuple[list[Source], list[SourceError]]:
    """Every `*.yml`/`*.yaml` of `folder`, by file name. A file with an error stops only that source.

    Of two files with one id neither is used. Raises NoRegistryError when there is no such folder.
    """
    require_registry(folder)
    files = sorted(path for path in folder.iterdir() if path.suffix in (".yml", ".yaml"))
    sources: dict[Path, Source] = {}
    errors: list[SourceError] = []
    for path in files:
        result = load_source(path)
        if isinstance(result, Source):
            sources[path] = result
        else:
            errors += result
    ids = Counter(source.id for source in sources.values())
    for path, source in sources.items():
        if ids[source.id] > 1:
            errors.append(error_at(path, ("id",), f"{source.id} is the id of several files"))
    return [source for source in sources.values() if ids[source.id] == 1], errors


def load_source(path: Path) -> Source | list[SourceError]:
    """One file as a Source, or everything that is wrong with it."""
    checked = read_checked(path, _SOURCE)
    return checked if isinstance(checked, list) else cast(Source, checked.value)


def web_address(url: str) -> str:
    """An http(s) address itself. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is not an http(s) address")
    return url
