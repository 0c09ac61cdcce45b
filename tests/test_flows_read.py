"""`nianbao read`: the stable interface, file by file."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from extractors.organisation import Gazetteer
from flows.cli import app
from flows.read_command import as_json, readings

STRING = {"type": ["string", "null"]}
DAY = {"type": ["string", "null"], "pattern": r"^\d{4}-\d{2}-\d{2}$"}
NUMBER = {"type": ["number", "null"]}
OFFSET = {"type": "integer", "minimum": 0}
PARTS = ("achievements", "problems", "first_responsible_person", "next_year_plan", "other")


def exactly(**properties: Any) -> dict[str, Any]:
    """An object with these fields and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def many(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


BOUND = {"enum": ["exact", "at_least", "at_most", "approx", "range"]}
SHAPE = exactly(
    file={"type": "string"},
    kind={"enum": ["detail", "list", "shell", "soft_404", "chrome", "empty", "undecodable", "file", "text"]},
    title=STRING,
    published_on=DAY,
    signed_on=DAY,
    report_year={"type": ["integer", "null"]},
    report_kind={"enum": ["rule_of_law", "open_government", "enforcement", "website", "other", "unknown"]},
    organization=exactly(
        name=STRING,
        status={"enum": ["resolved", "ambiguous", "unknown"]},
        region_code={"type": ["string", "null"], "pattern": r"^\d{9}$"},
        candidates=many({"type": "object"}),
    ),
    text={"type": "string"},
    paragraphs=many({"type": "string"}),
    tables=many(many(many({"type": "string"}))),
    attachments=many(exactly(name=STRING, url={"type": "string"}, kind=STRING, status={"type": "string"})),
    list_rows=many(exactly(title={"type": "string"}, url={"type": "string"}, date=DAY)),
    parts=exactly(
        **{
            part: {"anyOf": [{"type": "null"}, exactly(start=OFFSET, end=OFFSET, heading={"type": "string"})]}
            for part in PARTS
        }
    ),
    quantities=many(
        exactly(
            start=OFFSET,
            end=OFFSET,
            text={"type": "string"},
            value=NUMBER,
            value_high=NUMBER,
            unit=STRING,
            bound=BOUND,
        )
    ),
    facts=many(
        exactly(
            start=OFFSET,
            end=OFFSET,
            text={"type": "string"},
            code=STRING,
            value=NUMBER,
            value_high=NUMBER,
            unit=STRING,
            bound=BOUND,
            period={"enum": ["report_year", "prior_year", "cumulative", "multi_year", "plan", "as_of_date"]},
            is_explicit_zero={"type": "boolean"},
            part_of={"type": ["integer", "null"]},
            section=STRING,
        )
    ),
    issues=many(
        exactly(
            kind={"type": "string"},
            severity={"enum": ["info", "warning", "error"]},
            start={"type": ["integer", "null"]},
            end={"type": ["integer", "null"]},
            message={"type": "string"},
        )
    ),
)

REPORT = """甘棠市人民政府2024年法治政府建设年度报告
一、2024年推进法治政府建设的主要成效
全年办理行政复议案件1280件，罚没金额12.5万元，开展普法宣传80余场，无行政诉讼败诉案件。
二、存在的不足
基层执法力量仍显薄弱。
三、下一年度工作安排
2025年计划培训执法人员300人次。
"""
LIST = """<html><head><title>年度报告</title></head><body><ul class="list">
<li><a href="./202503/t1.html">甘棠市2024年法治政府建设年度报告</a><span>2025-03-01</span></li>
<li><a href="./202403/t2.html">甘棠市2023年法治政府建设年度报告</a><span>2024-03-05</span></li>
<li><a href="./202303/t3.html">甘棠市2022年法治政府建设年度报告</a><span>2023-03-07</span></li>
<li><a href="./202203/t4.html">甘棠市2021年法治政府建设年度报告</a><span>2022-03-09</span></li>
</ul></body></html>"""


def read_json(*arguments: str) -> tuple[int, list[dict[str, Any]]]:
    result = CliRunner().invoke(app, ["read", *arguments, "--json"])
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text(REPORT, encoding="utf-8")
    (tmp_path / "b.html").write_text(LIST, encoding="utf-8")
    return tmp_path


def test_every_line_has_exactly_the_agreed_shape(folder: Path) -> None:
    (folder / "c.docx").write_bytes(b"this is no docx")
    missing = folder / "missing.txt"
    code, lines = read_json(str(folder), str(missing))
    assert [Path(line["file"]).name for line in lines] == ["a.txt", "b.html", "c.docx", "missing.txt"]
    for line in lines:
        jsonschema.validate(line, SHAPE)
    assert code == 1


def test_offsets_lead_to_the_wording_in_the_file(folder: Path) -> None:
    code, (line,) = read_json(str(folder / "a.txt"))
    assert code == 0
    assert line["text"] == REPORT
    assert line["report_year"] == 2024
    assert line["quantities"]
    for figure in [*line["quantities"], *line["facts"]]:
        assert REPORT[figure["start"] : figure["end"]] == figure["text"]
    plan = line["parts"]["next_year_plan"]
    assert REPORT[plan["start"] : plan["end"]].startswith("三、下一年度工作安排")


def test_integral_numbers_are_printed_as_integers(folder: Path) -> None:
    result = CliRunner().invoke(app, ["read", str(folder / "a.txt"), "--json"])
    values = {quantity["text"]: quantity["value"] for quantity in json.loads(result.stdout)["quantities"]}
    assert values["1280件"] == 1280
    assert isinstance(values["1280件"], int)
    assert '"value": 1280,' in result.stdout


def test_list_rows_are_as_written_unless_a_base_is_given(folder: Path) -> None:
    _, (line,) = read_json(str(folder / "b.html"))
    assert line["list_rows"][0] == {
        "title": "甘棠市2024年法治政府建设年度报告",
        "url": "./202503/t1.html",
        "date": "2025-03-01",
    }
    _, (line,) = read_json(str(folder / "b.html"), "--url", "https://www.gantang.example/zwgk/index.html")
    assert line["list_rows"][0]["url"] == "https://www.gantang.example/zwgk/202503/t1.html"


def test_region_code_is_given_for_a_resolved_body_only(folder: Path) -> None:
    gazetteer = folder / "places.tsv"
    gazetteer.write_text(
        "code\tname\tparent\taliases\n990000000\t澜江省\t\t\n990100000\t甘棠市\t990000000\t\n",
        encoding="utf-8",
    )
    places = {"NIANBAO_GAZETTEER": str(gazetteer)}
    for environment, status, code in [(places, "resolved", "990100000"), ({}, "unknown", None)]:
        result = CliRunner().invoke(app, ["read", str(folder / "a.txt"), "--json"], env=environment)
        organization = json.loads(result.stdout)["organization"]
        assert (organization["status"], organization["region_code"]) == (status, code)


def test_an_unreadable_file_is_a_line_with_issues_and_exit_code_1(folder: Path) -> None:
    (folder / "broken.docx").write_bytes(b"PK\x03\x04 no archive")
    code, (line,) = read_json(str(folder / "broken.docx"))
    assert code == 1
    assert line["issues"]
    code, (line,) = read_json(str(folder / "none.html"))
    assert code == 1
    assert line["issues"][0]["severity"] == "error"


def test_stdout_holds_json_lines_only_and_a_readable_form_exists(folder: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "flows.cli",
            "read",
            str(folder / "a.txt"),
            str(folder / "none.txt"),
            "--json",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert [json.loads(line)["kind"] for line in done.stdout.splitlines()] == ["text", "undecodable"]
    assert "none.txt" in done.stderr
    assert done.returncode == 1
    readable = CliRunner().invoke(app, ["read", str(folder / "a.txt")])
    assert readable.exit_code == 0
    assert "1280" in readable.output


def test_an_archive_is_followed_by_its_members(folder: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "附件.zip", "w") as archive:
        archive.writestr("附件/a.txt", (folder / "a.txt").read_bytes())
    places = Gazetteer.load()
    alone, (outside, member) = (
        [as_json(reading, file) for file, reading in readings([path], places)]
        for path in (folder / "a.txt", tmp_path / "附件.zip")
    )
    assert (outside["kind"], outside["text"]) == ("file", "")
    assert member == alone[0] | {"file": f"{tmp_path / '附件.zip'}#附件/a.txt"}


def test_read_imports_neither_prefect_nor_dbt_nor_duckdb(folder: Path) -> None:
    code = (
        "import sys; sys.argv = ['nianbao', 'read', sys.argv[1], '--json']\n"
        "from flows.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(sorted({'prefect', 'dbt', 'duckdb', 'httpx'} & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder / "a.txt")], capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"
