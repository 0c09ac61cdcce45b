"""Open quantities keep their counted noun, and the most frequent ones are suggested as indicators."""

import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from extractors.report.facts import find_facts
from extractors.report.quantities import find_quantities
from extractors.report.structure import outline
from flows.cli import app


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("全镇共栽植树木1200株。", "树木"),
        ("新修乡村道路6.5公里。", "乡村道路"),
        ("购置消防车2台。", "消防车"),
        ("全县有15座水库。", "水库"),
        ("共48。", None),
    ],
)
def test_an_open_quantity_keeps_its_noun(text: str, noun: str | None) -> None:
    (fact,), _ = find_facts(text, outline(text), find_quantities(text), 2024)
    assert fact.code is None
    assert fact.subject == noun
    if noun is not None:
        assert text[fact.subject_start : fact.subject_end] == noun


def test_the_most_frequent_nouns_are_suggested_first(tmp_path: Path) -> None:
    for year, trees in ((2023, 800), (2024, 950)):
        text = (
            f"栗溪镇{year}年法治政府建设年度报告\n一、主要成效\n全年栽植树木{trees}株，调解矛盾纠纷30件。\n"
        )
        (tmp_path / f"{year}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "once.txt").write_text("新建水库2座，栽植树木20株。", encoding="utf-8")
    result = CliRunner().invoke(app, ["indicators", "suggest", str(tmp_path)], env={"COLUMNS": "160"})
    assert result.exit_code == 0
    assert suggested(result.output) == [["3", "3", "树木", "株"]]


def suggested(output: str) -> list[list[str]]:
    rows = [line.split("│")[1:5] for line in output.splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in row] for row in rows]


def test_what_an_archive_holds_is_counted_and_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "附件.zip", "w") as archive:
        for year in (2023, 2024):
            archive.writestr(f"{year}.txt", f"栗溪镇{year}年法治政府建设年度报告\n全年栽植树木{year}株。")
    (tmp_path / "broken.docx").write_bytes(b"PK\x03\x04 no archive")
    result = CliRunner().invoke(app, ["indicators", "suggest", str(tmp_path)], env={"COLUMNS": "160"})
    assert suggested(result.output) == [["2", "2", "树木", "株"]]
    assert result.exit_code == 1 and "broken.docx" in result.output
