"""The demo as a user starts it: three nights under Prefect and a report, in less than five minutes."""

import json
import sqlite3
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest

from flows.demo import DemoWeb, yearly
from flows.settings import load_settings
from tests.flows_world import yearly_values

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]
RECALL_FLOOR = 0.98
"""Share of the web's yearly values that are published: only ever raised. None may differ from the truth."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, float]:
    home = tmp_path_factory.mktemp("demo") / "home"
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", "demo", "--home", str(home)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return home, done.stdout, time.monotonic() - began


def test_it_ends_in_time_with_a_report(demo: tuple[Path, str, float]) -> None:
    home, output, seconds = demo
    assert seconds < 300
    page = home / "publish" / "report" / "nianbao.html"
    assert str(page) in output.replace("\n", "")
    assert "法治政府" in page.read_text(encoding="utf-8")


def test_every_night_was_a_run_of_prefect_with_artifacts(demo: tuple[Path, str, float]) -> None:
    with sqlite3.connect(demo[0] / "prefect" / "prefect.db") as con:
        states = [name for (name,) in con.execute("SELECT state_name FROM flow_run ORDER BY start_time")]
        tasks = {name for (name,) in con.execute("SELECT DISTINCT name FROM task_run")}
        artifacts = {key for (key,) in con.execute("SELECT DISTINCT key FROM artifact WHERE key IS NOT NULL")}
    assert states == ["Completed", "Completed", "CompletedWithProblems"]
    assert {"collect demo-zhewan", "collect demo-luzhou"} <= tasks
    assert artifacts == {"night-summary", "night-sources"}


def test_its_figures_are_those_of_the_web(demo: tuple[Path, str, float]) -> None:
    with DemoWeb(night=3) as web:
        expected = {
            (row.organization_name, row.indicator_code, row.report_year): row.value
            for row in yearly(web.truth(3))
        }
    told = {row[:3]: row[3] for row in yearly_values(load_settings(demo[0])) if row[3] is not None}
    wrong = {key: value for key, value in told.items() if expected.get(key) != Decimal(str(value))}
    wanted = {key for key, value in expected.items() if value is not None}
    assert wrong == {}, json.dumps([[*key, value] for key, value in wrong.items()], ensure_ascii=False)
    assert len(told.keys() & wanted) >= RECALL_FLOOR * len(wanted)


def test_a_folder_that_is_no_demo_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("keep", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", "demo", "--home", str(tmp_path)], check=False, capture_output=True
    )
    assert done.returncode == 1
    assert (tmp_path / "precious.txt").read_text(encoding="utf-8") == "keep"
