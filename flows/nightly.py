"""The flow of Prefect: the steps of `nianbao run` as coarse tasks, and artifacts with counts.

A task is a batch (one source, or one step for all of them): a task costs 7 to 15 ms, a page less. No task is tried
again: the collector has tried again what may get better, and a full disk or a defect is the same half a minute later.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from prefect import Task, flow
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner

from flows.lock import NIGHT_PATIENCE_SECONDS, run_lock
from flows.night import run_night
from flows.settings import load_settings
from flows.steps import WIDTH
from flows.summary import NightSummary

A = TypeVar("A")
T = TypeVar("T")
_RUNNER: Any = ThreadPoolTaskRunner(max_workers=WIDTH)
"""Any, because by Prefect's own types its thread runner is none for a flow."""


class PrefectSteps:
    """Steps as tasks."""

    def one(self, name: str, step: Callable[[], T]) -> T:
        return Task(step, name=name, cache_policy=NO_CACHE)()

    def each(self, name: str, step: Callable[[A], T], items: Sequence[A]) -> list[T | BaseException]:
        visit = Task(step, name=name, cache_policy=NO_CACHE)
        futures = [visit.with_options(task_run_name=f"{name} {_name(item)}").submit(item) for item in items]
        return [future.result(raise_on_failure=False) for future in futures]


@flow(name="nightly", task_runner=_RUNNER)
def nightly(home: str, sources: list[str] | None = None, scheduled: bool = False) -> State[None]:
    """Collect, read, load, check and publish once. `home` is the folder of settings and data."""
    settings = load_settings(Path(home))
    command = f"Prefect flow in {home}"
    with run_lock(settings.home, command=command, wait_seconds=NIGHT_PATIENCE_SECONDS):
        summary = run_night(settings, only=sources or (), scheduled=scheduled, steps=PrefectSteps())
    _describe(summary)
    if summary.derived.published is None:
        return Failed(message="nothing was published: " + "; ".join(summary.problems))
    if not summary.ok:
        return Completed(name="CompletedWithProblems", message="; ".join(summary.problems))
    return Completed()


def _describe(summary: NightSummary) -> None:
    """The night's counts where people look for them in Prefect."""
    counts = summary.counts()
    lines = [f"- {name}: {value}" for name, value in counts.items() if isinstance(value, int | str)]
    problems = [f"- {problem}" for problem in summary.problems] or ["- 无 none"]
    create_markdown_artifact(
        "\n".join(["## 本次运行", *lines, "", "## 问题", *problems]), key=f"{summary.kind}-summary"
    )
    create_table_artifact(
        [
            {
                "source": source.source_id,
                "rows": source.rows,
                "documents": source.documents,
                "new": len(source.new),
                "changed": len(source.changed),
                "problems": "; ".join(source.problems),
            }
            for source in summary.sources
        ],
        key=f"{summary.kind}-sources",
    )


def _name(item: object) -> str:
    return str(getattr(item, "id", item))
