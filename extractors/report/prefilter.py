"""Which rules can match at all: an index by pairs of characters that a pattern cannot match without."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from operator import add
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Rarity = Callable[[str], float]

_LARGEST_CLASS = 12


def needed(pattern: str, rarity: Rarity) -> frozenset[str] | None:
    """Characters and pairs of which one at least stands in whatever `pattern` matches, the rarest such set.

    None when there is no such set.
    """
    return _of_sequence(_parser.parse(pattern), rarity)


def _of_sequence(items: Iterable[Any], rarity: Rarity) -> frozenset[str] | None:
    parts = [(_choices(item), item) for item in items]
    options = [
        frozenset(left + right for left in one for right in other)
        for (one, _), (other, _) in pairwise(parts)
        if one and other
    ]
    options += [chars for _, item in parts if (chars := _of_item(item, rarity)) is not None]
    return min(options, key=lambda found: sum(map(rarity, found)), default=None)


def _choices(item: Any) -> frozenset[str]:
    """The characters an item stands for when it is exactly one of few, else nothing."""
    kind, value = item
    if kind is op.LITERAL:
        return frozenset(chr(value))
    if kind is op.IN and len(value) <= _LARGEST_CLASS and all(what is op.LITERAL for what, _ in value):
        return frozenset(chr(one) for _, one in value)
    return frozenset()


def _of_item(item: Any, rarity: Rarity) -> frozenset[str] | None:
    kind, value = item
    if kind is op.SUBPATTERN:
        return _of_sequence(value[-1], rarity)
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        return _of_sequence(value[2], rarity) if value[0] else None
    if kind is op.BRANCH:
        branches = [_of_sequence(branch, rarity) for branch in value[1]]
        return frozenset().union(*branches) if None not in branches else None  # type: ignore[arg-type]
    return _choices(item) or None


class Prefilter(Generic[T]):
    """Holds things that match by patterns; `candidates(wording)` leaves out what cannot match, in order."""

    def __init__(self, things: Sequence[tuple[T, Sequence[re.Pattern[str]]]]) -> None:
        """`things`: each with its alternative patterns; one without patterns is always a candidate."""
        written = "|".join(p.pattern for _, patterns in things for p in patterns)
        counts = Counter((*written, *map("".join, pairwise(written))))
        self._choices: list[tuple[T, re.Pattern[str] | None]] = []
        self._always: list[int] = []
        self._by_key: dict[str, list[int]] = {}
        for thing, patterns in things:
            for pattern in patterns or (None,):
                keys = pattern and needed(pattern.pattern, lambda key: counts[key] + 1)
                numbers = [self._by_key.setdefault(key, []) for key in keys] if keys else [self._always]
                for known in numbers:
                    known.append(len(self._choices))
                self._choices.append((thing, pattern))

    def candidates(self, wording: str) -> list[tuple[T, list[re.Pattern[str]]]]:
        """Everything that may match inside `wording`, with those of its patterns that may, in the order given."""
        found = set(self._always)
        for key in self._by_key.keys() & {*wording, *map(add, wording, wording[1:])}:
            found.update(self._by_key[key])
        chosen: list[tuple[T, list[re.Pattern[str]]]] = []
        for thing, pattern in map(self._choices.__getitem__, sorted(found)):
            if not chosen or chosen[-1][0] is not thing:
                chosen.append((thing, []))
            if pattern is not None:
                chosen[-1][1].append(pattern)
        return chosen
