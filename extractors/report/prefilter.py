"""Which rules can match at all: an index by characters that a pattern cannot match without."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_LARGEST_CLASS = 12


def needed(pattern: str, rarity: Callable[[str], float]) -> frozenset[str] | None:
    """Characters of which at least one stands in whatever `pattern` matches, the rarest such set; None: no such."""
    return _of_sequence(_parser.parse(pattern), rarity)


def _of_sequence(items: Iterable[Any], rarity: Callable[[str], float]) -> frozenset[str] | None:
    options = [chars for item in items if (chars := _of_item(item, rarity)) is not None]
    return min(options, key=lambda chars: sum(map(rarity, chars)), default=None)


def _of_item(item: Any, rarity: Callable[[str], float]) -> frozenset[str] | None:
    kind, value = item
    if kind is op.LITERAL:
        return frozenset(chr(value))
    if kind is op.IN:
        literals = [chr(one) for what, one in value if what is op.LITERAL]
        return frozenset(literals) if len(literals) == len(value) <= _LARGEST_CLASS else None
    if kind is op.SUBPATTERN:
        return _of_sequence(value[-1], rarity)
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        return _of_sequence(value[2], rarity) if value[0] else None
    if kind is op.BRANCH:
        branches = [_of_sequence(branch, rarity) for branch in value[1]]
        return frozenset().union(*branches) if None not in branches else None  # type: ignore[arg-type]
    return None


class Prefilter(Generic[T]):
    """Holds things that match by patterns; `candidates(wording)` leaves out what cannot match, in order."""

    def __init__(self, things: Sequence[tuple[T, Sequence[re.Pattern[str]]]]) -> None:
        """`things`: each with its alternative patterns; one without patterns is always a candidate."""
        counts = Counter("".join(p.pattern for _, patterns in things for p in patterns))
        self._things = [thing for thing, _ in things]
        self._always: set[int] = set()
        self._by_char: dict[str, set[int]] = {}
        for number, (_, patterns) in enumerate(things):
            sets = [needed(pattern.pattern, counts.__getitem__) for pattern in patterns]
            if not sets or None in sets:
                self._always.add(number)
            for char in frozenset().union(*(chars or () for chars in sets)):
                self._by_char.setdefault(char, set()).add(number)

    def candidates(self, wording: str) -> list[T]:
        """Everything that may match inside `wording`, in the order given."""
        found = set(self._always)
        for char in set(wording):
            found |= self._by_char.get(char, set())
        return [self._things[number] for number in sorted(found)]
