"""What each source's site shows around its articles, learnt from the archive and kept in its log.

A memory is learnt from the first 8 pages of a source, and again whenever their number has doubled, so that what is
known at any moment follows from the captures alone and learning costs no more than reading does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from extractors.page import page_blocks
from extractors.page.memory import SiteMemory, learn
from extractors.reading import release
from flows.collector.archive import Archive
from warehouse.records import Attempt, MemoryEntry

_FEWEST = 8
"""Pages of a source from which there is something to learn."""


def memories(
    archive: Archive, captures: Iterable[Attempt], sources: Iterable[str]
) -> Mapping[str, SiteMemory]:
    """The memory of each of the `sources` that has enough pages; what is not in the log yet is learnt and logged."""
    known = {(entry.source_id, entry.release, entry.pages): entry.memory for entry in archive.memories()}
    found: dict[str, SiteMemory] = {}
    wanted = frozenset(sources)
    for source_id, pages in _lessons(captures):
        if source_id in wanted:
            lesson = (source_id, release(), len(pages))
            if lesson not in known:
                known[lesson] = _learn(archive, pages)
                archive.log_memory(MemoryEntry(*lesson, known[lesson]))
            found[source_id] = known[lesson]
    return found


def forgotten(archive: Archive, captures: Iterable[Attempt]) -> list[str]:
    """Sources whose logged memory of the current release does not come out of the archived pages again."""
    known = {(entry.source_id, entry.release, entry.pages): entry.memory for entry in archive.memories()}
    return [
        source_id
        for source_id, pages in _lessons(captures)
        if (logged := known.get((source_id, release(), len(pages)))) is not None
        and logged != _learn(archive, pages)
    ]


def memory_of(archive: Archive, source_id: str, label: str) -> SiteMemory | None:
    """The memory that a reading of this source under this release label was made with."""
    marks = label.partition("~")[0].split(".")
    return next(
        (
            entry.memory
            for entry in archive.memories()
            if entry.source_id == source_id and mark(entry.memory) in marks
        ),
        None,
    )


def mark(memory: SiteMemory) -> str:
    """How a release label names a memory."""
    return f"m{memory.digest}"


def _lessons(captures: Iterable[Attempt]) -> Iterator[tuple[str, list[Attempt]]]:
    """For each source the pages its memory is learnt from."""
    pages: dict[str, list[Attempt]] = {}
    for attempt in captures:
        if attempt.purpose == "detail":
            pages.setdefault(attempt.source_id, []).append(attempt)
    for source_id, captured in pages.items():
        if len(captured) >= _FEWEST:
            captured.sort(key=lambda attempt: (attempt.started_at, attempt.url, attempt.resource_sha256))
            yield source_id, captured[: 1 << (len(captured).bit_length() - 1)]


def _learn(archive: Archive, pages: Iterable[Attempt]) -> SiteMemory:
    return learn(
        blocks
        for page in pages
        if page.resource_sha256 is not None
        and (
            blocks := page_blocks(
                archive.body(page.resource_sha256),
                url=page.url,
                media_type=page.media_type,
                charset=page.charset_declared,
            )
        )
        is not None
    )
