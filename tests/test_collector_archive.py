"""The archive keeps what it was given through kills, full disks and other writers; the codec is exact."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from extractors.codec import CodecError, from_jsonable, to_jsonable
from extractors.records import (
    Document,
    Fact,
    Issue,
    Organisation,
    Quantity,
    Reading,
    Section,
    Sentence,
    Table,
)
from flows.collector.archive import Archive, ArchiveError, ReadingHead, Sent
from flows.collector.archive.logs import line
from warehouse.records import Attempt, ReadingEntry, stable_id

AT = datetime(2025, 3, 4, 18, 30, 0, 123456, tzinfo=UTC)


def attempt(url: str, sha256: str | None = None, at: datetime = AT) -> Attempt:
    return Attempt(
        attempt_id=stable_id("linjiang", url, at),
        run_id="night-1",
        source_id="linjiang",
        purpose="detail",
        url=url,
        final_url=None,
        started_at=at,
        elapsed_ms=12,
        outcome="ok",
        status=200,
        page_kind="detail",
        media_type="text/html",
        charset_declared="utf-8",
        etag='"a1"',
        last_modified=None,
        size_bytes=3,
        resource_sha256=sha256,
        evidence=None,
        listed_title="临江区2024年法治政府建设年度报告",
        listed_on=date(2025, 1, 20),
    )


def entry(sha256: str, text: str = "临江区办理行政复议案件12件。") -> ReadingEntry:
    document = Document(
        "detail",
        text,
        tables=(Table(0, 4, (("项目", "数量"), ("复议", "12"))),),
        signed_on=date(2025, 1, 2),
        issues=(Issue("title", "info", "publisher", "标题缺失"),),
    )
    reading = Reading(
        document,
        report_kind="rule_of_law",
        report_year=2024,
        organisation=Organisation("临江区人民政府", "resolved", "990102000", evidence=("site", "title")),
        sections=(Section(0, 5, 1, "一、成绩", 4, "achievements"),),
        sentences=(Sentence(0, 5, 0), Sentence(5, 9, None)),
        quantities=(Quantity(1, 3, "12件", 12, None, "件", "exact"),),
        facts=(
            Fact(
                1, 3, "12件", "R01", 12.5, None, "件", "件", "at_least", "as_of_date", False, None, None,
                "复议", 0, 2, "rule-1", 0.9, as_of=date(2024, 11, 30), growth="increase",
            ),
        ),
    )  # fmt: skip
    return ReadingEntry(
        stable_id("linjiang", "u", sha256, "0.1.0"), "linjiang", "u", sha256, AT, "0.1.0", AT, reading
    )


# the codec


def test_every_record_survives_the_round_trip() -> None:
    for record in (attempt("https://a.example/1"), entry("ff")):
        assert from_jsonable(type(record), json.loads(json.dumps(to_jsonable(record)))) == record


@given(st.text(), st.dates(), st.floats(allow_nan=False, allow_infinity=False))
def test_any_text_date_and_number_survives(text: str, day: date, value: float) -> None:
    quantity = Quantity(0, 1, text, value, None, text, "exact")
    document = Document("detail", text, signed_on=day, tables=(Table(0, 1, ((text, ""), ())),))
    reading = Reading(document, quantities=(quantity, quantity))
    assert from_jsonable(Reading, json.loads(json.dumps(to_jsonable(reading)))) == reading


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"outcome": "fine"}, "outcome: 'fine' is none of 'ok'"),
        ({"status": "200"}, "status: int expected, str found"),
        ({"status": True}, "status: int expected, bool found"),
        ({"started_at": "yesterday"}, "started_at"),
        ({"colour": "red"}, "no field 'colour'"),
        ({"url": None}, "url: str expected"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_name(change: dict[str, object], named: str) -> None:
    with pytest.raises(CodecError, match=named):
        from_jsonable(Attempt, {**to_jsonable(attempt("https://a.example/1")), **change})


def test_a_missing_field_is_refused_and_a_defaulted_one_is_filled() -> None:
    data = to_jsonable(attempt("https://a.example/1"))
    del data["parent_url"]
    assert from_jsonable(Attempt, data).parent_url is None
    del data["url"]
    with pytest.raises(CodecError, match="needs url"):
        from_jsonable(Attempt, data)


def test_the_path_leads_into_nested_values() -> None:
    data = to_jsonable(entry("ff"))
    data["reading"]["document"]["tables"][0]["rows"][1][0] = 7
    with pytest.raises(CodecError, match=r"reading\.document\.tables\[0\]\.rows\[1\]\[0\]: str expected"):
        from_jsonable(ReadingEntry, data)


# captures and logs


def test_what_goes_in_comes_out_in_another_process_and_in_order(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        page = archive.add(
            "<p>临江</p>".encode(),
            url="https://a.example/1",
            at=AT,
            status=200,
            headers=[("Content-Type", "text/html")],
        )
        file = archive.add(b"", url="file:///report.txt", at=AT, headers=[("Content-Type", "text/plain")])
        archive.log_attempt(attempt("https://a.example/1", page))
        archive.log_attempt(attempt("https://a.example/2"))
        archive.log_readings([entry(page), entry(page, "另一种读法\u2028换行")])
    again = Archive(tmp_path)
    assert again.body(page) == "<p>临江</p>".encode()
    assert again.body(file) == b""
    assert list(again.attempts()) == [attempt("https://a.example/1", page), attempt("https://a.example/2")]
    assert list(again.readings()) == [entry(page), entry(page, "另一种读法\u2028换行")]
    assert again.verify() == ()


def test_attempts_of_one_outcome_and_of_other_sessions_come_without_the_rest(tmp_path: Path) -> None:
    nights = [
        [attempt("https://a.example/1"), replace(attempt("https://a.example/2"), outcome="unchanged")],
        [
            replace(attempt("https://a.example/3"), evidence='"outcome":"ok"', outcome="gone"),
            attempt("https://a.example/4"),
        ],
    ]
    for night in nights:
        with Archive(tmp_path) as archive:
            for one in night:
                archive.log_attempt(one)
    again = Archive(tmp_path)
    assert list(again.attempts(outcome="ok")) == [nights[0][0], nights[1][1]]
    last = again.last_attempts()
    assert list(last.values()) == [night[-1] for night in nights]
    assert list(again.attempts(without=[min(last)])) == nights[1]


def test_the_last_attempt_is_found_whatever_its_length_and_before_a_torn_line(tmp_path: Path) -> None:
    long = replace(attempt("https://a.example/2"), evidence="证" * 200_000)
    with Archive(tmp_path) as archive:
        archive.log_attempt(attempt("https://a.example/1"))
        archive.log_attempt(long)
    (session,) = (tmp_path / "sessions").iterdir()
    with (session / "attempts.jsonl").open("ab") as log:
        log.write(b'{"attempt_id":"half')
    assert list(Archive(tmp_path).last_attempts().values()) == [long]


def test_readings_are_known_by_their_heads_and_only_the_wanted_are_decoded(tmp_path: Path) -> None:
    tricky = replace(entry("cd"), url='https://a.example/?q=","reading":{', release="2.0.0")
    with Archive(tmp_path) as archive:
        archive.log_readings([entry("ab"), tricky])
        archive.log_readings((entry("ef"),))
    again = Archive(tmp_path)
    names = list(ReadingHead.__dataclass_fields__)
    assert [*names, "reading"] == list(ReadingEntry.__dataclass_fields__)
    assert [[getattr(head, name) for name in names] for head in again.reading_heads()] == [
        [getattr(one, name) for name in names] for one in again.readings()
    ]
    assert list(again.readings(lambda head: head.release == "2.0.0")) == [tricky]
    log = next(tmp_path.glob("sessions/*/readings.jsonl.gz"))
    log.write_bytes(gzip.compress(gzip.decompress(log.read_bytes()).replace(b'"reading":{', b'"reading":!{')))
    assert list(again.readings(lambda head: False)) == []
    with pytest.raises(ArchiveError, match="line 1"):
        list(again.readings())


SENT = Sent("GET", "/1?a=b", (("Host", "a.example"), ("User-Agent", "nianbao/1 (+https://n.example)")))
HTML = [("Content-Type", "text/html"), ("ETag", '"v1"')]


def an_archive_of_everything(root: Path) -> str:
    """One of each kind of record; returns the digest of the page."""
    with Archive(root) as archive:
        page = archive.add(
            b"<p>page</p>", url="https://a.example/1", at=AT, status=200, headers=HTML, sent=SENT
        )
        archive.add(b"local", url="file:///r.txt", at=AT, headers=[("Content-Type", "text/plain")])
        archive.add(
            b"<p>page</p>", url="https://a.example/2", at=later(1), status=200, headers=HTML, sent=SENT
        )
        archive.add_unmodified(page, url="https://a.example/1", at=later(2), headers=HTML, sent=SENT)
        archive.add_evidence(b"x" * 70_000, url="https://a.example/1", at=later(3), status=403, sent=SENT)
        form = Sent("POST", "/list", (("Host", "a.example"), ("Content-Length", "6")), b"page=2")
        archive.add(b"[]", url="https://a.example/list#page=2", at=later(4), status=200, sent=form)
    return page


def later(hours: int) -> datetime:
    return AT + timedelta(hours=hours)


def records_of(path: Path) -> list[tuple[ArcWarcRecord, bytes]]:
    with path.open("rb") as file:
        return [(record, record.raw_stream.read()) for record in ArchiveIterator(file)]


def test_the_warc_holds_requests_responses_and_revisits(tmp_path: Path) -> None:
    page = an_archive_of_everything(tmp_path)
    (path,) = tmp_path.rglob("*.warc.gz")
    records = records_of(path)
    assert [record.rec_type for record, _ in records] == [
        "warcinfo", "response", "request", "resource", "revisit", "request", "revisit", "request",
        "response", "request", "response", "request",
    ]  # fmt: skip
    _, response, request, resource, same, _, unmodified, _, refusal, _, _, post = (r for r, _ in records)
    assert response.rec_headers.get_header("WARC-Date") == "2025-03-04T18:30:00.123456Z"
    assert response.rec_headers.get_header("WARC-Payload-Digest") == f"sha256:{page}"
    assert request.rec_headers.get_header("WARC-Concurrent-To") == response.rec_headers.get_header(
        "WARC-Record-ID"
    )
    assert (request.http_headers.protocol, request.http_headers.statusline) == ("GET", "/1?a=b HTTP/1.1")
    assert (post.http_headers.protocol, records[-1][1]) == ("POST", b"page=2")
    assert resource.rec_headers.get_header("Content-Type") == "text/plain"
    for revisit, profile, status in (
        (same, "identical-payload-digest", "200"),
        (unmodified, "server-not-modified", "304"),
    ):
        assert revisit.rec_headers.get_header("WARC-Profile").endswith(f"/1.1/revisit/{profile}")
        assert revisit.rec_headers.get_header("WARC-Refers-To-Target-URI") == "https://a.example/1"
        assert revisit.rec_headers.get_header("WARC-Refers-To-Date") == "2025-03-04T18:30:00.123456Z"
        assert revisit.rec_headers.get_header("WARC-Payload-Digest") == f"sha256:{page}"
        assert revisit.http_headers.get_statuscode() == status
    assert refusal.rec_headers.get_header("WARC-Truncated") == "length"
    assert refusal.http_headers.get_statuscode() == "403" and len(records[8][1]) == 65_536


def test_what_was_done_to_a_body_is_said_in_its_headers(tmp_path: Path) -> None:
    headers = [("Content-Encoding", "gzip"), ("Content-Length", "5"), ("Transfer-Encoding", "chunked")]
    with Archive(tmp_path) as archive:
        archive.add(b"unpacked", url="https://a.example/1", at=AT, status=200, headers=headers)
    http = records_of(next(tmp_path.rglob("*.warc.gz")))[1][0].http_headers
    assert http.get_header("Content-Encoding") is http.get_header("Transfer-Encoding") is None
    assert http.get_header("X-Archive-Orig-Content-Encoding") == "gzip"
    assert http.get_header("X-Archive-Orig-Content-Length") == "5"
    assert http.get_header("Content-Length") == "8"


def test_other_tools_find_nothing_wrong_with_the_warc(tmp_path: Path) -> None:
    an_archive_of_everything(tmp_path)
    (path,) = tmp_path.rglob("*.warc.gz")
    check = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)], capture_output=True, text=True
    )
    assert check.returncode == 0 and "digest pass" in check.stdout and "fail" not in check.stdout
    bodies, offsets = [], []
    with path.open("rb") as file:
        for record in FastIterator(file, parse_http=False):
            assert record.verify_block_digest()
            offsets.append(record.stream_pos)
            bodies.append(record.reader.read())
    assert len(bodies) == 12 and len(set(offsets)) == 12
    with path.open("rb") as file:
        for offset in offsets:
            file.seek(offset)
            assert file.read(2) == b"\x1f\x8b", "each record is a gzip member of its own"


def test_a_capture_is_found_by_address_and_time(tmp_path: Path) -> None:
    page = an_archive_of_everything(tmp_path)
    with Archive(tmp_path) as archive:
        found = [archive.capture("https://a.example/1", later(hours)) for hours in (-1, 0, 1, 2, 9)]
        assert found[0] is None
        assert [(c.record_type, c.status, c.captured_at) for c in found if c] == [
            ("response", 200, AT),
            ("response", 200, AT),
            ("revisit", 304, later(2)),
            ("response", 403, later(3)),
        ]
        assert found[3] is not None and archive.body(found[3].sha256) == b"<p>page</p>"
        assert found[4] is not None and archive.body(found[4].sha256) == b"x" * 65_536
        assert [c.captured_at for c in archive.captures("https://a.example/1")] == [AT, later(2), later(3)]
        assert archive.capture("https://a.example/none", later(9)) is None
        assert page in archive and len(archive.captures()) == 6


def test_a_capture_is_found_without_reading_what_lies_beside_it(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        for number in range(400):
            archive.add(b"%d" % number, url=f"https://a.example/{number}", at=later(number), status=200)
    with sqlite3.connect(tmp_path / "index.sqlite") as con:
        plan = con.execute(
            "EXPLAIN QUERY PLAN SELECT at_byte FROM captures WHERE url = ? AND captured_at <= ? "
            "ORDER BY captured_at DESC LIMIT 1",
            ("", 0),
        ).fetchall()
    assert len(plan) == 1 and plan[0][3].startswith("SEARCH captures USING PRIMARY KEY")
    archive = Archive(tmp_path)
    found = archive.capture("https://a.example/123", later(400))
    assert found is not None and archive.body(found.sha256) == b"123"


@pytest.mark.parametrize("harm", ["deleted", "overwritten", "behind"])
def test_the_index_is_made_again_from_the_warc_files(tmp_path: Path, harm: str) -> None:
    page = an_archive_of_everything(tmp_path)
    whole = Archive(tmp_path).captures()
    index = tmp_path / "index.sqlite"
    if harm == "behind":
        kept = index.read_bytes()
        with Archive(tmp_path) as archive:
            archive.add(b"new", url="https://a.example/9", at=later(9), status=200)
        index.write_bytes(kept)
    else:
        index.unlink() if harm == "deleted" else index.write_bytes(b"no index" * 1000)
    with Archive(tmp_path) as archive:
        assert archive.captures()[:6] == whole
        assert archive.body(page) == b"<p>page</p>"
        assert archive.verify() == ()
        if harm == "behind":
            assert archive.capture("https://a.example/9", later(9)) is not None


def test_an_archive_put_back_to_an_earlier_state_has_an_index_that_follows(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        archive.add(b"one", url="https://a.example/1", at=AT, status=200)
    (path,) = tmp_path.rglob("*.warc.gz")
    earlier = path.read_bytes()
    with Archive(tmp_path) as archive:
        archive.add(b"two", url="https://a.example/2", at=AT, status=200)
    path.write_bytes(earlier)
    for other in tmp_path.rglob("000002/*.gz"):
        other.write_bytes(b"")
    with Archive(tmp_path) as archive:
        assert [c.url for c in archive.captures()] == ["https://a.example/1"]


def test_an_archive_that_cannot_be_written_is_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = an_archive_of_everything(tmp_path)
    (tmp_path / "index.sqlite").unlink()
    (tmp_path / "index.sqlite").mkdir()
    assert Archive(tmp_path).body(page) == b"<p>page</p>"


def test_files_are_rolled_by_size_and_every_capture_is_still_found(tmp_path: Path) -> None:
    digests = []
    with Archive(tmp_path, roll_bytes=4_000) as archive:
        for number in range(8):
            body = os.urandom(1_500)
            digests.append((body, archive.add(body, url=f"https://a.example/{number}", at=AT, status=200)))
    files = sorted(tmp_path.rglob("*.warc.gz"))
    assert [file.name for file in files] == [
        f"captures-{number:04d}.warc.gz" for number in range(1, len(files) + 1)
    ]
    assert len(files) > 2 and all(records_of(file)[0][0].rec_type == "warcinfo" for file in files)
    again = Archive(tmp_path)
    assert all(again.body(sha256) == body for body, sha256 in digests) and again.verify() == ()


def test_the_layout_of_the_first_release_is_read_as_it_is(tmp_path: Path) -> None:
    """One WARC a session without requests, beside it an index in JSON lines that nothing reads any more."""
    session = tmp_path / "sessions" / "000001"
    session.mkdir(parents=True)
    body, buffer = b"<p>2024</p>", io.BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
    writer.write_record(writer.create_warcinfo_record("captures.warc.gz", {"software": "nianbao"}))
    sha256 = hashlib.sha256(body).hexdigest()
    writer.write_record(
        writer.create_warc_record(
            "https://a.example/1",
            "response",
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1"),
            warc_headers_dict={
                "WARC-Date": "2025-03-04T18:30:00.123456Z",
                "WARC-Payload-Digest": f"sha256:{sha256}",
            },
        )
    )
    (session / "captures.warc.gz").write_bytes(buffer.getvalue())
    (session / "captures.jsonl").write_text('{"sha256":"…"}\n', encoding="utf-8")
    (session / "attempts.jsonl").write_bytes(line(attempt("https://a.example/1", sha256)))
    with Archive(tmp_path) as archive:
        found = archive.capture("https://a.example/1", AT)
        assert found is not None and found.captured_at == AT and archive.body(found.sha256) == body
        assert archive.verify() == ()
        assert archive.add(body, url="https://a.example/1", at=later(1), status=200) == sha256
    assert [c.record_type for c in Archive(tmp_path).captures()] == ["response", "revisit"]


def test_the_same_bytes_are_kept_once_whoever_writes_them(tmp_path: Path) -> None:
    with Archive(tmp_path) as one, Archive(tmp_path) as other:
        first = one.add(b"same", url="https://a.example/1", at=AT, status=200)
        assert other.add(b"same", url="https://a.example/2", at=AT, status=200) == first
        assert one.add(b"same", url="https://a.example/3", at=AT, status=200) == first
        assert sorted(c.record_type for c in one.captures()) == ["response", "revisit", "revisit"]


def test_opening_and_reading_writes_nothing(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "none")
    assert list(archive.attempts()) == [] and list(archive.readings()) == [] and archive.verify() == ()
    with pytest.raises(KeyError):
        archive.body("0" * 64)
    assert not (tmp_path / "none").exists()


def test_an_attempt_may_not_name_bytes_that_are_not_archived(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive, pytest.raises(ArchiveError, match="not archived"):
        archive.log_attempt(attempt("https://a.example/1", "0" * 64))


def test_threads_and_two_writers_lose_nothing(tmp_path: Path) -> None:
    with Archive(tmp_path) as one, Archive(tmp_path) as other:

        def write(archive: Archive, name: str) -> None:
            for number in range(20):
                url = f"https://a.example/{name}/{number}"
                body = archive.add(url.encode(), url=url, at=AT, status=200)
                archive.log_attempt(attempt(url, body))

        threads = [
            threading.Thread(target=write, args=(archive, f"{archive is one}-{serial}"))
            for archive in (one, other)
            for serial in range(3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    archive = Archive(tmp_path)
    logged = list(archive.attempts())
    assert len(logged) == len({entry.url for entry in logged}) == 120
    assert all(archive.body(entry.resource_sha256 or "") == entry.url.encode() for entry in logged)
    assert len(list((tmp_path / "sessions").iterdir())) == 2


# crashes

WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from flows.collector.archive import Archive
from tests.test_collector_archive import attempt, entry
with Archive(Path(sys.argv[1])) as archive:
    for number in range(100000):
        url = f"https://a.example/{number}"
        body = archive.add(url.encode() * 2000, url=url, at=datetime.now(UTC), status=200)
        archive.log_attempt(attempt(url, body))
        archive.log_readings((entry(body),))
        print(number, flush=True)
"""


def test_a_writer_killed_in_the_middle_loses_nothing_it_had_finished(tmp_path: Path, root: Path) -> None:
    acknowledged = []
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, cwd=root, text=True
        ) as writer:
            assert writer.stdout is not None
            for line in writer.stdout:
                if int(line) == 25:
                    writer.send_signal(signal.SIGKILL)
                    break
        acknowledged += [f"https://a.example/{number}" for number in range(26)]
    archive = Archive(tmp_path)
    urls = [entry.url for entry in archive.attempts()]
    assert len(urls) >= 78 and set(acknowledged) <= set(urls)
    assert all(archive.body(a.resource_sha256 or "") == a.url.encode() * 2000 for a in archive.attempts())
    assert len(list(archive.readings())) >= 78
    assert {flaw.kind for flaw in archive.verify()} <= {"torn"}


@pytest.mark.parametrize("name", ["captures-0001.warc.gz", "attempts.jsonl", "readings.jsonl.gz"])
def test_a_file_torn_at_any_byte_of_its_last_entry_hides_nothing_before(tmp_path: Path, name: str) -> None:
    with Archive(tmp_path) as archive:
        first = archive.add(b"first" * 50, url="https://a.example/1", at=AT, status=200)
        archive.log_attempt(attempt("https://a.example/1", first))
        archive.log_readings((entry(first),))
        path = tmp_path / "sessions" / "000001" / name
        whole = path.stat().st_size
        second = archive.add(b"second" * 50, url="https://a.example/2", at=AT, status=200)
        archive.log_attempt(attempt("https://a.example/2", second))
        archive.log_readings((entry(second),))
    full = path.read_bytes()
    for end in range(whole, len(full), max(1, (len(full) - whole) // 23)):
        path.write_bytes(full[:end])
        again = Archive(tmp_path)
        assert again.body(first) == b"first" * 50
        assert next(again.attempts()) == attempt("https://a.example/1", first)
        assert next(again.readings()) == entry(first)
        with Archive(tmp_path) as writer:
            third = writer.add(b"third %d" % end, url="https://a.example/3", at=AT, status=200)
            writer.log_attempt(attempt("https://a.example/3", third))
        assert list(Archive(tmp_path).attempts())[-1].url == "https://a.example/3"
        assert Archive(tmp_path).body(third) == b"third %d" % end


def test_verify_names_a_body_that_changed_on_disk(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        sha256 = archive.add(os.urandom(4000), url="https://a.example/1", at=AT, status=200)
    path = tmp_path / "sessions" / "000001" / "captures-0001.warc.gz"
    data = bytearray(path.read_bytes())
    data[-2000] ^= 0xFF
    path.write_bytes(data)
    archive = Archive(tmp_path)
    assert [(flaw.kind, flaw.where) for flaw in archive.verify()] == [("damaged", "https://a.example/1")]
    with pytest.raises(ArchiveError, match="byte"):
        archive.body(sha256)


def test_damage_in_the_middle_hides_nothing_behind_it(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        for number in range(3):
            archive.add(os.urandom(3000), url=f"https://a.example/{number}", at=AT, status=200)
        lost = archive.captures("https://a.example/1")[0]
    path = tmp_path / lost.warc
    data = bytearray(path.read_bytes())
    data[lost.offset + 40 : lost.offset + 40 + 900] = b"\x1f\x8b\x08" * 300
    path.write_bytes(data)
    assert [(flaw.kind, flaw.where) for flaw in Archive(tmp_path).verify()] == [
        ("damaged", "https://a.example/1")
    ]
    (tmp_path / "index.sqlite").unlink()
    again = Archive(tmp_path)
    assert [c.url for c in again.captures()] == ["https://a.example/0", "https://a.example/2"]
    assert [flaw.kind for flaw in again.verify()] == ["damaged"]


def test_verify_names_a_log_line_that_is_no_entry(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        archive.log_attempt(attempt("https://a.example/1"))
        archive.log_attempt(attempt("https://a.example/2"))
    path = tmp_path / "sessions" / "000001" / "attempts.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"outcome":"ok"', b'"outcome":"OK"', 1))
    archive = Archive(tmp_path)
    assert [flaw.kind for flaw in archive.verify()] == ["damaged"]
    with pytest.raises(ArchiveError, match=r"attempts\.jsonl, line 1: outcome"):
        list(archive.attempts())


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from flows.collector.archive import Archive, ArchiveError
from tests.test_collector_archive import AT, attempt
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with Archive(Path(sys.argv[1])) as archive:
    kept = archive.add(b"kept", url="https://a.example/1", at=AT, status=200)
    archive.log_attempt(attempt("https://a.example/1", kept))
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    try:
        archive.add(open("/dev/urandom", "rb").read(9000), url="https://a.example/2", at=AT, status=200)
    except ArchiveError as error:
        print("refused:", error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    later = archive.add(b"later", url="https://a.example/3", at=AT, status=200)
    archive.log_attempt(attempt("https://a.example/3", later))
"""


def test_a_full_disk_is_an_error_that_loses_nothing(tmp_path: Path, root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)], cwd=root, text=True, capture_output=True, check=True
    )
    assert "refused:" in done.stdout and "not written" in done.stdout
    archive = Archive(tmp_path)
    assert [archive.body(a.resource_sha256 or "") for a in archive.attempts()] == [b"kept", b"later"]
    assert [flaw.kind for flaw in archive.verify()] == ["torn"]


def test_attempts_keep_the_microsecond_that_tells_them_apart(tmp_path: Path) -> None:
    moments = [AT, AT + timedelta(microseconds=1)]
    with Archive(tmp_path) as archive:
        for moment in moments:
            archive.log_attempt(replace(attempt("https://a.example/1"), started_at=moment))
    assert [a.started_at for a in Archive(tmp_path).attempts()] == moments
