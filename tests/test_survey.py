"""Looking at sites: the platform is recognised, an entry proposed, a column found from a report, causes told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from extractors.organisation import Gazetteer
from extractors.page.decode import decode
from flows import survey
from flows.collector.archive import Archive
from flows.collector.collect import collect_source
from flows.collector.fetcher import Fetcher
from flows.collector.registry import Source, load_source
from flows.collector.survey import golden
from flows.collector.survey.check import CheckResult, check_source
from flows.collector.survey.propose import Proposal, propose, provisional, source_id
from flows.collector.survey.recognise import columns_of, list_entry, recognise
from flows.collector.survey.visit import Cause, SurveyError, Visitor, causes
from flows.demo import GAZETTEER, DemoWeb
from flows.demo.catalogue import web_file
from flows.demo.families import FAMILIES
from flows.settings import Settings, load_settings
from flows.steps import PlainSteps
from tests.collector_site import FAST, Answer, Site, running_site

GOLDEN = golden.folders(Path(__file__).resolve().parent / "golden")
SITE = "https://www.linjiang.example"
TODAY = date(2025, 4, 1)
NO_MARKS = {"deep-stub", "unit-answer", "page-info", "search-answer"}
"""Answers no platform can be told from by themselves; they are reached from a page that has marks."""


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


@pytest.fixture(scope="module")
def web() -> Iterator[DemoWeb]:
    with DemoWeb() as web:
        yield web


@pytest.fixture(scope="module")
def places() -> Gazetteer:
    return Gazetteer.load(GAZETTEER)


Proposes = Callable[[str], Proposal]


@pytest.fixture
def proposes(tmp_path: Path, places: Gazetteer) -> Iterator[Proposes]:
    with Archive(tmp_path / "archive") as archive, Fetcher(archive, FAST) as fetcher:
        yield lambda url: propose(
            url, Visitor(provisional(url), fetcher, "run").look, gazetteer=places, today=TODAY
        )


def rows(*years: int, folder: str = "") -> str:
    items = "".join(
        f'<li><a href="{folder}t{year}.html">临江区{year}年法治政府建设年度报告</a><i>{year + 1}-01-20</i></li>'
        for year in years
    )
    return f"<ul>{items}</ul>"


def report(year: int, crumbs: str = "") -> str:
    return (
        f'<meta name="ArticleTitle" content="临江区{year}年法治政府建设年度报告"><body>{crumbs}'
        f"<div class='TRS_Editor'><p>{year}年，本区深入推进法治政府建设，成效明显。</p>"
        f"<p>一、主要做法。全年办理行政复议案件12件。</p></div></body>"
    )


# recognition


@pytest.mark.parametrize("folder", GOLDEN, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_the_platform_of_every_golden_page_is_recognised(folder: Path) -> None:
    case = golden.Case.model_validate(yaml.safe_load((folder / "case.yml").read_text(encoding="utf-8")))
    text = decode(next(folder.glob("page.*")).read_bytes(), case.charset).text
    found = recognise(text, case.url)
    assert found.platform == case.source.platform or folder.name in NO_MARKS
    assert found.marks or found.platform == "static"


def test_a_sitemap_is_recognised_behind_comments_and_a_page_of_comments_is_none() -> None:
    comments = "<!--<!-- a -->\n" * 500
    assert recognise(f"{comments}<urlset></urlset>", SITE).platform == "sitemap"
    assert recognise(f"{comments}<html></html>", SITE).platform == "static"


@pytest.mark.parametrize(
    ("url", "columns"),
    [
        ("/zwgk/fzzf/202503/t20250301_12.html", ["/zwgk/fzzf/"]),
        ("/art/2025/3/1/art_1229_4301.html", ["/col/col1229/index.html"]),
        ("/sfj/art/2025/art_0a1b.html", ["/sfj/index.html"]),
        ("/zwgk/fzzfjs/content/post_93.html", ["/zwgk/fzzfjs/"]),
        ("/gkmlpt/content/1/2/post_93.html", []),
        ("/lj/c1034/202503/" + "0a" * 16 + ".shtml", ["/lj/c1034/list.shtml"]),
        ("/info/1078/20150.htm", []),
    ],
)
def test_a_report_s_address_tells_its_column(url: str, columns: list[str]) -> None:
    assert [address for address, _ in columns_of("<p></p>", SITE + url)] == [SITE + path for path in columns]


@pytest.mark.parametrize(
    "crumbs",
    [
        '<p>当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">公开</a> &gt; <a href="/zwgk/fzbg.htm">年报</a></p>',
        '<p><b>您现在的位置：</b><a href="/">首页</a><a href="/zwgk/">公开</a><a href="/zwgk/fzbg.htm">年报</a></p>',
        '<ul class="breadcrumb"><li><a href="/zwgk/">公开</a></li><li><a href="/zwgk/fzbg.htm">年报</a></li></ul>',
    ],
)
def test_the_breadcrumb_tells_the_columns_from_the_innermost_out(crumbs: str) -> None:
    elsewhere = (
        '<a href="https://other.example/x.htm">别的</a><div class="main"><a href="/a.htm">无关</a></div>'
    )
    found = columns_of(elsewhere + crumbs, f"{SITE}/info/1078/20150.htm")
    assert [address for address, _ in found] == [f"{SITE}/zwgk/fzbg.htm", f"{SITE}/zwgk/"]


def test_a_catalogue_needs_the_number_of_its_column() -> None:
    page = "<script>window._CONFIG = {DOMAIN: 'x', SID: '755031'}</script>"
    entry = list_entry("gkmlpt", page, f"{SITE}/lhq/gkmlpt/index#165")
    assert entry.url == f"{SITE}/lhq/gkmlpt/api/all/165?sid=755031" and entry.missing is None
    assert "#165" in (list_entry("gkmlpt", page, f"{SITE}/gkmlpt/index").missing or "")


def test_an_epoint_page_tells_the_form_of_its_service() -> None:
    page = """<script>var siteGuid = "7eb5f7f1-9041-43ad-8e13-8fcb82ea831a", categoryNum = '003007';
    ajax("/EWB/rest/frontAppCustomAction/getPageInfoListNew")</script>"""
    entry = list_entry("epoint", page, f"{SITE}/fzzf/list.html")
    assert entry.url == f"{SITE}/EWB/rest/frontAppCustomAction/getPageInfoListNew"
    form = entry.fields["json_list"]["form"]["params"]
    assert json.loads(form.replace("{page}", "0")) | {"categoryNum": "003007", "pageIndex": 0} == json.loads(
        form.replace("{page}", "0")
    )
    assert list_entry("epoint", "<p></p>", SITE).missing


def test_the_paths_of_a_json_list_are_found_and_its_page_number_left_open() -> None:
    text = '{"code": 0, "data": {"count": 2, "list": [{"name": "报告", "link": "/1.html", "pubDate": "2025-01-20"}]}}'
    entry = list_entry("json", text, f"{SITE}/api?channel=1&pageNo=1")
    assert entry.url == f"{SITE}/api?channel=1&pageNo={{page}}"
    paths = {
        "rows": "data.list",
        "title": "name",
        "url": "link",
        "listed_on": "pubDate",
        "total": "data.count",
    }
    assert entry.fields == {"json_list": paths}
    assert list_entry("json", '{"a": [1]}', SITE).missing


def test_ids_come_from_host_and_column_and_are_told_apart() -> None:
    assert source_id("https://www.linjiang.gov.cn/zwgk/fzzf/ndbg/index.html", ()) == "linjiang-ndbg"
    assert source_id("https://www.linjiang.gov.cn/zwgk/fzzf/ndbg/", {"linjiang-ndbg"}) == "linjiang-ndbg-2"
    assert source_id("http://127.0.0.1:80/", ()) == "source"


# proposals


@pytest.mark.parametrize("demo", web_file().sites, ids=lambda demo: demo.key)
def test_the_demo_s_sites_are_recognised_and_their_columns_proposed(
    web: DemoWeb, demo: Any, proposes: Proposes
) -> None:
    column = demo.columns[0]
    url = web.base(demo.key) + FAMILIES[demo.platform].list_url(column)
    proposal = proposes(f"{url}#{column.path}" if demo.platform == "gkmlpt" else url)
    source = proposal.source
    assert (source.platform, source.status) == (demo.platform, "unverified")
    assert proposal.wanted and source.minimum_documents == len(proposal.wanted)
    assert source.region_code in Gazetteer.load(GAZETTEER).names
    assert all(seen.same_content for seen in proposal.stability) and len(proposal.stability) == 2
    truth = {row.page_url for row in web.truth() if row.page_url.startswith(web.base(demo.key))}
    assert truth & {row.url for row in proposal.wanted}


def test_from_a_report_the_way_goes_to_the_column_that_lists_it(site: Site, proposes: Proposes) -> None:
    crumbs = (
        "<p>当前位置：<a href='/'>首页</a>&gt;<a href='/zwgk/'>公开</a>&gt;<a href='/zwgk/old/'>年报</a></p>"
    )
    site.pages |= {
        "/zwgk/bg/202501/t20250120_7.html": Answer(report(2024, crumbs)),
        "/zwgk/old/": Answer(rows(2019, 2018)),
        "/zwgk/": Answer("<ul><li><a href='/a/1.html'>关于消防安全的通知</a><i>2025-01-01</i></li></ul>"),
        "/zwgk/bg/": Answer(
            "<ul><li><a href='202501/t20250120_7.html'>临江区2024年法治政府建设年度报告</a><i>2025-01-20</i></li></ul>"
        ),
    }
    proposal = proposes(f"{site.url}/zwgk/bg/202501/t20250120_7.html")
    assert proposal.source.list_urls == (f"{site.url}/zwgk/bg/",)
    assert proposal.source.cites[0] == f"{site.url}/zwgk/bg/202501/t20250120_7.html"
    assert proposal.source.expected_years == (2024,)


def test_a_page_that_changes_by_itself_is_told_from_rows_that_change(site: Site, proposes: Proposes) -> None:
    clock = iter(range(100))
    site.pages["/bg/"] = lambda asked: Answer(rows(2024, 2023) + f"<p>生成于 {next(clock)}</p>")
    site.pages |= {f"/bg/t{year}.html": Answer(report(year)) for year in (2024, 2023)}
    proposal = proposes(f"{site.url}/bg/")
    assert [(seen.same_bytes, seen.same_content) for seen in proposal.stability] == [
        (False, True),
        (True, True),
    ]
    assert "other bytes, the same rows or text" in proposal.entry()


def test_site_code_and_site_name_that_disagree_give_no_region(site: Site, proposes: Proposes) -> None:
    meta = '<meta name="SiteName" content="漪山县人民政府"><meta name="SiteIDCode" content="{}">'
    for code, region in (("9701210004", "970121000"), ("9701220002", None), ("", "970121000")):
        site.pages["/bg/"] = Answer(meta.format(code) + rows(2024, 2023))
        proposal = proposes(f"{site.url}/bg/")
        assert proposal.source.region_code == region, code
    site.pages["/bg/"] = Answer('<meta name="SiteIDCode" content="9701220002">' + rows(2024, 2023))
    assert proposes(f"{site.url}/bg/").source.region_code == "970122000"


def test_a_column_of_one_year_is_pointed_out(site: Site, proposes: Proposes) -> None:
    site.pages["/fzbg/2024/"] = Answer(rows(2024, 2023))
    assert "{year}" in proposes(f"{site.url}/fzbg/2024/").entry()


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (Answer("gone", 404), "gone"),
        (Answer("no", 403), "blocked"),
        (Answer("<script>document.cookie='__jsl_clearance=1'</script>", 521), "challenge"),
        (Answer(status=301, headers={"Location": "https://elsewhere.example/"}), "moved"),
        (Answer("<p>暂无内容</p>"), "no_rows"),
        (Answer("<script>window._CONFIG={SID: '7'}</script>"), "no_rows"),
        (Answer("slow", wait=60), "timeout"),
    ],
)
def test_a_site_that_cannot_be_looked_at_gives_a_cause_and_advice(
    site: Site, proposes: Proposes, answer: Answer, cause: Cause
) -> None:
    site.pages["/bg/"] = answer
    with pytest.raises(SurveyError) as told:
        proposes(f"{site.url}/bg/")
    assert told.value.cause == cause and causes()[cause].advice in str(told.value)


def test_robots_are_obeyed_when_looking_too(site: Site, proposes: Proposes) -> None:
    site.pages["/robots.txt"] = Answer(
        "User-agent: *\nDisallow: /bg/", headers={"Content-Type": "text/plain"}
    )
    with pytest.raises(SurveyError) as told:
        proposes(f"{site.url}/bg/")
    assert told.value.cause == "robots" and site.paths() == []


@pytest.mark.parametrize("url", ["ftp://x.example/", "x", "", "http://[bad/"])
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(SurveyError):
        provisional(url)


# checks


class Checks:
    """Checks of one entry, a day after each other."""

    def __init__(self, site: Site, folder: Path) -> None:
        self._site, self._folder = site, folder
        self._now = datetime(2025, 3, 1, 1, tzinfo=UTC)

    def run(self, today: date = date(2025, 3, 1), **fields: Any) -> CheckResult:
        self._now += timedelta(days=1)
        with Archive(self._folder) as archive, Fetcher(archive, FAST, lambda: self._now) as fetcher:
            return check_source(self._site.source(**fields), fetcher, "check", today)


@pytest.fixture
def checks(site: Site, tmp_path: Path) -> Checks:
    return Checks(site, tmp_path / "archive")


def test_a_source_that_is_fine(site: Site, checks: Checks) -> None:
    site.pages["/list.html"] = Answer(rows(2023, 2022) + "<p><a href='/x'>更多</a></p>")
    result = checks.run(minimum_documents=2)
    first = CheckResult(
        "linjiang", "ok", "2 reports listed", True, "obeyed", "static", 2, 2, date(2024, 1, 20)
    )
    assert result == replace(first, changed_at=result.changed_at)
    assert set(site.paths()) == {"/list.html"}, "what the list shows is not fetched"
    assert result.changed_at is not None and result.changed_at.date() == date(2025, 3, 2)
    assert checks.run(minimum_documents=2).changed_at == result.changed_at
    site.pages["/list.html"] = Answer(rows(2024, 2023, 2022))
    changed = checks.run(minimum_documents=2).changed_at
    assert changed is not None and changed.date() == date(2025, 3, 4)
    assert checks.run(minimum_documents=2).changed_at == changed


@pytest.mark.parametrize(
    ("answer", "fields", "cause"),
    [
        (Answer("gone", 404), {}, "gone"),
        (Answer("no", 403), {}, "blocked"),
        (Answer("<script>document.cookie='__jsl_clearance=1'</script>", 521), {}, "challenge"),
        (Answer(status=302, headers={"Location": "/login?to=x"}), {}, "login"),
        (Answer(status=301, headers={"Location": "https://elsewhere.example/"}), {}, "moved"),
        (Answer("oops", 500), {}, "error"),
        (Answer("slow", wait=60), {}, "timeout"),
        (Answer("<p>暂无内容</p>"), {}, "no_rows"),
        (Answer("<p>暂无内容</p>"), {"minimum_documents": 0}, "ok"),
        (
            Answer("<script>function g(){_simple_list_gotopage_fun(0,1)}</script>"),
            {"platform": "trs"},
            "family_changed",
        ),
        (
            Answer("<html></html>"),
            {"platform": "json", "json_list": {"rows": "rows"}},
            "unreadable",
        ),
        (Answer(rows(2024).replace("年度报告", "推进会的通知")), {}, "no_reports"),
        (Answer(rows(2024, 2023)), {"minimum_documents": 3}, "below_minimum"),
        (Answer(rows(2024, 2023) + "<script>var totalPage = 9;</script>"), {}, "unreadable"),
        (Answer(rows(2024, 2023)), {"maximum_documents": 1}, "above_maximum"),
        (Answer(rows(2021, 2020)), {}, "nothing_new"),
    ],
)
def test_every_cause_is_told_with_its_evidence(
    site: Site, checks: Checks, answer: Answer, fields: dict[str, Any], cause: Cause
) -> None:
    site.pages["/list.html"] = answer
    result = checks.run(**fields)
    assert result.cause == cause, result.evidence
    assert result.evidence


def test_a_check_asks_out_of_season_too(site: Site, tmp_path: Path) -> None:
    site.pages["/list.html"] = Answer(rows(2024, 2023))
    moments = (datetime(2025, month, 1, 1, tzinfo=UTC) for month in (3, 9, 9))
    for day, moment in enumerate(moments):
        with Archive(tmp_path) as archive, Fetcher(archive, FAST, lambda now=moment: now) as fetcher:
            assert check_source(site.source(), fetcher, "check", moment.date()).ok
        assert site.paths() == ["/list.html"] * (day + 1)


def test_robots_a_closed_door_and_a_dead_host_are_causes_of_their_own(site: Site, checks: Checks) -> None:
    dead = checks.run(site_url="http://127.0.0.1:9/", list_urls=["http://127.0.0.1:9/"])
    assert dead.cause == "dead_host" and not dead.is_reachable
    closed = checks.run(
        site_url="https://www.linjiang.example/", list_urls=["https://www.linjiang.example/bg/"]
    )
    assert closed.cause == "not_asked" and "contact" in closed.evidence
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /", headers={"Content-Type": "text/plain"})
    forbidden = checks.run()
    assert (forbidden.cause, forbidden.robots) == ("robots", "forbids the list")


def test_an_entry_that_names_its_pages_is_checked_by_the_first(site: Site, checks: Checks) -> None:
    page = {
        "url": f"{site.url}/1.html",
        "title": "临江区2024年法治政府建设年度报告",
        "listed_on": "2025-01-20",
    }
    fields: dict[str, Any] = {"platform": "urls", "list_urls": [], "pages": [page]}
    assert checks.run(**fields).cause == "gone"
    site.pages["/1.html"] = Answer(report(2024))
    assert (checks.run(**fields).cause, site.paths()[-1]) == ("ok", "/1.html")
    assert checks.run(**{**fields, "title_pattern": "述法"}).cause == "no_reports"


def test_a_look_takes_nothing_away_from_the_night_after_it(site: Site, tmp_path: Path) -> None:
    site.pages["/list.html"] = Answer(rows(2024, 2023))
    site.pages |= {f"/t{year}.html": Answer(report(year), etag=f'"{year}"') for year in (2024, 2023)}
    named = {"url": f"{site.url}/t2024.html", "title": "临江区2024年法治政府建设年度报告"}
    entries = (site.source(), site.source(id="named", platform="urls", list_urls=[], pages=[named]))
    with Archive(tmp_path) as archive, Fetcher(archive, FAST) as fetcher:
        visitor = Visitor(provisional(f"{site.url}/list.html"), fetcher, "add")
        propose(f"{site.url}/list.html", visitor.look, gazetteer=Gazetteer.load(GAZETTEER), today=TODAY)
        checked = [check_source(entry, fetcher, "check", TODAY).ok for entry in entries]
        nights = [
            collect_source(entry, archive=archive, fetcher=fetcher, run_id="night", now=datetime.now(UTC))
            for entry in entries
        ]
        assert checked == [True, True]
        assert [night.documents for night in nights] == [2, 1]
        brought = {
            (a.source_id, a.url) for a in archive.attempts() if (a.purpose, a.outcome) == ("detail", "ok")
        }
    pages = [("linjiang", 2024), ("linjiang", 2023), ("named", 2024)]
    assert brought == {(source, f"{site.url}/t{year}.html") for source, year in pages}


def test_only_the_first_pages_of_a_long_list_are_asked_and_nothing_is_concluded_from_their_number(
    site: Site, checks: Checks
) -> None:
    pager = "<script>createPageHTML(9, 0, 'list', 'html')</script>"
    names = ["/list.html", *(f"/list_{number}.html" for number in range(1, 9))]
    site.pages |= {name: Answer(rows(2024 - n) + pager) for n, name in enumerate(names)}
    result = checks.run(platform="trs", minimum_documents=9)
    assert (result.cause, result.reports, len(site.paths())) == ("ok", 3, 3)


# the registry of a home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("NIANBAO_COLLECTOR__LOOPBACK_DELAY_SECONDS", "0")
    monkeypatch.setenv("NIANBAO_GAZETTEER", str(GAZETTEER))
    (tmp_path / "sources").mkdir()
    return load_settings(tmp_path)


def accept(folder: Path) -> None:
    file = folder / "rows.json"
    file.write_text(
        file.read_text(encoding="utf-8").replace('"accepted": null', '"accepted": "2025-04-02"'), "utf-8"
    )


def test_an_entry_goes_from_an_address_to_enabled(web: DemoWeb, home: Settings) -> None:
    steps = PlainSteps()
    demo = next(site for site in web_file().sites if site.platform == "hanweb")
    url = web.base(demo.key) + FAMILIES["hanweb"].list_url(demo.columns[0])
    proposal = survey.propose_source(home, url, name="yunzhan-bg", steps=steps)
    assert list(home.sources.iterdir()) == [], "looking writes nothing"
    written = survey.write_proposal(home, proposal)
    assert load_source(written.entry) == proposal.source
    sources, errors = survey.lint(home.sources)
    assert [str(error.folder.name) for error in errors if isinstance(error, golden.GoldenError)] == [
        "yunzhan-bg"
    ]
    accept(written.golden)
    assert survey.lint(home.sources) == (sources, [])
    with pytest.raises(survey.EntryError, match="--id"):
        survey.write_proposal(home, proposal)

    written.entry.write_text("# 手写的说明\n" + written.entry.read_text(encoding="utf-8"), encoding="utf-8")
    clock = lambda: datetime(2024, 5, 1, 16, tzinfo=UTC)  # noqa: E731
    (result,) = survey.check_sources(home, sources, steps=steps, clock=clock)
    assert (result.cause, result.platform) == ("ok", "hanweb")
    survey.enable(written.entry, result, "2024-05-02")
    enabled = load_source(written.entry)
    assert isinstance(enabled, Source)
    assert enabled.status == "enabled" and enabled.reason is None
    assert enabled.notes == f"核对于 2024-05-02：列表 {result.rows} 行，报告 {result.reports} 篇"
    assert enabled == proposal.source.model_copy(
        update={"status": "enabled", "reason": None, "notes": enabled.notes}
    )
    assert written.entry.read_text(encoding="utf-8").startswith("# 手写的说明\n")


def test_an_entry_that_is_not_fine_is_not_enabled_and_its_notes_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "linjiang.yml"
    text = (
        "id: linjiang\nname: 临江区\nplatform: static\nsite_url: https://www.linjiang.example/\nstatus: unverified\n"
        "notes: >\n  列表由区司法局维护。\n\nreason: 未核对\nlist_urls: [https://www.linjiang.example/bg/]  # 栏目\n"
    )
    file.write_text(text, encoding="utf-8")
    with pytest.raises(survey.EntryError, match="no_rows"):
        survey.enable(file, CheckResult("linjiang", "no_rows", "none"), "2025-04-01")
    assert file.read_text(encoding="utf-8") == text
    survey.enable(file, CheckResult("linjiang", "ok", "fine", rows=9, reports=4), "2025-04-01")
    enabled = load_source(file)
    assert isinstance(enabled, Source)
    assert enabled.notes == "列表由区司法局维护。\n 核对于 2025-04-01：列表 9 行，报告 4 篇"
    assert enabled.status == "enabled" and "# 栏目" in file.read_text(encoding="utf-8")
