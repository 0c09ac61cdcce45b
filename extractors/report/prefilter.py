"""Which rules can match at all: an index by the characters a pattern cannot match without."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from operator import add
from typing import Generic, TypeVar

T = TypeVar("T")
Keys = frozenset[str]
"""Characters and pairs of them; one at least is needed."""
Rarity = Callable[[str], int]

_LARGEST_CLASS = 12
_TOKEN = re.compile(
    r"(?:(?P<open>\((?:(?P<look>\?<?[=!])|\?:|(?!\?)))|(?P<close>\))|(?P<bar>\|)"
    r"|\[(?P<chars>[^\]\\^-]+)\]|\[(?:[^\]\\]|\\.)+\]|(?P<char>[^\\()|\[\].^$?*+{}])|[.^$]|\\.)"
    r"(?P<count>[?*+]|\{[0-9,]+\})?\??"
)


def needed(pattern: str, rarity: Rarity) -> tuple[Keys, ...]:
    """What must stand in whatever `pattern` matches: something of every set given, the rarest first.

    Knows the expressions of the lexicon: characters, classes, groups, alternatives, counts and looks around.
    Raises ValueError for others.
    """
    tokens = list(_TOKEN.finditer(pattern))
    if "".join(token[0] for token in tokens) != pattern:
        raise ValueError(f"not an expression a lexicon may hold: {pattern}")
    found, _ = _alternatives(iter(tokens), rarity)
    return tuple(sorted(found, key=lambda keys: sum(map(rarity, keys))))


def _alternatives(tokens: Iterator[re.Match[str]], rarity: Rarity) -> tuple[list[Keys], bool]:
    """What the expression needs up to the bracket that closes it, and whether that may be left out."""
    branches: list[list[Keys]] = [[]]
    run: list[Keys] = []
    last: Keys = frozenset()
    may_lack = False

    def rarest(choices: list[Keys]) -> Keys:
        return min(choices, key=lambda keys: sum(map(rarity, keys)))

    for token in tokens:
        may_lack = (token["count"] or "").startswith(("?", "*", "{0", "{,"))
        chars = frozenset() if may_lack else frozenset(token["char"] or token["chars"] or ())
        if chars and len(chars) <= _LARGEST_CLASS:
            run.append(frozenset(one + other for one in last for other in chars) or chars)
            last = chars
            continue
        if run:
            branches[-1].append(rarest(run))
        run, last = [], frozenset()
        if token["open"]:
            inner, is_optional = _alternatives(tokens, rarity)
            branches[-1] += [] if is_optional or token["look"] else inner
        elif token["bar"]:
            branches.append([])
        elif token["close"]:
            break
    if run:
        branches[-1].append(rarest(run))
    if len(branches) > 1:
        branches = [[frozenset().union(*map(rarest, branches))] if all(branches) else []]
    return branches[0], may_lack


class Prefilter(Generic[T]):
    """Holds things that match by a pattern each; `candidates(wording)` leaves out what cannot match, in order."""

    def __init__(self, things: Sequence[tuple[T, re.Pattern[str] | None]]) -> None:
        """`things`: each with its pattern; one without is always a candidate."""
        written = "|".join(pattern.pattern for _, pattern in things if pattern)
        counts = Counter((*written, *map("".join, pairwise(written))))
        self._things: list[tuple[T, tuple[Keys, ...]]] = []
        self._always: list[int] = []
        self._by_key: dict[str, list[int]] = {}
        for number, (thing, pattern) in enumerate(things):
            needs = needed(pattern.pattern, lambda key: counts[key] + 1) if pattern else ()
            numbers = [self._by_key.setdefault(key, []) for key in needs[0]] if needs else [self._always]
            for known in numbers:
                known.append(number)
            self._things.append((thing, needs[1:]))

    def candidates(self, wording: str) -> list[T]:
        """Everything that may match inside `wording`, in the order given."""
        keys = {*wording, *map(add, wording, wording[1:])}
        found = set(self._always)
        for key in self._by_key.keys() & keys:
            found.update(self._by_key[key])
        chosen = []
        for thing, needs in map(self._things.__getitem__, sorted(found)):
            for need in needs:
                if need.isdisjoint(keys):
                    break
            else:
                chosen.append(thing)
        return chosen
