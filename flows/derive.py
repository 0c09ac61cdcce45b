"""Everything after the archive: read, load, transform, check, publish. Night, ingest and rebuild share it.

Nothing here asks the network. Each step finishes what an earlier, killed run left: what to read follows from
the archive, what to load from what the warehouse lacks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from extractors.codebook import load_codebook
from extractors.organisation import Gazetteer
from extractors.reading import release
from extractors.records import SourceHint
from flows import formulas
from flows.collector.archive import Archive
from flows.collector.registry import Source, SourceError, load_sources
from flows.converter import Converter
from flows.decisions import load_decisions
from flows.journal import Entry, Journal
from flows.lock import NIGHT_PATIENCE_SECONDS, WAREHOUSE, run_lock
from flows.memories import memories
from flows.readings import Captures, Context, first_captures, pending, read_pending
from flows.regions import editions, places, region_rows
from flows.settings import Settings
from flows.steps import Clock, Steps
from flows.summary import Derived
from flows.unpack import Unpacker
from warehouse.checks import CheckResult, run_checks
from warehouse.load import load_night
from warehouse.publish import PublishBlocked, Published, newest, publish, withdraw, write_blocked
from warehouse.records import Attempt, DecisionRow, ReadingEntry, RegionRow, RunRow, SourceRow
from warehouse.schema import Warehouse, open_warehouse
from warehouse.transform import TransformError, transform

LOCAL = SourceRow("local", "本地文件", "files", "file:", None, None, (), 0, None, True, "")
"""The source that files given to `nianbao ingest` belong to."""
_HISTORIES = ("raw_source", "raw_indicator", "raw_region")


@dataclass(frozen=True, slots=True)
class Registry:
    """The sources of this run; `is_whole` when every file of the registry could be read."""

    sources: Sequence[Source]
    errors: Sequence[SourceError] = ()
    is_whole: bool = True

    @classmethod
    def load(cls, folder: Path) -> Registry:
        """The registry in `folder`; without such a folder an empty one that says nothing of sources."""
        if not folder.is_dir():
            return cls((), is_whole=False)
        sources, errors = load_sources(folder)
        return cls(sources, errors, is_whole=not errors)

    def rows(self, known: Iterable[SourceRow]) -> tuple[SourceRow, ...]:
        """The entries, the local source, and sources whose file is gone (as not enabled)."""
        rows = {LOCAL.source_id: LOCAL} | {source.id: source.row() for source in self.sources}
        gone = (row for row in known if row.source_id not in rows and self.is_whole)
        return (*rows.values(), *(replace(row, enabled=False) for row in gone))

    def hints(self, known: Iterable[SourceRow]) -> Mapping[str, SourceHint]:
        """What each source tells its pages; one whose file has an error is left out until it is mended."""
        gone = {row.source_id: SourceHint(row.organization, row.region_code) for row in self.rows(known)}
        return gone | {source.id: source.hint() for source in self.sources}


def derive(settings: Settings, run: RunRow, registry: Registry, clock: Clock, steps: Steps) -> Derived:
    """Bring the published file up to the archive. A failing transform or check is a problem, no exception."""
    decisions = load_decisions(settings, Journal(settings.journal).decisions())
    with Archive(settings.archive) as archive:
        unpacked = steps.one("unpack", lambda: unpack_new(settings, archive, run, registry, clock))
        read = steps.one("read", lambda: read_new(settings, archive, registry, clock))
        derived = Derived(
            pages_read=len(read),
            figures_read=sum(len(entry.reading.facts) for entry in read),
            problems=(
                *(f"{a.source_id}: {a.parent_url}: {a.evidence}" for a in unpacked if a.outcome == "error"),
                *(problem for entry in read for problem in _reading_problems(entry)),
                *map(str, decisions.errors),
            ),
        )
        with run_lock(settings.home, WAREHOUSE, wait_seconds=NIGHT_PATIENCE_SECONDS):
            rows = steps.one(
                "load", lambda: load_new(settings, archive, run, registry, clock, decisions.rows)
            )
            return publish_checked(settings, run, clock, steps, replace(derived, rows_loaded=rows))


def unpack_new(
    settings: Settings, archive: Archive, run: RunRow, registry: Registry, clock: Clock
) -> Sequence[Attempt]:
    """Take apart the archives and convert the legacy files among what is still to be read."""
    captures = first_captures(archive)
    tasks = pending(archive, context_of(settings, archive, registry, captures), captures)
    return Unpacker(archive, Converter.find(), run.run_id, clock).unpack(task.origin for task in tasks)


def read_new(
    settings: Settings, archive: Archive, registry: Registry, clock: Clock
) -> Sequence[ReadingEntry]:
    """Read what the current release has not read yet."""
    captures = first_captures(archive)
    context, readers = context_of(settings, archive, registry, captures), settings.readers
    return read_pending(
        archive,
        pending(archive, context, captures),
        context,
        clock,
        workers=readers.workers,
        pool_from=readers.pool_from,
    )


def context_of(settings: Settings, archive: Archive, registry: Registry, captures: Captures) -> Context:
    """What readings depend on besides the bytes; what the first captures tell anew of the sites is learnt."""
    hints = registry.hints(Journal(settings.journal).sources())
    return Context(places(settings), hints, memories(archive, captures.values(), hints))


def _reading_problems(entry: ReadingEntry) -> Iterable[str]:
    """Why nothing could be read of a page; its reading holds the same as issues."""
    if not entry.reading.document.text:
        errors = (issue.message for issue in entry.reading.issues if issue.severity == "error")
        yield from (f"{entry.source_id}: {entry.url}: {message}" for message in errors)


def publish_checked(settings: Settings, run: RunRow, clock: Clock, steps: Steps, derived: Derived) -> Derived:
    """Transform and check the private warehouse and, if the checks allow it, promote what it holds."""
    database, held = settings.database, newest(settings.publish)
    derived = replace(derived, is_served=held.exists())
    try:
        checks = steps.one("transform and check", lambda: run_checks(database, transform(database), held))
        derived = replace(derived, checks=checks)
        result = steps.one("publish", lambda: publish_now(settings, run, clock, checks))
    except TransformError as error:
        problems = (f"transform: {error}", *_withdraw(settings, run, clock))
        return replace(derived, problems=(*derived.problems, *problems))
    except PublishBlocked as error:
        write_blocked(
            settings.publish, run_id=run.run_id, code_version=release(), at=clock(), checks=error.checks
        )
        failed = (f"check {check.name}: {check.message}" for check in error.checks)
        return replace(derived, problems=(*derived.problems, *failed, *_withdraw(settings, run, clock)))
    return replace(derived, published=str(result.database), differences=result.differences)


def _withdraw(settings: Settings, run: RunRow, clock: Clock) -> Iterable[str]:
    """What may no longer be shown leaves what is served even on a night that publishes nothing."""
    try:
        withdraw(settings.database, settings.publish, run_id=run.run_id, at=clock())
    except duckdb.Error as error:
        yield f"what was taken down may still be served: {error}"


def publish_now(settings: Settings, run: RunRow, clock: Clock, checks: Sequence[CheckResult]) -> Published:
    """Build and promote the published file. Raises PublishBlocked."""
    return publish(
        settings.database,
        settings.publish,
        run_id=run.run_id,
        code_version=release(),
        published_at=clock(),
        checks=checks,
    )


def load_new(
    settings: Settings,
    archive: Archive,
    run: RunRow,
    registry: Registry,
    clock: Clock,
    decisions: Sequence[DecisionRow],
) -> int:
    """Load attempts and readings the warehouse lacks, and what changed of registry, codebook and regions; rows added.

    The run itself enters as ended: its row is published by this very run.
    """
    ended = replace(run, finished_at=clock(), status="succeeded")
    journal = Journal(settings.journal)
    with open_warehouse(settings.database) as warehouse:
        held = {row[0] for row in warehouse.con.execute("SELECT reading_id FROM raw_reading").fetchall()}
        fresh = list(archive.readings(lambda head: head.reading_id not in held))
        sessions = _loaded_sessions(archive, warehouse)
        codebook = tuple(load_codebook().values())
        sources = registry.rows(journal.sources())
        regions = regions_of(settings, fresh, sources, journal.regions())
        journal.note(Entry(run, sources, codebook, regions, decisions=tuple(decisions)))
        _load_earlier_runs(warehouse, journal, run)
        told = replay(warehouse, journal, ended)
        loaded = load_night(
            warehouse,
            run=ended,
            attempts=archive.attempts(without=sessions),
            readings=fresh,
            decisions=decisions,
            formulas=formulas.held(settings),
        )
        return told + loaded.total


def replay(warehouse: Warehouse, journal: Journal, run: RunRow) -> int:
    """Load what the journal tells of registry, codebook and regions and the warehouse lacks; returns rows added.

    The newest moment held comes again: where older releases noted two entries for one moment, the last counts.
    """
    moments = " UNION ALL ".join(f"SELECT observed_at FROM {name}" for name in _HISTORIES)
    row = warehouse.con.execute(f"SELECT max(observed_at) FROM ({moments})").fetchone()
    held = row[0].replace(tzinfo=UTC) if row and row[0] else datetime.min.replace(tzinfo=UTC)
    return sum(
        load_night(
            warehouse,
            run=run,
            sources=entry.sources,
            codebook=entry.codebook,
            regions=entry.regions,
            observed_at=entry.holds_from,
        ).total
        for entry in journal.entries()
        if entry.has_news and entry.holds_from >= held
    )


def _loaded_sessions(archive: Archive, warehouse: Warehouse) -> frozenset[str]:
    """Sessions of the archive all of whose attempts the warehouse holds: loads are whole and logs only grow."""
    sessions = {attempt.attempt_id: name for name, attempt in archive.last_attempts().items()}
    query = "SELECT attempt_id FROM raw_attempt WHERE attempt_id IN (SELECT unnest(?))"
    held = warehouse.con.execute(query, [list(sessions)]).fetchall()
    return frozenset(sessions[attempt_id] for (attempt_id,) in held)


def _load_earlier_runs(warehouse: Warehouse, journal: Journal, run: RunRow) -> None:
    """How earlier runs ended is known only after their load; here it is caught up with."""
    held = dict(warehouse.con.execute("SELECT run_id, status FROM raw_run").fetchall())
    for earlier in journal.runs():
        if earlier.run_id != run.run_id and held.get(earlier.run_id) != earlier.status:
            load_night(warehouse, run=earlier)


def regions_of(
    settings: Settings,
    entries: Iterable[ReadingEntry],
    sources: Iterable[SourceRow],
    known: Iterable[RegionRow],
) -> tuple[RegionRow, ...]:
    """The divisions that readings and sources speak of or ever spoke of, all above them, and their kin over time."""
    codes = {entry.reading.organisation.region_code for entry in entries}
    codes |= {source.region_code for source in sources} | {row.region_code for row in known}
    wanted = sorted(code for code in codes if code is not None)
    if not wanted:
        return ()
    return region_rows(wanted, Gazetteer.load(settings.gazetteer), editions(settings))
