"""`nianbao explain`: a figure, its sentence and its page, proved by reading the archived bytes again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.page import read_document
from flows.collector.archive import Archive, ArchiveError
from flows.lock import WAREHOUSE, run_lock
from flows.memories import memory_of
from flows.readings import Context, first_captures, task_of
from flows.settings import Settings
from warehouse.explain import Evidence, explain
from warehouse.records import Attempt
from warehouse.schema import open_warehouse, require_warehouse


@dataclass(frozen=True, slots=True)
class Proof:
    """One figure with its evidence. `failure` says why the archived bytes do not bear it out, else None."""

    evidence: Evidence
    failure: str | None


def prove(
    settings: Settings,
    *,
    key: str | None = None,
    organization: str | None = None,
    indicator: str | None = None,
    report_year: int | None = None,
) -> tuple[Proof, ...]:
    """Every mention behind a figure, each looked up again in the archived bytes. Raises as `explain` does, and LockHeld
    while a run loads and publishes.
    """
    require_warehouse(settings.database)
    with (
        run_lock(settings.home, WAREHOUSE),
        open_warehouse(settings.database, read_only=True) as warehouse,
    ):
        found = explain(
            warehouse, key=key, organization=organization, indicator=indicator, report_year=report_year
        )
    with Archive(settings.archive) as archive:
        return tuple(_proofs(archive, found))


def _proofs(archive: Archive, found: Sequence[Evidence]) -> Iterator[Proof]:
    captures: dict[tuple[str, str], Attempt] = {}
    bodies = {evidence.resource_sha256 for evidence in found}
    for (source_id, _, sha256), attempt in first_captures(archive, bodies).items():
        captures.setdefault((source_id, sha256), attempt)
    texts: dict[tuple[str, str], str] = {}
    for evidence in found:
        sha256 = evidence.resource_sha256
        capture = captures.get((evidence.source_id, sha256))
        if capture is None:
            yield Proof(evidence, "no attempt in the archive brought these bytes")
            continue
        try:
            reading = (sha256, evidence.release)
            if reading not in texts:
                texts[reading] = _text(archive, capture, evidence.release)
        except (KeyError, ArchiveError) as error:
            yield Proof(evidence, f"the archived bytes cannot be read: {error}")
            continue
        printed = texts[reading][evidence.start_offset : evidence.end_offset]
        same = printed == evidence.text_written
        yield Proof(
            evidence, None if same else f"the page says {printed!r} there, not {evidence.text_written!r}"
        )


def _text(archive: Archive, attempt: Attempt, label: str) -> str:
    known = memory_of(archive, attempt.source_id, label)
    task = task_of(attempt, label, Context(None, {}, {attempt.source_id: known} if known else {}))
    return read_document(
        archive.body(task.origin[2]),
        name=task.name,
        url=task.url,
        media_type=task.media_type,
        charset=task.charset,
        memory=task.memory,
    ).text
