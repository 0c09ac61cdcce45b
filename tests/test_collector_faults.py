"""A server that does everything wrong: each fault ends in its class, none in a hang, a crash or a flood of memory."""

from __future__ import annotations

import gzip
import socket
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import brotli
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flows.collector.archive import Archive
from flows.collector.collect import CollectSummary, collect_source
from flows.collector.decoding import DecodingError, TooLarge, decoded
from flows.collector.fetcher import Fetcher, Request
from tests.collector_site import FAST, Answer, Asked, Site, running_site

NIGHT = datetime(2025, 3, 4, 16, tzinfo=UTC)
QUICK = FAST.model_copy(update={"timeout_seconds": 1, "total_seconds": 2, "retries": 1})
TITLE = "临江区2024年法治政府建设年度报告"
REPORT = (
    f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><div class='TRS_Editor'>"
    + "<p>2024年，临江区坚持以法治政府建设为主线，共办理行政复议案件12件，审查规范性文件8件。</p>" * 5
    + "</div></body></html>"
)
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


def night(
    site: Site, root: Path, at: datetime = NIGHT, run_id: str = "night", **fields: Any
) -> CollectSummary:
    with Archive(root) as archive, Fetcher(archive, QUICK, clock=lambda: at) as fetcher:
        source = site.source(**{"minimum_documents": 0, **fields})
        return collect_source(source, archive=archive, fetcher=fetcher, run_id=run_id, now=at)


def listing(*paths: str) -> Answer:
    return Answer("<ul>" + "".join(f'<li><a href="{path}">{TITLE}</a></li>' for path in paths) + "</ul>")


def outcomes(root: Path, path: str) -> list[str]:
    return [a.outcome for a in Archive(root).attempts() if a.url.endswith(path)]


def sends(data: bytes, *, every: float = 0, reset: bool = False) -> Answer:
    """Exactly these bytes, `every` so many seconds one, then the end: of a kind, or a reset."""

    def raw(connection: socket.socket) -> None:
        for part in [data[i : i + 1] for i in range(len(data))] if every else [data]:
            connection.sendall(part)
            time.sleep(every)
        if reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()

    return Answer(raw=raw)


def endless(head: bytes, piece: bytes) -> Answer:
    def raw(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(piece)

    return Answer(raw=raw)


def packed(body: bytes, coding: str) -> Answer:
    return Answer(body, headers={"Content-Encoding": coding})


BOMB = zlib.compressobj(wbits=31)
GZIP_BOMB = BOMB.compress(b"0" * 50_000_000) + BOMB.flush()
FAULTS = {
    "silence": (Answer(REPORT, wait=60), "timeout"),
    "a slow body": (Answer("x" * 300, drip=0.2), "timeout"),
    "slow headers": (sends(OK + b"X-Filler: " + b"x" * 300, every=0.2), "timeout"),
    "nothing at all": (sends(b""), "unreachable"),
    "a reset in the headers": (sends(OK, reset=True), "unreachable"),
    "a reset in the body": (sends(OK + b"Content-Length: 500\r\n\r\n<p>half", reset=True), "unreachable"),
    "a body shorter than declared": (sends(OK + b"Content-Length: 500\r\n\r\n<p>half"), "unreachable"),
    "a chunk that is none": (sends(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc"), "unreachable"),
    "chunks that stop": (sends(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"), "unreachable"),
    "no HTTP": (sends(b"220 mail.example ESMTP\r\n"), "unreachable"),
    "headers without end": (endless(OK, b"X-Filler: " + b"x" * 1000 + b"\r\n"), "unreachable"),
    "a body without end": (endless(OK + b"\r\n", b"x" * 10_000), "too_large"),
    "a large body": (Answer("x" * 300_000), "too_large"),
    "a gzip bomb": (packed(GZIP_BOMB, "gzip"), "too_large"),
    "a gzip bomb in gzip": (packed(gzip.compress(GZIP_BOMB), "gzip, gzip"), "too_large"),
    "a brotli bomb": (packed(brotli.compress(b"0" * 50_000_000), "br"), "too_large"),
    "a deflate bomb": (packed(zlib.compress(b"0" * 50_000_000), "deflate"), "too_large"),
    "gzip that is none": (packed(b"no gzip", "gzip"), "error"),
    "gzip cut off": (packed(gzip.compress(REPORT.encode())[:-30], "gzip"), "error"),
    "an unknown coding": (packed(b"?", "zstd"), "error"),
    "part of a page": (Answer(REPORT, status=206), "error"),
    "a redirect without a place": (Answer(status=302), "error"),
    "a redirect to no address": (Answer(status=302, headers={"Location": "http://[no"}), "error"),
    "a redirect to another host": (Answer(status=302, headers={"Location": "http://other.invalid/"}), "moved"),
    "a redirect to no web": (Answer(status=302, headers={"Location": "ftp://127.0.0.1/a"}), "moved"),
    "a redirect to itself": (Answer(status=302, headers={"Location": "/fault.html"}), "error"),
    "500": (Answer(status=500), "error"),
    "503 for ever": (Answer(status=503), "error"),
    "403": (Answer(status=403), "blocked"),
    "an empty page": (Answer(""), "ok"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_ends_in_its_class_and_the_pages_beside_it_are_collected(
    site: Site, tmp_path: Path, name: str
) -> None:
    fault, outcome = FAULTS[name]
    site.pages["/list.html"] = listing("/before.html", "/fault.html", "/after.html")
    site.pages["/before.html"], site.pages["/after.html"] = Answer(REPORT), Answer(REPORT + "<!-- b -->")
    site.pages["/fault.html"] = fault
    began = time.monotonic()
    summary = night(site, tmp_path)
    assert time.monotonic() - began < 50, "long before the server is done"
    assert summary.documents == 2
    told = outcomes(tmp_path, "/fault.html")
    assert set(told) == {outcome}
    assert len(told) == (2 if outcome in ("timeout", "unreachable") or name in ("500", "503 for ever") else 1)
    last = [a for a in Archive(tmp_path).attempts() if a.url.endswith("/fault.html")][-1]
    assert (last.resource_sha256 is not None) is (outcome == "ok")
    assert last.evidence or outcome == "ok"
    assert Archive(tmp_path).verify() == ()


def test_circles_and_long_chains_of_redirects_end(site: Site, tmp_path: Path) -> None:
    site.pages["/list.html"] = listing("/0.html", "/circle.html")
    for number in range(20):
        site.pages[f"/{number}.html"] = Answer(status=302, headers={"Location": f"/{number + 1}.html"})
    site.pages["/circle.html"] = Answer(status=301, headers={"Location": "/elcric.html"})
    site.pages["/elcric.html"] = Answer(status=301, headers={"Location": "/circle.html"})
    night(site, tmp_path)
    assert len(site.paths()) == 1 + 6 + 6
    assert [a.evidence for a in Archive(tmp_path).attempts() if a.outcome == "error"] == [
        "redirected more than 5 times"
    ] * 2


def test_more_bytes_than_declared_do_not_become_the_next_page(site: Site, tmp_path: Path) -> None:
    body = REPORT.encode()
    site.pages["/list.html"] = listing("/a.html", "/b.html")
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body)
    site.pages["/a.html"] = sends(head + body + b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged")
    site.pages["/b.html"] = Answer(REPORT + "<!-- b -->")
    night(site, tmp_path)
    archive = Archive(tmp_path)
    held = {a.url[-7:]: archive.body(a.resource_sha256) for a in archive.attempts() if a.resource_sha256}
    assert held["/a.html"] == body and held["/b.html"] == (REPORT + "<!-- b -->").encode()


@pytest.mark.parametrize(
    ("encoding", "declared"), [("gbk", "utf-8"), ("utf-8", "gb2312"), ("gb18030", "iso-8859-1")]
)
def test_a_lie_about_the_charset_is_kept_as_evidence_and_not_believed(
    site: Site, tmp_path: Path, encoding: str, declared: str
) -> None:
    site.pages["/list.html"] = listing("/a.html")
    site.pages["/a.html"] = Answer(
        REPORT.encode(encoding), headers={"Content-Type": f"text/html; charset={declared}"}
    )
    night(site, tmp_path)
    (attempt,) = (a for a in Archive(tmp_path).attempts() if a.url.endswith("/a.html"))
    assert (attempt.outcome, attempt.page_kind, attempt.charset_declared) == ("ok", "detail", declared)
    found = Archive(tmp_path).capture(attempt.url, attempt.started_at)
    assert found is not None and Archive(tmp_path).body(found.sha256) == REPORT.encode(encoding)


# what protection products say

ANSWERS = yaml.safe_load(Path(__file__).with_name("collector_answers.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("answer", ANSWERS, ids=[answer["name"] for answer in ANSWERS])
def test_answers_of_protection_products_are_known_and_kept_as_evidence(
    site: Site, tmp_path: Path, answer: dict[str, Any]
) -> None:
    body = answer["body"].replace("REPORT", REPORT * 2)
    site.pages["/page.html"] = Answer(body, answer["status"], answer.get("headers", {}))
    with Archive(tmp_path) as archive, Fetcher(archive, QUICK) as fetcher:
        request = Request(f"{site.url}/page.html", "detail")
        attempt = fetcher.fetch(site.source(), request, "run").attempt
        assert (attempt.outcome, attempt.page_kind) == (answer["outcome"], answer.get("kind"))
        assert (attempt.resource_sha256 is not None) is (attempt.outcome == "ok")
        kept = archive.capture(attempt.url, attempt.started_at)
        assert kept is not None and archive.body(kept.sha256) == body.encode()
        assert attempt.evidence or attempt.outcome == "ok"
    assert site.paths()[0] == "/page.html" and len(site.paths()) == 1, "recognised, never solved"


# blocks


def test_429_is_respected_for_as_long_as_it_says(site: Site, tmp_path: Path) -> None:
    site.pages["/list.html"] = listing("/a.html", "/b.html", "/c.html")
    site.pages["/a.html"] = Answer(status=429, headers={"Retry-After": str(3 * 86_400)})
    summary = night(site, tmp_path)
    assert summary.stopped == "silence" and site.paths() == ["/list.html", "/a.html"]
    for days, asked in ((1, False), (2, False), (4, True)):
        site.asked.clear()
        night(site, tmp_path, NIGHT + timedelta(days=days), f"night-{days}")
        assert bool(site.asked) is asked


def test_a_storm_of_503_is_not_answered_with_a_storm(site: Site, tmp_path: Path) -> None:
    pages = [f"/{number}.html" for number in range(30)]
    site.pages["/list.html"] = listing(*pages)
    site.pages.update({path: Answer(status=503, headers={"Retry-After": "1"}) for path in pages})
    summary = night(site, tmp_path)
    assert summary.stopped == "silence"
    assert len(site.paths()) == 3, "the list, one page, and the one retry it asked for"


def test_a_robots_txt_that_changes_is_obeyed_the_next_day_and_what_is_held_stays(
    site: Site, tmp_path: Path
) -> None:
    site.pages["/list.html"], site.pages["/a.html"] = listing("/a.html"), Answer(REPORT)
    assert night(site, tmp_path).documents == 1
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /\n")
    site.asked.clear()
    night(site, tmp_path, NIGHT + timedelta(hours=23), "night-2")
    assert "/robots.txt" not in site.paths(robots=True), "read less than 24 hours ago"
    site.asked.clear()
    summary = night(site, tmp_path, NIGHT + timedelta(hours=25), "night-3")
    assert site.paths(robots=True) == ["/robots.txt"]
    assert summary.outcomes == {"list:blocked": 1, "detail:blocked": 1} and summary.documents == 1
    site.pages["/robots.txt"] = Answer(status=404)
    later = night(site, tmp_path, NIGHT + timedelta(hours=50), "night-4")
    assert later.outcomes == {"list:unchanged": 1, "detail:unchanged": 1}


# lists


@pytest.mark.parametrize("new_rows", [True, False])
def test_paging_without_end_ends(site: Site, tmp_path: Path, new_rows: bool) -> None:
    def page(asked: Asked) -> Answer:
        number = int(asked.path.partition("=")[2] or 0)
        first = 3 * number if new_rows else 0
        rows = "".join(f'<li><a href="/r{n}.html">{TITLE}</a></li>' for n in range(first, first + 3))
        return Answer(f'<ul>{rows}</ul><a href="/list.html?page={number + 1}">下一页</a>')

    site.pages["/list.html"] = page
    for number in range(400):
        site.pages[f"/list.html?page={number}"] = page
        site.pages[f"/r{number}.html"] = Answer(REPORT)
    summary = night(site, tmp_path, title_pattern="no such title")
    lists = [path for path in site.paths() if path.startswith("/list")]
    assert len(lists) <= 50
    assert bool(summary.problems) is new_rows and (new_rows or len(lists) == 2)


def test_rows_twice_without_dates_and_with_hopeless_addresses(site: Site, tmp_path: Path) -> None:
    hopeless = [
        "http://[no/a.html",
        "javascript:void(0)",
        "mailto:a@b.example",
        "http://127.0.0.1:99999/",
        "",
    ]
    site.pages["/list.html"] = listing("/a.html", "/a.html", "./a.html#top", *hopeless)
    site.pages["/a.html"] = Answer(REPORT)
    summary = night(site, tmp_path)
    assert site.paths().count("/a.html") == 1 and summary.documents == 1
    (attempt,) = (a for a in Archive(tmp_path).attempts() if a.url.endswith("/a.html"))
    assert attempt.listed_title == TITLE and attempt.listed_on is None


# memory

BOMBED = """
import resource, sys
from pathlib import Path
from tests.test_collector_faults import night
from tests.collector_site import Site
class Far:
    url = sys.argv[2]
    source = Site.source
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
night(Far(), Path(sys.argv[1]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_bombs_and_endless_bodies_take_little_memory(site: Site, tmp_path: Path, root: Path) -> None:
    names = [name for name in FAULTS if "bomb" in name or "end" in name or "large" in name]
    for number, name in enumerate(names):
        site.pages[f"/{number}.html"] = FAULTS[name][0]
    site.pages["/list.html"] = listing(*(f"/{number}.html" for number in range(len(names))))
    done = subprocess.run(
        [sys.executable, "-c", BOMBED, str(tmp_path), site.url], cwd=root, text=True, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    assert len(names) >= 6 and int(done.stdout) < 40_000, "KiB above what the imports took"


@given(st.binary(max_size=3000), st.sampled_from(["gzip", "deflate", "br", "x-gzip", "gzip, br"]), st.data())
def test_what_was_packed_comes_back_whole_however_it_was_cut(body: bytes, coding: str, data: Any) -> None:
    packers = {
        "gzip": gzip.compress,
        "x-gzip": gzip.compress,
        "deflate": zlib.compress,
        "br": brotli.compress,
    }
    whole = body
    for name in coding.split(", "):
        whole = packers[name](whole)
    cut = data.draw(st.integers(0, len(whole)))
    assert b"".join(decoded([whole[:cut], b"", whole[cut:]], coding, 10_000)) == body
    if len(body) > 10:
        with pytest.raises(TooLarge):
            list(decoded([whole], coding, 10))
    if 0 < cut < len(whole) - 12:
        with pytest.raises(DecodingError):
            list(decoded([whole[:cut]], coding, 10_000))


def test_bare_deflate_and_gzip_members_in_a_row_are_read() -> None:
    bare = zlib.compressobj(wbits=-15)
    assert b"".join(decoded([bare.compress(b"abc") + bare.flush()], "deflate", 99)) == b"abc"
    two = gzip.compress(b"abc") + gzip.compress(b"def") + b"\0\0"
    assert b"".join(decoded([two], "gzip", 99)) == b"abcdef"
    assert b"".join(decoded([b"as it is"], "identity", 10)) == b"as it is"
