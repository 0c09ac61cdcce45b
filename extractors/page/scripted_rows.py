"""Lists that a page keeps in a script, for a program to show: CDATA records of Hanweb, arrays of JSON objects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from itertools import islice

from extractors.page.rules import wording

_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_ARRAY = re.compile(r'=\s*(?=\[\s*\{\s*")')
"""What a variable of a script is set to; arrays deeper in data may be lists beside an article."""
_MOST_ARRAYS = 50
_DECODER = json.JSONDecoder()


def scripted_lists(source: str) -> Iterator[str]:
    """Each such list as markup of its rows. An object is a row where it says title, address and day."""
    if records := _CDATA.findall(source):
        yield _list_of(records)
    for found in islice(_ARRAY.finditer(source), _MOST_ARRAYS):
        try:
            items, _ = _DECODER.raw_decode(source, found.end())
        except (ValueError, RecursionError):
            continue
        if rows := [row for item in items if (row := _row_of(item))]:
            yield _list_of(rows)


def _row_of(item: object) -> str:
    if not isinstance(item, dict):
        return ""
    said = {name.lower(): value for name, value in item.items() if isinstance(value, str) and value}
    fields = wording().records
    title, url, day = (
        next((said[name] for name in names if name in said), "")
        for names in (fields.title, fields.url, fields.day)
    )
    if not (title and url and day):
        return ""
    return f'<a href="{escape(url)}">{title}</a><span>{escape(day)}</span>'


def _list_of(rows: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{row}</li>" for row in rows) + "</ul>"
