"""Files that are not read as they are: archives give their members, legacy Word files their conversion.

Runs before reading, over what is still to be read. What comes out is archived beside the file it came out of, under
that file's address with a fragment that names it (`…/附件.zip#附件/报告.docx`), and is read like a capture of its own.
So a reading stays a function of archived bytes, also on a machine without the converter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from flows.collector.archive import Archive
from flows.collector.intake import blank_attempt
from flows.converter import Converter
from flows.parts import NO_CONVERTER, Part, parts_of
from flows.readings import Origin, name_of
from flows.steps import Clock
from warehouse.records import Attempt

_DEPTH = 2
"""An archive in an archive is unpacked, one deeper is not."""


class Unpacker:
    """Takes files apart into `archive`. `clock` gives aware UTC times; no two attempts get the same."""

    def __init__(self, archive: Archive, converter: Converter | None, run_id: str, clock: Clock) -> None:
        self._archive = archive
        self._converter = converter
        self._run_id = run_id
        self._clock = clock
        self._last = clock()
        self._by_origin: dict[Origin, Attempt] = {}
        self._taken: dict[Origin, list[Attempt]] = defaultdict(list)
        self._alive: dict[tuple[str, str], set[str]] = defaultdict(set)
        for attempt in archive.attempts(outcome="ok"):
            self._note_content(attempt)
        for attempt in archive.attempts(purpose="derived"):
            self._note_part(attempt)

    def unpack(self, origins: Iterable[Origin]) -> Sequence[Attempt]:
        """Take apart the files among `origins`, and those that waited for a converter; what came of it."""
        made: list[Attempt] = []
        waiting = [*origins, *self._waiting()]
        for _ in range(_DEPTH):
            found: list[Origin] = []
            for origin in waiting:
                attempt = self._by_origin.get(origin)
                if attempt is not None and attempt.page_kind in ("file", None) and not self._is_done(origin):
                    parts = self._take_apart(attempt)
                    made += parts
                    found += [(p.source_id, p.url, p.resource_sha256) for p in parts if p.resource_sha256]
            waiting = found
        return made

    def _waiting(self) -> list[Origin]:
        return [
            origin for origin, taken in self._taken.items() if all(part.outcome == "error" for part in taken)
        ]

    def _is_done(self, origin: Origin) -> bool:
        label = self._converter.label if self._converter else NO_CONVERTER
        return any(
            part.outcome == "ok" or (part.evidence or "").startswith(label) for part in self._taken[origin]
        )

    def _take_apart(self, attempt: Attempt) -> list[Attempt]:
        assert attempt.resource_sha256 is not None
        data = self._archive.body(attempt.resource_sha256)
        parts = list(parts_of(data, name_of(attempt.url), attempt.media_type, self._converter))
        here = {f"{attempt.url}#{part.fragment}" for part in parts}
        lost = sorted(self._alive[attempt.source_id, attempt.url] - here) if parts else ()
        for url in lost:
            self._log(replace(self._blank(attempt, url), outcome="gone", evidence="no longer in the file"))
        return [self._log(self._held(attempt, part)) for part in parts]

    def _held(self, attempt: Attempt, part: Part) -> Attempt:
        made = replace(
            self._blank(attempt, f"{attempt.url}#{part.fragment}"),
            media_type=part.media_type,
            evidence=part.evidence,
            listed_title=attempt.listed_title if part.is_conversion else None,
            listed_on=attempt.listed_on,
        )
        if part.body is None:
            return made
        headers = (("Content-Type", part.media_type),) if part.media_type else ()
        sha256 = self._archive.add(part.body, url=made.url, at=made.started_at, headers=headers)
        return replace(
            made, outcome="ok", page_kind="file", size_bytes=len(part.body), resource_sha256=sha256
        )

    def _blank(self, attempt: Attempt, url: str) -> Attempt:
        self._last = max(self._clock(), self._last + timedelta(microseconds=1))
        blank = blank_attempt(attempt.source_id, self._run_id, "derived", url, self._last)
        return replace(blank, parent_url=attempt.url, derived_from=attempt.resource_sha256)

    def _log(self, attempt: Attempt) -> Attempt:
        self._archive.log_attempt(attempt)
        self._note_content(attempt)
        self._note_part(attempt)
        return attempt

    def _note_content(self, attempt: Attempt) -> None:
        if attempt.resource_sha256 is not None:
            self._by_origin.setdefault((attempt.source_id, attempt.url, attempt.resource_sha256), attempt)

    def _note_part(self, attempt: Attempt) -> None:
        if attempt.derived_from is not None and attempt.parent_url is not None:
            self._taken[attempt.source_id, attempt.parent_url, attempt.derived_from].append(attempt)
            alive = self._alive[attempt.source_id, attempt.parent_url]
            (alive.add if attempt.outcome == "ok" else alive.discard)(attempt.url)
