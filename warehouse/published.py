"""The contract of what is published: tables, keys, masks, suppression and diff rules, from
`published.yml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict


class PublishedTable(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    diff: bool = True
    csv: bool = False
    volatile: frozenset[str] = frozenset()
    mask: tuple[str, ...] = ()
    suppress: Mapping[str, tuple[str, ...]] = {}
    taken_down: Mapping[str, tuple[str, ...]] = {}

    def conditions_hiding(self, column: str) -> tuple[str, ...]:
        """SQL conditions under which a column is not shown."""
        gone = "coalesce(t.{} IN (SELECT document_key FROM private.int_taken_down), false)"
        return (
            *(condition for condition, columns in self.suppress.items() if column in columns),
            *(gone.format(document) for document, columns in self.taken_down.items() if column in columns),
        )


@cache
def published_tables() -> Mapping[str, PublishedTable]:
    """Published tables by name, dimensions first. Raises pydantic's ValidationError for a malformed entry."""
    data = yaml.safe_load(resources.files("warehouse").joinpath("published.yml").read_text(encoding="utf-8"))
    return {name: PublishedTable.model_validate(entry) for name, entry in data["tables"].items()}
