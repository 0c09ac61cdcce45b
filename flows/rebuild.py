"""`nianbao rebuild`: the warehouse again, from archive and journal alone, verified and put in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flows import formulas
from flows.collector.archive import Archive, ArchiveError
from flows.decisions import load_decisions
from flows.derive import Registry, context_of, publish_checked, read_new, replay
from flows.journal import Entry, Journal
from flows.lock import NIGHT_PATIENCE_SECONDS, WAREHOUSE, run_lock
from flows.memories import forgotten
from flows.night import finish
from flows.readings import Captures, Context, first_captures, read_tasks, task_of
from flows.settings import Settings
from flows.steps import Clock, Steps, utc_now
from flows.summary import Derived, NightSummary
from warehouse.load import load_night
from warehouse.records import DecisionRow, ReadingEntry, RunRow
from warehouse.schema import open_warehouse, remove

_BATCH = 50


class RebuildError(RuntimeError):
    """The archive and its logs do not agree; the warehouse in place was not touched."""

    def __init__(self, message: str) -> None:
        super().__init__(f"{message}\nThe warehouse in place was not touched.")


def rebuild(settings: Settings, *, steps: Steps, clock: Clock = utc_now) -> NightSummary:
    """Replay captures, attempts, readings and journal into a new warehouse, publish it and put it in place.

    Readings of the current release are made again from the archived bytes and must equal the log. Raises
    RebuildError, with everything left as it was, when they do not or when bytes are damaged, and ArchiveError when
    there are none.
    """
    registry = Registry.load(settings.sources)
    journal = Journal(settings.journal)
    with Archive(settings.archive) as archive:
        if next(archive.attempts(), None) is None:
            raise ArchiveError(
                f"{settings.archive} holds nothing yet; `nianbao run` or `nianbao ingest` comes first"
            )
    run = journal.begin("rebuild", clock())
    beside = settings.model_copy(update={"warehouse": settings.warehouse / "rebuilding"})
    remove(beside.database)
    with Archive(settings.archive) as archive:
        steps.one("verify the archive", lambda: _require_sound(archive))
        read = steps.one("read", lambda: read_new(settings, archive, registry, clock))
        captures = first_captures(archive)
        context = context_of(settings, archive, registry, captures)
        steps.one("read again", lambda: _require_same_readings(settings, archive, context, captures))
        ended = replace(run, finished_at=clock(), status="succeeded")
        decisions = load_decisions(settings, journal.decisions())
        journal.note(Entry(run, decisions=decisions.rows))
        rows = steps.one("replay", lambda: _replay(beside, archive, ended, decisions.rows))
    problems = tuple(map(str, decisions.errors))
    derived = Derived(pages_read=len(read), rows_loaded=rows, problems=problems)
    with run_lock(settings.home, WAREHOUSE, wait_seconds=NIGHT_PATIENCE_SECONDS):
        derived = publish_checked(beside, run, clock, steps, derived)
        if derived.checks:
            remove(settings.database)
            beside.database.replace(settings.database)
    return finish(settings, run, clock, derived)


def _require_sound(archive: Archive) -> None:
    losses = [flaw for flaw in archive.verify() if flaw.kind != "torn"]
    if losses:
        raise RebuildError("\n".join(f"{flaw.where}: {flaw.kind}: {flaw.message}" for flaw in losses))


def _require_same_readings(
    settings: Settings, archive: Archive, context: Context, captures: Captures
) -> None:
    """What the current release read must come out of the archived bytes again."""
    if unlike := forgotten(archive, captures.values()):
        raise RebuildError(
            f"learnt again, the memories of these sources differ from the log: {', '.join(unlike)}"
        )
    current = {source_id: context.label(source_id) for source_id in context.hints}
    batch: list[ReadingEntry] = []
    differing: list[str] = []
    for entry in archive.readings(lambda head: head.release.partition("~")[0] == current.get(head.source_id)):
        batch.append(entry)
        if len(batch) == _BATCH:
            differing += _differing(settings, archive, context, captures, batch)
            batch = []
    differing += _differing(settings, archive, context, captures, batch)
    if differing:
        raise RebuildError(
            "read again, these pages differ from the log of readings:\n" + "\n".join(differing)
        )


def _differing(
    settings: Settings, archive: Archive, context: Context, captures: Captures, batch: list[ReadingEntry]
) -> list[str]:
    tasks = [
        task_of(captures[entry.source_id, entry.url, entry.resource_sha256], entry.release, context)
        for entry in batch
    ]
    workers = settings.readers.workers if len(batch) >= settings.readers.pool_from else 1
    again = read_tasks(archive, tasks, context.gazetteer, workers)
    return [
        f"{entry.url} ({entry.resource_sha256[:12]})"
        for entry, (_, reading) in zip(batch, again, strict=True)
        if reading != entry.reading
    ]


def _replay(beside: Settings, archive: Archive, run: RunRow, decisions: Sequence[DecisionRow]) -> int:
    journal = Journal(beside.journal)
    with open_warehouse(beside.database) as warehouse:
        added = replay(warehouse, journal, run)
        for earlier in journal.runs():
            load_night(warehouse, run=earlier)
        loaded = load_night(
            warehouse,
            run=run,
            attempts=archive.attempts(),
            readings=archive.readings(),
            decisions=decisions,
            formulas=formulas.held(beside),
        )
        return added + loaded.total
