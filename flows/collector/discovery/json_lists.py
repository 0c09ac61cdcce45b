"""Lists that come as JSON: UCAP, 广东 gkmlpt, Epoint and any other, told apart only by data.

Where the rows and the page number are is `data/json_lists.yml` for the platforms known, and `json_list` in
the entry for any other; the entry's fields go before the platform's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from math import ceil
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import yaml
from pydantic import BaseModel, ConfigDict

from extractors.page.dates import find_date
from extractors.records import ListRow
from flows.clock import SHANGHAI
from flows.collector.discovery.pages import Ask, Family, ListError, ListPage, Row
from flows.collector.discovery.rows import absolute
from flows.collector.registry import JsonList, Source

_CALLBACK = re.compile(r"\s*(?:/\*\*/\s*)?[A-Za-z_$][\w.$]*\s*\((?=\s*[{\[])(.*)\)\s*;?\s*", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_MOST_SAID = 200
"""Characters told of a row that has no title."""


class _Preset(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    query: Mapping[str, str] = {}
    json_list: JsonList


def first(url: str, source: Source) -> Ask:
    """The first page: the platform's query on the entry's address, `{page}` filled in."""
    return _ask(url, source, _spec(source).first_page, 0)


def read(text: str, ask: Ask, source: Source) -> ListPage:
    """Rows, and the further pages by the stated total; without one, the next page as long as rows come.

    Raises ListError when the answer is not JSON, has no list where the rows should be, or no row has its title and
    address.
    """
    spec = _spec(source)
    data = _parse(text)
    page = _rows(data, ask, spec)
    return replace(page, next=tuple(_next(data, len(page.rows) + len(page.lost), ask, source, spec)))


def read_rows(text: str, ask: Ask, source: Source) -> ListPage:
    """The rows of an answer by the rules of the source's platform. Raises ListError as `read` does."""
    return _rows(_parse(text), ask, _spec(source))


def _parse(text: str) -> Any:
    """The JSON of an answer, without the call of a function around it (JSONP)."""
    call = _CALLBACK.fullmatch(text)
    try:
        return json.loads(call[1] if call else text)
    except (ValueError, RecursionError) as error:
        raise ListError(f"the list is not JSON: {error}") from error


def _rows(data: Any, ask: Ask, spec: JsonList) -> ListPage:
    found = _at(data, spec.rows)
    if not isinstance(found, list):
        raise ListError(f"no list of rows at {spec.rows!r}")
    read = [_row(item, ask, spec) for item in found]
    rows = tuple(row for row in read if isinstance(row, Row))
    if read and not rows:
        raise ListError(f"no row has {spec.title!r} and {spec.url!r}")
    return ListPage(rows, lost=tuple(row for row in read if isinstance(row, ListRow)))


def _next(data: Any, count: int, ask: Ask, source: Source, spec: JsonList) -> Iterable[Ask]:
    if count == 0:
        return
    template = next(
        url
        for url in source.list_addresses()
        if _ask(url, source, spec.first_page + ask.page, ask.page) == replace(ask, open_ended=False)
    )
    total = _at(data, spec.total) if spec.total else None
    if total is None:
        following = _ask(template, source, spec.first_page + ask.page + 1, ask.page + 1)
        yield replace(following, open_ended=True)
    elif ask.page == 0:
        for page in range(1, ceil(int(total) / count)):
            yield _ask(template, source, spec.first_page + page, page)


def _ask(url: str, source: Source, number: int, page: int) -> Ask:
    preset = _presets().get(source.platform)
    if preset is not None and preset.query:
        parts = urlsplit(url)
        query = {**preset.query, **dict(parse_qsl(parts.query)), "page": str(number)}
        url = urlunsplit(parts._replace(query=urlencode(query)))
    form = _spec(source).form
    filled = (
        None if form is None else {key: value.replace("{page}", str(number)) for key, value in form.items()}
    )
    return Ask(url.replace("{page}", str(number)), filled, page)


def _row(item: Any, ask: Ask, spec: JsonList) -> Row | ListRow:
    """A row; of one without title or address what it says."""
    title, url = _at(item, spec.title), _fill(spec.url, item)
    target = absolute(ask.base_url or ask.url, url) if url else None
    listed_on = _date(_at(item, spec.listed_on)) if spec.listed_on else None
    if not isinstance(title, str) or target is None:
        said = title if isinstance(title, str) else json.dumps(item, ensure_ascii=False)[:_MOST_SAID]
        return ListRow(said, "", listed_on)
    return Row(_TAG.sub("", title).strip(), target, listed_on)


def _fill(path: str, item: Any) -> str:
    """The address at `path`, or `path` as a template with `{field}` filled in; empty where a value is not there."""
    if "{" not in path:
        found = _at(item, path)
        return found if isinstance(found, str) else ""
    values = {name: _at(item, name) for name in re.findall(r"\{([\w.]+)\}", path)}
    if any(value in (None, "") for value in values.values()):
        return ""
    return re.sub(r"\{([\w.]+)\}", lambda field: str(values[field[1]]), path)


def _at(data: Any, path: str) -> Any:
    """Follow a dotted path; None where it ends early."""
    for step in path.split("."):
        if isinstance(data, Mapping):
            data = data.get(step)
        elif isinstance(data, list) and step.isdigit() and int(step) < len(data):
            data = data[int(step)]
        else:
            return None
    return data


def _date(value: Any) -> date | None:
    """A written date, or epoch seconds or milliseconds as a day in Shanghai."""
    if isinstance(value, str) and not value.isdigit():
        return find_date(value)
    if isinstance(value, bool) or not isinstance(value, (int, str)) or not int(value):
        return None
    seconds = int(value) / (1000 if int(value) > 10**11 else 1)
    return datetime.fromtimestamp(seconds, UTC).astimezone(SHANGHAI).date()


def _spec(source: Source) -> JsonList:
    preset = _presets().get(source.platform)
    own = source.json_list.model_dump(exclude_unset=True) if source.json_list else {}
    return JsonList.model_validate({**(preset.json_list.model_dump() if preset else {}), **own})


@cache
def _presets() -> Mapping[str, _Preset]:
    text = files("flows.collector").joinpath("data/json_lists.yml").read_text(encoding="utf-8")
    return {name: _Preset.model_validate(entry) for name, entry in yaml.safe_load(text).items()}


FAMILY = Family(first, read)
