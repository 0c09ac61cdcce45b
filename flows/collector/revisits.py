"""When an address already held is asked for again: `data/revisits.yml`, applied to what the attempt log tells.

The rule is a function of the log, the address and the time, so every run of a night comes to the same answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from flows.clock import SHANGHAI
from flows.collector.history import History
from flows.collector.politeness import night_of

Kind = Literal["list", "detail", "attachment"]
TRIED_WHEN_GONE = 3
"""An address is missed on every run until it was gone so often in a row."""


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Nights(_Data):
    dense: int = Field(ge=1)
    sparse: int = Field(ge=1)


class _Calendar(_Data):
    young_nights: int = Field(ge=0)
    dense_months: frozenset[int]
    nights_between: Mapping[Kind, _Nights]


def is_due(history: History, source_id: str, kind: Kind, url: str, now: datetime) -> bool:
    """Whether `url` (or where it moved to) is to be asked for at the aware time `now`.

    What is not held or failed last time is always due. A file whose server names neither ETag nor
    Last-Modified would come whole each time and is never young.
    """
    url = history.moved_to(source_id, url)
    latest, changed_at = history.latest(source_id, url), history.changed_at(source_id, url)
    if latest is None or changed_at is None:
        return True
    if latest.outcome not in ("ok", "unchanged") and history.times_gone(source_id, url) < TRIED_WHEN_GONE:
        return True
    calendar, tonight = _calendar(), night_of(now)
    comes_whole = kind == "attachment" and not (latest.etag or latest.last_modified)
    if not comes_whole and (tonight - night_of(changed_at)).days < calendar.young_nights:
        return True
    is_dense = now.astimezone(SHANGHAI).month in calendar.dense_months
    nights = calendar.nights_between[kind].dense if is_dense else calendar.nights_between[kind].sparse
    rested = (tonight - night_of(latest.started_at)).days
    return nights == 1 or rested >= nights or (rested > 0 and _is_turn(url, tonight.toordinal(), nights))


def _is_turn(url: str, night: int, nights: int) -> bool:
    """Whether it is this address's night of every `nights`."""
    digest = hashlib.sha256(url.encode("utf-8", "surrogatepass")).digest()
    return (night + int.from_bytes(digest[:4], "big")) % nights == 0


@cache
def _calendar() -> _Calendar:
    text = files("flows.collector").joinpath("data/revisits.yml").read_text(encoding="utf-8")
    return _Calendar.model_validate(yaml.safe_load(text))
