"""The locks of a home, shared by the command line and Prefect: one run at a time, and one at the private warehouse.

The operating system drops the lock of a killed process, so a stale one is simply taken over; the file beside
it says who holds it.
"""

from __future__ import annotations

import fcntl
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from flows.clock import shanghai

NIGHT_PATIENCE_SECONDS = 3600
"""So long a night that nobody watches waits for whoever is at work, such as a person who looks something up."""
WAREHOUSE = "warehouse"
"""The lock of the private warehouse file, which a run takes only when it has collected and read: till then people can
look things up."""


class LockHeld(RuntimeError):
    """Another process is at work in this home; the message names its process, start and command."""


@contextmanager
def run_lock(
    home: Path, name: str = "run", command: str | None = None, wait_seconds: float = 1
) -> Iterator[None]:
    """Hold `<home>/<name>.lock` for the block. Raises LockHeld if another process has it for `wait_seconds`.

    The second of patience is for `nianbao status`, which takes the lock for an instant to see whether it is free.
    """
    home.mkdir(parents=True, exist_ok=True)
    info = home / f"{name}.lock.json"
    lock = FileLock(home / f"{name}.lock")
    try:
        lock.acquire(timeout=wait_seconds)
    except Timeout as error:
        raise LockHeld(_message(info)) from error
    try:
        holder = {
            "pid": os.getpid(),
            "started_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "command": command or " ".join(["nianbao", *sys.argv[1:]]),
        }
        info.write_text(json.dumps(holder, ensure_ascii=False), encoding="utf-8")
        yield
    finally:
        info.unlink(missing_ok=True)
        lock.release()


def at_work(home: Path) -> str | None:
    """Who is at work in a home, None when nobody is; writes nothing."""
    try:
        with (home / "run.lock").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return _message(home / "run.lock.json")
    return None


def _message(info: Path) -> str:
    try:
        holder = json.loads(info.read_text(encoding="utf-8"))
        started = shanghai(datetime.fromisoformat(holder["started_at"]))
        who = f"process {holder['pid']}, started {started} (Asia/Shanghai): {holder['command']}"
    except (OSError, ValueError, KeyError):
        who = "a process that has not written its name yet"
    return f"another process is at work in {info.parent}: {who}. Wait for it, or end it, and run again."
