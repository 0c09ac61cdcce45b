"""Local files: into the archive and the warehouse, explained, asked, reported, backed up."""

import io
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.cli import app
from flows.collector.archive import Archive
from flows.settings import load_settings

BODY = "甘棠市人民政府"
TEXT = (
    BODY
    + """2024年法治政府建设年度报告
一、2024年推进法治政府建设的主要成效
全年办理行政复议案件1280件。
"""
)
PAGE = f"""<html><head><meta charset="utf-8"><title>{BODY}2023年法治政府建设年度报告</title></head><body>
<h1>{BODY}2023年法治政府建设年度报告</h1><div class="article"><p>一、2023年推进法治政府建设的主要成效</p>
<p>全年办理行政复议案件1100件，比上年有所增加，各项工作按照计划有序推进，取得了较好的成效。</p></div></body></html>"""


def nianbao(home: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, [*arguments, "--home", str(home)], env={"COLUMNS": "250"})
    return result.exit_code, result.output


def write_warc(path: Path) -> None:
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True)
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
    record = writer.create_warc_record(
        "https://www.gantang.example/2023.html",
        "response",
        payload=io.BytesIO(PAGE.encode()),
        http_headers=headers,
        warc_headers_dict={"WARC-Date": "2024-03-05T01:02:03Z"},
    )
    writer.write_record(record)
    path.write_bytes(buffer.getvalue())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    (home / "sources").mkdir()
    (home / "places.tsv").write_text(
        "code\tname\tparent\n990000000\t澜江省\t\n990100000\t甘棠市\t990000000\n", encoding="utf-8"
    )
    (home / "nianbao.toml").write_text('gazetteer = "places.tsv"\n', encoding="utf-8")
    files = home / "files"
    files.mkdir()
    (files / "2024.txt").write_text(TEXT, encoding="utf-8")
    write_warc(files / "crawl.warc.gz")
    code, output = nianbao(home, "ingest", str(files))
    assert code == 0, output
    return home


def test_ingested_files_become_figures_with_their_origin(home: Path) -> None:
    code, output = nianbao(
        home,
        "sql",
        "--json",
        "SELECT report_year, value, url, captured_on FROM (SELECT y.*, d.url, d.valid_from::DATE AS captured_on "
        "FROM fct_indicator_yearly AS y JOIN dim_document AS d USING (document_key)) ORDER BY report_year",
    )
    assert code == 0, output
    earlier, later = (json.loads(line) for line in output.splitlines())
    assert (earlier["report_year"], earlier["value"]) == (2023, 1100)
    assert earlier["url"] == "https://www.gantang.example/2023.html"
    assert earlier["captured_on"] == "2024-03-05"
    assert (later["report_year"], later["value"]) == (2024, 1280)
    assert later["url"].startswith("file:")


def test_year_over_year_compares_them(home: Path) -> None:
    _, output = nianbao(home, "sql", "--json", "SELECT * FROM mart_indicator_yoy WHERE report_year = 2024")
    row = json.loads(output)
    assert (row["organization_name"], row["change"], row["is_comparable"]) == (BODY, 180, True)


def test_ingesting_again_adds_nothing(home: Path) -> None:
    before = _readings(home)
    code, output = nianbao(home, "ingest", str(home / "files"))
    assert code == 0
    assert "no difference to the published file" in output
    assert _readings(home) == before


def test_explain_leads_to_the_sentence_and_fails_on_other_bytes(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure = ("explain", "--org", "甘棠市", "--year", "2024")
    code, output = nianbao(home, *figure)
    assert code == 0, output
    for words in (
        "1280",
        "全年办理行政复议案件1280件。",
        "2024.txt",
        "sha256",
        "archived bytes say the same",
    ):
        assert words in output
    other = TEXT.replace("1280", "1290").encode()
    monkeypatch.setattr(Archive, "body", lambda self, sha256: other)
    code, output = nianbao(home, *figure)
    assert code == 1
    assert "not borne out" in output
    assert nianbao(home, "explain", "--org", "没有这个地方")[0] == 1


def test_sql_can_neither_change_nor_leave_the_published_file(home: Path, tmp_path: Path) -> None:
    for query in ("DELETE FROM readme", f"COPY readme TO '{tmp_path / 'out.csv'}'", "SELECT nonsense"):
        code, output = nianbao(home, "sql", query)
        assert code == 1
        assert output.strip()
    assert not (tmp_path / "out.csv").exists()


def test_of_two_questions_none_is_answered(home: Path) -> None:
    code, output = nianbao(home, "sql", "SELECT 11 AS one; SELECT 22 AS two")
    assert code == 1 and "2 statements" in output and "22" not in output
    assert nianbao(home, "sql", "SELECT 11 AS one;")[0] == 0


@pytest.mark.parametrize("query", ["", "  ", "/* nothing */"])
@pytest.mark.parametrize("form", [[], ["--json"]], ids=["table", "json"])
def test_no_question_is_answered_by_what_can_be_asked(home: Path, query: str, form: list[str]) -> None:
    code, output = nianbao(home, "sql", *form, query)
    assert code == 1
    assert "SHOW TABLES" in output


def test_what_is_no_number_is_null_in_json(home: Path) -> None:
    query = "SELECT 'inf'::double AS a, ['nan'::double, 1.5] AS b, {'x': '-inf'::float} AS c, DATE '2024-01-02' AS d"
    code, output = nianbao(home, "sql", "--json", query)
    assert code == 0
    assert output == '{"a": null, "b": [null, 1.5], "c": {"x": null}, "d": "2024-01-02"}\n'


def test_a_report_that_cannot_be_written_says_where(home: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    code, output = nianbao(home, "report", "--to", str(tmp_path / "file" / "report"))
    assert code == 1
    assert str(tmp_path / "file") in output and "--to" in output


def test_report_is_written_from_the_published_file(home: Path, tmp_path: Path) -> None:
    code, output = nianbao(home, "report", "--to", str(tmp_path))
    assert code == 0, output
    assert "1,280" in (tmp_path / "nianbao.html").read_text(encoding="utf-8")
    assert (tmp_path / "nianbao.xlsx").stat().st_size > 0
    code, output = nianbao(home, "report", "--to", str(tmp_path), "--org", "没有这个地方")
    assert code == 1


@pytest.mark.parametrize("code", ["reconsideration_cases", "F01"])
def test_a_report_is_narrowed_by_an_indicator_s_code_or_id(home: Path, tmp_path: Path, code: str) -> None:
    assert nianbao(home, "report", "--to", str(tmp_path), "--code", code)[0] == 0
    assert nianbao(home, "report", "--to", str(tmp_path), "--code", "A01")[0] == 1


def test_a_file_that_cannot_be_read_is_named_and_the_others_go_on(home: Path) -> None:
    broken = home / "broken.docx"
    broken.write_bytes(b"PK\x03\x04 no archive")
    none = home / "none.warc.gz"
    none.write_bytes(b"no WARC")
    code, output = nianbao(home, "ingest", str(broken), str(none), str(home / "files"))
    assert code == 1
    assert "broken.docx" in output and "none.warc.gz" in output
    with Archive(load_settings(home).archive) as archive:
        kept = [entry for entry in archive.readings() if entry.url.endswith("broken.docx")]
    assert kept[0].reading.issues, "the failure is an issue in the archive and the warehouse"


def test_backup_restores_into_an_empty_home_only(home: Path, tmp_path: Path) -> None:
    packed = tmp_path / "backup.tar.gz"
    assert nianbao(home, "backup", str(packed))[0] == 0
    fresh = tmp_path / "fresh"
    assert nianbao(fresh, "restore", str(packed))[0] == 0
    assert _readings(fresh) == _readings(home)
    code, output = nianbao(home, "restore", str(packed))
    assert code == 1
    assert "exists" in output


@pytest.mark.parametrize("place", ["archive/b.tar.gz", "sources/b.tar.gz", "nowhere/b.tar.gz", "archive"])
def test_a_backup_goes_neither_into_itself_nor_into_a_folder_that_is_not_there(
    home: Path, place: str
) -> None:
    before = sorted(home.rglob("*"))
    code, output = nianbao(home, "backup", str(home / place))
    assert code == 1 and str(home / place) in output
    assert [path for path in sorted(home.rglob("*")) if path not in before] == []


def test_a_backup_packs_what_a_linked_folder_holds(home: Path, tmp_path: Path) -> None:
    linked, packed, fresh = tmp_path / "linked", tmp_path / "backup.tar.gz", tmp_path / "fresh"
    shutil.copytree(home, linked)
    (linked / "archive").rename(tmp_path / "disk")
    (linked / "archive").symlink_to(tmp_path / "disk")
    assert nianbao(linked, "backup", str(packed))[0] == 0
    assert nianbao(fresh, "restore", str(packed))[0] == 0
    assert _readings(fresh) == _readings(home)


def test_restore_names_the_home_to_rebuild(home: Path, tmp_path: Path) -> None:
    packed, fresh = tmp_path / "backup.tar.gz", tmp_path / "fresh"
    assert nianbao(home, "backup", str(packed))[0] == 0
    assert f"nianbao rebuild --home {fresh}" in nianbao(fresh, "restore", str(packed))[1]
    assert "&& nianbao rebuild`" not in CliRunner().invoke(app, ["restore", "--help"]).output


@pytest.mark.parametrize("damage", ["cut off in the middle", "cut off early", "overwritten", "another file"])
def test_of_a_damaged_backup_nothing_is_restored_and_a_whole_one_still_can_be(
    home: Path, tmp_path: Path, damage: str
) -> None:
    packed, broken, fresh = tmp_path / "backup.tar.gz", tmp_path / "broken.tar.gz", tmp_path / "fresh"
    assert nianbao(home, "backup", str(packed))[0] == 0
    data = packed.read_bytes()
    half = len(data) // 2
    broken.write_bytes(
        {
            "cut off in the middle": data[:half],
            "cut off early": data[:30],
            "overwritten": data[:half] + bytes(200) + data[half + 200 :],
            "another file": TEXT.encode(),
        }[damage]
    )
    code, output = nianbao(fresh, "restore", str(broken))
    assert code == 1
    assert "no whole backup" in output and "fetch it again" in output
    assert [path.name for path in fresh.iterdir() if not path.name.endswith(".lock")] == []
    assert nianbao(fresh, "restore", str(packed))[0] == 0
    assert _readings(fresh) == _readings(home)


def test_restoring_keeps_what_the_home_has_besides_the_archive(home: Path, tmp_path: Path) -> None:
    packed, fresh = tmp_path / "backup.tar.gz", tmp_path / "fresh"
    assert nianbao(home, "backup", str(packed))[0] == 0
    (fresh / "sources").mkdir(parents=True)
    (fresh / "sources" / "own.yml").write_text("# own", encoding="utf-8")
    assert nianbao(fresh, "restore", str(packed))[0] == 0
    assert (fresh / "sources" / "own.yml").exists() and (fresh / "nianbao.toml").exists()


def _readings(home: Path) -> list[str]:
    with Archive(home / "archive") as archive:
        return [entry.reading_id for entry in archive.readings()]
