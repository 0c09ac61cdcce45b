"""The contract of what is published: tables, keys, masks, suppression and diff rules, from
`published.yml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True, slots=True)
class Withheld:
    """`columns` are not shown of a row whose `key` is among `rows`, an SQL query."""

    key: str
    rows: str
    columns: tuple[str, ...]


class PublishedTable(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    diff: bool = True
    csv: bool = False
    volatile: frozenset[str] = frozenset()
    mask: tuple[str, ...] = ()
    suppress: Mapping[str, tuple[str, ...]] = {}
    taken_down: Mapping[str, tuple[str, ...]] = {}

    def withheld(self, name: str) -> Iterator[Withheld]:
        """What is not shown of the rows of this table `name`, in a file of whatever age, going by what the private
        warehouse (attached as `private`) holds now.
        """
        for condition, columns in self.suppress.items():
            yield Withheld(self.key, f"SELECT {self.key} FROM private.{name} WHERE {condition}", columns)
        for key, columns in self.taken_down.items():
            is_page = key.endswith("document_key")
            rows = (
                "document_key FROM private.int_taken_down"
                if is_page
                else "row_key FROM private.int_taken_down_row"
            )
            yield Withheld(key, f"SELECT {rows}", columns)


@cache
def published_tables() -> Mapping[str, PublishedTable]:
    """Published tables by name, dimensions first. Raises pydantic's ValidationError for a malformed entry."""
    data = yaml.safe_load(resources.files("warehouse").joinpath("published.yml").read_text(encoding="utf-8"))
    return {name: PublishedTable.model_validate(entry) for name, entry in data["tables"].items()}
