"""The one door to the network: one request, one attempt in the log, whatever happened.

Bodies are archived decoded: gzip and other Content-Encodings are undone while streaming, so that the same
page has the same sha256 whatever the server chose to compress; the header it came with is kept in the WARC
record under another name (`Archive.add`). A page that answers 200 with the bytes held already counts as
`unchanged`, like a 304. No cookies are kept and no environment proxy is used.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Self
from urllib.parse import urlencode, urlsplit

import httpx
from httpx_retries import Retry

from flows.collector.archive import Archive, Sent
from flows.collector.deadline import DeadlineTransport, within
from flows.collector.decoding import DecodingError, TooLarge, decoded
from flows.collector.history import History
from flows.collector.intake import Fetched, blank_attempt, take_in, with_reply
from flows.collector.outcome import Reply, Verdict, classify
from flows.collector.politeness import (
    ROBOTS_AGE,
    ROBOTS_BYTES,
    CollectorSettings,
    Doorkeeper,
    Refused,
    Robots,
    is_loopback,
    pause_seconds,
    retry_after_evidence,
)
from flows.collector.registry import Source
from warehouse.records import Attempt, FetchOutcome, Purpose

_MOST_REDIRECTS = 5
"""RFC 9309 2.3.1.2 asks for five at least; a robots.txt further away counts as none."""
_LONGEST_SILENCE_SECONDS = 366 * 86400.0
_RETRIED_STATUS = (500, 502, 503, 504)
_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
    "Accept-Encoding": "gzip, deflate",
}


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to ask for. With a `form` it is a POST, never conditional and never retried."""

    url: str
    purpose: Purpose
    parent_url: str | None = None
    listed_title: str | None = None
    listed_on: date | None = None
    form: Mapping[str, str] | None = None

    @property
    def address(self) -> str:
        """What attempts call it: the URL, and for a POST its form as a fragment, which is never sent."""
        return self.url if self.form is None else f"{self.url}#{urlencode(self.form)}"


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one exchange gave: the reply and its headers for the retry policy, or the error in its place."""

    verdict: Verdict
    reply: Reply | None
    cause: httpx.Response | Exception
    sent: Sent | None = None


def utc_now() -> datetime:
    return datetime.now(UTC)


class Fetcher:
    """Fetches for any number of sources and threads; one request at a time per host.

    `archive` gets bodies and attempts and tells, by its attempt log, what is known already. `clock` gives the
    time of attempts (aware UTC); a simulated night has its own.
    """

    def __init__(
        self, archive: Archive, settings: CollectorSettings, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self.archive = archive
        self.settings = settings
        self.history = History(archive.attempts())
        self.clock = clock
        self._door = Doorkeeper(archive.root, settings)
        self._lock = threading.Lock()
        self._last = datetime.min.replace(tzinfo=UTC)
        self._robots: dict[str, tuple[datetime, Robots]] = {}
        self._robots_locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._clients: dict[bool, httpx.Client] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def fetch(self, source: Source, request: Request, run_id: str) -> Fetched:
        """Ask for `request`, following redirects within the source's hosts; returns the last attempt.

        Every redirect hop and every retry is an attempt of its own. A host's robots.txt is asked for first;
        what it forbids becomes an attempt without a status. Raises Refused, before anything is sent,
        when the host is not to be asked at all, and ArchiveError when the disk fails.
        """
        for _ in range(1 + _MOST_REDIRECTS):
            fetched = self._fetch_one(source, request, run_id)
            target = fetched.attempt.final_url
            if target is None or not _is_allowed(source, replace(request, url=target)):
                return fetched
            request = replace(request, url=target, parent_url=request.url, form=None)
        outcome: FetchOutcome = "gone" if request.purpose == "robots" else "error"
        verdict = Verdict(outcome, f"redirected more than {_MOST_REDIRECTS} times")
        return self._not_asked(source, request, run_id, verdict)

    def _fetch_one(self, source: Source, request: Request, run_id: str) -> Fetched:
        """One address, retried while that is worth it."""
        url = request.url
        if not _is_allowed(source, request):
            return self._not_asked(source, request, run_id, Verdict("error", "not a host of the entry"))
        crawl_delay = None
        if request.purpose != "robots":
            robots = self._robots_of(source, url, run_id)
            if not robots.allows(url):
                return self._not_asked(source, request, run_id, Verdict(robots.outcome, robots.evidence))
            crawl_delay = robots.crawl_delay
        pause = pause_seconds(url, self.settings, source.delay_seconds, crawl_delay)
        retry = Retry(
            total=self.settings.retries if request.form is None else 0,
            backoff_factor=self.settings.backoff_seconds,
            max_backoff_wait=max(self.settings.longest_wait_seconds, 0.001),
            status_forcelist=_RETRIED_STATUS,
        )
        fetched = None
        while True:
            try:
                with self._door.turn(
                    url, pause, self.clock, lambda: self.history.host(url), is_retry=fetched is not None
                ) as record:
                    blank, start = self._blank(source, request, run_id), time.monotonic()
                    answer = self._exchange(source, request)
                    attempt = _answered(blank, answer, time.monotonic() - start)
                    record.note(attempt)
            except Refused:
                if fetched is None:
                    raise
                return fetched
            fetched = self._settle(source, attempt, answer)
            if retry.is_exhausted() or not self._is_worth_retrying(answer, retry):
                return fetched
            retry = retry.increment()
            retry.sleep(answer.cause)

    def why_closed(self, url: str) -> str | None:
        """Why nothing of the host of `url` can be asked this night, if robots.txt could not be read."""
        _, robots = self._robots.get(_origin(url), (None, None))
        return robots.evidence if robots is not None and robots.forbids_all else None

    def _robots_of(self, source: Source, url: str, run_id: str) -> Robots:
        """The rules of the host of `url`: those read in the last 24 hours, by whatever run, or asked for now."""
        origin = _origin(url)
        with self._lock:
            lock = self._robots_locks[origin]
        with lock:
            oldest = self.clock() - ROBOTS_AGE
            read_at, robots = self._robots.get(origin, (oldest, None))
            if robots is None or read_at <= oldest:
                read_at, robots = self._robots_held(origin, oldest) or self._ask_for_robots(
                    source, origin, run_id
                )
                self._robots[origin] = read_at, robots
            return robots

    def _ask_for_robots(self, source: Source, origin: str, run_id: str) -> tuple[datetime, Robots]:
        fetched = self.fetch(source, Request(f"{origin}/robots.txt", "robots"), run_id)
        attempt = fetched.attempt
        return attempt.started_at, Robots.of(attempt.outcome, attempt.status, fetched.body)

    def _robots_held(self, origin: str, oldest: datetime) -> tuple[datetime, Robots] | None:
        """Rules an earlier process read after `oldest`; a host that gave none is asked again."""
        attempt = self.history.robots(f"{origin}/robots.txt")
        if attempt is None or attempt.started_at <= oldest:
            return None
        digest = attempt.resource_sha256
        robots = Robots.of(attempt.outcome, attempt.status, self.archive.body(digest) if digest else None)
        return None if robots.forbids_all else (attempt.started_at, robots)

    def _exchange(self, source: Source, request: Request) -> _Answer:
        """Send one request and read the answer to its end or its limit."""
        client = self._client(source.legacy_tls)
        try:
            with (
                within(self.settings.total_seconds),
                client.stream(
                    "GET" if request.form is None else "POST",
                    request.url,
                    data=request.form,
                    headers=self._conditions(source, request),
                ) as response,
            ):
                body, fault = self._body(response, is_robots=request.purpose == "robots")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return _Answer(_failure(error), None, error)
        headers = tuple(response.headers.multi_items())
        reply = Reply(request.url, response.status_code, headers, body, fault)
        return _Answer(classify(reply), reply, response, _sent(response.request))

    def _body(self, response: httpx.Response, *, is_robots: bool) -> tuple[bytes, Verdict | None]:
        """The body, decoded, and what is wrong with it; of a robots.txt no more than anybody must read."""
        limit = ROBOTS_BYTES if is_robots else self.settings.max_bytes
        declared = response.headers.get("content-length", "")
        if not is_robots and declared.isdigit() and int(declared) > limit:
            return b"", Verdict("too_large", f"{declared} bytes declared, {limit} are allowed")
        body = bytearray()
        try:
            for piece in decoded(response.iter_raw(), response.headers.get("content-encoding", ""), limit):
                body += piece
        except TooLarge as error:
            return bytes(body), None if is_robots else Verdict("too_large", str(error))
        except DecodingError as error:
            return bytes(body), Verdict("error", f"DecodingError: {error}")
        return bytes(body), None

    def _conditions(self, source: Source, request: Request) -> dict[str, str]:
        held = self.history.held(source.id, request.address) if request.form is None else None
        if held is None:
            return {}
        conditions = {"If-None-Match": held.etag, "If-Modified-Since": held.last_modified}
        return {name: value for name, value in conditions.items() if value}

    def _settle(self, source: Source, attempt: Attempt, answer: _Answer) -> Fetched:
        """Archive what came, read it if it is a page, and log the attempt."""
        if answer.reply is None:
            return Fetched(self._log(attempt))
        held = self.history.held(source.id, attempt.url)
        fetched = take_in(self.archive, attempt, answer.reply, held, answer.sent)
        self._log(fetched.attempt)
        return fetched

    def _not_asked(self, source: Source, request: Request, run_id: str, verdict: Verdict) -> Fetched:
        attempt = replace(
            self._blank(source, request, run_id),
            outcome=verdict.outcome,
            evidence=verdict.evidence,
        )
        return Fetched(self._log(attempt))

    def _blank(self, source: Source, request: Request, run_id: str) -> Attempt:
        """An attempt that begins now, of which nothing is known yet."""
        return replace(
            blank_attempt(source.id, run_id, request.purpose, request.address, self._now()),
            listed_title=request.listed_title,
            listed_on=request.listed_on,
            parent_url=request.parent_url,
        )

    def _log(self, attempt: Attempt) -> Attempt:
        self.archive.log_attempt(attempt)
        self.history.add(attempt)
        return attempt

    def _is_worth_retrying(self, answer: _Answer, retry: Retry) -> bool:
        if answer.reply is None:
            return answer.verdict.outcome in ("timeout", "unreachable")
        if answer.verdict.outcome == "challenge" or answer.reply.status not in _RETRIED_STATUS:
            return False
        return _retry_after(answer.reply) <= self.settings.longest_wait_seconds

    def _client(self, legacy_tls: bool) -> httpx.Client:
        with self._lock:
            if legacy_tls not in self._clients:
                self._clients[legacy_tls] = httpx.Client(
                    headers={**_HEADERS, "User-Agent": self.settings.user_agent},
                    timeout=self.settings.timeout_seconds,
                    transport=DeadlineTransport(_context(legacy_tls)),
                    cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
                    trust_env=False,
                )
            return self._clients[legacy_tls]

    def _now(self) -> datetime:
        """The clock, but never the same moment twice: attempts are told apart by it."""
        with self._lock:
            self._last = max(self.clock(), self._last + timedelta(microseconds=1))
            return self._last


def _answered(blank: Attempt, answer: _Answer, seconds: float) -> Attempt:
    """The attempt with what the exchange told: head and verdict, or the failure in their place."""
    attempt = replace(blank, elapsed_ms=round(seconds * 1000))
    if answer.reply is None:
        return replace(attempt, outcome=answer.verdict.outcome, evidence=answer.verdict.evidence)
    attempt = with_reply(attempt, answer.reply, answer.verdict)
    return replace(attempt, evidence=_evidence(answer, attempt.started_at))


def _sent(request: httpx.Request) -> Sent:
    headers = tuple(request.headers.multi_items())
    return Sent(request.method, request.url.raw_path.decode("ascii"), headers, request.content)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _is_allowed(source: Source, request: Request) -> bool:
    """Pages only on the source's hosts; a robots.txt may be kept elsewhere (RFC 9309 2.3.1.2), not on this machine."""
    parts = urlsplit(request.url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https"):
        return False
    elsewhere = request.purpose == "robots" and (
        not is_loopback(host) or any(map(is_loopback, source.allowed_hosts))
    )
    return elsewhere or host in source.allowed_hosts


def _failure(error: Exception) -> Verdict:
    evidence = f"{type(error).__name__}: {error}"
    if isinstance(error, httpx.TimeoutException):
        return Verdict("timeout", evidence)
    if isinstance(error, (httpx.NetworkError, httpx.RemoteProtocolError)):
        return Verdict("unreachable", evidence)
    return Verdict("error", evidence)


def _evidence(answer: _Answer, started_at: datetime) -> str | None:
    """The verdict's evidence, and until when a refusing host wants silence."""
    evidence = answer.verdict.evidence
    if answer.reply is None or answer.verdict.outcome not in ("blocked", "challenge", "error"):
        return evidence
    seconds = _retry_after(answer.reply)
    return (
        f"{evidence}, {retry_after_evidence(started_at + timedelta(seconds=seconds))}"
        if seconds
        else evidence
    )


def _retry_after(reply: Reply) -> float:
    """Seconds a Retry-After header asks for; 0 where there is none or it cannot be read."""
    try:
        asked = float(Retry().parse_retry_after(reply.header("retry-after") or "0"))
    except ValueError:
        return 0.0
    return min(asked, _LONGEST_SILENCE_SECONDS)


def _context(legacy: bool) -> ssl.SSLContext:
    """What TLS is spoken; `legacy` allows TLS 1.0 and unsafe renegotiation. Certificates are always checked."""
    context = httpx.create_ssl_context(trust_env=False)
    if legacy:
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    return context
