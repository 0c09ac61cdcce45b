"""A night killed at any step loses nothing: the next run finishes it and ends where an unbroken one does."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.collector.archive import Archive
from flows.demo import DemoWeb
from flows.journal import Journal
from flows.night import run_night
from flows.rebuild import rebuild
from flows.settings import Settings, load_settings
from flows.steps import PlainSteps
from tests.flows_world import ask, make_home, yearly_values

SOURCES = ("demo-zhewan",)
KILLED = """
import os, signal, sys
from pathlib import Path
from flows.night import run_night
from flows.settings import load_settings
from flows.steps import PlainSteps

home, stage = Path(sys.argv[1]), sys.argv[2]

class Dying(PlainSteps):
    def one(self, name, step):
        if name == stage:
            os.kill(os.getpid(), signal.SIGKILL)
        result = super().one(name, step)
        if name == stage.removeprefix("after "):
            os.kill(os.getpid(), signal.SIGKILL)
        return result

if stage == "collect":
    from flows.collector.archive import Archive
    log = Archive.log_attempt
    counted = []
    def log_and_die(self, attempt):
        log(self, attempt)
        counted.append(attempt)
        if len(counted) == 4:
            os.kill(os.getpid(), signal.SIGKILL)
    Archive.log_attempt = log_and_die
run_night(load_settings(home), steps=Dying())
"""


@pytest.fixture(scope="module")
def web() -> Iterator[DemoWeb]:
    with DemoWeb(night=1) as web:
        yield web


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory, web: DemoWeb) -> list[tuple[object, ...]]:
    settings = make_home(tmp_path_factory.mktemp("unbroken"), web, SOURCES)
    assert run_night(settings, steps=PlainSteps()).problems == ()
    return yearly_values(settings)


@pytest.mark.parametrize(
    "stage", ["collect", "after load", pytest.param("after read", marks=pytest.mark.acceptance)]
)
def test_next_run_finishes_a_killed_one(
    stage: str, tmp_path: Path, web: DemoWeb, unbroken: list[tuple[object, ...]]
) -> None:
    make_home(tmp_path, web, SOURCES)
    dead = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), stage], check=False)
    assert dead.returncode == -9
    settings = load_settings(tmp_path)
    with Archive(settings.archive) as archive:
        killed_run = {attempt.run_id for attempt in archive.attempts()}
    asked = len(web.requests)
    summary = run_night(settings, steps=PlainSteps())
    assert summary.problems == ()
    assert {summary.run_id} == killed_run, "the killed run goes on under its own id"
    if stage != "collect":
        details = [path for _, _, path, _ in web.requests[asked:] if "robots" not in path]
        assert len(details) < asked, "pages the killed run had are not asked for again"
    assert yearly_values(settings) == unbroken


@pytest.mark.acceptance
def test_an_entry_edited_between_a_killed_run_and_the_next_is_a_version_of_its_own(
    tmp_path: Path, web: DemoWeb
) -> None:
    """The next run goes on under the start of the killed one, and yet no version is empty, also after a rebuild."""
    settings = make_home(tmp_path, web, SOURCES)
    before = run_and_die(settings, "after load")
    after = rename(settings)
    assert run_night(settings, steps=PlainSteps()).problems == ()
    told = versions(settings)
    assert [name for name, _, _ in told] == [before, after]
    assert told[0][1] < told[0][2] == told[1][1]
    assert rebuild(settings, steps=PlainSteps()).problems == ()
    assert versions(settings) == told


@pytest.mark.acceptance
def test_of_entries_an_older_release_noted_for_one_moment_the_last_is_the_version(
    tmp_path: Path, web: DemoWeb
) -> None:
    settings = make_home(tmp_path, web, SOURCES)
    run_and_die(settings, "after load")
    after = rename(settings)
    run_night(settings, steps=PlainSteps())
    lines = [json.loads(line) for line in settings.journal.read_text(encoding="utf-8").splitlines()]
    older = [{key: value for key, value in line.items() if key != "observed_at"} for line in lines]
    settings.journal.write_text("".join(f"{json.dumps(line)}\n" for line in older), encoding="utf-8")
    with duckdb.connect(str(settings.database)) as con:
        con.execute("UPDATE raw_source SET observed_at = (SELECT min(observed_at) FROM raw_source)")
    assert run_night(settings, steps=PlainSteps()).problems == ()
    assert [name for name, _, _ in versions(settings)] == [after]
    assert rebuild(settings, steps=PlainSteps()).problems == ()
    assert [name for name, _, _ in versions(settings)] == [after]


def run_and_die(settings: Settings, stage: str) -> str:
    """A night killed at `stage`; returns the name its source had."""
    dead = subprocess.run([sys.executable, "-c", KILLED, str(settings.home), stage], check=False)
    assert dead.returncode == -9
    return next(row.name for row in Journal(settings.journal).sources() if row.source_id == SOURCES[0])


def rename(settings: Settings) -> str:
    """Edit the source's entry; returns its new name."""
    path = settings.sources / f"{SOURCES[0]}.yml"
    text = path.read_text(encoding="utf-8")
    name = next(line for line in text.splitlines() if line.startswith("name:"))
    path.write_text(text.replace(name, "name: 改了名的来源"), encoding="utf-8")
    return "改了名的来源"


def versions(settings: Settings) -> list[tuple[Any, ...]]:
    return ask(
        settings.publish / "nianbao.duckdb",
        "SELECT source_name, valid_from, valid_to FROM dim_source "
        f"WHERE source_id = '{SOURCES[0]}' ORDER BY valid_from, valid_to",
    )
