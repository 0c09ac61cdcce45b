"""A site's memory over the nights: learnt from the archive, logged, named in releases, and learnt again alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from extractors.records import SourceHint
from flows.collector.archive import Archive
from flows.memories import forgotten, memories, memory_of
from flows.readings import Context, first_captures, pending, read_pending
from tests.test_page_memory import SITE, reports
from warehouse.records import Attempt, MemoryEntry, ReadingEntry, stable_id

BEGIN = datetime(2025, 2, 1, 18, tzinfo=UTC)
SOURCE = "shiqiao"
SHORT = "<p>镇属各单位：</p><p>请于本周五前报送总结，逾期不再受理。</p><p>共报送12件，含学法、执法、普法三项。</p>"


def capture(archive: Archive, number: int, article: str) -> None:
    url, at = f"https://www.shiqiao.example/fz/{number}.html", BEGIN + timedelta(minutes=number)
    sha256 = archive.add(SITE.format(article).encode(), url=url, at=at, status=200)
    archive.log_attempt(
        Attempt(
            attempt_id=stable_id(SOURCE, url, at), run_id="night", source_id=SOURCE, purpose="detail",
            url=url, final_url=None, started_at=at, elapsed_ms=1, outcome="ok", status=200,
            page_kind="detail", media_type="text/html", charset_declared=None, etag=None,
            last_modified=None, size_bytes=1, resource_sha256=sha256, evidence=None,
        )
    )  # fmt: skip


def read_night(archive: Archive) -> list[ReadingEntry]:
    captures = first_captures(archive)
    context = Context(None, {SOURCE: SourceHint()}, memories(archive, captures.values(), [SOURCE]))
    return read_pending(
        archive, pending(archive, context, captures), context, lambda: BEGIN, workers=1, pool_from=9
    )


def texts(entries: list[ReadingEntry]) -> dict[str, str]:
    return {entry.url.rsplit("/", 1)[-1]: entry.reading.document.text for entry in entries}


def test_a_site_is_remembered_from_its_eighth_page_on(tmp_path: Path) -> None:
    long = ["".join(f"<p>{line}</p>" for line in report.paragraphs * 6) for report in reports(16)]
    with Archive(tmp_path / "archive") as archive:
        capture(archive, 0, SHORT)
        for number, article in enumerate(long[:3], 1):
            capture(archive, number, article)
        first = read_night(archive)
        assert "办事群众" in texts(first)["0.html"]
        assert {entry.release.count(".m") for entry in first} == {0}
        for number, article in enumerate(long[3:9], 4):
            capture(archive, number, article)
        second = read_night(archive)
        assert len(second) == 10, "pages read without the memory are read anew"
        assert texts(second)["0.html"].startswith("镇属各单位：\n请于本周五前")
        assert "办事群众" not in "".join(texts(second).values())
        assert {entry.release for entry in second}.isdisjoint(entry.release for entry in first)
        assert read_night(archive) == []
        for number, article in enumerate(long[9:], 10):
            capture(archive, number, article)
        third = read_night(archive)
        assert len(third) == 7, "a doubled number of pages taught nothing new: nobody else is read again"
        assert [entry.pages for entry in archive.memories()] == [8, 16]
        known = memory_of(archive, SOURCE, third[0].release)
        assert known is not None and known.blocks
        assert memory_of(archive, SOURCE, first[0].release) is None


def test_a_memory_the_pages_do_not_bear_out_is_found(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive") as archive:
        for number, report in enumerate(reports()):
            capture(archive, number, "".join(f"<p>{line}</p>" for line in report.paragraphs * 6))
        captures = list(first_captures(archive).values())
        found = memories(archive, captures, [SOURCE])
        assert forgotten(archive, captures) == []
        (entry,) = archive.memories()
        archive.log_memory(MemoryEntry(SOURCE, entry.release, entry.pages, type(found[SOURCE])(("0" * 16,))))
        assert forgotten(archive, captures) == [SOURCE]
    assert not Archive(tmp_path / "archive").verify()
