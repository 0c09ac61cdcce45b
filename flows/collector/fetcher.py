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

from extractors.records import Document
from flows.collector.archive import Archive, Sent
from flows.collector.history import History
from flows.collector.outcome import Reply, Verdict, classify, is_markup
from flows.collector.politeness import (
    CollectorSettings,
    Doorkeeper,
    Robots,
    pause_seconds,
    retry_after_evidence,
)
from flows.collector.registry import Source
from warehouse.records import Attempt, Purpose, stable_id

_MOST_HOPS = 5
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
class Fetched:
    """The attempt as logged, the body (also when `unchanged`), and the page if it was read."""

    attempt: Attempt
    body: bytes | None = None
    document: Document | None = None


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
        self._clock = clock
        self._door = Doorkeeper(archive.root, settings)
        self._lock = threading.Lock()
        self._last = datetime.min.replace(tzinfo=UTC)
        self._robots: dict[str, Robots] = {}
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
        for _ in range(_MOST_HOPS):
            fetched = self._fetch_one(source, request, run_id)
            target = fetched.attempt.final_url
            if target is None or not _is_allowed(source, target):
                return fetched
            request = replace(request, url=target, parent_url=request.url, form=None)
        return self._not_asked(source, request, run_id, Verdict("error", f"redirected {_MOST_HOPS} times"))

    def _fetch_one(self, source: Source, request: Request, run_id: str) -> Fetched:
        """One address, retried while that is worth it."""
        url = request.url
        if not _is_allowed(source, url):
            return self._not_asked(source, request, run_id, Verdict("error", "not a host of the entry"))
        crawl_delay = None
        if request.purpose != "robots":
            robots = self._robots_of(source, url, run_id)
            if not robots.allows(url):
                return self._not_asked(source, request, run_id, Verdict(robots.outcome, robots.evidence))
            crawl_delay = robots.crawl_delay
        self._door.admit(url, self.history.host(url), self._clock())
        pause = pause_seconds(url, self.settings, source.delay_seconds, crawl_delay)
        retry = Retry(
            total=self.settings.retries if request.form is None else 0,
            backoff_factor=self.settings.backoff_seconds,
            max_backoff_wait=max(self.settings.longest_wait_seconds, 0.001),
            status_forcelist=_RETRIED_STATUS,
        )
        while True:
            with self._door.turn(url, pause):
                started_at, start = self._now(), time.monotonic()
                answer = self._exchange(source, request)
                elapsed_ms = round((time.monotonic() - start) * 1000)
            fetched = self._settle(source, request, run_id, started_at, elapsed_ms, answer)
            if retry.is_exhausted() or not self._is_worth_retrying(answer, retry):
                return fetched
            retry = retry.increment()
            retry.sleep(answer.cause)

    def why_closed(self, url: str) -> str | None:
        """Why nothing of the host of `url` can be asked this night, if robots.txt could not be read."""
        robots = self._robots.get(_origin(url))
        return robots.evidence if robots is not None and robots.forbids_all else None

    def _robots_of(self, source: Source, url: str, run_id: str) -> Robots:
        """The rules of the host of `url`, asked for once in the life of this fetcher."""
        origin = _origin(url)
        with self._lock:
            lock = self._robots_locks[origin]
        with lock:
            if origin not in self._robots:
                fetched = self.fetch(source, Request(f"{origin}/robots.txt", "robots"), run_id)
                attempt = fetched.attempt
                self._robots[origin] = Robots.of(attempt.outcome, attempt.status, fetched.body)
            return self._robots[origin]

    def _exchange(self, source: Source, request: Request) -> _Answer:
        """Send one request and read the answer to its end or its limit."""
        client = self._client(source.legacy_tls)
        try:
            with client.stream(
                "GET" if request.form is None else "POST",
                request.url,
                data=request.form,
                headers=self._conditions(source, request),
            ) as response:
                body, too_large = self._body(response)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return _Answer(_failure(error), None, error)
        headers = tuple(response.headers.multi_items())
        reply = Reply(request.url, response.status_code, headers, body, too_large)
        return _Answer(classify(reply), reply, response, _sent(response.request))

    def _body(self, response: httpx.Response) -> tuple[bytes, bool]:
        limit, deadline = self.settings.max_bytes, time.monotonic() + self.settings.total_seconds
        declared = response.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > limit:
            return b"", True
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > limit:
                return b"", True
            if time.monotonic() > deadline:
                raise httpx.ReadTimeout(f"not finished after {self.settings.total_seconds:g} s")
        return bytes(body), False

    def _conditions(self, source: Source, request: Request) -> dict[str, str]:
        held = self.history.held(source.id, request.address) if request.form is None else None
        if held is None:
            return {}
        conditions = {"If-None-Match": held.etag, "If-Modified-Since": held.last_modified}
        return {name: value for name, value in conditions.items() if value}

    def _settle(
        self,
        source: Source,
        request: Request,
        run_id: str,
        started_at: datetime,
        elapsed_ms: int,
        answer: _Answer,
    ) -> Fetched:
        """Archive what came, read it if it is a page, and log the attempt."""
        attempt = replace(_blank(source, request, run_id, started_at, answer.verdict), elapsed_ms=elapsed_ms)
        reply = answer.reply
        if reply is None:
            return Fetched(self._log(attempt))
        media_type, charset = _content_type(reply.header("content-type"))
        attempt = replace(
            attempt,
            status=reply.status,
            evidence=_evidence(answer, started_at),
            media_type=media_type,
            charset_declared=charset,
            etag=reply.header("etag"),
            last_modified=reply.header("last-modified"),
            size_bytes=None if reply.too_large else len(reply.body),
        )
        held = self.history.held(source.id, attempt.url)
        if attempt.outcome == "unchanged" and held is None:
            attempt = replace(attempt, outcome="error", evidence="304, but nothing is held")
        if attempt.outcome == "unchanged" and held is not None:
            return self._settle_unchanged(attempt, held, reply, answer.sent)
        if attempt.outcome == "ok":
            return self._settle_ok(attempt, held, reply, answer.sent)
        self.archive.add_evidence(
            reply.body,
            url=attempt.url,
            at=attempt.started_at,
            status=reply.status,
            headers=reply.headers,
            sent=answer.sent,
            is_whole=not reply.too_large,
        )
        return Fetched(self._log(attempt))

    def _settle_unchanged(self, attempt: Attempt, held: Attempt, reply: Reply, sent: Sent | None) -> Fetched:
        assert held.resource_sha256 is not None
        self.archive.add_unmodified(
            held.resource_sha256, url=attempt.url, at=attempt.started_at, headers=reply.headers, sent=sent
        )
        attempt = replace(
            attempt,
            page_kind=held.page_kind,
            media_type=attempt.media_type or held.media_type,
            charset_declared=attempt.charset_declared or held.charset_declared,
            etag=attempt.etag or held.etag,
            last_modified=attempt.last_modified or held.last_modified,
            size_bytes=held.size_bytes,
            resource_sha256=held.resource_sha256,
        )
        return Fetched(self._log(attempt), self.archive.body(held.resource_sha256))

    def _settle_ok(self, attempt: Attempt, held: Attempt | None, reply: Reply, sent: Sent | None) -> Fetched:
        sha256 = self.archive.add(
            reply.body,
            url=attempt.url,
            at=attempt.started_at,
            status=reply.status,
            headers=reply.headers,
            sent=sent,
        )
        attempt = replace(attempt, resource_sha256=sha256)
        if held is not None and held.resource_sha256 == sha256:
            evidence = "200, the same bytes as before"
            attempt = replace(attempt, outcome="unchanged", page_kind=held.page_kind, evidence=evidence)
            return Fetched(self._log(attempt), reply.body)
        document = None
        if attempt.purpose != "robots":
            attempt, document = _read(attempt, reply)
        return Fetched(self._log(attempt), reply.body, document)

    def _not_asked(self, source: Source, request: Request, run_id: str, verdict: Verdict) -> Fetched:
        return Fetched(self._log(_blank(source, request, run_id, self._now(), verdict)))

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
                    verify=_legacy_context() if legacy_tls else True,
                    cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
                    trust_env=False,
                )
            return self._clients[legacy_tls]

    def _now(self) -> datetime:
        """The clock, but never the same moment twice: attempts are told apart by it."""
        with self._lock:
            self._last = max(self._clock(), self._last + timedelta(microseconds=1))
            return self._last


def _blank(source: Source, request: Request, run_id: str, started_at: datetime, verdict: Verdict) -> Attempt:
    return Attempt(
        attempt_id=stable_id(source.id, request.address, started_at),
        run_id=run_id,
        source_id=source.id,
        purpose=request.purpose,
        url=request.address,
        final_url=verdict.target,
        started_at=started_at,
        elapsed_ms=0,
        outcome=verdict.outcome,
        status=None,
        page_kind=None,
        media_type=None,
        charset_declared=None,
        etag=None,
        last_modified=None,
        size_bytes=None,
        resource_sha256=None,
        evidence=verdict.evidence,
        listed_title=request.listed_title,
        listed_on=request.listed_on,
        parent_url=request.parent_url,
    )


def _sent(request: httpx.Request) -> Sent:
    headers = tuple(request.headers.multi_items())
    return Sent(request.method, request.url.raw_path.decode("ascii"), headers, request.content)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _is_allowed(source: Source, url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and parts.hostname in source.allowed_hosts


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
        return float(Retry().parse_retry_after(reply.header("retry-after") or "0"))
    except ValueError:
        return 0.0


def _content_type(value: str | None) -> tuple[str | None, str | None]:
    """Media type and charset of a Content-Type header, lower case."""
    media_type, _, rest = (value or "").lower().partition(";")
    _, found, charset = rest.partition("charset=")
    return media_type.strip() or None, charset.split(";")[0].strip(" \"'") or None if found else None


def _read(attempt: Attempt, reply: Reply) -> tuple[Attempt, Document | None]:
    """Find out what an `ok` page is. A reader that fails costs the page its kind, never its bytes."""
    from extractors.page import read_document

    if not is_markup(attempt.media_type, reply.body):
        return replace(attempt, page_kind="file" if attempt.purpose != "list" else None), None
    try:
        document = read_document(
            reply.body, url=attempt.url, media_type=attempt.media_type, charset=attempt.charset_declared
        )
    except Exception as error:
        return replace(attempt, evidence=f"not read: {type(error).__name__}: {error}"), None
    return replace(attempt, page_kind=document.kind), document


def _legacy_context() -> ssl.SSLContext:
    """TLS 1.0 and unsafe renegotiation, certificates still checked; only for entries with `legacy_tls`."""
    context = httpx.create_ssl_context(trust_env=False)
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    return context
