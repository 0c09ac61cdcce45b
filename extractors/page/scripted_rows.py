"""Lists that a page keeps in a script, for a program to show: CDATA records of Hanweb and the arrays of markup its
older pages give their pager, arrays of JSON objects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from itertools import chain, islice

from extractors.page.rules import wording

_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_KEY = r"[\"']?\w+[\"']?\s*:\s*"
_PLAIN = r"(?:\"[^\"<>]{0,60}\"|'[^'<>]{0,60}'|[\w.+-]{1,60})\s*,\s*"
_ARRAY = re.compile(r'\[\s*\{\s*"')
_HELD = re.compile(rf"[=(]\s*\{{\s*(?:{_KEY}{_PLAIN}){{0,20}}{_KEY}$")
"""What stands before an array that an object holds that a variable of a script is set to or a function is given; arrays
deeper in data may be lists beside an article."""
_MOST_AHEAD = 2000
_STORE = re.compile(r"dataStore\s*:\s*(\w+)")
_STRING = r"(?:'(?:[^'\\]|\\.)*+'|\"(?:[^\"\\]|\\.)*+\")"
_STRINGS = re.compile(rf"\[\s*+{_STRING}\s*+(?:,\s*+{_STRING}\s*+)*+\]", re.DOTALL)
_ESCAPED = re.compile(r"\\(?:[nrt]|(.))", re.DOTALL)
_MOST_ARRAYS = 50
_DECODER = json.JSONDecoder()


def scripted_lists(source: str) -> Iterator[str]:
    """Each such list as markup of its rows. An object is a row where it says title and day by the names that `records`
    of wording.yml lists; the link of one that says no address leads nowhere."""
    if records := _CDATA.findall(source):
        yield _list_of(records)
    for _, stored in stored_records(source):
        yield _list_of(stored)
    arrays = (found.start() for found in _ARRAY.finditer(source) if _is_list(source, found.start()))
    for start in islice(arrays, _MOST_ARRAYS):
        try:
            items, _ = _DECODER.raw_decode(source, start)
        except (ValueError, RecursionError):
            continue
        if rows := list(_rows_of(items)):
            yield _list_of(rows)


def _is_list(source: str, start: int) -> bool:
    """Whether the array there is what a variable is set to, or held by an object that one is set to."""
    ahead = source[max(0, start - _MOST_AHEAD) : start].rstrip()
    return ahead.endswith("=") or (ahead.endswith(":") and _HELD.search(ahead) is not None)


def stored_records(source: str) -> Iterator[tuple[int, list[str]]]:
    """The strings of each array that a pager of old Hanweb is given, and where that is: `dataStore: InitData7` for
    `InitData7 = ['<tr>…</tr>', …]`."""
    stores = {found[1]: found.start() for found in _STORE.finditer(source)}
    for name, place in islice(stores.items(), _MOST_ARRAYS):
        variable = re.search(rf"\b{name}\s*=\s*(?=\[)", source)
        if variable and (array := _STRINGS.match(source, variable.end())):
            strings = re.findall(_STRING, array[0], re.DOTALL)
            yield place, [_ESCAPED.sub(lambda found: found[1] or " ", text[1:-1]) for text in strings]


def _rows_of(items: Iterable[object]) -> Iterator[str]:
    """A row for each object that is one, and for those an object that is none holds in arrays."""
    for item in items:
        if not isinstance(item, dict):
            continue
        if row := _row_of(item):
            yield row
            continue
        held = chain.from_iterable(value for value in item.values() if isinstance(value, list))
        yield from filter(None, (_row_of(inner) for inner in held if isinstance(inner, dict)))


def _row_of(item: Mapping[str, object]) -> str:
    said = dict(_fields(item))
    fields = wording().records
    title, url, day = (
        next((said[name] for name in names if name in said), "")
        for names in (fields.title, fields.url, fields.day)
    )
    if not (title and day):
        return ""
    return f'<a href="{escape(url)}">{title}</a><span>{escape(day)}</span>'


def _fields(item: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """The strings of an object by name, in lower case; those of an object in it, or in a string of JSON, by both
    names: `urls.pc`."""
    for name, value in item.items():
        inner = _parsed(value) if isinstance(value, str) and value.startswith("{") else value
        if isinstance(inner, dict):
            within = ((f"{name}.{key}".lower(), text) for key, text in inner.items())
            yield from ((path, text) for path, text in within if isinstance(text, str) and text)
        elif isinstance(inner, str) and inner:
            yield name.lower(), inner


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _list_of(rows: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{row}</li>" for row in rows) + "</ul>"
