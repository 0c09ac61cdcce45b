"""What each run knew besides the web: itself, registry, codebook, the regions it met, what people decided.

One append-only file beside the archive's logs, a JSON line an entry. With it a rebuild tells the same history
of sources and definitions that the nights loaded one by one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from extractors.codebook import Indicator
from extractors.codec import from_jsonable, to_jsonable
from warehouse.records import DecisionRow, RegionRow, RunKind, RunRow, SourceRow, stable_id

RESUMED_WITHIN = timedelta(hours=12)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One moment of one run: its row, and what was new to the journal of registry, codebook, regions and decisions.

    `observed_at` is when new sources, codebook and regions began to hold, later than in every entry before; older
    releases left it out. `decisions` are all of them, where any differ from those told last.
    """

    run: RunRow
    sources: tuple[SourceRow, ...] = ()
    codebook: tuple[Indicator, ...] = ()
    regions: tuple[RegionRow, ...] = ()
    summary: Mapping[str, Any] = field(default_factory=dict)
    observed_at: datetime | None = None
    decisions: tuple[DecisionRow, ...] | None = None

    @property
    def has_news(self) -> bool:
        return bool(self.sources or self.codebook or self.regions)

    @property
    def holds_from(self) -> datetime:
        return self.observed_at or self.run.started_at


class JournalError(ValueError):
    """A whole line of the journal that says nothing; the message names file and line."""


class Journal:
    """The journal in `path`, for one writer at a time (the run lock). A torn last line does not count."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def entries(self) -> Sequence[Entry]:
        """Every entry in the order written; a file that has not changed is not read again. Raises JournalError."""
        if not self.path.exists():
            return ()
        now = self.path.stat()
        return _entries(self.path, now.st_size, now.st_mtime_ns)

    def append(self, entry: Entry) -> None:
        """Write one entry; on disk when this returns."""
        data = {
            "run": to_jsonable(entry.run),
            "sources": to_jsonable(entry.sources),
            "codebook": [indicator.model_dump(mode="json") for indicator in entry.codebook],
            "regions": to_jsonable(entry.regions),
            "summary": dict(entry.summary),
            "observed_at": to_jsonable(entry.observed_at),
        }
        told = {key: value for key, value in data.items() if value}
        if entry.decisions is not None:
            told["decisions"] = to_jsonable(entry.decisions)
        line = json.dumps(told, ensure_ascii=False)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab+") as file:
            file.seek(0)
            whole, _, torn = file.read().rpartition(b"\n")
            if torn:
                file.truncate(len(whole) + 1 if whole else 0)
            file.write(line.encode("utf-8") + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def begin(self, kind: RunKind, now: datetime) -> RunRow:
        """Start a run, or go on with the one of this kind that was killed less than half a day ago.

        Other runs that never ended are closed as failed.
        """
        killed = [run for run in self.runs() if run.status == "running"]
        again = next(
            (run for run in killed if run.kind == kind and now - run.started_at < RESUMED_WITHIN), None
        )
        for run in killed:
            if run is not again:
                note = "its process was killed"
                self.append(Entry(replace(run, finished_at=now, status="failed", note=note)))
        if again is not None:
            return again
        run = RunRow(stable_id(kind, now.isoformat()), kind, now, None, "running")
        self.append(Entry(run))
        return run

    def note(self, known: Entry) -> None:
        """Write down what of `known` differs from the newest the journal has.

        It holds from the start of its run, but never from a moment that an entry has already: a run that goes on
        after it was killed has one start and may meet two registries.
        """
        sources = {row.source_id: row for row in self.sources()}
        codebook = {row.code: row for entry in self.entries() for row in entry.codebook}
        regions = {_region_key(row): row for row in self.regions()}
        fresh = Entry(
            known.run,
            tuple(row for row in known.sources if sources.get(row.source_id) != row),
            tuple(row for row in known.codebook if codebook.get(row.code) != row),
            tuple(row for row in known.regions if regions.get(_region_key(row)) != row),
            decisions=None if known.decisions == self.decisions() else known.decisions,
        )
        if fresh.has_news:
            free = (entry.holds_from + _INSTANT for entry in self.entries() if entry.has_news)
            fresh = replace(fresh, observed_at=max([known.run.started_at, *free]))
        if fresh.has_news or fresh.decisions is not None:
            self.append(fresh)

    def runs(self) -> Iterable[RunRow]:
        """Every run as it stands now."""
        return {entry.run.run_id: entry.run for entry in self.entries()}.values()

    def sources(self) -> Iterable[SourceRow]:
        """The newest row of every source there ever was."""
        return {row.source_id: row for entry in self.entries() for row in entry.sources}.values()

    def regions(self) -> Iterable[RegionRow]:
        """The newest row of every version of a region that was ever spoken of."""
        return {_region_key(row): row for entry in self.entries() for row in entry.regions}.values()

    def decisions(self) -> tuple[DecisionRow, ...]:
        """What people had decided when a run last could tell."""
        told = (entry.decisions for entry in reversed(self.entries()) if entry.decisions is not None)
        return next(told, ())


@lru_cache(maxsize=1)
def _entries(path: Path, size: int, changed_at: int) -> Sequence[Entry]:
    return tuple(
        _entry_of(path, number, line)
        for number, line in enumerate(path.read_bytes().split(b"\n")[:-1], start=1)
    )


def _entry_of(path: Path, number: int, line: bytes) -> Entry:
    try:
        return _entry(json.loads(line))
    except (ValueError, KeyError, TypeError) as error:
        raise JournalError(
            f"{path}: line {number} is no entry of the journal ({error}); put the file of a backup in its place"
        ) from error


def _entry(data: Any) -> Entry:
    return Entry(
        from_jsonable(RunRow, data["run"]),
        tuple(from_jsonable(SourceRow, row) for row in data.get("sources", ())),
        tuple(Indicator.model_validate(row) for row in data.get("codebook", ())),
        tuple(from_jsonable(RegionRow, row) for row in data.get("regions", ())),
        data.get("summary", {}),
        from_jsonable(datetime, data["observed_at"]) if "observed_at" in data else None,
        from_jsonable(tuple[DecisionRow, ...], data["decisions"]) if "decisions" in data else None,
    )


def _region_key(row: RegionRow) -> tuple[str, date | None]:
    return row.region_code, row.valid_from
