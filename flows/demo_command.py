"""`nianbao demo`: three nights over the fictional web, each a run of the Prefect flow, then the report."""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from flows.console import CONSOLE, rows
from flows.demo import GAZETTEER, DemoWeb
from flows.journal import Journal
from flows.prefect_env import use_private_prefect
from flows.reporting import write_report
from flows.settings import FILE_NAME, Settings, load_settings
from warehouse.publish import DATABASE, REPORT

NIGHTS = (1, 2, 3)
_MARK = "# Written by `nianbao demo`: fictional places on the loopback, asked without a pause.\n"
_SETTINGS = "gazetteer = {gazetteer}\n\n[collector]\nloopback_delay_seconds = 0\nbackoff_seconds = 0\n"


def run_demo(home: Path) -> bool:
    """Run it from scratch in `home` and print where the report is; whether every night published."""
    began = time.monotonic()
    if not _clear(home):
        CONSOLE.print(f"{home} holds something that is no demo; choose another --home", soft_wrap=True)
        return False
    use_private_prefect(home, log_level="CRITICAL")
    with DemoWeb(night=NIGHTS[0]) as web:
        web.write_sources(home / "sources")
        settings = load_settings(home)
        with CONSOLE.status("starting Prefect …") as shown:
            from flows.nightly import nightly

            for night in NIGHTS:
                web.set_night(night)
                shown.update(f"night {night} of {len(NIGHTS)}: collect, read, load, check, publish …")
                nightly(str(home), return_state=True)
            shown.update("writing the report …")
            page, workbook = write_report(settings.publish / DATABASE, settings.publish / REPORT)
    nights = _nights(settings)
    _print_nights(nights)
    CONSOLE.print(
        "In night 3 two sites of this web fail on purpose (a challenge page, a closed connection): "
        "that is written down, the other sites go on, and readers keep what was published.",
        soft_wrap=True,
    )
    for line in (
        f"报告 report     {page}",
        f"工作簿 workbook {workbook}",
        f"数据 data       {settings.publish / 'nianbao.duckdb'}",
        f"例 try          {_own_name()} explain --home {home} --org 鹭洲镇 --year 2024",
        f"{time.monotonic() - began:.0f} seconds",
    ):
        CONSOLE.print(line, soft_wrap=True, highlight=False)
    return len(nights) == len(NIGHTS) and all(night["published"] for night in nights)


def _own_name() -> str:
    """This command as it was called, which may not be on the PATH."""
    return sys.argv[0] if Path(sys.argv[0]).name == "nianbao" else "nianbao"


def _clear(home: Path) -> bool:
    """Make `home` an empty demo home; False when it is somebody's."""
    mark = home / FILE_NAME
    if home.exists() and any(home.iterdir()):
        if not (mark.exists() and mark.read_text(encoding="utf-8").startswith(_MARK)):
            return False
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    settings = _SETTINGS.format(gazetteer=json.dumps(str(GAZETTEER)))
    mark.write_text(_MARK + settings, encoding="utf-8")
    return True


def _nights(settings: Settings) -> list[Any]:
    return [entry.summary for entry in Journal(settings.journal).entries() if entry.summary]


def _print_nights(nights: list[Any]) -> None:
    rows(
        "三夜 three nights",
        ("night", "asked", "new", "read", "figures", "changes", "problems", "published"),
        (
            (
                number,
                night["requests"],
                night["new_documents"],
                night["pages_read"],
                night["figures_read"],
                len(night["changes"]),
                len(night["problems"]),
                "yes" if night["published"] else "no",
            )
            for number, night in enumerate(nights, 1)
        ),
    )
