"""Decisions as files: read with their lines, refused with file, line and field, backed up with the sources."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from flows.backup import pack
from flows.decisions import load_decisions
from flows.settings import Settings, load_settings

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


def test_decisions_are_backed_up(settings: Settings, tmp_path: Path) -> None:
    write(settings, "corrections/a.yml", correction())
    with tarfile.open(pack(settings, tmp_path / "backup.tar.gz")) as packed:
        assert "corrections/a.yml" in packed.getnames()
