"""The small types all platforms speak: what to ask, what a list page holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from extractors.records import ListRow
from flows.collector.registry import Source


class ListError(ValueError):
    """A list page is not what its platform promises; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One list request; a POST where there is a form. `page` counts from 0 in the order of the list.

    `base_url` is where relative addresses of the answer start from, if not at `url`. An `open_ended` page is
    asked for on the chance that there is one; where there is none, the list ends.
    """

    url: str
    form: Mapping[str, str] | None = None
    page: int = 0
    base_url: str | None = None
    open_ended: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a list: absolute `url` without fragment, `title` None where the list has none."""

    title: str | None
    url: str
    listed_on: date | None = None


@dataclass(frozen=True, slots=True)
class ListPage:
    """The rows of one list page, the further pages it tells of, in list order, the links to pages that stand
    beside its list, how many pages it says the list has, where it says more than `next` was made of, and the rows that
    are `lost`, for their links lead nowhere that is known."""

    rows: tuple[Row, ...]
    next: tuple[Ask, ...] = ()
    asides: tuple[Row, ...] = ()
    stated: int = 0
    lost: tuple[ListRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """How one platform's lists are read. Both functions are pure.

    `first` gives the first request for one address of the entry; `read` takes the text of an answer.
    """

    first: Callable[[str, Source], Ask]
    read: Callable[[str, Ask, Source], ListPage]


def plain_first(url: str, source: Source) -> Ask:
    """The list begins at the address the entry names."""
    return Ask(url)
