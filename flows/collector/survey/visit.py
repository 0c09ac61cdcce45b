"""Asking a site for a look, through the one door to the network, and the causes why that may fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from extractors.page.decode import decode
from flows.clock import SHANGHAI
from flows.collector.discovery.pages import Ask
from flows.collector.fetcher import Fetcher, Request
from flows.collector.politeness import Refused
from flows.collector.registry import Source
from warehouse.records import Attempt

Cause = Literal[
    "ok",
    "dead_host",
    "timeout",
    "moved",
    "gone",
    "robots",
    "blocked",
    "challenge",
    "login",
    "error",
    "not_asked",
    "family_changed",
    "unreadable",
    "no_rows",
    "no_reports",
    "below_minimum",
    "above_maximum",
    "nothing_new",
]
"""The one vocabulary of what may be wrong with a source; `advice` tells what each asks of a person."""

_BY_OUTCOME: Mapping[str, Cause] = {
    "unreachable": "dead_host",
    "timeout": "timeout",
    "moved": "moved",
    "gone": "gone",
    "blocked": "blocked",
    "challenge": "challenge",
    "login": "login",
}


class Meaning(BaseModel):
    """What a cause is called, and what to do next."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    advice: str


@cache
def causes() -> Mapping[Cause, Meaning]:
    """Every cause with its meaning (`data/causes.yml`)."""
    text = files("flows.collector").joinpath("data/causes.yml").read_text(encoding="utf-8")
    return TypeAdapter(dict[Cause, Meaning]).validate_python(yaml.safe_load(text))


class SurveyError(Exception):
    """A site cannot be looked at, or tells too little; the message says why and what to do next.

    Without a `cause` nothing was asked, and the message alone says what to do.
    """

    def __init__(self, cause: Cause | None, message: str) -> None:
        advice = f"\n{causes()[cause].label} {cause}: {causes()[cause].advice}" if cause else ""
        super().__init__(f"{message}{advice}")
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Look:
    """A page as it came: where it stands after redirects, its bytes and its text."""

    url: str
    body: bytes
    text: str
    charset: str | None
    on: date


@dataclass(frozen=True, slots=True)
class Visitor:
    """Asks for pages in the name of one entry, politely; everything asked is in the attempt log."""

    source: Source
    fetcher: Fetcher
    run_id: str

    def look(self, ask: Ask) -> Look:
        """The page. Raises SurveyError when there is none to look at, and ArchiveError when the disk fails."""
        try:
            fetched = self.fetcher.fetch(self.source, Request(ask.url, "list", form=ask.form), self.run_id)
        except Refused as refused:
            raise SurveyError("not_asked", str(refused)) from refused
        attempt = fetched.attempt
        if fetched.body is None or attempt.outcome not in ("ok", "unchanged"):
            raise SurveyError(cause_of(attempt), f"{attempt.url}: {attempt.outcome}: {attempt.evidence}")
        text = decode(fetched.body, attempt.charset_declared).text
        on = attempt.started_at.astimezone(SHANGHAI).date()
        return Look(attempt.url, fetched.body, text, attempt.charset_declared, on)


def cause_of(attempt: Attempt) -> Cause:
    """Why an attempt brought no page."""
    by_robots = attempt.status is None and (attempt.evidence or "").startswith("robots.txt")
    if by_robots and attempt.outcome == "blocked":
        return "robots"
    return _BY_OUTCOME.get(attempt.outcome, "error")


def hosts_of(url: str) -> tuple[str, ...]:
    """The host of an address, with and without www: a site usually answers to both."""
    host = urlsplit(url).hostname or ""
    bare = host.removeprefix("www.")
    return (host, bare if bare != host else f"www.{host}")
