"""One run at a time in a home: who holds the lock is named, a killed holder does not block."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flows import nightly
from flows.lock import LockHeld, run_lock

HOLD = """
import sys, time
from pathlib import Path
from flows.lock import run_lock
with run_lock(Path(sys.argv[1]), command="nianbao run --source far"):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def holder(home: Path, seconds: float = 60) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLD, str(home), str(seconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    return process


def test_second_run_is_told_who_holds_the_lock_and_since_when(tmp_path: Path) -> None:
    process = holder(tmp_path)
    try:
        with pytest.raises(LockHeld) as caught, run_lock(tmp_path):
            pytest.fail("two runs at once")
        message = str(caught.value)
        assert str(process.pid) in message
        assert "nianbao run --source far" in message
        assert "started 20" in message
    finally:
        process.kill()
        process.wait()


def test_lock_of_a_killed_process_is_taken_over(tmp_path: Path) -> None:
    process = holder(tmp_path)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with run_lock(tmp_path):
        assert (tmp_path / "run.lock.json").exists()
    with run_lock(tmp_path):
        pass


def test_lock_is_released_when_the_run_raises(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), run_lock(tmp_path):
        raise ZeroDivisionError
    with run_lock(tmp_path):
        pass


def test_a_night_waits_for_a_person_who_looks_something_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = holder(tmp_path, seconds=2)
    monkeypatch.setattr(nightly, "run_night", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        nightly.nightly.fn(str(tmp_path))
    assert process.wait() == 0, "the night began when the other had ended"


def test_a_glance_at_the_lock_ends_no_run(tmp_path: Path) -> None:
    process = holder(tmp_path, seconds=0.3)
    with run_lock(tmp_path):
        assert process.wait() == 0
