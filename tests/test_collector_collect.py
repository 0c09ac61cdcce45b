"""Nights at one source, against a real server: what is new, revised, moved, gone, or left over by a kill."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.collector.archive import Archive
from flows.collector.collect import CollectSummary, collect_source
from flows.collector.fetcher import Fetcher
from flows.collector.history import History
from flows.collector.intake import blank_attempt
from flows.collector.politeness import CollectorSettings
from flows.collector.revisits import is_due
from tests.collector_site import FAST, Answer, Site, running_site
from warehouse.records import Attempt

NIGHT = datetime(2025, 3, 4, 16, tzinfo=UTC)


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


class Nights:
    """Runs one night after another as separate processes would: a new archive and fetcher each time."""

    def __init__(self, root: Path, site: Site) -> None:
        self.root, self.site, self.count = root, site, 0

    def run(self, settings: CollectorSettings = FAST, run_id: str = "", **fields: Any) -> CollectSummary:
        self.count += 1
        self.site.asked.clear()
        start = NIGHT + timedelta(days=self.count)
        with Archive(self.root) as archive, Fetcher(archive, settings, clock=lambda: start) as fetcher:
            return collect_source(
                self.site.source(**{"minimum_documents": 0, **fields}),
                archive=archive,
                fetcher=fetcher,
                run_id=run_id or f"night-{self.count}",
                now=start,
            )

    def attempts(self, path: str) -> list[Attempt]:
        return [a for a in Archive(self.root).attempts() if a.url == self.site.url + path]


@pytest.fixture
def nights(tmp_path: Path, site: Site) -> Nights:
    return Nights(tmp_path / "archive", site)


def report(year: int, extra: str = "") -> Answer:
    body = (
        f"<p>{year}年，临江区办理行政复议案件{year - 2000}件，审查规范性文件8件，法治政府建设稳步推进。</p>"
        * 4
    )
    title = f"临江区{year}年法治政府建设年度报告"
    html = f"<html><head><title>{title}</title><meta name='ArticleTitle' content='{title}'></head>"
    return Answer(
        f"{html}<body><h1>{title}</h1><div class='TRS_Editor'>{body}{extra}</div></body></html>",
        etag=f'"{year}{len(extra)}"',
    )


def row(path: str, title: str, day: str = "2025-01-20") -> str:
    return f'<li><a href="{path}">{title}</a><span>{day}</span></li>'


def listing(*years: int, more: str = "") -> Answer:
    rows = "".join(row(f"/t{year}.html", f"临江区{year}年法治政府建设年度报告") for year in years)
    return Answer(f"<html><body><ul>{rows}{more}</ul></body></html>")


def publish(site: Site, *years: int) -> None:
    site.pages["/list.html"] = listing(*years)
    site.pages.update({f"/t{year}.html": report(year) for year in years})


def test_the_first_night_fetches_what_the_list_names_and_nothing_else(site: Site, nights: Nights) -> None:
    publish(site, 2024, 2023)
    site.pages["/list.html"] = listing(
        2024,
        2023,
        more=row("/party.html", "关于召开座谈会的通知")
        + row("/open.html", "临江区2024年政府信息公开工作年度报告"),
    )
    site.pages["/open.html"] = report(2022)
    seen: list[Attempt] = []
    with Archive(nights.root) as archive, Fetcher(archive, FAST) as fetcher:
        summary = collect_source(
            site.source(), archive=archive, fetcher=fetcher, run_id="n", now=NIGHT, progress=seen.append
        )
    assert summary.ok and (summary.rows, summary.candidates, summary.documents) == (4, 3, 3)
    assert site.paths() == ["/list.html", "/t2024.html", "/t2023.html", "/open.html"]
    assert [a.purpose for a in seen] == ["list", "detail", "detail", "detail"]
    (attempt,) = nights.attempts("/t2024.html")
    assert attempt.listed_title == "临江区2024年法治政府建设年度报告"
    assert (str(attempt.listed_on), attempt.parent_url) == ("2025-01-20", f"{site.url}/list.html")
    assert sorted(summary.new) == sorted(f"{site.url}{path}" for path in site.paths()[1:])


def test_a_second_night_with_nothing_new_brings_nothing(site: Site, nights: Nights) -> None:
    publish(site, 2024, 2023)
    nights.run()
    bodies = [c for c in Archive(nights.root).captures() if c.record_type == "response"]
    summary = nights.run()
    assert summary.ok and summary.new == summary.changed == () and summary.documents == 2
    assert summary.outcomes == {"list:unchanged": 1, "detail:unchanged": 2}
    assert [c for c in Archive(nights.root).captures() if c.record_type == "response"] == bodies


def test_revised_moved_and_withdrawn_pages_are_noticed(site: Site, nights: Nights) -> None:
    publish(site, 2024, 2023, 2022)
    nights.run()
    site.pages["/t2024.html"] = report(2024, "<p>更正：审查规范性文件9件。</p>")
    site.pages["/t2023.html"] = Answer(status=301, headers={"Location": "/new/t2023.html"})
    site.pages["/new/t2023.html"] = report(2023)
    del site.pages["/t2022.html"]
    summary = nights.run()
    assert summary.changed == (f"{site.url}/t2024.html",)
    assert summary.outcomes == {"list:unchanged": 1, "detail:ok": 2, "detail:gone": 1}
    assert [a.outcome for a in nights.attempts("/t2023.html")] == ["ok", "moved"]
    assert [a.outcome for a in nights.attempts("/t2022.html")] == ["ok", "gone"]
    assert summary.documents == 2


def test_a_page_no_list_shows_any_more_is_still_looked_at_until_it_is_gone_for_good(
    site: Site, nights: Nights
) -> None:
    publish(site, 2024, 2023)
    nights.run()
    site.pages["/list.html"] = listing(2024)
    assert nights.run().outcomes == {"list:ok": 1, "detail:unchanged": 2}
    del site.pages["/t2023.html"]
    asked = []
    for _ in range(5):
        nights.run()
        asked.append("/t2023.html" in site.paths())
    assert asked == [True, True, True, False, False]


def test_a_moved_page_is_asked_for_once_a_night_at_its_new_address(site: Site, nights: Nights) -> None:
    publish(site, 2024)
    nights.run()
    site.pages["/t2024.html"] = Answer(status=301, headers={"Location": "/new.html"})
    site.pages["/new.html"] = report(2024)
    nights.run()
    nights.run()
    assert site.paths() == ["/list.html", "/t2024.html", "/new.html"]
    site.pages["/list.html"] = listing(more=row("/new.html", "临江区2024年法治政府建设年度报告"))
    nights.run()
    assert site.paths() == ["/list.html", "/new.html"]


def test_one_broken_page_never_stops_the_source(site: Site, nights: Nights) -> None:
    publish(site, 2024, 2023, 2022, 2021)
    site.pages["/t2024.html"] = Answer(status=500)
    site.pages["/t2023.html"] = Answer(status=403)
    site.pages["/t2022.html"] = Answer("<p>" + "长" * 100_000 + "</p>")
    summary = nights.run()
    assert summary.documents == 1 and f"{site.url}/t2021.html" in summary.new
    assert {key: summary.outcomes[key] for key in ("detail:error", "detail:blocked", "detail:too_large")} == {
        "detail:error": 1,
        "detail:blocked": 1,
        "detail:too_large": 1,
    }


def test_attached_files_are_fetched_with_their_page(site: Site, nights: Nights) -> None:
    publish(site, 2024)
    site.pages["/t2024.html"] = report(
        2024,
        '<p>附件：<a href="/files/P020250120.pdf">临江区2024年报告.pdf</a>'
        '<a href="/files/a.docx">附表.docx</a></p>',
    )
    site.pages["/files/P020250120.pdf"] = Answer(
        b"%PDF-1.4 fiction", headers={"Content-Type": "application/pdf"}
    )
    site.pages["/files/a.docx"] = Answer(b"PK\x03\x04", headers={"Content-Type": "application/octet-stream"})
    nights.run()
    (attempt,) = nights.attempts("/files/P020250120.pdf")
    assert (attempt.purpose, attempt.outcome, attempt.page_kind) == ("attachment", "ok", "file")
    assert attempt.parent_url == f"{site.url}/t2024.html"


def test_a_file_that_keeps_its_address_and_changes_is_noticed(site: Site, nights: Nights) -> None:
    publish(site, 2024)
    site.pages["/t2024.html"] = report(2024, '<p>附件：<a href="/a.pdf">报告.pdf</a></p>')
    site.pages["/a.pdf"] = Answer(b"%PDF-1.4 one", etag='"1"')
    nights.run()
    assert nights.run().outcomes == {"list:unchanged": 1, "detail:unchanged": 1, "attachment:unchanged": 1}
    site.pages["/a.pdf"] = Answer(b"%PDF-1.4 two", etag='"2"')
    assert nights.run().changed == (f"{site.url}/a.pdf",)
    site.pages["/t2024.html"] = report(2024)
    del site.pages["/a.pdf"]
    assert nights.run().outcomes["attachment:gone"] == 1, "no page names it any more"


# windows


def test_a_page_is_asked_for_nightly_while_young_and_then_once_a_window(site: Site, nights: Nights) -> None:
    publish(site, 2024)
    asked = []
    for _ in range(32):
        summary = nights.run()
        asked.append("/t2024.html" in site.paths())
        assert "/list.html" in site.paths() and summary.documents == 1
        assert summary.not_due == (0 if asked[-1] else 1)
    assert all(asked[:14]) and asked[14:].count(True) in (2, 3)
    assert all(any(asked[start : start + 7]) for start in range(25)), "never left alone for a whole week"
    site.pages["/t2024.html"] = report(2024, "<p>更正：审查规范性文件9件。</p>")
    changed = [night for night in range(7) if nights.run().changed]
    assert len(changed) == 1
    assert nights.run().not_due == 0, "a page that changed is young again"


def test_a_page_listed_anew_is_asked_for_at_once(site: Site, nights: Nights) -> None:
    publish(site, 2024)
    for _ in range(20):
        nights.run()
    for _ in range(3):
        nights.run()
        if "/t2024.html" not in site.paths():
            break
    site.pages["/list.html"] = Answer(
        f"<ul>{row('/t2024.html', '临江区2024年法治政府建设年度报告（更正）')}</ul>"
    )
    nights.run()
    assert "/t2024.html" in site.paths()


def test_out_of_season_lists_rest_too(site: Site, nights: Nights) -> None:
    publish(site, 2024)
    nights.run()
    nights.count += 90
    asked = []
    for _ in range(28):
        summary = nights.run()
        asked.append("/list.html" in site.paths())
        assert summary.ok and summary.documents == 1 and summary.rows == 1
    assert 4 <= asked.count(True) <= 5
    publish(site, 2025, 2024)
    assert any(nights.run().new for _ in range(7))


@given(
    url=st.text(min_size=1),
    night=st.integers(0, 400),
    kind=st.sampled_from(["list", "detail", "attachment"]),
)
def test_no_address_rests_longer_than_its_window(url: str, night: int, kind: Any) -> None:
    first = replace(
        blank_attempt("s", "r", kind, url, NIGHT),
        outcome="ok",
        status=200,
        etag='"1"',
        resource_sha256="0" * 64,
    )
    at = NIGHT + timedelta(days=night)
    seen = replace(first, outcome="unchanged", started_at=at)
    history = History([first, seen] if night else [first])
    due = [days for days in range(1, 30) if is_due(history, "s", kind, url, at + timedelta(days=days))]
    assert due and due[0] <= 28


def test_what_is_not_held_or_failed_is_always_due() -> None:
    url = "https://a.example/1"
    ok = replace(blank_attempt("s", "r", "detail", url, NIGHT), outcome="ok", resource_sha256="0" * 64)
    later = NIGHT + timedelta(days=60)
    failed = replace(ok, outcome="timeout", started_at=later, resource_sha256=None)
    assert is_due(History(), "s", "detail", url, NIGHT)
    assert is_due(History([ok, failed]), "s", "detail", url, later)
    assert not is_due(History([ok, replace(ok, started_at=later)]), "s", "attachment", url, later)


def test_a_chain_of_shells_ends(site: Site, nights: Nights) -> None:
    shell = "<html><head><meta http-equiv='refresh' content='0;url=/s{}.html'></head><body></body></html>"
    publish(site, 2024)
    for number in range(9):
        site.pages[f"/s{number}.html"] = Answer(shell.format(number + 1))
    site.pages["/t2024.html"] = Answer(shell.format(0))
    summary = nights.run()
    assert site.paths() == ["/list.html", "/t2024.html", "/s0.html", "/s1.html", "/s2.html"]
    assert any("leads on to another page once more" in note for note in summary.notes)


@pytest.mark.parametrize(
    "shell",
    [
        "<html><head><meta http-equiv='refresh' content='0; url=/real.html'></head><body></body></html>",
        "<html><frameset cols='*'><frame src='/real.html'></frameset></html>",
        "<html><body><iframe src='/real.html'></iframe></body></html>",
        "<html><script>window.location.href='/real.html';</script><body></body></html>",
    ],
)
def test_the_page_behind_a_frame_or_a_forwarding_page_is_fetched(
    site: Site, nights: Nights, shell: str
) -> None:
    publish(site, 2024)
    site.pages["/t2024.html"], site.pages["/real.html"] = Answer(shell), report(2024)
    nights.run()
    assert [a.page_kind for a in nights.attempts("/t2024.html")] == ["shell"]
    (attempt,) = nights.attempts("/real.html")
    assert (attempt.page_kind, attempt.parent_url) == ("detail", f"{site.url}/t2024.html")
    assert attempt.listed_title == "临江区2024年法治政府建设年度报告"


def test_a_file_that_failed_is_asked_for_again_though_its_page_is_unchanged(
    site: Site, nights: Nights
) -> None:
    publish(site, 2024)
    site.pages["/t2024.html"] = report(2024, '<p>附件：<a href="/a.pdf">报告.pdf</a></p>')
    site.pages["/a.pdf"] = [Answer(status=500), Answer(status=500), Answer(status=500), Answer(b"%PDF-1.4")]
    nights.run()
    nights.run()
    assert [a.outcome for a in nights.attempts("/a.pdf")] == ["error", "error", "error", "ok"]


def test_rows_that_lead_to_other_hosts_are_named_and_not_followed(site: Site, nights: Nights) -> None:
    publish(site, 2024)
    elsewhere = row("https://elsewhere.example/a.html", "云溪镇2024年法治政府建设年度报告")
    site.pages["/list.html"] = listing(2024, more=elsewhere)
    summary = nights.run()
    assert [note for note in summary.notes if "elsewhere.example" in note and "does not allow" in note]
    assert summary.ok and summary.documents == 1


def test_zero_rows_are_an_error_unless_declared(site: Site, nights: Nights) -> None:
    site.pages["/list.html"] = Answer("<html><body><p>栏目建设中</p></body></html>")
    summary = nights.run(minimum_documents=1)
    assert not summary.ok and "the lists gave no rows at all" in summary.problems


def test_fewer_and_more_documents_than_declared_are_problems(site: Site, nights: Nights) -> None:
    publish(site, 2024, 2023)
    assert nights.run(minimum_documents=3).problems == ("2 documents, at least 3 are expected",)
    assert nights.run(maximum_documents=1).problems == ("2 documents, at most 1 are expected",)


def test_too_few_documents_tell_which_pages_failed_and_why(site: Site, nights: Nights) -> None:
    publish(site, 2024, 2023, 2022)
    for year, status in ((2024, 500), (2023, 404)):
        site.pages[f"/t{year}.html"] = Answer(status=status)
    (problem,) = nights.run(minimum_documents=2).problems
    assert problem.startswith("1 documents, at least 2 are expected; 2 pages failed, the first: ")
    assert f"{site.url}/t2024.html: error: 500" in problem


def test_a_list_that_fails_is_a_problem_and_known_pages_are_still_looked_at(
    site: Site, nights: Nights
) -> None:
    publish(site, 2024)
    nights.run()
    site.pages["/list.html"] = Answer(status=404)
    summary = nights.run()
    assert summary.problems[0].startswith(f"{site.url}/list.html: gone")
    assert site.paths() == ["/list.html", "/t2024.html"]


def test_a_row_that_leads_nowhere_is_a_problem_where_it_is_wanted(site: Site, nights: Nights) -> None:
    publish(site, 2024, 2023)
    report_, meeting = "云溪镇2024年法治政府建设年度报告", "关于召开座谈会的通知"
    lost = row("javascript:show(12)", report_) + row("javascript:show(13)", meeting)
    site.pages["/list.html"] = listing(2024, 2023, more=lost + "<script>var totalPage = 2;</script>")
    problem, short = nights.run().problems
    assert problem.startswith(f"{site.url}/list.html: ") and f"{report_} (2025-01-20)" in problem
    assert "leads nowhere" in problem and "platform urls" in problem
    assert "says it has 2 pages" in short


def test_a_record_without_an_address_is_a_problem_and_the_others_are_read(site: Site, nights: Nights) -> None:
    publish(site, 2024)
    records = [
        {"title": "临江区2024年法治政府建设年度报告", "url": "/t2024.html"},
        {"title": "云溪镇2024年法治政府建设报告", "id": 7},
    ]
    site.pages["/api?p=1"] = Answer(json.dumps({"rows": records}))
    entry = {"platform": "json", "list_urls": [f"{site.url}/api?p={{page}}"], "json_list": {"rows": "rows"}}
    summary = nights.run(**entry)
    assert summary.documents == 1
    (problem,) = summary.problems
    assert "/api?p=1: " in problem and "云溪镇2024年法治政府建设报告" in problem


# pagination


def pager(page: int, pages: int, *years: int) -> Answer:
    rows = listing(*years).data.decode()
    return Answer(
        rows.replace("</body>", f"<script>createPageHTML({pages}, {page}, 'index', 'html')</script></body>")
    )


def paged(site: Site, pages: list[list[int]]) -> None:
    for number, years in enumerate(pages):
        name = "/index.html" if number == 0 else f"/index_{number}.html"
        site.pages[name] = pager(number, len(pages), *years)
        site.pages.update({f"/t{year}.html": report(year) for year in years})


def test_a_quiet_night_asks_for_the_first_list_page_only(site: Site, nights: Nights) -> None:
    paged(site, [[2024, 2023], [2022, 2021], [2020]])
    entry = {"platform": "trs", "list_urls": [f"{site.url}/index.html"]}
    assert nights.run(**entry).documents == 5
    nights.run(**entry)
    assert [path for path in site.paths() if "index" in path] == ["/index.html"]
    paged(site, [[2025, 2024], [2023, 2022], [2021, 2020]])
    summary = nights.run(**entry)
    assert summary.documents == 6 and summary.new == (f"{site.url}/t2025.html",)
    assert [path for path in site.paths() if "index" in path] == ["/index.html", "/index_1.html"]


def test_a_list_page_never_held_is_asked_for_even_on_a_quiet_night(site: Site, nights: Nights) -> None:
    paged(site, [[2024], [2023], [2022]])
    entry = {"platform": "trs", "list_urls": [f"{site.url}/index.html"]}
    whole, site.pages["/index_2.html"] = site.pages["/index_2.html"], Answer("<html></html>", 500)
    summary = nights.run(**entry)
    assert summary.documents == 2 and any("index_2.html: error" in p for p in summary.problems)
    site.pages["/index_2.html"] = whole
    assert nights.run(**entry).documents == 3


def test_a_deep_stub_is_named_and_the_limit_of_pages_is_kept(site: Site, nights: Nights) -> None:
    paged(site, [[2024], [2023], [2022]])
    site.pages["/index_1.html"] = Answer("<html><head></head><body></body></html>")
    entry = {"platform": "trs", "list_urls": [f"{site.url}/index.html"], "max_list_pages": 2}
    summary = nights.run(**entry)
    assert any("index_1.html: a stub without rows (39 bytes)" in note for note in summary.notes)
    assert any("1 pages beyond max_list_pages 2" in note for note in summary.notes)
    assert summary.ok and "/index_2.html" not in site.paths()


def test_after_two_stubs_the_rest_of_a_list_is_taken_for_stubs(site: Site, nights: Nights) -> None:
    paged(site, [[2024], *([2023 - n] for n in range(9))])
    for number in range(2, 10):
        site.pages[f"/index_{number}.html"] = Answer("<html><script>location='/'</script></html>")
    summary = nights.run(platform="trs", list_urls=[f"{site.url}/index.html"])
    assert summary.ok and summary.documents == 2
    assert any("index_3.html: no rows again, 6 further pages are not asked" in note for note in summary.notes)
    assert "/index_4.html" not in site.paths()


def test_a_counted_list_ends_where_pages_are_gone_empty_or_repeat(site: Site, nights: Nights) -> None:
    publish(site, 2024, 2023)
    rows = {
        year: f'<li><a href="t{year}.html">临江区{year}年法治政府建设年度报告</a><i>{year}-01-20</i></li>'
        for year in (2024, 2023)
    }
    pages = [f"<ul>{rows[2024]}</ul>", f"<ul>{rows[2023]}</ul>"]
    for last in (Answer("gone", 404), Answer("<p>没有更多</p>"), Answer(pages[1])):
        site.asked.clear()
        site.pages |= {f"/l?p={n}": Answer(html) for n, html in enumerate(pages, 1)} | {"/l?p=3": last}
        summary = nights.run(platform="static", list_urls=[f"{site.url}/l?p={{page}}"])
        assert summary.ok and summary.documents == 2 and "/l?p=4" not in site.paths(), summary.problems


def test_a_report_beside_the_list_is_taken_and_other_links_are_not(site: Site, nights: Nights) -> None:
    publish(site, 2024, 2023, 2021)
    title = "临江区{}年法治政府建设年度报告"
    listed = [f"<li><a href='t{y}.html'>{title.format(y)}</a><i>{y}-01-20</i></li>" for y in (2024, 2023)]
    beside = (
        f"<p><a href='t2021.html'>{title.format(2021)}</a></p><p><a href='/x.po'>政府网站工作年度报表</a></p>"
    )
    site.pages["/list.html"] = Answer(f"<ul>{''.join(listed)}</ul>{beside}")
    summary = nights.run()
    assert summary.documents == 3 and summary.rows == 2 and "/x.po" not in site.paths()


def test_a_limit_nobody_declared_is_a_problem(site: Site, nights: Nights) -> None:
    paged(site, [[2024], *([2023] for _ in range(51))])
    problems = nights.run(platform="trs", list_urls=[f"{site.url}/index.html"]).problems
    assert any("2 pages beyond max_list_pages 50" in problem for problem in problems)


def test_a_list_that_says_it_is_longer_than_what_could_be_found_is_a_problem(
    site: Site, nights: Nights
) -> None:
    publish(site, 2024, 2023)
    further = listing(2023, 2022).data.decode()
    site.pages |= {"/l2.html": Answer(further), "/t2022.html": report(2022)}
    for says, pages in ((3, 1), (2, 2), (3, 2)):
        turn = "<a href='/l2.html'>下一页</a>" if pages == 2 else ""
        site.pages["/list.html"] = listing(2024, 2023, more=f"{turn}<script>var totalPage = {says};</script>")
        summary = nights.run(platform="static")
        told = [problem for problem in summary.problems if "the list says it has 3 pages" in problem]
        assert len(told) == (says > pages) and all(f"{pages} could be found" in problem for problem in told)
    limited = nights.run(platform="static", max_list_pages=1)
    assert limited.ok, "pages left out for their number are told as such"


def test_a_counted_list_that_lost_its_last_page_is_whole(site: Site, nights: Nights) -> None:
    publish(site, 2024, 2023, 2022)
    said = "<p>共{}页</p>".format
    site.pages |= {
        "/l?p=1": listing(2024, 2023, more=said(2)),
        "/l?p=2": listing(2022, more=said(2)),
        "/l?p=3": Answer("gone", 404),
    }
    lists = [f"{site.url}/l?p={{page}}"]
    assert nights.run(list_urls=lists).problems == ()
    site.pages |= {"/l?p=1": listing(2023, 2022, more=said(1)), "/l?p=2": Answer("gone", 404)}
    assert [nights.run(list_urls=lists).problems for _ in range(2)] == [(), ()]


@pytest.mark.parametrize("last", [Answer("gone", 404), Answer("<p>没有更多</p>"), listing(2023)])
@pytest.mark.parametrize("says", [2, 3])
def test_a_counted_list_that_ends_before_it_says_it_does_is_a_problem(
    site: Site, nights: Nights, last: Answer, says: int
) -> None:
    publish(site, 2024, 2023)
    said = f"<p>共{says}页</p>"
    site.pages |= {"/l?p=1": listing(2024, more=said), "/l?p=2": listing(2023, more=said), "/l?p=3": last}
    for _ in range(2):
        summary = nights.run(list_urls=[f"{site.url}/l?p={{page}}"])
        assert summary.documents == 2 and len(summary.problems) == (says > 2)
    if says > 2:
        (problem,) = summary.problems
        assert f"{site.url}/l?p=1: the list says it has 3 pages, 2 could be found" in problem
        assert f"{site.url}/l?p=3" in problem


def test_pages_that_the_entry_gives_beside_the_list_are_found(site: Site, nights: Nights) -> None:
    publish(site, 2024)
    site.pages["/list.html"] = listing(2024, more="<script>var totalPage = 3;</script>")
    for number, year in ((2, 2023), (3, 2022)):
        site.pages |= {f"/list_{number}.html": listing(year), f"/t{year}.html": report(year)}
    addresses = [f"{site.url}/list.html", f"{site.url}/list_{{page}}.html"]
    summary = nights.run(platform="static", list_urls=addresses, first_page=2)
    assert summary.ok and summary.documents == 3, summary.problems


def test_a_list_whose_pages_failed_is_not_called_short_as_well(site: Site, nights: Nights) -> None:
    publish(site, 2024)
    turn = "<a href='/l2.html'>下一页</a><script>var totalPage = 3;</script>"
    site.pages |= {"/list.html": listing(2024, more=turn), "/l2.html": Answer("oops", 500)}
    (problem,) = nights.run(platform="static").problems
    assert problem.startswith(f"{site.url}/l2.html: error")


def test_pages_named_by_hand_or_by_year_need_no_list(site: Site, nights: Nights) -> None:
    publish(site, 2024, 2023, 2021)
    summary = nights.run(
        platform="urls",
        list_urls=[f"{site.url}/t{{year}}.html"],
        expected_years=[2023, 2024],
        pages=[{"url": f"{site.url}/t2021.html", "title": "临江区2021年法治政府建设年度报告"}],
    )
    assert summary.ok and summary.documents == 3
    assert site.paths() == ["/t2021.html", "/t2023.html", "/t2024.html"]


# interruptions


def test_a_run_cut_short_is_finished_by_the_same_run_without_asking_twice(site: Site, nights: Nights) -> None:
    publish(site, 2024, 2023, 2022)

    class Killed(BaseException):
        pass

    def kill(attempt: Attempt) -> None:
        if attempt.url.endswith("/t2023.html"):
            raise Killed

    with Archive(nights.root) as archive, Fetcher(archive, FAST) as fetcher, pytest.raises(Killed):
        collect_source(site.source(), archive=archive, fetcher=fetcher, run_id="n", now=NIGHT, progress=kill)
    site.asked.clear()
    with Archive(nights.root) as archive, Fetcher(archive, FAST) as fetcher:
        summary = collect_source(site.source(), archive=archive, fetcher=fetcher, run_id="n", now=NIGHT)
    assert summary.ok and summary.documents == 3
    assert site.paths() == ["/list.html", "/t2022.html"]


def test_a_blocked_host_ends_the_visit_and_the_next_night_tries_again(site: Site, nights: Nights) -> None:
    publish(site, 2024, 2023, 2022)
    site.pages["/t2023.html"] = Answer("<script>var arg1='3A5B7C9D1E2F4A6B8C0D3A5B';</script>")
    summary = nights.run()
    assert summary.stopped == "silence" and not summary.ok
    assert site.paths() == ["/list.html", "/t2024.html", "/t2023.html"]
    publish(site, 2024, 2023, 2022)
    assert nights.run().documents == 3


def test_an_exhausted_budget_ends_the_visit_and_the_rest_comes_the_next_night(
    site: Site, nights: Nights
) -> None:
    publish(site, 2024, 2023, 2022)
    budget = FAST.model_copy(update={"host_budget": 4})
    summary = nights.run(budget)
    assert (summary.stopped, summary.documents) == ("budget", 2)
    assert len(site.asked) == 4
    assert nights.run().documents == 3


def test_a_host_that_is_down_keeps_its_documents_and_is_not_asked_page_by_page(
    site: Site, nights: Nights
) -> None:
    publish(site, 2024, 2023, 2022)
    nights.run()
    site.pages["/robots.txt"] = Answer(status=500)
    summary = nights.run(minimum_documents=3)
    assert site.paths() == [] and summary.outcomes == {"list:error": 1}
    assert summary.documents == 3
    assert any("robots.txt: error 500, all is forbidden" in problem for problem in summary.problems)
    del site.pages["/robots.txt"]
    assert nights.run().ok
