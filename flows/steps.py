"""How the steps of a run are carried out: as plain calls here, as tasks in `flows.nightly`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Protocol, TypeVar

A = TypeVar("A")
T = TypeVar("T")
Clock = Callable[[], datetime]
Progress = Callable[[str], None]
WIDTH = 8
"""So many sources are looked at side by side; each host has one connection all the same."""


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


class Steps(Protocol):
    """Carries out steps."""

    def one(self, name: str, step: Callable[[], T]) -> T:
        """Carry out one step; what it raises is raised."""

    def each(self, name: str, step: Callable[[A], T], items: Sequence[A]) -> list[T | BaseException]:
        """Carry out a step for every item; what it raises takes the place of its result."""


class PlainSteps:
    """Steps as function calls, those for every item on a few threads."""

    def __init__(self, progress: Progress = lambda words: None) -> None:
        self._progress = progress

    def one(self, name: str, step: Callable[[], T]) -> T:
        self._progress(name)
        return step()

    def each(self, name: str, step: Callable[[A], T], items: Sequence[A]) -> list[T | BaseException]:
        self._progress(f"{name}: {len(items)}")
        with ThreadPoolExecutor(WIDTH, thread_name_prefix=name) as pool:
            futures = [pool.submit(step, item) for item in items]
            return [future.exception() or future.result() for future in futures]
