"""Other people's WARC files come in by the same door: same vocabulary, their addresses and their times."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.collector.archive import Archive
from flows.ingest import Door
from warehouse.records import Attempt

PAGE = (
    "<html><head><title>云溪镇2024年法治政府建设年度报告</title></head><body><div class='TRS_Editor'>"
    + "<p>2024年，云溪镇调解矛盾纠纷36件，组织普法宣传9场，法治政府建设稳步推进。</p>" * 5
    + "</div></body></html>"
).encode()
HTML = [("Content-Type", "text/html; charset=utf-8")]
NOW = datetime(2025, 5, 1, tzinfo=UTC)
Ingest = Callable[[bytes], list[str]]


class Warc:
    """A WARC being written, as another crawler would."""

    def __init__(self, gz: bool = True, version: str = "1.0") -> None:
        self.buffer = io.BytesIO()
        self.writer = WARCWriter(self.buffer, gzip=gz, warc_version=version)
        self.writer.write_record(self.writer.create_warcinfo_record("other.warc.gz", {"software": "other"}))

    def response(
        self,
        path: str,
        body: bytes = PAGE,
        status: str = "200 OK",
        headers: list[tuple[str, str]] = HTML,
        date: str = "2025-03-05T01:02:03Z",
        kind: str = "response",
        **warc: str,
    ) -> Warc:
        named = {"WARC-Date": date} | {name.replace("_", "-"): value for name, value in warc.items()}
        record = self.writer.create_warc_record(
            f"https://www.yunxi.example{path}",
            kind,
            payload=io.BytesIO(body),
            length=len(body),
            warc_content_type=dict(headers).get("Content-Type", "") if kind == "resource" else "",
            http_headers=None
            if kind == "resource"
            else StatusAndHeaders(status, headers, protocol="HTTP/1.1"),
            warc_headers_dict=named,
        )
        self.writer.write_record(record)
        return self

    @property
    def data(self) -> bytes:
        return self.buffer.getvalue()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "archive") as opened:
        yield opened


@pytest.fixture
def ingest(archive: Archive, tmp_path: Path) -> Ingest:
    def run(*files: bytes) -> list[str]:
        door = Door(archive, "run", lambda: NOW, max_bytes=300_000)
        problems = []
        for number, data in enumerate(files):
            path = tmp_path / (f"{number}.warc.gz" if data.startswith(b"\x1f\x8b") else f"{number}.warc")
            path.write_bytes(data)
            try:
                door.let_in(path)
            except ValueError as error:
                problems.append(f"{path.name}: {error}")
        return [*problems, *door.resolve_revisits()]

    return run


def only(archive: Archive) -> Attempt:
    (attempt,) = archive.attempts()
    return attempt


@pytest.mark.parametrize("gz", [True, False])
def test_address_time_and_headers_are_kept_and_the_page_is_classified(
    archive: Archive, ingest: Ingest, gz: bool
) -> None:
    assert ingest(Warc(gz).response("/a.html", headers=[*HTML, ("ETag", '"7"')]).data) == []
    attempt = only(archive)
    assert (attempt.source_id, attempt.purpose, attempt.outcome) == ("local", "ingest", "ok")
    assert (attempt.url, attempt.status) == ("https://www.yunxi.example/a.html", 200)
    assert attempt.started_at == datetime(2025, 3, 5, 1, 2, 3, tzinfo=UTC)
    assert (attempt.page_kind, attempt.media_type, attempt.charset_declared, attempt.etag) == (
        "detail", "text/html", "utf-8", '"7"',
    )  # fmt: skip
    assert archive.body(attempt.resource_sha256 or "") == PAGE
    found = archive.capture(attempt.url, attempt.started_at)
    assert found is not None and found.sha256 == attempt.resource_sha256


def test_the_same_file_again_adds_nothing_and_a_file_of_one_gzip_member_is_read(
    archive: Archive, ingest: Ingest
) -> None:
    plain = Warc(gz=False).response("/a.html").response("/b.html", PAGE + b"b").data
    assert ingest(gzip.compress(plain)) == [] and ingest(plain) == []
    assert [a.url[-7:] for a in archive.attempts()] == ["/a.html", "/b.html"]


def chunked(body: bytes) -> bytes:
    half = len(body) // 2
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:])) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (chunked(PAGE), [("Transfer-Encoding", "chunked")]),
        (chunked(gzip.compress(PAGE)), [("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")]),
        (gzip.compress(PAGE), [("Content-Encoding", "gzip")]),
        (PAGE, [("Content-Encoding", "gzip")]),
        (PAGE, [("Transfer-Encoding", "chunked")]),
        (PAGE, [("X-Crawler-Content-Encoding", "gzip"), ("X-Crawler-Transfer-Encoding", "chunked")]),
    ],
    ids=["chunked", "chunked gzip", "gzip", "gzip undone before", "chunks undone before", "Common Crawl"],
)
def test_bodies_are_unpacked_whatever_the_crawler_left_in_place(
    archive: Archive, ingest: Ingest, body: bytes, headers: list[tuple[str, str]]
) -> None:
    assert ingest(Warc().response("/a.html", body, headers=[*HTML, *headers]).data) == []
    assert archive.body(only(archive).resource_sha256 or "") == PAGE


@pytest.mark.parametrize(
    ("status", "body", "headers", "outcome"),
    [
        ("404 Not Found", b"<p>no</p>", HTML, "gone"),
        ("403 Forbidden", b"<p>no</p>", HTML, "blocked"),
        ("301 Moved", b"", [("Location", "/b.html")], "moved"),
        ("500 Oh", b"", HTML, "error"),
        ("206 Partial Content", PAGE, HTML, "error"),
        ("200 OK", b"<script>var arg1='3A5B7C9D1E2F4A6B8C0D3A5B';</script>", HTML, "challenge"),
    ],
)
def test_answers_that_are_no_content_are_attempts_with_evidence(
    archive: Archive,
    ingest: Ingest,
    status: str,
    body: bytes,
    headers: list[tuple[str, str]],
    outcome: str,
) -> None:
    assert ingest(Warc().response("/a.html", body, status, headers).data) == []
    attempt = only(archive)
    assert (attempt.outcome, attempt.resource_sha256) == (outcome, None) and attempt.evidence
    kept = archive.capture(attempt.url, attempt.started_at)
    assert kept is not None and archive.body(kept.sha256) == body


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [("length", "too_large"), ("time", "timeout"), ("disconnect", "unreachable"), ("unspecified", "error")],
)
def test_a_body_its_crawler_cut_short_is_never_content(
    archive: Archive, ingest: Ingest, reason: str, outcome: str
) -> None:
    ingest(Warc().response("/a.html", WARC_Truncated=reason).data)
    attempt = only(archive)
    assert (attempt.outcome, attempt.resource_sha256) == (outcome, None)
    assert attempt.evidence == f"WARC-Truncated: {reason}"


def test_the_type_the_crawler_identified_counts_where_the_server_named_none(
    archive: Archive, ingest: Ingest
) -> None:
    warc = Warc()
    unnamed = [("Content-Type", "application/octet-stream")]
    warc.response("/a.pdf", b"%PDF-1.4", headers=unnamed, WARC_Identified_Payload_Type="application/pdf")
    warc.response("/b.html", WARC_Identified_Payload_Type="application/xhtml+xml")
    warc.response("/c.docx", b"PK\x03\x04", headers=[], WARC_Identified_Payload_Type="application/zip")
    ingest(warc.data)
    assert [(a.media_type, a.page_kind) for a in archive.attempts()] == [
        ("application/pdf", "file"),
        ("text/html", "detail"),
        ("application/zip", "file"),
    ]


def test_resources_and_other_records(archive: Archive, ingest: Ingest) -> None:
    warc = Warc()
    warc.response("/a.pdf", b"%PDF-1.4", headers=[("Content-Type", "application/pdf")], kind="resource")
    warc.response("/a.html", b"fetchTimeMs: 3", kind="metadata", headers=[])
    warc.response("/a.html", b"GET / HTTP/1.1", kind="request", headers=[])
    assert ingest(warc.data) == []
    assert (only(archive).media_type, only(archive).status, only(archive).outcome) == (
        "application/pdf", None, "ok",
    )  # fmt: skip


def test_a_resource_too_large_to_keep_is_an_attempt(archive: Archive, ingest: Ingest) -> None:
    ingest(Warc().response("/a.pdf", b"x" * 300_001, headers=[("Content-Type", "a/b")], kind="resource").data)
    assert (only(archive).outcome, only(archive).resource_sha256) == ("too_large", None)


# revisits


def sha1(body: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(body).digest()).decode()


def revisit(
    warc: Warc, path: str, date: str, status: str = "200 OK", digest: str = "", **warc_headers: str
) -> Warc:
    profile = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    fields = {"WARC_Profile": profile, "WARC_Payload_Digest": digest or sha1(PAGE), **warc_headers}
    return warc.response(path, b"", status, date=date, kind="revisit", **fields)


REFERS = {
    "WARC_Refers_To_Target_URI": "https://www.yunxi.example/a.html",
    "WARC_Refers_To_Date": "2025-03-05T01:02:03Z",
}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_revisit_has_the_body_of_the_capture_it_names_whichever_file_comes_first(
    archive: Archive, ingest: Ingest, order: tuple[int, int]
) -> None:
    files = (
        Warc().response("/a.html").data,
        revisit(revisit(Warc(), "/a.html", "2025-04-01T00:00:00Z", **REFERS), "/copy.html",
                "2025-04-02T00:00:00Z", **REFERS).data,
    )  # fmt: skip
    assert ingest(*(files[number] for number in order)) == []
    told = sorted((a.started_at.isoformat()[:10], a.url[25:], a.outcome) for a in archive.attempts())
    assert told == [
        ("2025-03-05", "/a.html", "ok"),
        ("2025-04-01", "/a.html", "unchanged"),
        ("2025-04-02", "/copy.html", "ok"),
    ]
    assert all(archive.body(a.resource_sha256 or "") == PAGE for a in archive.attempts())


def test_a_revisit_that_names_no_capture_is_known_by_its_digest_alone(
    archive: Archive, ingest: Ingest
) -> None:
    warc = Warc().response("/a.html")
    revisit(warc, "/a.html", "2025-04-01T00:00:00Z")
    revisit(warc, "/a.html", "2025-04-02T00:00:00Z", digest=sha1(b"other"))
    (problem,) = ingest(warc.data)
    assert "1 revisit of captures that are not here" in problem
    assert [a.outcome for a in archive.attempts()] == ["ok", "unchanged", "error"]


def test_a_revisit_without_its_capture_is_an_error_that_names_it(archive: Archive, ingest: Ingest) -> None:
    (problem,) = ingest(revisit(Warc(), "/b.html", "2025-04-01T00:00:00Z", **REFERS).data)
    assert "0.warc.gz: 1 revisit of" in problem
    assert (only(archive).outcome, only(archive).resource_sha256) == ("error", None)
    assert "https://www.yunxi.example/a.html at 2025-03-05T01:02:03" in (only(archive).evidence or "")


def test_a_revisit_of_a_refusal_is_a_refusal(archive: Archive, ingest: Ingest) -> None:
    refusal = "<h3>您的请求已被网站防火墙拦截</h3>".encode()
    warc = Warc().response("/a.html", refusal)
    revisit(warc, "/a.html", "2025-04-01T00:00:00Z", **REFERS)
    ingest(warc.data)
    assert [a.outcome for a in archive.attempts()] == ["blocked", "blocked"]


def test_earlier_captures_may_come_later(archive: Archive, ingest: Ingest) -> None:
    ingest(Warc().response("/a.html", date="2025-03-05T01:02:03Z").data)
    ingest(Warc().response("/a.html", date="2024-03-05T01:02:03Z").data)
    ingest(Warc().response("/a.html", date="2024-09-05T01:02:03Z").data)
    assert [(a.started_at.year, a.outcome) for a in archive.attempts()] == [
        (2025, "ok"),
        (2024, "ok"),
        (2024, "unchanged"),
    ]


# damage and size


def test_what_came_before_the_torn_end_is_kept(archive: Archive, ingest: Ingest) -> None:
    whole = Warc().response("/a.html").response("/b.html", PAGE + bytes(range(256)) * 20).data
    (problem,) = ingest(whole[:-200])
    assert "unfinished" in problem or "not readable" in problem
    assert [a.url[25:] for a in archive.attempts()] == ["/a.html"]
    assert ingest(whole) == [] and len(list(archive.attempts())) == 2


@pytest.mark.parametrize(
    "data",
    [b"", b"no warc", gzip.compress(b"no warc"), Warc().data],
    ids=["nothing", "no WARC", "no WARC, packed", "no answer"],
)
def test_a_file_without_answers_is_a_problem(archive: Archive, ingest: Ingest, data: bytes) -> None:
    assert len(ingest(data)) == 1 and list(archive.attempts()) == []


def test_a_record_without_a_date_is_a_problem(archive: Archive, ingest: Ingest) -> None:
    (problem,) = ingest(Warc().response("/a.html", date="yesterday").data)
    assert "https://www.yunxi.example/a.html has no date" in problem


def test_large_and_packed_bodies_take_no_more_memory_than_allowed(archive: Archive, ingest: Ingest) -> None:
    warc = Warc()
    bomb = gzip.compress(b"0" * 60_000_000)
    warc.response("/bomb.html", bomb, headers=[*HTML, ("Content-Encoding", "gzip")])
    warc.response("/large.html", b"0" * 20_000_000)
    warc.response("/a.html")
    data = warc.data
    ingest(Warc().response("/first.html").data)
    tracemalloc.start()
    try:
        ingest(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000
    assert [a.outcome for a in archive.attempts()][1:] == ["too_large", "too_large", "ok"]


def test_an_archive_of_our_own_can_be_ingested(archive: Archive, ingest: Ingest, tmp_path: Path) -> None:
    at = datetime(2025, 3, 4, tzinfo=UTC)
    with Archive(tmp_path / "other") as other:
        page = other.add(PAGE, url="https://www.yunxi.example/a.html", at=at, status=200, headers=HTML)
        other.add_unmodified(page, url="https://www.yunxi.example/a.html", at=at.replace(day=5))
        other.add_evidence(b"no", url="https://www.yunxi.example/b.html", at=at, status=403)
    assert ingest(next((tmp_path / "other").rglob("*.warc.gz")).read_bytes()) == []
    assert sorted(a.outcome for a in archive.attempts()) == ["blocked", "ok", "unchanged"]
