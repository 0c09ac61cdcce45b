"""A good guest, as the server's own log tells: robots.txt by RFC 9309, one budget, one pause, one silence a host."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.collector.archive import Archive
from flows.collector.fetcher import Fetcher, Request
from flows.collector.history import History
from flows.collector.intake import blank_attempt
from flows.collector.politeness import CollectorSettings, Refused, Robots, pause_seconds
from flows.collector.registry import Source
from tests.collector_site import FAST, Answer, Site, running_site
from warehouse.records import Attempt, FetchOutcome

NIGHT = datetime(2025, 3, 4, 16, tzinfo=UTC)
PLAIN = {"Content-Type": "text/plain"}


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "archive") as opened:
        yield opened


def ask(
    archive: Archive,
    source: Source,
    url: str,
    at: datetime = NIGHT,
    settings: CollectorSettings = FAST,
) -> Attempt:
    with Fetcher(archive, settings, clock=lambda: at) as fetcher:
        return fetcher.fetch(source, Request(url, "detail"), "r").attempt


# robots.txt

RULES = b"""
# several groups for one name count as one, names are read without regard to case (RFC 9309 2.2.1)
User-agent: other
User-agent: NianBao
Disallow: /a/
Allow: /a/open/
Disallow: /*.php$
Disallow: /%e6%b3%95/

User-agent: *
Disallow: /

User-agent: nianbao
Disallow: /b/
Allow: /c
Disallow: /c
Crawl-delay: 7
"""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True),
        ("/a/x.html", False),
        ("/a/open/x.html", True),
        ("/b/x.html", False),
        ("/c", True),
        ("/index.php", False),
        ("/index.php?page=2", True),
        ("/法/1.html", False),
        ("/%E6%B3%95/1.html", False),
        ("/d/法/1.html", True),
        ("/robots.txt", True),
    ],
)
def test_groups_are_merged_and_the_longest_match_decides(path: str, allowed: bool) -> None:
    robots = Robots.of("ok", 200, RULES)
    assert robots.allows(f"http://a.example{path}") is allowed
    assert robots.crawl_delay == 7


def test_only_the_first_500_kib_are_read_and_they_are_read(site: Site, archive: Archive) -> None:
    rules = "User-agent: *\nDisallow: /early/\n" + "# filler\n" * 60_000 + "Disallow: /late/\n"
    assert len(rules) > 512_000
    site.pages["/robots.txt"] = Answer(rules, headers=PLAIN)
    site.pages["/late/a.html"] = site.pages["/early/a.html"] = Answer("<p>x</p>")
    settings = FAST.model_copy(update={"max_bytes": 100_000})
    assert ask(archive, site.source(), f"{site.url}/early/a.html", settings=settings).outcome == "blocked"
    assert ask(archive, site.source(), f"{site.url}/late/a.html", settings=settings).outcome == "ok"


@pytest.mark.parametrize(("hops", "obeyed"), [(5, True), (6, False)])
def test_five_redirects_of_robots_txt_are_followed_and_a_sixth_means_there_is_none(
    site: Site, archive: Archive, hops: int, obeyed: bool
) -> None:
    places = ["/robots.txt", *(f"/r{number}.txt" for number in range(1, hops + 1))]
    for here, there in pairwise(places):
        site.pages[here] = Answer(status=301, headers={"Location": there})
    site.pages[places[-1]] = Answer("User-agent: *\nDisallow: /\n", headers=PLAIN)
    site.pages["/a.html"] = Answer("<p>x</p>")
    outcome = ask(archive, site.source(), f"{site.url}/a.html").outcome
    assert outcome == ("blocked" if obeyed else "ok")


def test_rules_kept_on_another_host_hold_for_the_host_asked_and_pages_there_stay_forbidden(
    site: Site, archive: Archive
) -> None:
    with running_site() as other:
        elsewhere = other.url.replace("127.0.0.1", "localhost")
        site.pages["/robots.txt"] = Answer(status=302, headers={"Location": f"{elsewhere}/rules.txt"})
        other.pages["/rules.txt"] = Answer("User-agent: *\nDisallow: /a\n", headers=PLAIN)
        site.pages["/b.html"] = Answer(status=302, headers={"Location": f"{elsewhere}/b.html"})
        assert ask(archive, site.source(), f"{site.url}/a.html").outcome == "blocked"
        assert ask(archive, site.source(), f"{site.url}/b.html").outcome == "moved"
        assert other.paths() == ["/rules.txt"]


def test_rules_once_read_hold_for_24_hours_for_every_source_and_process(site: Site, archive: Archive) -> None:
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /private/\n", headers=PLAIN, etag='"r"')
    site.pages["/a.html"] = Answer("<p>x</p>")
    for hours, asked in ((0, 1), (1, 1), (23, 1), (25, 2), (26, 2)):
        source = site.source(id=f"s{hours}")
        ask(archive, source, f"{site.url}/a.html", NIGHT + timedelta(hours=hours))
        assert (
            ask(archive, source, f"{site.url}/private/a.html", NIGHT + timedelta(hours=hours)).outcome
            == "blocked"
        )
        assert site.paths(robots=True).count("/robots.txt") == asked


def test_a_robots_txt_that_failed_is_not_kept(site: Site, archive: Archive) -> None:
    site.pages["/a.html"] = Answer("<p>x</p>")
    site.pages["/robots.txt"] = Answer(status=500)
    assert ask(archive, site.source(), f"{site.url}/a.html").outcome == "error"
    site.pages["/robots.txt"] = Answer(status=404)
    assert ask(archive, site.source(), f"{site.url}/a.html").outcome == "ok"


def test_a_crawl_delay_no_night_has_room_for_closes_the_host(site: Site, archive: Archive) -> None:
    site.pages["/robots.txt"] = Answer("User-agent: *\nCrawl-delay: 86400\n", headers=PLAIN)
    with pytest.raises(Refused) as refused:
        ask(archive, site.source(), f"{site.url}/a.html")
    assert refused.value.reason == "delay" and site.paths() == []
    assert pause_seconds("http://a.example/", FAST, 120.0) == 120


# budget, pause and silence among processes

PROCESS = """
import sys
from pathlib import Path
from flows.collector.archive import Archive
from flows.collector.fetcher import Fetcher, Request
from flows.collector.politeness import Refused
from flows.collector.registry import Source
from tests.collector_site import FAST
from tests.test_collector_politeness import NIGHT
root, url, name, budget, pause, wanted = sys.argv[1:]
source = Source(id=name, name="x", platform="static", site_url=url, list_urls=(url,))
settings = FAST.model_copy(update={"host_budget": int(budget), "loopback_delay_seconds": float(pause)})
with Archive(Path(root)) as archive, Fetcher(archive, settings, clock=lambda: NIGHT) as fetcher:
    for number in range(int(wanted)):
        try:
            fetcher.fetch(source, Request(f"{url}/{name}{number}.html", "detail"), "r")
        except Refused as refused:
            print(refused.reason)
            break
"""


def processes(root: Path, archive: Archive, site: Site, *options: str) -> list[str]:
    """Two processes with a source each, both of this host, at the same time."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(archive.root), site.url, name, *options],
            cwd=root,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    told = [process.communicate(timeout=60)[0].strip() for process in started]
    assert [process.returncode for process in started] == [0, 0]
    return told


def test_two_processes_with_two_sources_share_one_budget_and_a_re_run_gets_no_new_one(
    site: Site, archive: Archive, root: Path
) -> None:
    assert processes(root, archive, site, "12", "0", "30") == ["budget", "budget"]
    assert len(site.asked) == 12
    settings = FAST.model_copy(update={"host_budget": 12})
    for lost in (False, True):
        if lost:
            (archive.root / "hosts").rename(archive.root / "hosts-lost")
        with pytest.raises(Refused) as refused:
            ask(archive, site.source(id="three"), f"{site.url}/a.html", settings=settings)
        assert refused.value.reason == "budget", "with the host's file, and by the attempt log without it"
    assert len(site.asked) == 12


def at_night(minute: int, outcome: FetchOutcome, status: int | None) -> Attempt:
    at = NIGHT + timedelta(minutes=minute)
    url = f"http://a.example/{minute}.html"
    return replace(blank_attempt("s", "r", "detail", url, at), outcome=outcome, status=status)


ANSWERS = st.sampled_from(
    [("ok", 200), ("blocked", 403), ("blocked", 429), ("challenge", 200), ("timeout", None)]
)


@given(st.lists(ANSWERS, min_size=1, max_size=12), st.data())
def test_a_host_s_record_does_not_depend_on_the_order_in_which_logs_written_side_by_side_are_read(
    answers: list[tuple[FetchOutcome, int | None]], data: st.DataObject
) -> None:
    attempts = [at_night(minute, *answer) for minute, answer in enumerate(answers)]
    shuffled = data.draw(st.permutations(attempts))
    told, other = (History(order).host("http://a.example/") for order in (attempts, shuffled))
    assert sum(other.requests.values()) == len(attempts), "unanswered ones were sent too"
    assert other.requests == told.requests and other.silent_until() == told.silent_until()


SPOKEN = "302 to itself, cookie 'a=1; note=retry after "


@pytest.mark.parametrize(
    ("evidence", "asked"),
    [
        ("503, retry after 2025-03-20T16:00:00+00:00", True),
        ("503, retry after 2025-03-20T16:00:00", False),
        ("503, retry after 2025-13-20T16:00:00+00:00", False),
        (f"{SPOKEN}soon'", False),
        (f"{SPOKEN}2025-03-20T16:00:00+00:00'", False),
    ],
)
def test_a_host_asked_for_silence_only_where_we_wrote_that_it_did(evidence: str, asked: bool) -> None:
    """What sites say stands in the evidence too, in logs of older releases word for word."""
    history = History([replace(at_night(0, "challenge", 302), evidence=evidence)])
    until = history.host("http://a.example/").silent_until()
    assert until is not None and (until == datetime(2025, 3, 20, 16, tzinfo=UTC)) is asked


def test_what_the_logs_tell_of_a_host_is_what_its_record_tells_that_asked(
    site: Site, archive: Archive
) -> None:
    site.pages["/slow.html"] = Answer("<p>x</p>", wait=60)
    with Fetcher(archive, FAST, clock=lambda: NIGHT) as fetcher:
        fetcher.fetch(site.source(), Request(f"{site.url}/slow.html", "detail"), "r")
    asked = len(site.asked)
    assert asked == 4, "robots.txt, one request and two retries"
    settings = FAST.model_copy(update={"host_budget": asked})
    for lost in (False, True):
        if lost:
            (archive.root / "hosts").rename(archive.root / "hosts-lost")
        with pytest.raises(Refused):
            ask(archive, site.source(id="three"), f"{site.url}/a.html", settings=settings)


def test_the_pause_is_kept_between_processes_by_the_server_s_own_log(
    site: Site, archive: Archive, root: Path
) -> None:
    processes(root, archive, site, "100", "0.3", "4")
    log = sorted(site.asked, key=lambda asked: asked.at)
    assert len(site.paths()) == 8
    gaps = [later.at - earlier.until for earlier, later in pairwise(log)]
    assert min(gaps) >= 0.29, "one at a time, and never sooner than the pause after the end of the last"


def test_a_block_met_by_one_process_silences_the_other(site: Site, archive: Archive) -> None:
    site.pages["/a.html"] = Answer("<p>x</p>")
    site.pages["/no.html"] = Answer(status=429)
    with Fetcher(archive, FAST, clock=lambda: NIGHT) as one:
        one.fetch(site.source(), Request(f"{site.url}/a.html", "detail"), "r")
        ask(archive, site.source(id="two"), f"{site.url}/no.html", NIGHT + timedelta(minutes=1))
        with pytest.raises(Refused) as refused:
            one.fetch(site.source(), Request(f"{site.url}/a.html", "detail"), "r")
    assert refused.value.reason == "silence"


def test_requests_without_an_answer_count_too(site: Site, archive: Archive) -> None:
    site.pages["/a.html"] = Answer("x", wait=60)
    settings = FAST.model_copy(update={"host_budget": 3, "timeout_seconds": 0.5, "retries": 9})
    assert ask(archive, site.source(), f"{site.url}/a.html", settings=settings).outcome == "timeout"
    assert len(site.asked) == 3


def test_a_host_file_that_cannot_be_read_is_made_anew_from_the_log(site: Site, archive: Archive) -> None:
    site.pages["/a.html"] = Answer(status=429)
    ask(archive, site.source(), f"{site.url}/a.html")
    (path,) = (archive.root / "hosts").glob("*.json")
    path.write_bytes(b'{"requests": ')
    with pytest.raises(Refused) as refused:
        ask(archive, site.source(), f"{site.url}/a.html")
    assert refused.value.reason == "silence"


def test_the_off_switch_stops_retries_too(site: Site, archive: Archive) -> None:
    def off(asked: object) -> Answer:
        (archive.root / "off_hosts.txt").write_text("*\n", encoding="utf-8")
        return Answer(status=500)

    site.pages["/a.html"] = off
    assert ask(archive, site.source(), f"{site.url}/a.html").outcome == "error"
    assert site.paths() == ["/a.html"]
