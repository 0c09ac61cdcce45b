"""`nianbao serve`: the schedule fires, and fires again after SIGTERM and after kill -9."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from prefect.client.schemas.schedules import CronSchedule
from typer.testing import CliRunner

from flows.cli import app
from flows.cron import require_cron

pytestmark = pytest.mark.timeout(900)
READY = "Prefect at http"
START, FIRE = 90, 90
"""Seconds until the server is up (a first start migrates its database), and then until a cron minute fires."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(home: Path, log: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "serve", "--home", str(home), "--cron", "* * * * *"],
        stdout=log.open("ab"),
        stderr=subprocess.STDOUT,
        env=os.environ | {"NIANBAO_SERVE__PORT": str(free_port())},
    )


def wait_for(condition: Callable[[], bool], seconds: float, what: str, log: Path) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s\n{log.read_text()[-3000:]}"
        time.sleep(0.5)


def started_runs(home: Path) -> int:
    """Runs of the schedule that really began, from Prefect's own database."""
    database = home / "prefect" / "prefect.db"
    if not database.exists():
        return 0
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10) as con:
        try:
            query = "SELECT count(*) FROM flow_run WHERE start_time IS NOT NULL AND auto_scheduled"
            return int(con.execute(query).fetchone()[0])
        except sqlite3.OperationalError:
            return 0


def serve_until_it_fires(home: Path, log: Path, end: signal.Signals) -> int:
    """Serve until one more scheduled run has begun, end the server with a signal, return its exit code."""
    before, starts = started_runs(home), log.read_text().count(READY)
    server = start(home, log)
    try:
        wait_for(lambda: log.read_text().count(READY) > starts, START, "start", log)
        wait_for(lambda: started_runs(home) > before, FIRE, "scheduled run", log)
    finally:
        server.send_signal(end)
        code = server.wait(timeout=60)
    return code


def test_a_deployment_of_every_minute_really_fires(tmp_path: Path) -> None:
    """With SQLAlchemy 2.1 or a late FastAPI the server starts and this alone fails."""
    (tmp_path / "sources").mkdir()
    log = tmp_path / "serve.log"
    log.touch()
    assert serve_until_it_fires(tmp_path, log, signal.SIGTERM) == 0


@pytest.mark.acceptance
def test_schedule_fires_and_fires_again_after_sigterm_and_kill(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    log = tmp_path / "serve.log"
    log.touch()
    assert serve_until_it_fires(tmp_path, log, signal.SIGTERM) == 0
    assert serve_until_it_fires(tmp_path, log, signal.SIGKILL) == -signal.SIGKILL
    assert serve_until_it_fires(tmp_path, log, signal.SIGTERM) == 0


@pytest.mark.parametrize(
    "cron", ["0 2 * * *", "*/5 1-3,22 1,15 jan-mar MON", "59 23 31 12 7", "0-59/10 * * * 1-5", "7 0 1/5 * *"]
)
def test_a_cron_that_settings_take_prefect_takes(cron: str) -> None:
    assert CronSchedule(cron=require_cron(cron)).cron == cron


@pytest.mark.parametrize(
    "cron",
    [
        *("", "0 2 * *", "60 * * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "*/0 * * * *", "5-1 * * * *"),
        *("1-2-3 * * * *", "a * * * *", "1, * * * *", "/5 * * * *", "-1 * * * *", "* * foo * *"),
    ],
)
def test_what_is_no_cron_is_refused(cron: str) -> None:
    with pytest.raises(ValueError, match="is no cron"):
        require_cron(cron)


def test_a_cron_on_the_command_line_that_is_none_ends_before_the_server_starts(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["serve", "--cron", "0 25 * * *", "--home", str(tmp_path)])
    assert result.exit_code == 1 and "bad hour" in result.output
    assert not (tmp_path / "prefect").exists()


def test_a_second_server_in_the_same_home_is_refused(tmp_path: Path) -> None:
    from flows.lock import run_lock

    with run_lock(tmp_path, "serve", command="nianbao serve"):
        server = start(tmp_path, tmp_path / "second.log")
        assert server.wait(timeout=60) == 1
    assert str(os.getpid()) in (tmp_path / "second.log").read_text()
