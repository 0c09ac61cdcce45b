"""`nianbao sources add` and `check`: looking at sites with the settings, the lock and the archive of a home."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from extractors.organisation import Gazetteer
from flows.checked_yaml import FileError
from flows.clock import SHANGHAI
from flows.collector.archive import Archive, ArchiveError
from flows.collector.fetcher import Fetcher
from flows.collector.registry import Source, load_source, load_sources
from flows.collector.survey import golden
from flows.collector.survey.check import CheckResult, check_source
from flows.collector.survey.propose import Proposal, propose, provisional
from flows.collector.survey.visit import Visitor
from flows.lock import run_lock
from flows.regions import places
from flows.settings import Settings
from flows.steps import Clock, Steps, utc_now
from warehouse.records import stable_id

GOLDEN = "golden"
"""The folder beside the entries in which their golden list pages lie."""


class EntryError(ValueError):
    """An entry that cannot be written or enabled; the message says why."""


@dataclass(frozen=True, slots=True)
class Written:
    """What `sources add --write` wrote."""

    entry: Path
    golden: Path


def lint(
    folder: Path, *, make_rows: bool = False
) -> tuple[list[Source], list[FileError | golden.GoldenError]]:
    """The entries of a registry and everything wrong with its files and its golden pages, without network; nothing is
    written but, with `make_rows`, the missing rows of golden pages.

    Raises NoRegistryError when there is no such folder.
    """
    sources, errors = load_sources(folder)
    kept = [
        error for page in golden.folders(folder / GOLDEN) for error in golden.check(page, make_rows=make_rows)
    ]
    return sources, [*errors, *kept]


def propose_source(
    settings: Settings, url: str, *, name: str | None = None, steps: Steps, clock: Clock = utc_now
) -> Proposal:
    """Look at a site and propose the entry for one of its columns.

    Raises SurveyError when the site cannot be looked at or shows no list, LockHeld, ArchiveError.
    """
    taken = {path.stem for path in settings.sources.glob("*.yml")} if settings.sources.is_dir() else set()
    with _looking(settings, clock) as (fetcher, run_id):
        visitor = Visitor(provisional(url), fetcher, run_id)
        gazetteer = Gazetteer.load(places(settings))
        today = clock().astimezone(SHANGHAI).date()
        return steps.one(
            f"look at {url}",
            lambda: propose(url, visitor.look, gazetteer=gazetteer, today=today, taken=taken, name=name),
        )


def write_proposal(settings: Settings, proposal: Proposal) -> Written:
    """Put a proposed entry and its list page into the registry. Raises EntryError when there is one of that name, or
    what was written does not read as the entry proposed."""
    entry = settings.sources / f"{proposal.source.id}.yml"
    folder = settings.sources / GOLDEN / proposal.source.id
    if there := [path for path in (entry, folder) if path.exists()]:
        raise EntryError(f"{there[0]} exists; give the entry another name with --id")
    settings.sources.mkdir(parents=True, exist_ok=True)
    answer = proposal.answer
    golden.write(
        folder, golden.Case.of(proposal.source, proposal.ask, answer.charset, answer.on), answer.body
    )
    entry.write_text(proposal.entry(), encoding="utf-8")
    if load_source(entry) != proposal.source:
        raise EntryError(f"{entry} does not read as it was proposed")
    return Written(entry, folder)


def check_sources(
    settings: Settings, sources: Sequence[Source], *, steps: Steps, clock: Clock = utc_now
) -> list[CheckResult]:
    """How each source stands, in order. Raises LockHeld, ArchiveError."""
    with _looking(settings, clock) as (fetcher, run_id):
        today = clock().astimezone(SHANGHAI).date()
        results = steps.each("check", lambda source: check_source(source, fetcher, run_id, today), sources)
    checked = []
    for source, result in zip(sources, results, strict=True):
        if isinstance(result, ArchiveError):
            raise result
        if isinstance(result, BaseException):
            result = CheckResult(source.id, "error", f"{type(result).__name__}: {result}")
        checked.append(result)
    return checked


def enable(file: Path, result: CheckResult, checked_on: str) -> None:
    """Take `status` and `reason` out of an entry that was checked and is fine, and note the day of the check.

    Comments and all other lines stay. Raises EntryError when the check did not pass or the file does not read as
    an enabled entry afterwards; the file is then as it was.
    """
    if not result.ok:
        raise EntryError(f"{result.source_id} is not fine: {result.cause}: {result.evidence}")
    if not file.exists():
        raise EntryError(f"{file}: no such file; the file of an entry bears its id")
    before = file.read_text(encoding="utf-8")
    node = yaml.compose(before, Loader=yaml.SafeLoader)
    if not isinstance(node, yaml.MappingNode):
        raise EntryError(f"{file}: not a mapping of fields")
    lines = before.splitlines(keepends=True)
    notes = ""
    starts = [key.start_mark.line for key, _ in node.value]
    for (key, value), end in reversed(list(zip(node.value, [*starts[1:], len(lines)], strict=True))):
        if key.value in ("status", "reason", "notes"):
            notes = str(value.value) if key.value == "notes" else notes
            last = max(key.start_mark.line, value.end_mark.line - (value.end_mark.column == 0))
            del lines[key.start_mark.line : min(end, last + 1)]
    told = f"核对于 {checked_on}：列表 {result.rows} 行，报告 {result.reports} 篇"
    after = (
        "".join(lines).rstrip("\n")
        + "\n"
        + yaml.safe_dump({"notes": f"{notes} {told}".strip()}, allow_unicode=True, width=1000)
    )
    file.write_text(after, encoding="utf-8")
    loaded = load_source(file)
    if not isinstance(loaded, Source) or loaded.status != "enabled":
        file.write_text(before, encoding="utf-8")
        raise EntryError(f"{file}: take status and reason out by hand, and write into notes: {told}")


@contextmanager
def _looking(settings: Settings, clock: Clock) -> Iterator[tuple[Fetcher, str]]:
    """The door to the network with the home's archive, politeness and lock, and a name for what is asked."""
    with (
        run_lock(settings.home),
        Archive(settings.archive) as archive,
        Fetcher(archive, settings.collector, clock) as fetcher,
    ):
        yield fetcher, stable_id("survey", clock().isoformat())
