"""What a run did, for people, the journal and the exit code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from extractors.codec import to_jsonable
from flows.collector.collect import CollectSummary
from warehouse.checks import CheckResult
from warehouse.diff import TableDiff


@dataclass(frozen=True, slots=True)
class Derived:
    """What came of the archive: pages read, rows loaded, checks, and what was published, or why not.

    `is_served`: readers had a file before.
    """

    pages_read: int = 0
    figures_read: int = 0
    rows_loaded: int = 0
    checks: tuple[CheckResult, ...] = ()
    differences: tuple[TableDiff, ...] = ()
    is_served: bool = False
    published: str | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NightSummary:
    """One run. `problems` has a line for each thing that failed; without any the run succeeded."""

    run_id: str
    kind: str
    started_at: datetime
    finished_at: datetime
    derived: Derived
    sources: tuple[CollectSummary, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.problems

    @property
    def requests(self) -> int:
        return sum(sum(source.outcomes.values()) for source in self.sources)

    @property
    def new_documents(self) -> int:
        return sum(len(source.new) + len(source.changed) for source in self.sources)

    def counts(self) -> dict[str, Any]:
        """The summary as JSON values, for the journal and the artifacts of Prefect."""
        derived = self.derived
        return {
            "requests": self.requests,
            "new_documents": self.new_documents,
            "pages_read": derived.pages_read,
            "figures_read": derived.figures_read,
            "rows_loaded": derived.rows_loaded,
            "published": derived.published,
            "changes": [to_jsonable(change) for change in derived.differences if not change.is_empty],
            "problems": list(self.problems),
        }
