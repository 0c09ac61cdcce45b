"""Every outcome of a request, politeness and robots.txt, against a real server on loopback."""

from __future__ import annotations

import gzip
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from flows.collector.archive import Archive
from flows.collector.fetcher import Fetcher, Request
from flows.collector.intake import Fetched
from flows.collector.outcome import Reply, classify
from flows.collector.politeness import (
    CollectorSettings,
    HostRecord,
    Refused,
    Robots,
    in_night_window,
    night_of,
    pause_seconds,
)
from flows.collector.registry import Source
from tests.collector_site import FAST, Answer, Asked, Site, running_site

REPORT = (
    "<html><head><title>临江区2024年法治政府建设年度报告</title></head><body><div class='TRS_Editor'>"
    + "<p>2024年，临江区坚持以法治政府建设为主线，共办理行政复议案件12件，审查规范性文件8件。</p>" * 5
    + "</div></body></html>"
)
Fetch = Callable[..., Fetched]


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "archive") as opened:
        yield opened


@pytest.fixture
def fetch(site: Site, archive: Archive) -> Iterator[Fetch]:
    with Fetcher(archive, FAST) as fetcher:
        yield lambda path, **fields: fetcher.fetch(
            site.source(), Request(site.url + path, "detail", **fields), "run-1"
        )


def outcomes(archive: Archive) -> list[tuple[str, int | None]]:
    return [(a.outcome, a.status) for a in archive.attempts() if a.purpose != "robots"]


# outcomes


def test_a_page_is_archived_read_and_logged_with_all_that_is_known(
    site: Site, archive: Archive, fetch: Fetch
) -> None:
    site.pages["/a.html"] = Answer(
        REPORT, etag='"v1"', headers={"Last-Modified": "Mon, 20 Jan 2025 01:00:00 GMT"}
    )
    fetched = fetch("/a.html", parent_url=f"{site.url}/list.html", listed_title="临江区2024年")
    attempt = fetched.attempt
    assert (attempt.outcome, attempt.status, attempt.page_kind) == ("ok", 200, "detail")
    assert (attempt.media_type, attempt.charset_declared, attempt.etag) == ("text/html", "utf-8", '"v1"')
    assert attempt.last_modified == "Mon, 20 Jan 2025 01:00:00 GMT"
    assert attempt.size_bytes == len(REPORT.encode())
    assert (attempt.listed_title, attempt.parent_url) == ("临江区2024年", f"{site.url}/list.html")
    assert archive.body(attempt.resource_sha256 or "") == fetched.body == REPORT.encode()
    assert fetched.document is not None and "行政复议案件12件" in fetched.document.text
    assert list(archive.attempts())[-1] == attempt


def test_304_and_the_same_bytes_are_unchanged_and_point_to_the_bytes_held(
    site: Site, archive: Archive, tmp_path: Path
) -> None:
    site.pages["/etag.html"] = Answer(REPORT, etag='"v1"')
    site.pages["/plain.html"] = Answer(REPORT + "<!-- x -->")
    for _ in range(2):
        with Archive(tmp_path / "archive") as again, Fetcher(again, FAST) as fetcher:
            for path in ("/etag.html", "/plain.html"):
                last = fetcher.fetch(site.source(), Request(site.url + path, "detail"), "run")
                assert last.body is not None and last.body.startswith(REPORT.encode())
    assert outcomes(archive) == [("ok", 200), ("ok", 200), ("unchanged", 304), ("unchanged", 200)]
    first, *_, second = [a for a in archive.attempts() if a.url.endswith("/etag.html")]
    assert second.resource_sha256 == first.resource_sha256 and second.page_kind == "detail"
    kinds = [c.record_type for c in archive.captures() if "robots" not in c.url]
    assert kinds == ["response", "response", "revisit", "revisit"]


def test_304_for_a_page_never_held_is_an_error(site: Site, archive: Archive, fetch: Fetch) -> None:
    site.pages["/a.html"] = Answer(status=304)
    assert fetch("/a.html").attempt.outcome == "error"


def test_a_moved_page_is_followed_and_both_addresses_are_attempts(
    site: Site, archive: Archive, fetch: Fetch
) -> None:
    site.pages["/old.html"] = Answer(status=301, headers={"Location": "/new/page.html"})
    site.pages["/new/page.html"] = Answer(REPORT)
    fetched = fetch("/old.html", listed_title="题目")
    assert outcomes(archive) == [("moved", 301), ("ok", 200)]
    old, new = [a for a in archive.attempts() if a.purpose == "detail"]
    assert old.final_url == new.url == f"{site.url}/new/page.html"
    assert (new.parent_url, new.listed_title) == (old.url, "题目") and fetched.attempt == new


@pytest.mark.parametrize(
    ("location", "outcome", "evidence"),
    [
        ("http://elsewhere.example/a.html", "moved", "301 to http://elsewhere.example/a.html"),
        ("/", "gone", "home page"),
        ("/404.html", "gone", "error page"),
        ("/login.html?back=a", "login", "login page"),
        ("/a.html", "challenge", "to itself"),
        ("", "error", "without Location"),
    ],
)
def test_redirects_that_lead_to_no_article_are_told_apart_and_not_followed(
    site: Site, fetch: Fetch, location: str, outcome: str, evidence: str
) -> None:
    site.pages["/a.html"] = Answer(status=301, headers={"Location": location, "Set-Cookie": "C3VK=1"})
    attempt = fetch("/a.html").attempt
    assert attempt.outcome == outcome and evidence in (attempt.evidence or "")
    assert site.paths() == ["/a.html"]


def test_of_a_cookie_only_the_name_is_kept_and_the_next_night_asks_again(
    site: Site, archive: Archive
) -> None:
    cookie = "session=geheim retry after dawn; Path=/"
    site.pages["/a.html"] = Answer(status=302, headers={"Location": "/a.html", "Set-Cookie": cookie})
    start = datetime(2025, 3, 4, 16, tzinfo=UTC)
    for days in (0, 3):
        with Fetcher(archive, FAST, clock=lambda at=start + timedelta(days=days): at) as fetcher:  # type: ignore[misc]
            attempt = fetcher.fetch(site.source(), Request(f"{site.url}/a.html", "detail"), "r").attempt
        assert attempt.evidence == "302 to itself, cookie 'session'"


@pytest.mark.parametrize("asked", ["9" * 30, "nan", "-5", "morgen"])
def test_a_retry_after_nobody_can_mean_is_survived(site: Site, archive: Archive, asked: str) -> None:
    site.pages["/a.html"] = Answer(status=503, headers={"Retry-After": asked})
    with Fetcher(archive, FAST.model_copy(update={"retries": 0})) as fetcher:
        attempt = fetcher.fetch(site.source(), Request(f"{site.url}/a.html", "detail"), "r").attempt
    assert attempt.outcome == "blocked"


def test_a_circle_of_redirects_ends(site: Site, fetch: Fetch) -> None:
    site.pages["/a.html"] = Answer(status=302, headers={"Location": "/b.html"})
    site.pages["/b.html"] = Answer(status=302, headers={"Location": "/a.html"})
    attempt = fetch("/a.html").attempt
    assert (attempt.outcome, attempt.status) == ("error", None) and "redirected" in (attempt.evidence or "")


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (404, "<p>您访问的页面不存在</p>", "gone"),
        (410, "", "gone"),
        (403, "<h1>Forbidden</h1>", "blocked"),
        (429, "", "blocked"),
        (401, "", "login"),
        (400, "", "error"),
        (412, "<html><script src='/x.js'></script></html>", "challenge"),
        (412, "no script", "blocked"),
        (521, "<script>document.cookie=('__jsl_clearance_s=1')</script>", "challenge"),
        (200, "<script>var arg1='3A5B7C9D1E2F4A6B8C0D3A5B7C9D1E2F4A6B8C0D';</script>", "challenge"),
        (200, "<html><script>$_ts=window['$_ts'];</script></html>", "challenge"),
        (200, "<script>document.cookie='k=1';location.reload();</script>", "challenge"),
        (200, "<p>请完成安全验证后继续访问</p>", "challenge"),
        (200, "<h3>您的请求已被网站防火墙拦截</h3>", "blocked"),
        (200, "<form><input type='password' name=p></form>", "login"),
    ],
)
def test_refusals_are_recognised_and_kept_as_evidence_never_as_content(
    site: Site, archive: Archive, fetch: Fetch, status: int, body: str, outcome: str
) -> None:
    site.pages["/a.html"] = Answer(body, status)
    attempt = fetch("/a.html").attempt
    assert (attempt.outcome, attempt.status) == (outcome, status)
    assert attempt.evidence and attempt.evidence.startswith(str(status))
    assert attempt.resource_sha256 is None
    kept = archive.capture(attempt.url, attempt.started_at)
    assert kept is not None and kept.status == status and archive.body(kept.sha256) == body.encode()


@pytest.mark.parametrize("marker", ["<script>$_ts=1</script>", "acw_sc__v2", "网站防火墙", "请完成安全验证"])
def test_an_article_that_carries_a_marker_stays_an_article(marker: str) -> None:
    html = (REPORT * 2 + marker).encode()
    assert classify(Reply("http://a.example/", 200, (), html)).outcome == "ok"


def test_markers_are_found_in_gbk_too() -> None:
    html = "<html><h3>您的请求已被网站防火墙拦截</h3></html>".encode("gbk")
    assert classify(Reply("http://a.example/", 200, (), html)).outcome == "blocked"


@pytest.mark.parametrize("declared", [True, False])
def test_too_large_is_told_with_and_without_a_declared_length(
    site: Site, archive: Archive, fetch: Fetch, declared: bool
) -> None:
    body = gzip.compress(b"x" * 300_000) if not declared else b"x" * 300_000
    site.pages["/a.pdf"] = Answer(body, headers={} if declared else {"Content-Encoding": "gzip"})
    attempt = fetch("/a.pdf").attempt
    assert (attempt.outcome, attempt.size_bytes, attempt.resource_sha256) == ("too_large", None, None)
    assert outcomes(archive) == [("too_large", 200)]


def test_a_compressed_page_is_archived_decoded(site: Site, archive: Archive, fetch: Fetch) -> None:
    site.pages["/a.html"] = Answer(gzip.compress(REPORT.encode()), headers={"Content-Encoding": "gzip"})
    attempt = fetch("/a.html").attempt
    assert archive.body(attempt.resource_sha256 or "") == REPORT.encode()


def test_a_body_that_does_not_unpack_is_an_error(site: Site, fetch: Fetch) -> None:
    site.pages["/a.html"] = Answer(b"not gzip at all", headers={"Content-Encoding": "gzip"})
    attempt = fetch("/a.html").attempt
    assert attempt.outcome == "error" and "DecodingError" in (attempt.evidence or "")


@pytest.mark.parametrize("answer", [Answer(REPORT, wait=60), Answer("x" * 300, drip=0.2)])
def test_silence_and_endless_dripping_are_timeouts(
    site: Site, archive: Archive, tmp_path: Path, answer: Answer
) -> None:
    site.pages["/a.html"] = answer
    settings = FAST.model_copy(update={"retries": 0, "timeout_seconds": 1, "total_seconds": 2})
    with Fetcher(archive, settings) as fetcher:
        attempt = fetcher.fetch(site.source(), Request(f"{site.url}/a.html", "detail"), "r").attempt
    assert attempt.outcome == "timeout" and attempt.elapsed_ms < 50_000


def test_a_connection_cut_off_in_the_body_is_unreachable(site: Site, archive: Archive, fetch: Fetch) -> None:
    site.pages["/a.html"] = Answer("short", headers={"Content-Length": "500", "Connection": "close"})
    assert fetch("/a.html").attempt.outcome in ("unreachable", "timeout")
    assert archive.captures(f"{site.url}/a.html") == []


def test_refused_connections_forbid_the_host_through_robots(archive: Archive, site: Site) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    with Fetcher(archive, FAST) as fetcher:
        attempt = fetcher.fetch(site.source(), Request(f"{url}/a.html", "detail"), "r").attempt
    log = list(archive.attempts())
    assert [a.outcome for a in log] == ["unreachable"] * 4
    assert attempt.status is None and "RFC 9309" in (attempt.evidence or "")


# retries


def test_a_server_error_is_tried_again_and_every_try_is_an_attempt(
    site: Site, archive: Archive, fetch: Fetch
) -> None:
    site.pages["/a.html"] = [Answer(status=502), Answer(status=503), Answer(REPORT)]
    assert fetch("/a.html").attempt.outcome == "ok"
    assert outcomes(archive) == [("error", 502), ("error", 503), ("ok", 200)]
    assert len({a.attempt_id for a in archive.attempts()}) == 4


def test_a_server_that_stays_broken_is_left_after_the_last_retry(
    site: Site, archive: Archive, fetch: Fetch
) -> None:
    site.pages["/a.html"] = Answer(status=500)
    assert fetch("/a.html").attempt.outcome == "error"
    assert len(site.paths()) == 3


def test_a_short_retry_after_is_waited_for(site: Site, archive: Archive, fetch: Fetch) -> None:
    site.pages["/a.html"] = [Answer(status=503, headers={"Retry-After": "1"}), Answer(REPORT)]
    assert fetch("/a.html").attempt.outcome == "ok"
    first, second = [asked for asked in site.asked if asked.path == "/a.html"]
    assert second.at - first.until >= 0.95
    assert outcomes(archive)[0] == ("blocked", 503)


def test_a_long_retry_after_ends_the_visit_for_as_long_as_asked(site: Site, archive: Archive) -> None:
    site.pages["/a.html"] = Answer(status=503, headers={"Retry-After": str(4 * 86400)})
    start = datetime(2025, 3, 4, 16, tzinfo=UTC)
    request = Request(f"{site.url}/a.html", "detail")
    with Fetcher(archive, FAST, clock=lambda: start) as fetcher:
        assert fetcher.fetch(site.source(), request, "r").attempt.outcome == "blocked"
        with pytest.raises(Refused) as refused:
            fetcher.fetch(site.source(), request, "r")
    assert refused.value.reason == "silence" and len(site.paths()) == 1
    site.pages["/a.html"] = Answer(REPORT)
    for days, let_in in ((3, False), (5, True)):
        later = start + timedelta(days=days)
        with Fetcher(archive, FAST, clock=lambda later=later: later) as fetcher:  # type: ignore[misc]
            if let_in:
                assert fetcher.fetch(site.source(), request, "r").attempt.outcome == "ok"
            else:
                with pytest.raises(Refused):
                    fetcher.fetch(site.source(), request, "r")


# robots.txt

ROBOTS = "User-agent: *\nDisallow: /private/\nCrawl-delay: 1\n"


def test_what_robots_forbids_is_not_asked_for_and_logged_as_blocked(
    site: Site, archive: Archive, fetch: Fetch
) -> None:
    site.pages["/robots.txt"] = Answer(ROBOTS, headers={"Content-Type": "text/plain"})
    site.pages["/private/a.html"] = site.pages["/open.html"] = Answer(REPORT)
    denied = fetch("/private/a.html").attempt
    assert (denied.outcome, denied.status, denied.evidence) == ("blocked", None, "robots.txt")
    assert fetch("/open.html").attempt.outcome == "ok"
    assert site.paths(robots=True) == ["/robots.txt", "/open.html"]


def test_crawl_delay_is_kept(site: Site, fetch: Fetch) -> None:
    site.pages["/robots.txt"] = Answer(ROBOTS)
    fetch("/1.html")
    fetch("/2.html")
    robots, first, second = site.asked
    assert first.at - robots.until >= 0.95 and second.at - first.until >= 0.95


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (403, True), (500, False), (503, False)])
def test_robots_that_cannot_be_read_allow_or_forbid_by_rfc_9309(
    site: Site, fetch: Fetch, status: int, allowed: bool
) -> None:
    site.pages["/robots.txt"] = Answer("no", status)
    site.pages["/a.html"] = Answer(REPORT)
    assert (fetch("/a.html").attempt.outcome == "ok") is allowed


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(b"no gzip", headers={"Content-Encoding": "gzip"}), "error"),
        (Answer(status=302, headers={"Location": "/robots.txt", "Set-Cookie": "C3VK=1"}), "challenge"),
        (Answer(status=302, headers={"Location": "ftp://a.example/robots.txt"}), "ok"),
    ],
)
def test_robots_that_came_damaged_or_behind_a_challenge_forbid_and_out_of_reach_are_none(
    site: Site, fetch: Fetch, answer: Answer, outcome: str
) -> None:
    site.pages["/robots.txt"] = answer
    site.pages["/a.html"] = Answer(REPORT)
    assert fetch("/a.html").attempt.outcome == outcome


def test_a_page_served_as_robots_forbids_nothing() -> None:
    assert Robots.of("ok", 200, "<html><body>首页</body></html>".encode()).allows("http://a.example/x")


def test_our_own_name_in_robots_goes_before_the_star() -> None:
    robots = Robots.of("ok", 200, b"User-agent: *\nDisallow: /\n\nUser-agent: nianbao\nDisallow: /x\n")
    assert robots.allows("http://a.example/a") and not robots.allows("http://a.example/x/1")


# politeness


def test_the_user_agent_is_honest_and_no_cookie_is_sent_back(site: Site, archive: Archive) -> None:
    site.pages["/a.html"] = Answer(REPORT, headers={"Set-Cookie": "id=1; Path=/"})
    settings = FAST.model_copy(update={"contact": "https://nianbao.example/about"})
    with Fetcher(archive, settings) as fetcher:
        for _ in range(2):
            fetcher.fetch(site.source(), Request(f"{site.url}/a.html", "detail"), "r")
    headers = site.asked[-1].headers
    assert headers["User-Agent"].startswith("nianbao/")
    assert headers["User-Agent"].endswith("(+https://nianbao.example/about)")
    assert "Cookie" not in headers


def real_source() -> Source:
    entry = {"id": "real", "name": "r", "platform": "static", "site_url": "http://real.invalid"}
    return Source.model_validate({**entry, "list_urls": ["http://real.invalid/"]})


@pytest.mark.parametrize(
    ("settings", "hour", "reason"),
    [
        (CollectorSettings(), 18, "contact"),
        (CollectorSettings(contact="me@a.example", night_only=True), 4, "night"),
    ],
)
def test_real_hosts_are_refused_without_a_contact_and_by_day_for_scheduled_runs(
    archive: Archive, settings: CollectorSettings, hour: int, reason: str
) -> None:
    clock = datetime(2025, 3, 4, hour, tzinfo=UTC)
    with Fetcher(archive, settings, clock=lambda: clock) as fetcher, pytest.raises(Refused) as refused:
        fetcher.fetch(real_source(), Request("http://real.invalid/a", "detail"), "r")
    assert refused.value.reason == reason
    assert list(archive.attempts()) == []


def test_the_pause_is_never_shorter_than_three_seconds_on_real_hosts() -> None:
    settings = CollectorSettings(loopback_delay_seconds=0)
    assert pause_seconds("http://real.example/", settings, 0.0, None) == 3
    assert pause_seconds("http://real.example/", settings, 5.0, 9.0) == 9
    assert pause_seconds("http://127.0.0.1:8000/", settings, None) == 0
    with pytest.raises(ValueError, match="delay_seconds"):
        CollectorSettings(delay_seconds=1)


def test_the_budget_of_a_night_holds_over_restarts_and_is_new_the_next_night(
    site: Site, archive: Archive
) -> None:
    settings = FAST.model_copy(update={"host_budget": 2})
    start = datetime(2025, 3, 4, 16, tzinfo=UTC)

    def ask(at: datetime, number: int) -> None:
        with Fetcher(archive, settings, clock=lambda: at) as fetcher:
            fetcher.fetch(site.source(), Request(f"{site.url}/{number}.html", "detail"), "r")

    ask(start, 1)
    with pytest.raises(Refused) as refused:
        ask(start + timedelta(hours=3), 2)
    assert refused.value.reason == "budget"
    ask(start + timedelta(days=1), 3)


def test_the_off_switch_works_at_once_and_for_subdomains(site: Site, archive: Archive, fetch: Fetch) -> None:
    site.pages["/a.html"] = Answer(REPORT)
    assert fetch("/a.html").attempt.outcome == "ok"
    switch = archive.root / "off_hosts.txt"
    switch.write_text("other.example\n127.0.0.1   # 站方来信要求\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        fetch("/a.html")
    assert refused.value.reason == "off"
    switch.write_text("invalid\n", encoding="utf-8")
    with Fetcher(archive, CollectorSettings(contact="a@b.example")) as fetcher, pytest.raises(Refused):
        fetcher.fetch(real_source(), Request("http://real.invalid/a", "detail"), "r")


@pytest.mark.parametrize(
    ("moment", "night"),
    [("22:59", False), ("23:00", True), ("00:00", True), ("05:59", True), ("06:00", False), ("12:00", False)],
)
def test_the_night_window_is_that_of_shanghai(moment: str, night: bool) -> None:
    assert in_night_window(datetime.fromisoformat(f"2025-03-04T{moment}:00+08:00").astimezone(UTC)) is night


def test_a_night_is_named_by_its_evening() -> None:
    evening, morning = (datetime.fromisoformat(f"2025-03-0{day}+08:00") for day in ("4T23:30", "5T05:30"))
    assert night_of(evening) == night_of(morning) == evening.date()


def test_silence_after_blocks_doubles_by_nights_and_ends_with_a_good_answer(
    site: Site, archive: Archive
) -> None:
    evening = datetime.fromisoformat("2025-03-04T23:30:00+08:00")
    site.pages["/a.html"] = Answer(status=429)
    record, nights = HostRecord(), []
    for night in range(12):
        at = evening + timedelta(days=night)
        until = record.silent_until()
        if until is not None and at < until:
            continue
        nights.append(night)
        with Archive(archive.root) as own, Fetcher(own, FAST, clock=lambda at=at: at) as fetcher:  # type: ignore[misc]
            record.add(fetcher.fetch(site.source(), Request(f"{site.url}/a.html", "detail"), "r").attempt)
    assert nights == [0, 1, 3, 7]
    site.pages["/a.html"] = Answer(REPORT)
    with Fetcher(archive, FAST, clock=lambda: evening + timedelta(days=20)) as fetcher:
        record.add(fetcher.fetch(site.source(), Request(f"{site.url}/a.html", "detail"), "r").attempt)
    assert record.silent_until() is None


def test_one_403_does_not_close_a_host_but_a_second_in_a_row_does(site: Site, fetch: Fetch) -> None:
    site.pages["/no.html"] = Answer(status=403)
    site.pages["/yes.html"] = Answer(REPORT)
    fetch("/no.html")
    assert fetch("/yes.html").attempt.outcome == "ok"
    fetch("/no.html")
    fetch("/no.html")
    with pytest.raises(Refused):
        fetch("/yes.html")


OTHER_PROCESS = """
import sys
from pathlib import Path
from flows.collector.archive import Archive
from flows.collector.fetcher import Fetcher, Request
from flows.collector.registry import Source
from tests.collector_site import FAST
url = sys.argv[2]
source = Source(id="linjiang", name="x", platform="static", site_url=url, list_urls=(url,))
with Archive(Path(sys.argv[1])) as archive, Fetcher(archive, FAST) as fetcher:
    for number in range(4):
        fetcher.fetch(source, Request(f"{url}/slow{number}.html", "detail"), "r")
"""


def test_one_host_never_serves_two_requests_at_once_by_threads_or_processes(
    site: Site, archive: Archive, fetch: Fetch, root: Path
) -> None:
    now: list[Asked] = []
    most: list[int] = []

    def slow(asked: Asked) -> Answer:
        now.append(asked)
        most.append(len(now))
        time.sleep(0.05)
        now.remove(asked)
        return Answer("ok")

    for path in ["/robots.txt", *(f"/slow{number}.html" for number in range(4))]:
        site.pages[path] = slow
    other = subprocess.Popen([sys.executable, "-c", OTHER_PROCESS, str(archive.root), site.url], cwd=root)
    threads = [threading.Thread(target=fetch, args=(f"/slow{number}.html",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert other.wait(timeout=30) == 0
    assert len(site.paths()) == 8 and max(most) == 1
    assert len(list(archive.attempts())) == len(most)


# hosts and TLS


def test_a_host_the_entry_does_not_name_is_never_asked(site: Site, archive: Archive) -> None:
    with running_site() as other, Fetcher(archive, FAST) as fetcher:
        address = other.url.replace("127.0.0.1", "localhost")
        attempt = fetcher.fetch(site.source(), Request(f"{address}/a.html", "detail"), "r").attempt
        assert (attempt.outcome, attempt.status) == ("error", None)
        assert other.asked == []
        named = site.source(hosts=["LOCALHOST"])
        other.pages["/a.html"] = Answer(REPORT)
        assert fetcher.fetch(named, Request(f"{address}/a.html", "detail"), "r").attempt.outcome == "ok"


def self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    pem = serialization.Encoding.PEM
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(pem)
    )
    return path


def test_only_an_entry_that_says_so_speaks_old_tls_and_certificates_are_checked_still(
    site: Site, archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.load_cert_chain(pem)
    site.wrap(context)
    site.pages["/a.html"] = Answer(REPORT)

    def outcome(legacy_tls: bool) -> str:
        settings = FAST.model_copy(update={"retries": 0})
        with Fetcher(archive, settings) as fetcher:
            fetcher.fetch(
                site.source(legacy_tls=legacy_tls), Request(f"{site.url}/robots.txt", "robots"), "r"
            )
        return f"{list(archive.attempts())[-1].outcome} {list(archive.attempts())[-1].evidence}"

    assert "CERTIFICATE_VERIFY_FAILED" in outcome(legacy_tls=True)
    monkeypatch.setattr("certifi.where", lambda: str(pem))
    assert outcome(legacy_tls=True).startswith("gone 404")
    assert outcome(legacy_tls=False).startswith("unreachable ConnectError")
