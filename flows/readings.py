"""From archived bytes to readings: what is still to be read, reading it, and reading it again to verify.

The work is derived from the archive alone (captures without a reading by the current release), so a killed
night is completed by the next one. What a source entry, the gazetteer and the memory of the site tell a reading
counts as part of its release: a corrected entry is read anew like a better extractor, never shown as a publisher's
change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import unquote, urlsplit

from extractors.organisation import Gazetteer
from extractors.page.memory import SiteMemory
from extractors.reading import read, release
from extractors.records import Document, Issue, Reading, SourceHint
from flows.collector.archive import Archive
from flows.memories import mark
from warehouse.records import Attempt, ReadingEntry, stable_id

Hints = Mapping[str, SourceHint]
Origin = tuple[str, str, str]
"""Source, address and digest: what a reading is of."""
Captures = Mapping[Origin, Attempt]
_READ_PURPOSES = frozenset({"detail", "attachment", "ingest", "derived"})
_BATCH = 50


@dataclass(frozen=True, slots=True)
class Task:
    """One archived body to read, with all that `extractors.reading.read` wants to know."""

    origin: Origin
    captured_at: datetime
    release: str
    name: str | None
    url: str | None
    media_type: str | None
    charset: str | None
    hint: SourceHint | None
    memory: SiteMemory | None

    @property
    def reading_id(self) -> str:
        return stable_id(*self.origin, self.release)


@dataclass(frozen=True, slots=True)
class Context:
    """What readings depend on besides the bytes: the gazetteer, what each source entry tells, and what is remembered
    of each source's site."""

    gazetteer: Path | None
    hints: Hints
    memories: Mapping[str, SiteMemory]

    def label(self, source_id: str) -> str:
        """The release that reads this source: the extractors' own, the version of the gazetteer where it is not the
        built-in one, a digest of what the source entry tells, and the memory of the site.
        """
        hint = self.hints[source_id]
        told = [hint.body, hint.region_code, hint.county]
        parts = [release()]
        if (version := gazetteer_version(self.gazetteer)) is not None:
            parts.append(version)
        if any(told):
            parts.append(hashlib.sha256(json.dumps(told).encode()).hexdigest()[:8])
        if (memory := self.memories.get(source_id)) is not None and memory.blocks:
            parts.append(mark(memory))
        return ".".join(parts)


def gazetteer_version(gazetteer: Path | None) -> str | None:
    """How a release names the gazetteer: `g` and 8 digits of its digest; None for the built-in one, which is part of
    the extractors' own release.
    """
    return None if gazetteer is None else _digest_of(gazetteer, gazetteer.stat().st_mtime_ns)


@cache
def _digest_of(gazetteer: Path, changed_at: int) -> str:
    return "g" + hashlib.sha256(gazetteer.read_bytes()).hexdigest()[:8]


def first_captures(archive: Archive, bodies: Collection[str] | None = None) -> Captures:
    """For each body under each address of each source, or for those of these digests, the attempt that brought it
    first, oldest first.
    """
    told = archive.attempts(outcome="ok", bodies=bodies)
    brought = (attempt for attempt in told if attempt.purpose in _READ_PURPOSES)
    first: dict[Origin, Attempt] = {}
    for attempt in sorted(brought, key=lambda attempt: attempt.started_at):
        if attempt.resource_sha256:
            first.setdefault((attempt.source_id, attempt.url, attempt.resource_sha256), attempt)
    return first


def pending(archive: Archive, context: Context, captures: Captures) -> list[Task]:
    """What of the first captures the current release has not read yet of the sources in `hints`, in their order."""
    newest: dict[Origin, str] = {}
    told: dict[str, list[str]] = {}
    for entry in archive.reading_heads():
        newest[entry.source_id, entry.url, entry.resource_sha256] = entry.release
        releases = told.setdefault(entry.source_id, [])
        if not releases or releases[-1] != entry.release:
            releases.append(entry.release)
    labels = {
        source_id: _release(context.label(source_id), told.get(source_id, [])) for source_id in context.hints
    }
    return [
        task_of(attempt, labels[origin[0]], context)
        for origin, attempt in captures.items()
        if origin[0] in labels and newest.get(origin) != labels[origin[0]]
    ]


def task_of(attempt: Attempt, label: str, context: Context) -> Task:
    """How to read what `attempt` brought under the release `label`."""
    assert attempt.resource_sha256 is not None
    hint = replace(
        context.hints.get(attempt.source_id, SourceHint()),
        listed_title=attempt.listed_title,
        listed_on=attempt.listed_on,
    )
    is_file = attempt.url.startswith("file:")
    return Task(
        (attempt.source_id, attempt.url, attempt.resource_sha256),
        attempt.started_at,
        label,
        name_of(attempt.url) if is_file else None,
        None if is_file else attempt.url,
        attempt.media_type,
        attempt.charset_declared,
        hint,
        context.memories.get(attempt.source_id),
    )


def name_of(url: str) -> str:
    """The name of what `url` leads to: the last part of its path, or of what follows # within a file."""
    parts = urlsplit(url)
    return Path(unquote(parts.fragment or parts.path)).name


def _release(label: str, told: list[str]) -> str:
    """A label come back to is a release of its own (`label~2`), because the newest release speaks."""
    uses = {name for name in told if name.partition("~")[0] == label}
    if not uses or (told and told[-1] in uses):
        return told[-1] if uses else label
    return f"{label}~{len(uses) + 1}"


def read_pending(
    archive: Archive,
    tasks: Sequence[Task],
    context: Context,
    clock: Callable[[], datetime],
    *,
    workers: int,
    pool_from: int,
    progress: Callable[[ReadingEntry], None] | None = None,
) -> list[ReadingEntry]:
    """Read what is `pending` and log it batch by batch; returns the new entries.

    A page that breaks the reader becomes a reading with an error issue, and the night goes on.
    """
    entries: list[ReadingEntry] = []
    for at in range(0, len(tasks), _BATCH):
        batch = tasks[at : at + _BATCH]
        many = len(tasks) >= pool_from and workers > 1
        readings = read_tasks(archive, batch, context.gazetteer, workers if many else 1)
        fresh = [_entry(task, reading, clock()) for task, reading in readings]
        archive.log_readings(fresh)
        entries += fresh
        if progress:
            for entry in fresh:
                progress(entry)
    return entries


def read_tasks(
    archive: Archive, tasks: Iterable[Task], gazetteer: Path | None, workers: int
) -> Iterator[tuple[Task, Reading]]:
    """Each task with its reading, in processes of their own when there are several workers."""
    if workers > 1:
        yield from _read_in_processes(archive, list(tasks), gazetteer, workers)
        return
    places = Gazetteer.load(gazetteer)
    for task in tasks:
        yield task, _read(task, archive.body(task.origin[2]), places)


def _read_in_processes(
    archive: Archive, tasks: list[Task], gazetteer: Path | None, workers: int
) -> Iterator[tuple[Task, Reading]]:
    """A page that kills its process is found by reading those left over each in a process of its own."""
    done: dict[Task, Reading] = {}
    try:
        with _pool(gazetteer, workers) as pool:
            futures: dict[Future[Reading], Task] = {
                pool.submit(_read_in_worker, task, archive.body(task.origin[2])): task for task in tasks
            }
            for future in as_completed(futures):
                done[futures[future]] = future.result()
    except BrokenProcessPool:
        for task in (task for task in tasks if task not in done):
            done[task] = _read_alone(task, archive.body(task.origin[2]), gazetteer)
    yield from ((task, done[task]) for task in tasks)


def _read_alone(task: Task, body: bytes, gazetteer: Path | None) -> Reading:
    try:
        with _pool(gazetteer, 1) as pool:
            return pool.submit(_read_in_worker, task, body).result()
    except BrokenProcessPool:
        return _broken("its process was killed while reading it")


def _pool(gazetteer: Path | None, workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, get_context("spawn"), _load_places, (gazetteer,))


_worker_places: Gazetteer | None = None


def _load_places(gazetteer: Path | None) -> None:
    global _worker_places
    _worker_places = Gazetteer.load(gazetteer)


def _read_in_worker(task: Task, body: bytes) -> Reading:
    assert _worker_places is not None
    return _read(task, body, _worker_places)


def _read(task: Task, body: bytes, gazetteer: Gazetteer) -> Reading:
    try:
        return read(
            body,
            name=task.name,
            url=task.url,
            media_type=task.media_type,
            charset=task.charset,
            hint=task.hint,
            memory=task.memory,
            gazetteer=gazetteer,
        )
    except Exception as error:  # whatever one page does to the reader, the night goes on
        return _broken(f"{type(error).__name__}: {error}")


def _broken(message: str) -> Reading:
    issue = Issue("reader_failed", "error", "extractor", message)
    return Reading(Document(kind="undecodable", text="", issues=(issue,)), issues=(issue,))


def _entry(task: Task, reading: Reading, read_at: datetime) -> ReadingEntry:
    source_id, url, sha256 = task.origin
    return ReadingEntry(
        task.reading_id, source_id, url, sha256, task.captured_at, task.release, read_at, reading
    )
