"""Which content system a page comes from."""

from __future__ import annotations

from functools import cache

from ahocorasick_rs import AhoCorasick

from extractors.page.rules import Platform, platforms


def platform_of(source: str, url: str | None) -> str | None:
    """The code of the content system that most marks in the page's source and address speak for, of several the surest;
    None where none does."""
    places = (url or "", source)
    words = {
        found for place in places for found in _finder().find_matches_as_strings(place, overlapping=True)
    }

    def marks(platform: Platform) -> int:
        patterns = (pattern for begin, pattern in platform.patterns.items() if begin in words)
        addressed = sum(any(map(pattern.search, places)) for pattern in patterns)
        return addressed + sum(mark in words for mark in platform.marks)

    found = {platform.code: marks(platform) for platform in platforms()}
    code = max(found, key=found.__getitem__)
    return code if found[code] else None


@cache
def _finder() -> AhoCorasick:
    """Finds all marks in one pass: a source is long, and read for every page."""
    return AhoCorasick({words for entry in platforms() for words in (*entry.marks, *entry.patterns)})
