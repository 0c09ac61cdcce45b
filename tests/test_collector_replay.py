"""A real site replayed on loopback under its own paths: its column page in full, and its seven reports."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from extractors.organisation import Gazetteer
from extractors.reading import read
from flows.collector.archive import Archive
from flows.collector.collect import CollectSummary, collect_source
from flows.collector.fetcher import Fetcher
from flows.collector.survey.propose import propose, provisional
from flows.collector.survey.visit import Visitor
from tests.collector_site import FAST, Answer, Site, running_site
from warehouse.records import Attempt

COLUMN = "/zwgk/gsgg/"
REPORTS = "/zwgk/fzzf/"
NIGHT = datetime(2026, 9, 10, 16, tzinfo=UTC)
SETTINGS = FAST.model_copy(update={"max_bytes": 2_000_000})


@pytest.fixture(scope="module")
def manifest(shared: Path) -> list[dict[str, Any]]:
    lines = (shared / "corpus" / "pingtan" / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture
def site(shared: Path, manifest: list[dict[str, Any]]) -> Iterator[Site]:
    """The site's pages under their own paths; everything else is 404. `REPORTS` is a column of our own."""
    with running_site() as running:
        for entry in manifest:
            body = (shared / "corpus" / "pingtan" / entry["file"]).read_bytes()
            running.pages[urlsplit(entry["url"]).path] = Answer(body)
        running.pages[REPORTS] = Answer(column_of([entry for entry in manifest if entry["id"]]))
        yield running


def column_of(reports: list[dict[str, Any]]) -> str:
    """A column in the manner of the site (TRS with AvalonJS) that lists the reports, newest first."""
    newest = sorted(reports, key=lambda report: str(report["published"]), reverse=True)
    rows = "".join(
        f"""
        <li>
          <a href="{urlsplit(report["url"]).path}" target="_blank" title="{report["title"]}">{report["title"][:24]}</a>
          <em id="rel_{number}"></em>
          <span class="bf-pass">{report["published"][:10]}</span>
        </li>"""
        for number, report in enumerate(newest)
    )
    return f"""<html ms-controller="windowRoot"><head><meta charset="utf-8"><title>法治政府建设</title>
    <meta name="ColumnName" content="法治政府建设"></head><body>
    <ul><li ms-class="on:RootPath==''"><a href="/">首页</a></li><li><a href="/zwgk/">政务公开</a></li></ul>
    <div class="list_base"><ul>{rows}</ul></div>
    <ul style="display:none"><li ms-repeat="docs"><a ms-attr-href="el.docpuburl">{{{{el.doctitle}}}}</a></li></ul>
    <script>var pageChnlInfo = {{ classsql: "" || "chnlid=427", recordCount:'{len(reports)}', prepage:15 }};
    listModel({{ listArgs: {{ channelid: 200210 }}, listApi: {{ url: "/fjdzapp/search" }} }})</script></body></html>"""


def collect(site: Site, folder: Path, **fields: Any) -> tuple[CollectSummary, list[Attempt]]:
    with Archive(folder) as archive, Fetcher(archive, SETTINGS, lambda: NIGHT) as fetcher:
        entry = site.source(platform="trs", minimum_documents=0, **fields)
        summary = collect_source(entry, archive=archive, fetcher=fetcher, run_id="night", now=NIGHT)
        return summary, list(archive.attempts())


def outcomes(attempts: list[Attempt]) -> Counter[tuple[str, str]]:
    return Counter((attempt.purpose, attempt.outcome) for attempt in attempts if attempt.purpose != "robots")


def test_the_column_page_gives_its_75_rows_and_all_are_recorded_as_gone(site: Site, tmp_path: Path) -> None:
    entry = {"list_urls": [site.url + COLUMN], "max_list_pages": 1}
    summary, attempts = collect(site, tmp_path, title_pattern=".", **entry)
    assert (summary.rows, summary.candidates, summary.documents) == (75, 75, 0)
    assert outcomes(attempts) == {("list", "ok"): 1, ("detail", "gone"): 75}
    gone = [attempt for attempt in attempts if attempt.purpose == "detail"]
    assert len({attempt.url for attempt in gone}) == 75
    assert all(attempt.listed_title and attempt.listed_on and attempt.status == 404 for attempt in gone)
    assert any("127 pages beyond max_list_pages 1" in note for note in summary.notes), (
        "9,546 records, 75 shown"
    )


def test_none_of_the_75_rows_is_taken_for_an_annual_report(site: Site, tmp_path: Path) -> None:
    summary, attempts = collect(site, tmp_path, list_urls=[site.url + COLUMN], max_list_pages=1)
    assert (summary.rows, summary.candidates) == (75, 0)
    assert outcomes(attempts) == {("list", "ok"): 1}


def test_the_seven_reports_are_collected_under_their_own_paths_and_classified(
    site: Site, tmp_path: Path, manifest: list[dict[str, Any]]
) -> None:
    summary, attempts = collect(site, tmp_path, list_urls=[site.url + REPORTS])
    assert (summary.rows, summary.candidates, summary.documents, summary.problems) == (7, 7, 7, ())
    known = {urlsplit(entry["url"]).path: entry for entry in manifest if entry["id"]}
    details = [attempt for attempt in attempts if attempt.purpose == "detail"]
    assert {urlsplit(attempt.url).path for attempt in details} == set(known)
    gazetteer = Gazetteer.load()
    with Archive(tmp_path) as archive:
        for attempt in details:
            assert (attempt.outcome, attempt.page_kind, attempt.status) == ("ok", "detail", 200)
            entry = known[urlsplit(attempt.url).path]
            assert attempt.listed_on == date.fromisoformat(entry["published"][:10])
            body = archive.body(attempt.resource_sha256 or "")
            reading = read(body, url=attempt.url, charset=attempt.charset_declared, gazetteer=gazetteer)
            assert (reading.report_kind, reading.report_year) == ("rule_of_law", entry["report_year"])


def test_a_second_night_asks_for_nothing_it_has(site: Site, tmp_path: Path) -> None:
    collect(site, tmp_path, list_urls=[site.url + REPORTS])
    summary, attempts = collect(site, tmp_path, list_urls=[site.url + REPORTS])
    assert summary.new == () and summary.changed == () and summary.documents == 7
    assert len({attempt.resource_sha256 for attempt in attempts if attempt.purpose == "detail"}) == 7


def test_from_a_report_of_the_site_its_column_is_found(
    site: Site, tmp_path: Path, manifest: list[dict[str, Any]]
) -> None:
    own = site.url.encode()
    for path, answer in list(site.pages.items()):
        assert isinstance(answer, Answer)
        site.pages[path] = Answer(answer.data.replace(b"https://www.pingtan.gov.cn", own))
    report = next(entry for entry in manifest if entry["id"] == "js24")
    url = site.url + urlsplit(report["url"]).path
    with Archive(tmp_path) as archive, Fetcher(archive, SETTINGS, lambda: NIGHT) as fetcher:
        look = Visitor(provisional(url), fetcher, "add").look
        proposal = propose(url, look, gazetteer=Gazetteer.load(), today=NIGHT.date())
    assert proposal.source.platform == "trs"
    assert proposal.source.list_urls == (site.url + COLUMN,)
    assert len(proposal.page.rows) == 75
    assert any("not on the column's first page" in reason for reason in proposal.reasons)
