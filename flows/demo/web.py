"""A loopback government web of fictional places, with the known truth of every figure in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml

from extractors.records import Bound, Period
from flows.demo.catalogue import Column, Site, body_files, reports, web_file
from flows.demo.families import FAMILIES, Request
from flows.demo.server import Answer, SiteServer
from flows.demo.site import Mutation, SiteView, challenge, respond

GAZETTEER = Path(__file__).with_name("gazetteer.tsv")
"""The demo's places, in the format of `extractors.organisation`."""


@dataclass(frozen=True, slots=True)
class TruthRow:
    """One figure of one report, as its writer meant it. A figure that answers for two codes is two rows.

    `indicator_code` is None outside the codebook; `value` is in `unit`, the codebook's where there is a code.
    `url` is where the text stands (the file for a report put up as one), `page_url` the page that shows or
    links it. `sentence` is the paragraph, or the table row's cells joined by tabs. `is_gone`: answers 404.
    `data_cutoff`: where the report's data stop before the year does.
    """

    organization_name: str
    region_code: str
    report_year: int
    indicator_code: str | None
    value: Decimal
    value_high: Decimal | None
    bound: Bound
    unit: str | None
    period: Period
    is_explicit_zero: bool
    is_part: bool
    is_headline: bool
    is_growth: bool
    text: str
    sentence: str
    report_id: str
    figure_id: str
    url: str
    page_url: str
    is_gone: bool
    data_cutoff: date | None


class DemoWeb:
    """All sites of the demo on 127.0.0.1, one port each, on one of its nights.

    `base_port` fixes the ports (site i on base_port + i) so that addresses are the same in every run; None
    takes free ones, kept until the object stops. `mutate` prints other wordings for single figures without
    touching the truth. Raises OSError when a fixed port is taken, KeyError for a night or figure not there.
    """

    def __init__(self, night: int = 1, base_port: int | None = None, mutate: Iterable[Mutation] = ()) -> None:
        self.night = night
        self.requests: list[tuple[str, str, str, int]] = []
        """(site, method, path, status) of everything asked so far; status 0 when the site hung up."""
        self._base_port = base_port
        self._mutations = tuple(mutate)
        for report_id, figure_id, words in self._mutations:
            reports(max(web_file().nights))[report_id].text.reprinted(figure_id, words)
        self._servers: dict[str, SiteServer] = {}

    def start(self) -> Self:
        for number, site in enumerate(web_file().sites):
            port = self._base_port + number if self._base_port else 0
            self._servers[site.key] = SiteServer(port, partial(self._answer, site))
        return self

    def stop(self) -> None:
        for server in self._servers.values():
            server.close()
        self._servers.clear()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def set_night(self, night: int) -> None:
        """Moves every site to another night; ports and addresses stay."""
        if night not in web_file().nights:
            raise KeyError(f"the demo has no night {night}")
        self.night = night

    def base(self, site_key: str) -> str:
        """`http://127.0.0.1:port` of a site."""
        return self._servers[site_key].base

    def source_entries(self) -> list[dict[str, Any]]:
        """One registry entry a column, ready to be written as YAML."""
        return [self._entry(site, column) for site in web_file().sites for column in site.columns]

    def write_sources(self, folder: Path) -> None:
        """`<id>.yml` for every source entry."""
        folder.mkdir(parents=True, exist_ok=True)
        for entry in self.source_entries():
            text = yaml.safe_dump(entry, allow_unicode=True, sort_keys=False)
            (folder / f"{entry['id']}.yml").write_text(text, encoding="utf-8")

    def truth(self, night: int | None = None) -> list[TruthRow]:
        """Every figure of every report published by that night (default: tonight) in its latest wording.

        Reports that have left the web stay, marked `is_gone`: what was archived is still known.
        """
        night = self.night if night is None else night
        return [row for site in web_file().sites for row in self._truth_of(site, night)]

    def _truth_of(self, site: Site, night: int) -> Iterator[TruthRow]:
        base = self.base(site.key)
        for place in SiteView(site, base, night).places():
            report = reports(night)[place.report_id]
            for number, span in enumerate(report.text.spans):
                sentence = report.text.sentence_of(number)
                for figure in span:
                    yield TruthRow(
                        organization_name=report.organization_name,
                        region_code=report.region_code,
                        report_year=report.report_year,
                        indicator_code=figure.indicator_code,
                        value=figure.value,
                        value_high=figure.value_high,
                        bound=figure.bound,
                        unit=figure.unit,
                        period=figure.period,
                        is_explicit_zero=figure.is_explicit_zero,
                        is_part=figure.is_part,
                        is_headline=figure.is_headline,
                        is_growth=figure.is_growth,
                        text=figure.text,
                        sentence=sentence,
                        report_id=report.report_id,
                        figure_id=figure.figure_id,
                        url=base + place.text_path,
                        page_url=base + place.page_path,
                        is_gone=place.is_gone,
                        data_cutoff=report.row.cutoff,
                    )

    def _entry(self, site: Site, column: Column) -> dict[str, Any]:
        base, family = self.base(site.key), FAMILIES[site.platform]
        bodies = [body_files()[key] for key in column.bodies]
        entry: dict[str, Any] = {
            "id": f"demo-{column.key}",
            "name": f"{site.name} {column.name}（虚构）",
            "platform": site.platform,
            "site_url": f"{base}/",
            "list_urls": [base + family.entry_url(column)],
        }
        if len(bodies) == 1:
            entry |= {"organization": bodies[0].organization, "region_code": bodies[0].region_code}
        entry["expected_years"] = sorted({year for body in bodies for year in body.reports})
        entry["minimum_documents"] = 3 * len(bodies)
        return entry

    def _answer(self, site: Site, request: Request) -> Answer:
        outage = site.outages.get(self.night)
        if outage == "down":
            self.requests.append((site.key, request.method, request.path, 0))
            return None
        if outage == "challenge" and request.path != "/robots.txt":
            response = challenge()
        else:
            response = respond(site.key, request, self.night, self._mutations)
        self.requests.append((site.key, request.method, request.path, response.status))
        return response, self._changed_on(site, request)

    def _changed_on(self, site: Site, request: Request) -> date:
        """The day of the first night since which the answer has been the same."""
        night = self.night
        answer = respond(site.key, request, night, self._mutations)
        while (
            night - 1 in web_file().nights
            and respond(site.key, request, night - 1, self._mutations) == answer
        ):
            night -= 1
        return web_file().nights[night]
