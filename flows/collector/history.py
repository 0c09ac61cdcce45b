"""What earlier attempts tell: the newest state of every page, and how each host took it.

Everything here is derived from the attempt log and from nothing else, so a new process knows what the last
one did.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime

from flows.collector.politeness import HostRecord, host_key
from warehouse.records import Attempt, Purpose

_HELD = ("ok", "unchanged")


class History:
    """Newest attempt and newest body per source and address, and one HostRecord per host. Thread-safe."""

    def __init__(self, attempts: Iterable[Attempt] = ()) -> None:
        self._lock = threading.Lock()
        self._latest: dict[str, dict[str, Attempt]] = defaultdict(dict)
        self._held: dict[str, dict[str, Attempt]] = defaultdict(dict)
        self._changed: dict[tuple[str, str], datetime] = {}
        self._gone: dict[tuple[str, str], int] = defaultdict(int)
        self._hosts: dict[str, HostRecord] = defaultdict(HostRecord)
        self._robots: dict[str, Attempt] = {}
        for attempt in attempts:
            self.add(attempt)

    def add(self, attempt: Attempt) -> None:
        """Take in one attempt. One older than what is known of its address tells nothing new of it; captures of others
        and the logs of processes that ran side by side come late."""
        with self._lock:
            self._hosts[host_key(attempt.url)].add(attempt)
            latest = self._latest[attempt.source_id].get(attempt.url)
            if latest is not None and latest.started_at > attempt.started_at:
                return
            self._latest[attempt.source_id][attempt.url] = attempt
            if attempt.outcome in _HELD and attempt.resource_sha256 is not None:
                self._held[attempt.source_id][attempt.url] = attempt
            if attempt.outcome == "ok":
                self._changed[attempt.source_id, attempt.url] = attempt.started_at
            if attempt.outcome == "gone":
                self._gone[attempt.source_id, attempt.url] += 1
            else:
                self._gone.pop((attempt.source_id, attempt.url), None)
            if attempt.purpose == "robots":
                self._robots[attempt.url] = attempt

    def robots(self, url: str) -> Attempt | None:
        """What the newest request for a robots.txt led to, redirects followed, whichever source asked."""
        seen = set()
        while (attempt := self._robots.get(url)) and attempt.final_url and url not in seen:
            seen.add(url)
            url = attempt.final_url
        return attempt

    def host(self, url: str) -> HostRecord:
        """The record of the host of `url`, as a copy."""
        with self._lock:
            return deepcopy(self._hosts[host_key(url)])

    def latest(self, source_id: str, url: str) -> Attempt | None:
        """The newest attempt on this address, whatever became of it."""
        return self._latest[source_id].get(url)

    def held(self, source_id: str, url: str) -> Attempt | None:
        """The newest attempt whose body is archived (`ok` or `unchanged`)."""
        return self._held[source_id].get(url)

    def changed_at(self, source_id: str, url: str) -> datetime | None:
        """When the address last gave content it had not given before; None where it never did."""
        return self._changed.get((source_id, url))

    def moved_to(self, source_id: str, url: str) -> str:
        """Where `url` was last redirected to, hop by hop; itself if it was not."""
        seen = {url}
        while (latest := self.latest(source_id, url)) and latest.outcome == "moved" and latest.final_url:
            if latest.final_url in seen:
                break
            url = latest.final_url
            seen.add(url)
        return url

    def times_gone(self, source_id: str, url: str) -> int:
        """How often in a row the address was gone."""
        return self._gone.get((source_id, url), 0)

    def known(self, source_id: str, purpose: Purpose) -> list[Attempt]:
        """The newest attempt on each address ever asked for to that purpose, in order of appearance."""
        with self._lock:
            return [attempt for attempt in self._latest[source_id].values() if attempt.purpose == purpose]
