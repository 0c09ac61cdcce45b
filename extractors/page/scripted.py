"""An article that a page gives to its script instead of printing it: the HTML in the JSON a script starts from
(`window.__INITIAL_STATE__={…}`, `<script id="__NEXT_DATA__" type="application/json">`)."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from datetime import date
from functools import cache
from itertools import islice

from extractors.page.blocks import squeeze
from extractors.page.dates import whole_date
from extractors.page.rules import wording

_LONGEST_SCRIPT = 5_000_000
_LONGEST_ARTICLE = 500_000
_MOST_STATES = 8
"""Places of a script at which something that may be JSON is tried."""
_END = re.compile(r"</script", re.IGNORECASE)
_STATE = re.compile(r"(?:^|=)\s*(?=[{\[])")
_PARAGRAPH = re.compile(r"(?:<|&lt;|\\u003[cC])(?:\\?/|\\u002[fF])?(?:p|br|div)\b")
_STOP = re.compile(r"。|\\u3002")
_FEWEST_STOPS = 3
_WRITES = "document.write"
_LITERAL = re.compile(r"""["']([^"'<>]{8,30})["']""")
_CLOCK = re.compile(r"[ T]\d{1,2}:.*$")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def scripted_article(source: str, titles: Collection[str]) -> str | None:
    """The HTML of a page's article in the JSON of its scripts: the longest that is prose beside one of the page's own
    `titles`; None where none stands beside one."""
    wanted = frozenset(map(squeeze, titles))
    found = [
        text
        for script in _scripts(source)
        for state in _states(script)
        for text, beside in _texts(state)
        if _is_prose(text) and len(text) <= _LONGEST_ARTICLE and not wanted.isdisjoint(map(squeeze, beside))
    ]
    return _SURROGATE.sub("\ufffd", max(found, key=len)) if found else None


def has_scripted_prose(source: str) -> bool:
    """Whether a script of the page holds paragraphs of prose, in whatever form."""
    return any(map(_is_prose, _scripts(source)))


def scripted_day(source: str) -> date | None:
    """The only day in scripts that write what stands right behind a label of the day on which the page was put up."""
    scripts = (match["script"] for match in _labelled_script().finditer(source))
    texts = (text for script in scripts if _WRITES in script for text in _LITERAL.findall(script))
    days = {day for text in texts if (day := whole_date(_CLOCK.sub("", text)))}
    return days.pop() if len(days) == 1 else None


@cache
def _labelled_script() -> re.Pattern[str]:
    labels = "|".join(map(re.escape, wording().labels["published_on"]))
    tags = r"(?:</?\w[^<>]{0,80}>\s*){0,3}"
    return re.compile(
        rf"(?:{labels})\s*{tags}[:：]\s*{tags}<script[^<>]{{0,80}}>(?P<script>(?:(?!</script)[\s\S]){{1,400}})",
        re.IGNORECASE,
    )


def _is_prose(text: str) -> bool:
    return (
        _PARAGRAPH.search(text) is not None
        and sum(1 for _ in islice(_STOP.finditer(text), _FEWEST_STOPS)) == _FEWEST_STOPS
    )


def _scripts(source: str) -> Iterator[str]:
    begin = source.find("<script")
    while begin >= 0:
        start = source.find(">", begin) + 1
        end = _END.search(source, start) if start else None
        if end is None:
            return
        if end.start() - start <= _LONGEST_SCRIPT:
            yield source[start : end.start()]
        begin = source.find("<script", end.end())


def _states(script: str) -> Iterator[object]:
    """The JSON values a script is or assigns."""
    decoder = json.JSONDecoder()
    done = 0
    for place in islice(_STATE.finditer(script), _MOST_STATES):
        if place.end() < done:
            continue
        try:
            state, done = decoder.raw_decode(script, place.end())
        except (ValueError, RecursionError):
            continue
        yield state


def _texts(state: object) -> Iterator[tuple[str, Collection[str]]]:
    """Each string of a state's objects, and all strings of the same object."""
    pending = [state]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            strings = [value for value in node.values() if isinstance(value, str)]
            yield from ((text, strings) for text in strings)
        if isinstance(node, dict | list):
            inner = node.values() if isinstance(node, dict) else node
            pending += [value for value in inner if isinstance(value, dict | list)]
