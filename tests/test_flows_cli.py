"""The command line itself: help, examples, failures with a message and what to do next."""

import errno
import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click
import duckdb
import pytest
import typer
from typer.testing import CliRunner, Result

from flows.cli import app
from flows.collector.archive import ArchiveError
from flows.console import proofs
from flows.demo import GAZETTEER, DemoWeb
from flows.explain import Proof
from flows.journal import Journal
from flows.lock import run_lock
from warehouse.checks import CheckResult
from warehouse.explain import Evidence
from warehouse.publish import write_blocked

GROUP = typer.main.get_command(app)


def commands() -> list[tuple[str, ...]]:
    found = []
    for name, command in GROUP.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found += [(name, child) for child in inner] if inner else [(name,)]
    return found


def invoke(*arguments: str, **environment: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200", **environment})
    return result.exit_code, result.output


def test_the_command_has_what_the_house_promises() -> None:
    names = {" ".join(command) for command in commands()}
    assert names >= {
        "demo",
        "run",
        "ingest",
        "read",
        "rebuild",
        "report",
        "explain",
        "publish",
        "diff",
        "status",
    }
    assert names >= {"serve", "sql", "backup", "restore", "backfill"}
    assert names >= {"config check", "sources list", "sources lint", "sources check", "sources add"}


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_help_of_every_command_has_an_example(command: tuple[str, ...]) -> None:
    code, output = invoke(*command, "--help")
    assert code == 0
    assert "Example: " in output
    assert " ".join(["nianbao", *command]) in output


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_help_says_all_that_was_written(command: tuple[str, ...]) -> None:
    """Rich and Markdown drop what they take for a tag."""
    found: click.Command = GROUP
    for name in command:
        found = found.commands[name]  # type: ignore[attr-defined]
    _, output = invoke(*command, "--help")
    shown = squeezed(output)
    for text in (found.help, *(getattr(one, "help", None) for one in found.params)):
        assert squeezed(text or "") in shown


def test_sources_named_in_examples_are_shipped(root: Path) -> None:
    told = "".join(invoke(*command, "--help")[1] for command in commands())
    told += "".join(
        (root / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md", "docs/sources.md")
    )
    named = {a or b for a, b in re.findall(r"--source ([a-z][\w-]*)|sources check ([a-z][\w-]*)", told)}
    assert named
    assert named <= {path.stem for path in (root / "sources").glob("*.yml")}


def squeezed(text: str) -> str:
    return re.sub(r"[`│\s]", "", text)


def test_version_is_that_of_the_package() -> None:
    assert invoke("--version") == (0, f"nianbao {version('nianbao')}\n")


def test_help_takes_less_than_a_second_of_work() -> None:
    begun = os.times()
    subprocess.run([sys.executable, "-m", "flows.cli", "--help"], check=True, capture_output=True)
    ended = os.times()
    assert ended.children_user + ended.children_system - begun.children_user - begun.children_system < 1


def test_a_second_run_ends_with_the_name_of_the_first(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    with run_lock(tmp_path, command="nianbao run"):
        done = subprocess.run(
            [sys.executable, "-m", "flows.cli", "run", "--home", str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode != 0
    assert f"process {os.getpid()}, started {time.strftime('%Y')}" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run"], "no such folder of sources"),
        (["sources", "check"], "no such folder of sources"),
        (["sources", "list"], "no such folder of sources"),
        (["sql", "SELECT 1"], "nianbao run"),
        (["ask", "2"], "nianbao run"),
        (["ask", "99"], "there is no question '99'"),
        (["ask", "8"], "--table population=FILE.csv"),
        (["ask", "2", "--set", "report_year"], "NAME=VALUE"),
        (["report"], "nianbao run"),
        (["diff"], "nianbao rebuild"),
        (["publish"], "nianbao rebuild"),
        (["explain"], "say which figure"),
        (["explain", "0a1b", "--org", "临江区"], "say which figure"),
        (["explain", "--org", "临江区"], "nianbao rebuild"),
        (["rebuild"], "holds nothing yet; `nianbao run` or `nianbao ingest` comes first"),
        (["backup", "none/backup.tar.gz"], "not there, so this would be no backup"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_an_empty_home_says_what_to_do(tmp_path: Path, arguments: list[str], words: str) -> None:
    missing = str(tmp_path / "sources")
    code, output = invoke(*arguments, "--home", str(tmp_path), NIANBAO_SOURCES=missing)
    assert code == 1
    assert words in output


@pytest.mark.parametrize(
    ("arguments", "file"),
    [
        (["explain", "--org", "临江区"], "warehouse"),
        (["publish"], "warehouse"),
        (["status"], "publish/latest"),
        (["report"], "publish/latest"),
        (["sql", "SELECT 1"], "publish/latest"),
        (["ask", "2"], "publish/latest"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_damaged_database_ends_in_the_way_to_make_it_again(
    tmp_path: Path, arguments: list[str], file: str
) -> None:
    (tmp_path / file).mkdir(parents=True)
    (tmp_path / file / "nianbao.duckdb").write_text("no database", encoding="utf-8")
    code, output = invoke(*arguments, "--home", str(tmp_path))
    assert code == 1
    assert "nianbao.duckdb" in output and "`nianbao rebuild`" in output


@pytest.mark.parametrize("line", ['{"run": {"run_id": "a"}}', '{"run": 3}', "[]", "no JSON"])
def test_a_line_of_the_journal_that_says_nothing_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "runs.jsonl").write_text(line + "\n", encoding="utf-8")
    code, output = invoke("status", "--home", str(tmp_path))
    assert code == 1
    assert "runs.jsonl: line 1" in output and "backup" in output


@pytest.mark.parametrize(
    "arguments",
    [
        ["status"],
        ["explain", "--org", "临江区"],
        ["diff"],
        ["report"],
        ["sql", "SELECT 1"],
        ["regions", "list"],
    ],
)
def test_looking_into_a_home_that_is_not_there_makes_none(tmp_path: Path, arguments: list[str]) -> None:
    invoke(*arguments, "--home", str(tmp_path / "mistyped"))
    assert not list(tmp_path.iterdir())


def test_a_defect_is_no_mistake_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What no person can mend keeps its traceback; a disk that takes nothing is told."""
    (tmp_path / "sources").mkdir()

    def broken(error: Exception, cause: Exception | None = None) -> Result:
        def run_night(*_: object, **__: object) -> None:
            raise error from cause

        monkeypatch.setattr("flows.night.run_night", run_night)
        return CliRunner().invoke(app, ["run", "--home", str(tmp_path)])

    for defect in (ValueError("a slip"), FileNotFoundError(errno.ENOENT, "none", "a")):
        assert broken(defect).exception is defect
    full, closed = (OSError(number, os.strerror(number), "a") for number in (errno.ENOSPC, errno.EROFS))
    for told, advice in (
        (broken(full), "make room"),
        (broken(ArchiveError("a: not written"), full), "make room"),
        (broken(duckdb.IOException("a: Could not write: No space left on device")), "make room"),
        (broken(closed), "let this user read and write there"),
    ):
        assert isinstance(told.exception, SystemExit)
        assert told.output.startswith("a: ") and advice in told.output and "run again" in told.output
    assert broken(ArchiveError("a: 403 Permission denied")).output.endswith("a: 403 Permission denied\n")


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    code, output = invoke("publish", "--home", str(tmp_path / "file" / "home"))
    assert code == 1 and str(tmp_path / "file") in output


def test_explain_prints_every_digit_of_a_figure(capsys: pytest.CaptureFixture[str]) -> None:
    evidence = Evidence(
        mention_key="k", organization_name="临江区", indicator_code="fines", indicator_name="罚没金额",
        report_year=2024, value=1234567, value_high=12345678.5, bound="range", unit="元",
        text_written="1234567至12345678.5元", sentence="罚没1234567至12345678.5元。", start_offset=2, end_offset=20,
        part=None, period="report_year", rule_id="r", release="1", url="https://www.linjiang.example/a.html",
        source_id="linjiang", captured_at=datetime(2025, 1, 2), resource_sha256="0", title=None, document_key="d",
        is_chosen=True, selection_reason="only_one", is_current=True,
    )  # fmt: skip
    proofs([Proof(evidence, None)])
    assert "= 1,234,567–12,345,678.5 元 [range]" in capsys.readouterr().out


@pytest.mark.parametrize(("path", "code"), [("nope.html", 2), ("empty", 1)])
def test_nothing_to_ingest_is_told_before_a_run_begins(tmp_path: Path, path: str, code: int) -> None:
    (tmp_path / "empty").mkdir()
    done, output = invoke("ingest", str(tmp_path / path), "--home", str(tmp_path / "home"))
    assert done == code and path in output
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("year", ["20", "20240", "two"])
def test_a_year_that_is_none_is_refused(tmp_path: Path, year: str) -> None:
    (tmp_path / "sources").mkdir()
    code, output = invoke("backfill", "--year", year, "--home", str(tmp_path))
    assert code == 2 and "--year" in output
    assert not (tmp_path / "archive").exists()


def test_ask_lists_the_questions_without_a_home() -> None:
    code, output = invoke("ask")
    assert code == 0
    assert "missed_the_deadline" in output


def test_status_of_an_empty_home_is_no_error(tmp_path: Path) -> None:
    code, output = invoke("status", "--home", str(tmp_path))
    assert code == 0
    assert "nothing is published yet" in output


def test_status_tells_a_run_that_goes_on_from_one_that_was_broken_off(tmp_path: Path) -> None:
    Journal(tmp_path / "archive" / "runs.jsonl").begin("night", datetime(2025, 3, 1, tzinfo=UTC))
    with run_lock(tmp_path, command="nianbao run"):
        _, output = invoke("status", "--home", str(tmp_path))
        assert f"process {os.getpid()}" in output and "running" in output
    before = sorted(tmp_path.rglob("*"))
    _, output = invoke("status", "--home", str(tmp_path))
    assert "process" not in output and "broken off" in output and "running" not in output
    assert sorted(tmp_path.rglob("*")) == before, "status only reads"


def test_a_run_that_is_interrupted_says_what_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("flows.night.run_night", interrupted)
    code, output = invoke("run", "--home", str(tmp_path))
    assert code == 130 and "what was archived stays" in output
    with run_lock(tmp_path):
        pass


def test_status_says_why_publishing_is_blocked(tmp_path: Path) -> None:
    failed = CheckResult("values_within_hard_bounds", "error", False, 1, "超过绝对上限")
    at = datetime(2025, 3, 1, 18, 0, tzinfo=UTC)
    write_blocked(tmp_path / "publish", run_id="run-9", code_version="1", at=at, checks=[failed])
    _, output = invoke("status", "--home", str(tmp_path))
    assert "2025-03-02 02:00" in output and "values_within_hard_bounds" in output and "超过绝对上限" in output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sources", "add", "https://www.linjiang.example/zwgk/"], "NIANBAO_COLLECTOR__CONTACT"),
        (["sources", "add", "http://127.0.0.1:9/zwgk/"], "dead_host"),
        (["sources", "add", "linjiang"], "give the column's as a browser shows it\n"),
        (["sources", "check", "linjiang"], "no such source: linjiang"),
        (["sources", "check", "--enable"], "wants the ids"),
    ],
    ids=lambda value: value[1] if isinstance(value, list) else "",
)
def test_sources_that_cannot_be_looked_at_say_why(tmp_path: Path, arguments: list[str], words: str) -> None:
    (tmp_path / "sources").mkdir()
    quick = {"NIANBAO_COLLECTOR__RETRIES": "0"}
    code, output = invoke(*arguments, "--home", str(tmp_path), **quick)
    assert code == 1
    assert words in output


@pytest.mark.parametrize("command", [["check"], ["lint"], ["check", "--offline"]], ids=" ".join)
def test_sources_check_names_file_line_and_field(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "gantang.yml").write_text("id: gantang\nname: 甘棠\nplatform: papyrus\n", "utf-8")
    code, output = invoke("sources", *command, "--home", str(tmp_path))
    assert code == 1
    assert "gantang.yml:3" in output
    assert "platform" in output


def test_a_source_is_added_accepted_checked_and_enabled_from_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    settings = {"NIANBAO_COLLECTOR__LOOPBACK_DELAY_SECONDS": "0", "NIANBAO_GAZETTEER": str(GAZETTEER)}

    def sources(*arguments: str) -> tuple[int, str]:
        return invoke("sources", *arguments, "--home", str(tmp_path), **settings)

    with DemoWeb() as web:
        url = next(entry["list_urls"][0] for entry in web.source_entries() if entry["platform"] == "vsb")
        code, output = sources("add", url)
        assert code == 0 and "法治政府建设年度报告" in output and "platform: vsb" in output
        assert "nothing was written" in output and not list((tmp_path / "sources").iterdir())
        code, output = sources("add", url, "--id", "luzhou", "--write")
        assert code == 0 and "luzhou.yml" in output
        code, output = sources("check", "luzhou")
        assert code == 1 and "nobody has accepted rows.json" in output
        rows = tmp_path / "sources" / "golden" / "luzhou" / "rows.json"
        rows.write_text(
            rows.read_text("utf-8").replace('"accepted": null', '"accepted": "2025-04-02"'), "utf-8"
        )
        code, output = sources("check", "luzhou", "--enable")
        assert code == 1 and "nothing_new" in output, "the reports of the demo are old"
        assert "status: unverified" in (tmp_path / "sources" / "luzhou.yml").read_text("utf-8")
        code, output = sources("check")
        assert code == 0 and "no source is enabled" in output
