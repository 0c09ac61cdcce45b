"""From a complete answer to the archive: content, revisit or evidence, and what kind of page it is.

Crawled and ingested answers come through here alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from extractors.records import Document
from flows.collector.archive import Archive, Sent
from flows.collector.outcome import Reply, Verdict, is_markup
from warehouse.records import Attempt, Purpose, stable_id


@dataclass(frozen=True, slots=True)
class Fetched:
    """The attempt, the body (also when `unchanged`), and the page if it was read."""

    attempt: Attempt
    body: bytes | None = None
    document: Document | None = None


def blank_attempt(source_id: str, run_id: str, purpose: Purpose, address: str, at: datetime) -> Attempt:
    """An attempt that began at `at`, of which nothing else is known yet."""
    return Attempt(
        attempt_id=stable_id(source_id, address, at),
        run_id=run_id,
        source_id=source_id,
        purpose=purpose,
        url=address,
        final_url=None,
        started_at=at,
        elapsed_ms=0,
        outcome="error",
        status=None,
        page_kind=None,
        media_type=None,
        charset_declared=None,
        etag=None,
        last_modified=None,
        size_bytes=None,
        resource_sha256=None,
        evidence=None,
    )


def with_reply(attempt: Attempt, reply: Reply, verdict: Verdict) -> Attempt:
    """The attempt with what its answer's head says."""
    media_type, charset = content_type(reply.header("content-type"))
    return replace(
        attempt,
        outcome=verdict.outcome,
        evidence=verdict.evidence,
        final_url=verdict.target,
        status=reply.status,
        media_type=media_type,
        charset_declared=charset,
        etag=reply.header("etag"),
        last_modified=reply.header("last-modified"),
        size_bytes=len(reply.body) if reply.is_whole else None,
    )


def take_in(
    archive: Archive, attempt: Attempt, reply: Reply, held: Attempt | None, sent: Sent | None = None
) -> Fetched:
    """Archive the answer to `attempt` and complete the attempt, which is still to be logged.

    `held` is the newest attempt on the address whose body is archived. Raises ArchiveError.
    """
    if attempt.outcome == "unchanged" and held is None:
        attempt = replace(attempt, outcome="error", evidence="304, but nothing is held")
    if attempt.outcome == "unchanged" and held is not None:
        return _unchanged(archive, attempt, held, reply, sent)
    if attempt.outcome == "ok":
        return _content(archive, attempt, held, reply, sent)
    archive.add_evidence(
        reply.body,
        url=attempt.url,
        at=attempt.started_at,
        status=reply.status,
        headers=reply.headers,
        sent=sent,
        is_whole=reply.is_whole,
    )
    return Fetched(attempt)


def content_type(value: str | None) -> tuple[str | None, str | None]:
    """Media type and charset of a Content-Type header, lower case."""
    media_type, _, rest = (value or "").lower().partition(";")
    _, found, charset = rest.partition("charset=")
    return media_type.strip() or None, charset.split(";")[0].strip(" \"'") or None if found else None


def _unchanged(archive: Archive, attempt: Attempt, held: Attempt, reply: Reply, sent: Sent | None) -> Fetched:
    assert held.resource_sha256 is not None
    archive.add_unmodified(
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
    return Fetched(attempt, archive.body(held.resource_sha256))


def _content(
    archive: Archive, attempt: Attempt, held: Attempt | None, reply: Reply, sent: Sent | None
) -> Fetched:
    sha256 = archive.add(
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
        return Fetched(attempt, reply.body)
    document = None
    if attempt.purpose not in ("robots", "list"):
        attempt, document = _read(attempt, reply.body)
    return Fetched(attempt, reply.body, document)


def _read(attempt: Attempt, body: bytes) -> tuple[Attempt, Document | None]:
    """Find out what an `ok` page is. A reader that fails costs the page its kind, never its bytes."""
    from extractors.page import read_document

    if not is_markup(attempt.media_type, body):
        return replace(attempt, page_kind="file"), None
    try:
        document = read_document(
            body, url=attempt.url, media_type=attempt.media_type, charset=attempt.charset_declared
        )
    except Exception as error:
        return replace(attempt, evidence=f"not read: {type(error).__name__}: {error}"), None
    return replace(attempt, page_kind=document.kind), document
