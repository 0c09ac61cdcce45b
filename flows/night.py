"""The night, with or without Prefect: collect every source, then derive everything else from the archive.

An error of one source or page is written down and the night goes on; the summary and the exit code say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from flows.clock import shanghai
from flows.collector.archive import Archive, ArchiveError
from flows.collector.collect import CollectSummary, collect_source
from flows.collector.fetcher import Fetcher
from flows.collector.registry import Source, UnknownSourceError, require_registry
from flows.derive import Registry, derive
from flows.journal import Entry, Journal
from flows.settings import Settings
from flows.steps import Clock, Steps, utc_now
from flows.summary import Derived, NightSummary
from flows.wording import counted
from warehouse.records import RunRow

_NONE_ENABLED = (
    "nobody was asked: no source is enabled; `nianbao sources check <id> --enable` checks and enables one"
)
_CLOCK_SKEW = timedelta(hours=1)
_NO_YEARLY_LISTS = (
    "nobody was asked: none of these sources has {year} in a list address; "
    "`nianbao run` asks the others for all their years"
)


def run_night(
    settings: Settings,
    *,
    only: Sequence[str] = (),
    years: Sequence[int] = (),
    scheduled: bool = False,
    clock: Clock = utc_now,
    steps: Steps,
) -> NightSummary:
    """Collect the enabled sources of the registry, or `only` those named, and publish what is new.

    With `years` it is a backfill: the sources with a {year} in their addresses are asked for those years.
    A `scheduled` night asks real sites from 23:00 to 06:00 Shanghai time only. Raises NoRegistryError,
    UnknownSourceError for a source that is not there, ArchiveError when the disk fails; whatever else goes wrong, and
    that there is nobody to ask, is a line of `problems`. The caller holds the run lock.
    """
    require_registry(settings.sources)
    registry = Registry.load(settings.sources)
    chosen = choose(registry.sources, only)
    if years:
        chosen = [
            source.model_copy(update={"expected_years": tuple(years)})
            for source in chosen
            if source.has_yearly_lists
        ]
    journal = Journal(settings.journal)
    run = journal.begin("backfill" if years else "night", clock())
    collected, problems = collect(settings, chosen, run, scheduled, clock, steps)
    if not chosen:
        problems = [_NO_YEARLY_LISTS if years else _NONE_ENABLED]
    problems = [
        *(f"source file {error}" for error in registry.errors),
        *clock_problems(journal, run),
        *problems,
    ]
    derived = derive(settings, run, registry, clock, steps)
    return finish(settings, run, clock, derived, collected, problems)


def clock_problems(journal: Journal, run: RunRow) -> Iterator[str]:
    """That the run before began later than this one: what is collected now stands behind what that collected. It is
    told by one run, whose clock may be the right one."""
    before = [other.started_at for other in journal.runs() if other.run_id != run.run_id][-1:]
    if before and before[0] - run.started_at > _CLOCK_SKEW:
        yield (
            f"the clock of this machine says {shanghai(run.started_at)}, the run before began at "
            f"{shanghai(before[0])}: look whether the clock is right now. If it was wrong then, what that run held "
            "counts as the newest until that time"
        )


def choose(sources: Sequence[Source], only: Sequence[str]) -> list[Source]:
    """The sources to collect. Raises UnknownSourceError."""
    if unknown := sorted(set(only) - {source.id for source in sources}):
        raise UnknownSourceError(f"no such source: {', '.join(unknown)}; `nianbao sources list` shows them")
    return [source for source in sources if source.id in only or (not only and source.status == "enabled")]


def collect(
    settings: Settings, sources: Sequence[Source], run: RunRow, scheduled: bool, clock: Clock, steps: Steps
) -> tuple[tuple[CollectSummary, ...], list[str]]:
    """Collect each source once; what stopped one is a problem of that source alone."""
    collector = settings.collector.model_copy(update={"night_only": scheduled})
    with Archive(settings.archive) as archive, Fetcher(archive, collector, clock) as fetcher:

        def visit(source: Source) -> CollectSummary:
            return collect_source(source, archive=archive, fetcher=fetcher, run_id=run.run_id, now=clock())

        results = steps.each("collect", visit, sources)
    problems: list[str] = []
    for source, result in zip(sources, results, strict=True):
        if isinstance(result, CollectSummary):
            problems += [f"{source.id}: {problem}" for problem in result.problems]
        elif isinstance(result, ArchiveError):
            raise result
        else:
            problems.append(f"{source.id}: {type(result).__name__}: {result}")
    return tuple(result for result in results if isinstance(result, CollectSummary)), problems


def finish(
    settings: Settings,
    run: RunRow,
    clock: Clock,
    derived: Derived,
    collected: tuple[CollectSummary, ...] = (),
    problems: Sequence[str] = (),
) -> NightSummary:
    """Close the run in the journal and sum it up."""
    summary = NightSummary(
        run.run_id, run.kind, run.started_at, clock(), derived, collected, (*problems, *derived.problems)
    )
    ended = replace(
        run,
        finished_at=summary.finished_at,
        status="succeeded" if summary.ok else "failed",
        note=_note(summary),
    )
    Journal(settings.journal).append(Entry(ended, summary=summary.counts()))
    return summary


def _note(summary: NightSummary) -> str | None:
    if summary.ok:
        return None
    return f"{counted(len(summary.problems), 'problem')}, first: {summary.problems[0]}"
