"""A night killed at any step loses nothing: the next run finishes it and ends where an unbroken one does."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.collector.archive import Archive
from flows.demo import DemoWeb
from flows.night import run_night
from flows.settings import load_settings
from flows.steps import PlainSteps
from tests.flows_world import make_home, yearly_values

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
