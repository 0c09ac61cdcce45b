"""What came back, in the one vocabulary of fetch outcomes, with the evidence for it.

The rules (status codes, challenge markers, redirect targets) are data: `data/responses.yml`.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal
from urllib.parse import urldefrag, urljoin, urlsplit

import yaml
from pydantic import BaseModel, ConfigDict

from warehouse.records import FetchOutcome

_MARKUP = re.compile(
    r"<!--.*?-->|<(script|style|noscript|title)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_HOME = re.compile(r"^/?((index|default|home)\.\w+)?$", re.IGNORECASE)
_MARKER_LIMIT = 300_000
"""Bytes of a body looked through for markers; the challenge pages known are far smaller."""


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: FetchOutcome
    evidence: str | None = None
    target: str | None = None
    """Where a redirect leads, absolute."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer with its body decoded; a `fault` says why the body is not whole."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fault: Verdict | None = None

    @property
    def is_whole(self) -> bool:
        return self.fault is None

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name), None)


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Rule(_Data):
    name: str
    outcome: Literal["challenge", "blocked", "login"]
    status: tuple[int, ...] | None = None
    header: re.Pattern[str] | None = None
    body: re.Pattern[str] | None = None
    most_text: int | None = None


class _Redirect(_Data):
    name: str
    outcome: Literal["login", "gone"]
    target: re.Pattern[str]


class _Rules(_Data):
    statuses: Mapping[int, FetchOutcome]
    rules: tuple[_Rule, ...]
    redirects: tuple[_Redirect, ...]


def classify(reply: Reply) -> Verdict:
    """The outcome of one answer. A 2xx no rule objects to is `ok`; its content is the reader's affair."""
    if reply.fault is not None:
        return reply.fault
    if reply.status in (301, 302, 303, 307, 308):
        return _redirect(reply)
    text = _markup(reply)
    shown = _shown(text)
    for rule in _rules().rules:
        if _holds(rule, reply, text, shown):
            return Verdict(rule.outcome, f"{reply.status}, {rule.name}")
    if reply.status in _rules().statuses:
        outcome = _rules().statuses[reply.status]
        return Verdict(outcome, str(reply.status))
    if reply.status == 503 and reply.header("retry-after"):
        return Verdict("blocked", "503")
    if 200 <= reply.status < 300:
        return Verdict("ok")
    return Verdict("error", str(reply.status))


def _redirect(reply: Reply) -> Verdict:
    location = reply.header("location")
    if not location:
        return Verdict("error", f"{reply.status} without Location")
    try:
        target = urldefrag(urljoin(reply.url, location)).url
        here, there = urlsplit(reply.url), urlsplit(target)
    except ValueError as error:
        return Verdict("error", f"{reply.status} to {location!r}: {error}")
    if target == urldefrag(reply.url).url:
        cookie = reply.header("set-cookie")
        outcome: FetchOutcome = "challenge" if cookie else "error"
        return Verdict(outcome, f"{reply.status} to itself, cookie {_cookie_name(cookie)!r}")
    for rule in _rules().redirects:
        if rule.target.search(target) and not rule.target.search(reply.url):
            return Verdict(rule.outcome, f"{reply.status} to the {rule.name} {target}")
    if here.hostname == there.hostname and _HOME.match(there.path) and not _HOME.match(here.path):
        return Verdict("gone", f"{reply.status} to the home page {target}")
    kept = "" if reply.status in (301, 308) else ", for now"
    return Verdict("moved", f"{reply.status} to {target}{kept}", target)


def _cookie_name(cookie: str | None) -> str | None:
    """The name alone: what a cookie says is a secret, and free text of the site's."""
    name, equals, _ = (cookie or "").partition(";")[0].partition("=")
    return name.strip() if equals else None


def _holds(rule: _Rule, reply: Reply, text: str, shown: int) -> bool:
    if rule.status is not None and reply.status not in rule.status:
        return False
    if rule.most_text is not None and shown > rule.most_text:
        return False
    if rule.header is not None and not any(
        rule.header.search(f"{key.lower()}: {value}") for key, value in reply.headers
    ):
        return False
    return rule.body is None or rule.body.search(text) is not None


def _shown(text: str) -> int:
    """How many Chinese characters a page shows."""
    return sum(map(len, _CHINESE.findall(_MARKUP.sub("", text))))


def _markup(reply: Reply) -> str:
    """The body as text where it is markup or script, else nothing: files are not searched for markers."""
    head = reply.body[:_MARKER_LIMIT]
    if not is_markup(reply.header("content-type"), head):
        return ""
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return head.decode("gb18030", "replace")


def is_markup(content_type: str | None, body: bytes) -> bool:
    """Whether a body is HTML (or a bare script served as a page), by its first byte and its media type."""
    start = body[:512].removeprefix(b"\xef\xbb\xbf").lstrip()
    if "html" in (content_type or "").lower():
        return True
    return start.startswith(b"<") and not start.startswith(b"<?xml")


@cache
def _rules() -> _Rules:
    text = files("flows.collector").joinpath("data/responses.yml").read_text(encoding="utf-8")
    return _Rules.model_validate(yaml.safe_load(text))
