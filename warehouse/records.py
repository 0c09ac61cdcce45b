"""What the collector hands to the warehouse: attempts, readings with their provenance, sources and runs.

All timestamps are timezone-aware UTC. Ids are deterministic sha256 hex digests, never counters, so that a
rebuild from the archive compares row by row with what was loaded night by night.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from extractors.page.memory import SiteMemory
from extractors.records import PageKind, Reading

FetchOutcome = Literal[
    "ok",
    "unchanged",
    "moved",
    "gone",
    "blocked",
    "challenge",
    "login",
    "too_large",
    "timeout",
    "unreachable",
    "error",
]
Purpose = Literal["robots", "list", "detail", "attachment", "ingest", "derived"]
"""`derived` is no request: a file taken out of an archive, or converted, from a file held."""


def stable_id(*parts: object) -> str:
    """sha256 hex over the parts joined by the unit separator: the one way ids are made."""
    return hashlib.sha256("\x1f".join(str(p) for p in parts).encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request, whatever became of it. `attempt_id` = stable_id(source_id, url, started_at)."""

    attempt_id: str
    run_id: str
    source_id: str
    purpose: Purpose
    url: str
    final_url: str | None
    started_at: datetime
    elapsed_ms: int
    outcome: FetchOutcome
    status: int | None
    page_kind: PageKind | None
    media_type: str | None
    charset_declared: str | None
    etag: str | None
    last_modified: str | None
    size_bytes: int | None
    resource_sha256: str | None
    """Archived body; for `unchanged` the body it is unchanged from; None where nothing was kept."""
    evidence: str | None
    """Why the outcome is what it is (marker found, exception, robots rule …)."""
    listed_title: str | None = None
    listed_on: date | None = None
    parent_url: str | None = None
    """The page that led here: list page of a detail, detail of an attachment, file a derived one came out of."""
    derived_from: str | None = None
    """sha256 of the file a derived one was made from."""


@dataclass(frozen=True, slots=True)
class ReadingEntry:
    """One reading of one archived body by one extractor release (the append-only readings log)."""

    reading_id: str
    """stable_id(source_id, url, resource_sha256, release)."""
    source_id: str
    url: str
    resource_sha256: str
    captured_at: datetime
    """Start of the attempt that brought these bytes under this url for the first time."""
    release: str
    """Extractor release, e.g. `0.1.0+<digest of code and data>`."""
    read_at: datetime
    reading: Reading


@dataclass(frozen=True, slots=True)
class MemoryEntry:
    """What one extractor release learnt of a source's site from its first `pages` pages (append-only log)."""

    source_id: str
    release: str
    pages: int
    memory: SiteMemory


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A registry entry as dim_source knows it."""

    source_id: str
    name: str
    platform: str
    site_url: str
    organization: str | None
    region_code: str | None
    expected_years: tuple[int, ...]
    minimum_documents: int
    maximum_documents: int | None
    enabled: bool
    entry_sha256: str


RunKind = Literal["night", "backfill", "ingest", "rebuild", "publish"]
"""The last two bring nothing new: they make again, or publish again, what is held."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run that had the home to itself."""

    run_id: str
    kind: RunKind
    started_at: datetime
    finished_at: datetime | None
    status: Literal["running", "succeeded", "failed"]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """What a person decided about one figure or page.

    `subject` is a document_key (correction), a sentence_hash (resolution) or a url (takedown); `detail` the
    indicator code of the figure corrected or the wording of the figure resolved; `origin` the file and line.
    """

    kind: Literal["correction", "resolution", "takedown"]
    subject: str
    detail: str
    indicator_code: str | None
    reason: str
    author: str
    decided_on: date
    origin: str
    value: float | None = None
    expected_value: float | None = None


@dataclass(frozen=True, slots=True)
class FormulaRow:
    """A sentence that recurs in the reports of many bodies: `sentence` without white space and with # for numerals,
    in how many bodies' reports it stands, and in how many provinces these lie.
    """

    sentence: str
    bodies: int
    provinces: int


@dataclass(frozen=True, slots=True)
class RegionRow:
    """One version of one administrative division as dim_region knows it.

    `region_uid` survives renames and recodings; without one the code itself serves. `lineage_event` names
    what began this version (create, rename, recode, type_change, merge, split, transfer) and
    `predecessor_codes` whom it follows.
    """

    region_code: str
    name: str
    level: str | None
    parent_code: str | None
    region_uid: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    lineage_event: str | None = None
    predecessor_codes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    is_official_date: bool = False
    """Whether `valid_from` is the day of the change; else it is the day of the list that first shows it."""
