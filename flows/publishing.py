"""Publishing without collecting: `nianbao publish` and `nianbao diff`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from extractors.reading import release
from flows.derive import publish_checked
from flows.journal import Journal
from flows.lock import WAREHOUSE, run_lock
from flows.night import finish
from flows.settings import Settings
from flows.steps import Steps, utc_now
from flows.summary import Derived, NightSummary
from warehouse.diff import TableDiff, diff_files
from warehouse.publish import DATABASE, build_file, newest
from warehouse.schema import require_warehouse


def publish_again(settings: Settings, to: Path | None, steps: Steps) -> NightSummary:
    """Transform, check and promote the private warehouse as it is, into `to` or the settings' folder."""
    require_warehouse(settings.database)
    if to is not None:
        settings = settings.model_copy(update={"publish": to.absolute()})
    with run_lock(settings.home, WAREHOUSE):
        run = Journal(settings.journal).begin("publish", utc_now())
        return finish(settings, run, utc_now, publish_checked(settings, run, utc_now, steps, Derived()))


def candidate_differences(settings: Settings) -> tuple[TableDiff, ...]:
    """What readers would see change if the private warehouse were published now. Changes nothing. Raises LockHeld."""
    require_warehouse(settings.database)
    held = newest(settings.publish)
    stamp = {"version": "candidate", "run_id": "", "code_version": release(), "published_at": ""}
    with tempfile.TemporaryDirectory(prefix="nianbao-diff-") as folder:
        candidate = Path(folder) / DATABASE
        with run_lock(settings.home, WAREHOUSE):
            build_file(settings.database, candidate, stamp)
        return diff_files(held if held.exists() else None, candidate)
