"""Decisions as files: read with their lines, refused with file, line and field, kept, backed up with the sources."""

from __future__ import annotations

import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.backup import BackupError, pack, unpack
from flows.decisions import Decisions, load_decisions
from flows.ingest import ingest
from flows.journal import Entry, Journal
from flows.rebuild import rebuild
from flows.settings import Settings, load_settings
from flows.steps import PlainSteps
from tests.flows_world import ask

SIGNED = "  reason: 电话核实\n  author: 编辑甲\n  decided_on: 2025-11-02\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "sources").mkdir()
    return load_settings(tmp_path)


def write(settings: Settings, name: str, text: str) -> None:
    path = settings.sources.parent / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def correction(**changes: str) -> str:
    fields = {"document": f'"{"0" * 32}"', "code": "disputes_mediated", "expected": "3400", "value": "340"}
    lines = "".join(f"  {name}: {value}\n" for name, value in (fields | changes).items())
    return "-" + lines[1:] + SIGNED


def test_each_decision_knows_its_file_and_line(settings: Settings) -> None:
    write(settings, "corrections/a.yml", correction() + correction(code="petitions", expected="null"))
    write(
        settings, "resolutions/b.yml", f'- sentence: "{"a" * 32}"\n  figure: 7件\n  code: petitions\n{SIGNED}'
    )
    write(settings, "takedowns/c.yml", f"- url: https://a.example/1\n{SIGNED}")
    decisions = load_decisions(settings)
    assert decisions.errors == ()
    assert [(row.kind, row.origin) for row in decisions.rows] == [
        ("correction", "corrections/a.yml:1"),
        ("correction", "corrections/a.yml:8"),
        ("resolution", "resolutions/b.yml:1"),
        ("takedown", "takedowns/c.yml:1"),
    ]
    assert [row.expected_value for row in decisions.rows[:2]] == [3400, None]


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        (correction(code="no_such_code"), 2, "0.code"),
        (correction(value="-1"), 4, "0.value"),
        (correction() + correction(document="short"), 8, "1.document"),
        (correction(surprise="1"), 5, "0.surprise"),
        (correction().replace("  author: 编辑甲\n", ""), 1, "0.author"),
        (correction() + correction(value="341"), 8, "1"),
        ("document: x\n", 1, ""),
        ("- [", 1, ""),
    ],
)
def test_a_mistake_names_file_line_and_field_and_the_file_counts_for_nothing(
    settings: Settings, text: str, line: int, field: str
) -> None:
    write(settings, "corrections/bad.yml", text)
    write(settings, "takedowns/good.yml", f"- url: https://a.example/1\n{SIGNED}")
    decisions = load_decisions(settings)
    error = decisions.errors[0]
    assert (Path(error.file).name, error.line, error.field) == ("bad.yml", line, field)
    assert decisions.rows[-1].kind == "takedown"


def test_without_folders_there_are_no_decisions(settings: Settings) -> None:
    assert load_decisions(settings).rows == ()


@pytest.mark.parametrize("loss", ["- url: [", "- url: https://a.example/1\n", None])
def test_while_a_file_or_folder_cannot_be_read_what_was_decided_in_it_holds_on(
    settings: Settings, loss: str | None
) -> None:
    write(settings, "takedowns/c.yml", takedown("https://a.example/1") + takedown("https://a.example/2"))
    write(settings, "takedowns/d.yml", takedown("https://a.example/3"))
    write(settings, "corrections/a.yml", correction())
    held = load_decisions(settings).rows
    write(settings, "corrections/a.yml", "[]")
    (settings.sources.parent / "takedowns" / "d.yml").unlink()
    if loss is None:
        (settings.sources.parent / "takedowns" / "c.yml").unlink()
        (settings.sources.parent / "takedowns").rmdir()
    else:
        write(settings, "takedowns/c.yml", loss)
    decisions = load_decisions(settings, held)
    assert [row.subject for row in decisions.rows] == [f"https://a.example/{i}" for i in (1, 2, 3)]
    assert all("takedowns" in error.file for error in decisions.errors) and decisions.errors


def test_a_file_that_can_be_read_is_the_truth_and_an_empty_folder_decides_nothing(settings: Settings) -> None:
    write(settings, "takedowns/c.yml", takedown("https://a.example/1") + takedown("https://a.example/2"))
    held = load_decisions(settings).rows
    write(settings, "takedowns/c.yml", takedown("https://a.example/2"))
    assert [row.subject for row in load_decisions(settings, held).rows] == ["https://a.example/2"]
    (settings.sources.parent / "takedowns" / "c.yml").unlink()
    assert load_decisions(settings, held) == Decisions((), ())


def test_what_was_taken_down_stays_so_wherever_the_next_run_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folders are found beside `sources`, by default in the current directory; a rebuild is such a run too."""
    report = tmp_path / "2024.txt"
    report.write_text(
        "甘棠市人民政府2024年法治政府建设年度报告\n全年办理行政复议案件1280件。\n", encoding="utf-8"
    )
    registry = tmp_path / "registry"
    (registry / "sources").mkdir(parents=True)
    (registry / "takedowns").mkdir()
    (registry / "takedowns" / "a.yml").write_text(takedown(report.as_uri()), encoding="utf-8")
    for folder in (registry, tmp_path):
        monkeypatch.chdir(folder)
        settings = load_settings(tmp_path / "home")
        summary = ingest(settings, [report], steps=PlainSteps())
        assert summary.derived.published is not None
        assert sentences(settings) == [(None,)]
    assert [problem for problem in summary.problems if "takedowns" in problem]
    rebuild(settings, steps=PlainSteps())
    assert sentences(settings) == [(None,)]


def sentences(settings: Settings) -> list[tuple[object, ...]]:
    return ask(settings.publish / "nianbao.duckdb", "SELECT sentence FROM fct_indicator_mention")


def takedown(url: str) -> str:
    return f"- url: {url}\n{SIGNED}"


def test_decisions_are_backed_up(settings: Settings, tmp_path: Path) -> None:
    settings.archive.mkdir()
    write(settings, "corrections/a.yml", correction())
    with tarfile.open(pack(settings, tmp_path / "backup.tar.gz")) as packed:
        assert "corrections/a.yml" in packed.getnames()


def test_a_backup_that_would_lack_what_the_home_knows_is_refused(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="archive"):
        pack(settings, tmp_path / "backup.tar.gz")
    write(settings, "takedowns/c.yml", takedown("https://a.example/1"))
    journal = Journal(settings.journal)
    run = journal.begin("night", datetime(2025, 11, 3, tzinfo=UTC))
    journal.note(Entry(run, decisions=load_decisions(settings).rows))
    elsewhere = settings.model_copy(update={"sources": tmp_path / "elsewhere" / "sources"})
    with pytest.raises(BackupError, match="takedowns"):
        pack(elsewhere, tmp_path / "backup.tar.gz")
    assert not (tmp_path / "backup.tar.gz").exists()


def test_the_places_a_home_has_of_its_own_are_backed_up_where_its_settings_look_for_them(
    tmp_path: Path,
) -> None:
    (tmp_path / "home" / "archive").mkdir(parents=True)
    (tmp_path / "home" / "nianbao.toml").write_text('gazetteer = "data/places.tsv"\n', encoding="utf-8")
    settings = load_settings(tmp_path / "home")
    with pytest.raises(BackupError, match="places"):
        pack(settings, tmp_path / "backup.tar.gz")
    places = tmp_path / "home" / "data" / "places.tsv"
    places.parent.mkdir()
    places.write_text("code\tname\tparent\n", encoding="utf-8")
    unpack(load_settings(tmp_path / "fresh"), pack(settings, tmp_path / "backup.tar.gz"))
    assert load_settings(tmp_path / "fresh").gazetteer == tmp_path / "fresh" / "data" / "places.tsv"
    assert (tmp_path / "fresh" / "data" / "places.tsv").exists()
