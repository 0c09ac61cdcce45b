"""How to be a good guest: who may be asked, when, how often and under what name.

Rules: robots.txt per RFC 9309 (2.3.1.3 a 4xx allows all, 2.3.1.4 a 5xx or no answer forbids all); one
connection per host, three seconds and jitter between requests, a nightly budget, 23:00-06:00 in Shanghai,
days of silence after a block, no disguise (网络数据安全管理条例 第十八条: automated access must not disturb).
"""

from __future__ import annotations

import ipaddress
import os
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Literal, Self
from urllib.parse import quote, urlsplit

from filelock import FileLock
from protego import Protego
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from flows.clock import SHANGHAI
from warehouse.records import Attempt, FetchOutcome

PRODUCT = "nianbao"
OFF_SWITCH = "off_hosts.txt"
_NIGHT_STARTS, _NIGHT_ENDS = clock_time(23), clock_time(6)
_BLOCKS_IN_A_ROW = 2
_LONGEST_SILENCE_NIGHTS = 16
_LONGEST_PAUSE_SECONDS = 600
ROBOTS_BYTES = 512_000
"""So much of a robots.txt is read (RFC 9309 2.5: at least 500 KiB)."""
ROBOTS_AGE = timedelta(hours=24)
"""So long the rules once read are used (RFC 9309 2.4)."""
_RETRY_AFTER = re.compile(r"retry after (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d)\Z")
_GOOD: frozenset[FetchOutcome] = frozenset({"ok", "unchanged", "moved", "gone"})
_UNANSWERED: frozenset[FetchOutcome] = frozenset({"timeout", "unreachable"})
"""What became of requests that were sent and got no status."""

Reason = Literal["off", "contact", "night", "budget", "silence", "delay"]


class CollectorSettings(BaseModel):
    """What the operator decides. Only loopback hosts may be asked without a pause, and only if set here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    contact: str | None = Field(default=None, description="URL or address; real hosts are refused without it")
    delay_seconds: float = Field(default=3.0, ge=3.0)
    jitter_seconds: float = Field(default=1.0, ge=0)
    loopback_delay_seconds: float = Field(default=3.0, ge=0)
    host_budget: int = Field(default=500, ge=1, description="requests per host and night")
    night_only: bool = Field(default=False, description="scheduled runs: real hosts only 23:00-06:00")
    max_bytes: int = Field(default=30_000_000, gt=0)
    timeout_seconds: float = Field(default=30, gt=0, description="longest silence on a connection")
    total_seconds: float = Field(default=180, gt=0, description="longest time for one response")
    retries: int = Field(default=2, ge=0)
    backoff_seconds: float = Field(default=5.0, ge=0, description="before the first retry; doubles")
    longest_wait_seconds: float = Field(default=60, ge=0, description="a longer Retry-After ends the visit")

    @property
    def user_agent(self) -> str:
        """`nianbao/<version> (+<contact>)`: the honest name."""
        product = f"{PRODUCT}/{version(PRODUCT)}"
        return f"{product} (+{self.contact})" if self.contact else product


class Refused(Exception):
    """A host is not to be asked (now). Nothing was sent and no attempt is logged."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@lru_cache(maxsize=4096)
def is_loopback(host: str) -> bool:
    """This machine itself: 127.0.0.0/8, ::1, localhost and names under it."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def host_key(url: str) -> str:
    """What counts as one host: its name whatever the port, except on loopback where each port is a server."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return f"{host}:{parts.port or 80}" if is_loopback(host) else host


def in_night_window(at: datetime) -> bool:
    """Whether the aware time `at` lies in 23:00-06:00 Asia/Shanghai, when scheduled runs may ask."""
    local = at.astimezone(SHANGHAI).time()
    return local >= _NIGHT_STARTS or local < _NIGHT_ENDS


def night_of(at: datetime) -> date:
    """The evening a moment belongs to: nights are cut at noon in Shanghai."""
    return (at.astimezone(SHANGHAI) - timedelta(hours=12)).date()


def pause_seconds(url: str, settings: CollectorSettings, *wishes: float | None) -> float:
    """Seconds between two requests to the host of `url`: the longest of our rule and all the wishes.

    Raises Refused when that is longer than a night leaves room for: such a host does not want to be asked.
    """
    ours = (
        settings.loopback_delay_seconds
        if is_loopback(urlsplit(url).hostname or "")
        else settings.delay_seconds
    )
    pause = max(ours, *(wish for wish in wishes if wish is not None), 0.0)
    if pause > _LONGEST_PAUSE_SECONDS:
        host = urlsplit(url).hostname
        raise Refused("delay", f"{host} wants {pause:g} s between requests; a night has no room for that")
    return pause


@dataclass(frozen=True, slots=True)
class Robots:
    """What a host's robots.txt says to us. Without `rules` everything is `allowed`, or nothing is.

    `outcome` is what becomes of a page it forbids: blocked by the rules, or what became of robots.txt itself.
    """

    rules: Protego | None
    allowed: bool
    evidence: str
    outcome: FetchOutcome = "blocked"

    @classmethod
    def of(cls, outcome: FetchOutcome, status: int | None, body: bytes | None) -> Self:
        """Read the answer to a request for robots.txt (RFC 9309); one that moved out of reach is none (2.3.1.2).

        What came damaged, or with a challenge in its place, may forbid: nothing is known, as after a 5xx.
        """
        if body is not None and outcome in ("ok", "unchanged"):
            text = body[:ROBOTS_BYTES].decode("utf-8-sig", "replace")
            return cls(Protego.parse(text), True, "robots.txt")
        answer = outcome if status is None else f"{outcome} {status}"
        refused = status is not None and 400 <= status < 500 and status != 429
        if refused or outcome in ("gone", "moved"):
            return cls(None, True, f"robots.txt: {answer}, all is allowed (RFC 9309 2.3.1.3)")
        return cls(None, False, f"robots.txt: {answer}, all is forbidden (RFC 9309 2.3.1.4)", outcome)

    def allows(self, url: str) -> bool:
        return self.allowed if self.rules is None else bool(self.rules.can_fetch(url, PRODUCT))

    @property
    def forbids_all(self) -> bool:
        """Whether the host gave no rules at all, so that nothing may be asked."""
        return self.rules is None and not self.allowed

    @property
    def crawl_delay(self) -> float | None:
        delay = None if self.rules is None else self.rules.crawl_delay(PRODUCT)
        return None if delay is None else float(delay)


def retry_after_evidence(until: datetime) -> str:
    """The wording by which a later run knows until when a host asked for silence."""
    return f"retry after {until.isoformat(timespec='seconds')}"


@dataclass(frozen=True, slots=True)
class Block:
    """One answer by which a host refused us."""

    at: datetime
    is_certain: bool
    asked_until: datetime | None
    """Until when the host wants silence, where it said so."""


@dataclass
class HostRecord:
    """How a host took our requests; the order in which attempts are fed to it does not matter, as several
    processes write their logs side by side."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    requests: dict[date, int] = field(default_factory=dict)
    last_good: datetime | None = None
    blocks: list[Block] = field(default_factory=list)
    """Those since `last_good`."""

    def count(self, at: datetime) -> None:
        """One more request, made at `at`; only the newest night is kept."""
        night = night_of(at)
        if night >= max(self.requests, default=night):
            self.requests = {night: self.requests.get(night, 0) + 1}

    def note(self, attempt: Attempt) -> None:
        """What became of a request."""
        if attempt.purpose == "robots" and attempt.status != 429:
            return
        at = attempt.started_at
        if attempt.outcome in _GOOD:
            self.last_good = max(at, self.last_good or at)
            self.blocks = [block for block in self.blocks if block.at > self.last_good]
        elif attempt.outcome in ("blocked", "challenge") and attempt.status is not None:
            is_certain = attempt.outcome == "challenge" or attempt.status in (429, 503)
            if self.last_good is None or at > self.last_good:
                self.blocks.append(Block(at, is_certain, _asked_until(attempt.evidence)))

    def add(self, attempt: Attempt) -> None:
        """Take in an attempt from the log: count it if it was sent, and note it."""
        if attempt.status is not None or attempt.outcome in _UNANSWERED:
            self.count(attempt.started_at)
        self.note(attempt)

    def silent_until(self) -> datetime | None:
        """When the host may be asked again after blocks: 1, 2, 4 … nights later, or later if it said so.

        A block counts when it is a challenge, a 429 or 503, or the second 403 in a row.
        """
        if len(self.blocks) < _BLOCKS_IN_A_ROW and not any(block.is_certain for block in self.blocks):
            return None
        blocked_nights = {night_of(block.at) for block in self.blocks}
        nights = min(2 ** (len(blocked_nights) - 1), _LONGEST_SILENCE_NIGHTS)
        noon = datetime.combine(max(blocked_nights) + timedelta(days=nights), clock_time(12), tzinfo=SHANGHAI)
        return max(noon, *(block.asked_until or noon for block in self.blocks))


_RECORD = TypeAdapter(HostRecord)


def _asked_until(evidence: str | None) -> datetime | None:
    told = _RETRY_AFTER.search(evidence or "")
    try:
        return datetime.fromisoformat(told[1]) if told else None
    except ValueError:
        return None


class Doorkeeper:
    """Lets one request at a time through to each host, in this process and among processes sharing `folder`.

    What is known of a host is in `folder/hosts/<host>.json`, written before and after each request by whoever
    holds the host, so that its budget and its silence hold for all; its time stamp is that of the last
    request. `folder/off_hosts.txt` is the off switch and opt-out list, read before every request: one host
    per line, its subdomains included, `*` for all, `#` starts a comment.
    """

    def __init__(self, folder: Path, settings: CollectorSettings) -> None:
        self._folder = folder
        self._settings = settings
        self._guard = threading.Lock()
        self._hosts: dict[str, _Host] = {}

    @contextmanager
    def turn(
        self,
        url: str,
        pause: float,
        clock: Callable[[], datetime],
        logged: Callable[[], HostRecord],
        *,
        is_retry: bool = False,
    ) -> Iterator[HostRecord]:
        """Hold the host of `url`, from `pause` seconds and jitter after its last request on, for one request.

        Yields the host's record, to be told what became of the request; `logged` gives the one the attempt
        log tells, for a host without a file. A retry may ask again although the host has just refused.
        Raises Refused when the host must not be asked.
        """
        host = self._host(url)
        with host.thread_lock, host.process_lock:
            record = host.load() or logged()
            self._admit(url, record, clock(), is_retry)
            if (wait := self._wait(host.path, pause)) > 0:
                time.sleep(wait)
                self._admit(url, record, clock(), is_retry)
            record.count(clock())
            host.save(record)
            try:
                yield record
            finally:
                host.save(record)

    def _host(self, url: str) -> _Host:
        key = host_key(url)
        with self._guard:
            if key not in self._hosts:
                folder = self._folder / "hosts"
                folder.mkdir(parents=True, exist_ok=True)
                self._hosts[key] = _Host(folder / f"{quote(key, safe='')}.json")
            return self._hosts[key]

    def _admit(self, url: str, record: HostRecord, at: datetime, is_retry: bool) -> None:
        host = urlsplit(url).hostname or ""
        if (entry := self._switched_off(host)) is not None:
            raise Refused("off", f"{host} is switched off ({OFF_SWITCH}: {entry})")
        if not is_loopback(host):
            if not self._settings.contact:
                raise Refused(
                    "contact",
                    f"{host} is not asked before collector.contact says who asks (in nianbao.toml, "
                    "or NIANBAO_COLLECTOR__CONTACT)",
                )
            if self._settings.night_only and not in_night_window(at):
                raise Refused("night", f"{host} is asked only from 23:00 to 06:00 Asia/Shanghai")
        if record.requests.get(night_of(at), 0) >= self._settings.host_budget:
            raise Refused(
                "budget",
                f"{host} had its {self._settings.host_budget} requests of this night (collector.host_budget)",
            )
        until = record.silent_until()
        if until is not None and at < until and not is_retry:
            local = until.astimezone(SHANGHAI)
            raise Refused(
                "silence", f"{host} blocked us; it is left alone until {local:%Y-%m-%d %H:%M} (Shanghai)"
            )

    def _wait(self, stamp: Path, pause: float) -> float:
        if pause == 0 or not stamp.exists():
            return 0.0
        full = pause + random.uniform(0, self._settings.jitter_seconds)
        return min(full, max(0.0, full - (time.time() - stamp.stat().st_mtime)))

    def _switched_off(self, host: str) -> str | None:
        path = self._folder / OFF_SWITCH
        if not path.exists():
            return None
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = line.partition("#")[0].strip().lower()
            if entry and (entry == "*" or host == entry or host.endswith("." + entry)):
                return entry
        return None


class _Host:
    """The file of one host and the locks that whoever asks the host holds."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.thread_lock = threading.Lock()
        self.process_lock = FileLock(path.with_suffix(".lock"))
        self._saved = b""

    def load(self) -> HostRecord | None:
        """The record in the file; None where there is none, or none that can be read."""
        try:
            self._saved = self.path.read_bytes()
            return _RECORD.validate_json(self._saved)
        except (FileNotFoundError, ValidationError):
            return None

    def save(self, record: HostRecord) -> None:
        """Write the record in one step, or only the time where it is the one in the file."""
        data = _RECORD.dump_json(record)
        if data == self._saved:
            os.utime(self.path)
            return
        building = self.path.with_suffix(".new")
        building.write_bytes(data)
        building.replace(self.path)
        self._saved = data
