"""The archive keeps what it was given through kills, full disks and other writers; the codec is exact."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

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
from flows.collector.archive import Archive, ArchiveError
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


def test_the_warc_is_one_any_tool_reads_and_says_what_was_done_to_the_body(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        archive.add(
            b"unpacked",
            url="https://a.example/1",
            at=AT,
            status=200,
            headers=[("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("Content-Length", "5")],
        )
        archive.add(b"local", url="file:///r.txt", at=AT, headers=[("Content-Type", "text/plain")])
    with next(tmp_path.rglob("*.warc.gz")).open("rb") as file:
        records = [
            (r.rec_type, r.http_headers, r.rec_headers, r.content_stream().read())
            for r in ArchiveIterator(file)
        ]
    assert [(kind, body) for kind, _, _, body in records[1:]] == [
        ("response", b"unpacked"),
        ("resource", b"local"),
    ]
    http = records[1][1]
    assert http.get_header("Content-Encoding") is None
    assert http.get_header("X-Archive-Orig-Content-Encoding") == "gzip"
    assert http.get_header("Content-Length") == "8"
    assert records[1][2].get_header("WARC-Date").startswith("2025-03-04T18:30:00")
    assert records[2][2].get_header("Content-Type") == "text/plain"


def test_the_same_bytes_are_kept_once_whoever_writes_them(tmp_path: Path) -> None:
    with Archive(tmp_path) as one, Archive(tmp_path) as other:
        first = one.add(b"same", url="https://a.example/1", at=AT, status=200)
        size = sum(path.stat().st_size for path in tmp_path.rglob("*.warc.gz"))
        assert other.add(b"same", url="https://a.example/2", at=AT, status=200) == first
        assert one.add(b"same", url="https://a.example/3", at=AT, status=200) == first
        assert sum(path.stat().st_size for path in tmp_path.rglob("*.warc.gz")) == size


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
        archive.log_reading(entry(body))
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


@pytest.mark.parametrize(
    "name", ["captures.warc.gz", "captures.jsonl", "attempts.jsonl", "readings.jsonl.gz"]
)
def test_a_file_torn_at_any_byte_of_its_last_entry_hides_nothing_before(tmp_path: Path, name: str) -> None:
    with Archive(tmp_path) as archive:
        first = archive.add(b"first" * 50, url="https://a.example/1", at=AT, status=200)
        archive.log_attempt(attempt("https://a.example/1", first))
        archive.log_reading(entry(first))
        path = tmp_path / "sessions" / "000001" / name
        whole = path.stat().st_size
        second = archive.add(b"second" * 50, url="https://a.example/2", at=AT, status=200)
        archive.log_attempt(attempt("https://a.example/2", second))
        archive.log_reading(entry(second))
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
    path = tmp_path / "sessions" / "000001" / "captures.warc.gz"
    data = bytearray(path.read_bytes())
    data[-2000] ^= 0xFF
    path.write_bytes(data)
    archive = Archive(tmp_path)
    assert [(flaw.kind, flaw.where) for flaw in archive.verify()] == [("damaged", "https://a.example/1")]
    with pytest.raises(ArchiveError, match="byte"):
        archive.body(sha256)


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
