"""A visit that kills its own process at one moment, for the tests of what a kill leaves behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

import flows.collector.archive.store as store
from flows.collector.archive import Archive
from flows.collector.collect import CollectSummary, collect_source
from flows.collector.fetcher import Fetcher
from tests.collector_site import FAST, Site

NIGHT = datetime(2025, 3, 4, 16, tzinfo=UTC)


def visit(url: str, root: Path, run_id: str = "run", at: datetime = NIGHT) -> CollectSummary:
    """One visit to the site at `url`."""

    class Far:
        """The site as far as an entry goes."""

    far = Far()
    far.url = url  # type: ignore[attr-defined]
    source = Site.source(cast(Site, far))
    with Archive(root) as archive, Fetcher(archive, FAST, clock=lambda: at) as fetcher:
        return collect_source(source, archive=archive, fetcher=fetcher, run_id=run_id, now=at)


def visit_and_die(url: str, root: Path, moment: int, told: Connection) -> None:
    """Visit, and be killed before a request, before its answer is kept, or in the middle of a write to a WARC or
    log, whichever is moment number `moment`; else tell how many moments there were."""
    passed = 0

    def dying(call: Callable[..., Any], harm: Callable[..., Any] = lambda *arguments: None) -> Any:
        def one_more(*arguments: Any) -> Any:
            nonlocal passed
            passed += 1
            if passed == moment:
                harm(*arguments)
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*arguments)

        return one_more

    write = store._write_synced
    setattr(store, "_write_synced", dying(write, lambda file, data: write(file, data[: len(data) // 2])))  # noqa: B010
    setattr(store, "_sync_folder", dying(store._sync_folder))  # noqa: B010
    setattr(Fetcher, "_exchange", dying(Fetcher._exchange))  # noqa: B010
    setattr(Fetcher, "_settle", dying(Fetcher._settle))  # noqa: B010
    visit(url, root)
    told.send(passed)
