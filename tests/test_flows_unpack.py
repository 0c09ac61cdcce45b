"""Archives and legacy Word files: what comes out of them is archived, read and leads back to them."""

from __future__ import annotations

import io
import subprocess
import time
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import docx
import pytest

from flows import converter
from flows.collector.archive import Archive
from flows.collector.intake import blank_attempt
from flows.converter import ConversionError, Converter
from flows.readings import Origin
from flows.rebuild import rebuild
from flows.settings import Settings, load_settings
from flows.steps import PlainSteps
from flows.unpack import Unpacker
from tests.flows_world import ask
from tests.test_flows_ingest import nianbao

TITLE = "甘棠市人民政府{year}年法治政府建设年度报告"


def report(year: int, cases: int) -> bytes:
    word = docx.Document()
    for line in (
        TITLE.format(year=year),
        f"一、{year}年推进法治政府建设的主要成效",
        f"全年办理行政复议案件{cases}件。",
    ):
        word.add_paragraph(line)
    buffer = io.BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def legacy(tmp_path_factory: pytest.TempPathFactory, office: str) -> bytes:
    """The report of 2021 in Word's binary format."""
    folder = tmp_path_factory.mktemp("legacy")
    (folder / "a.docx").write_bytes(report(2021, 210))
    subprocess.run(
        [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "doc",
         "--outdir", str(folder), str(folder / "a.docx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return (folder / "a.doc").read_bytes()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    home = tmp_path / "home"
    (home / "sources").mkdir(parents=True)
    (home / "places.tsv").write_text(
        "code\tname\tparent\n990000000\t澜江省\t\n990100000\t甘棠市\t990000000\n", encoding="utf-8"
    )
    (home / "nianbao.toml").write_text('gazetteer = "places.tsv"\n', encoding="utf-8")
    return load_settings(home)


def ingested(settings: Settings, path: Path, data: bytes) -> tuple[int, str]:
    path.write_bytes(data)
    return nianbao(settings.home, "ingest", str(path))


def values(settings: Settings) -> list[tuple[int, float]]:
    return ask(
        settings.publish / "nianbao.duckdb",
        "SELECT report_year, value FROM fct_indicator_yearly "
        "WHERE indicator_code = 'reconsideration_cases' AND is_current ORDER BY ALL",
    )


def test_members_and_conversions_become_figures_that_lead_back(
    settings: Settings, tmp_path: Path, legacy: bytes
) -> None:
    inner = zipped({"2023.docx": report(2023, 230)})
    archive = zipped(
        {"附件/2022.docx": report(2022, 220), "内.zip": inner, "附件/2021.doc": legacy, "图.png": b"x"}
    )
    path = tmp_path / "附件.zip"
    code, output = ingested(settings, path, archive)
    assert code == 0, output
    assert values(settings) == [(2021, 210), (2022, 220), (2023, 230)]
    taken = ask(
        settings.database, "SELECT url, parent_url FROM raw_attempt WHERE purpose = 'derived' ORDER BY url"
    )
    address = path.as_uri()
    assert taken == [
        (f"{address}#内.zip", address),
        (f"{address}#内.zip#2023.docx", f"{address}#内.zip"),
        (f"{address}#附件/2021.doc", address),
        (f"{address}#附件/2021.doc#docx", f"{address}#附件/2021.doc"),
        (f"{address}#附件/2022.docx", address),
    ]
    code, output = nianbao(settings.home, "explain", "--org", "甘棠", "--code", "F01", "--year", "2021")
    assert code == 0 and "2021.doc#docx" in output
    assert rebuild(settings, steps=PlainSteps()).ok
    assert values(settings) == [(2021, 210), (2022, 220), (2023, 230)]


CLOCK = datetime(2025, 3, 1, tzinfo=UTC)


def held(archive: Archive, name: str, data: bytes) -> Origin:
    """A file in the archive as `ingest` puts it there."""
    url = f"file:///files/{name}"
    at = CLOCK + timedelta(hours=len(list(archive.attempts())))
    sha256 = archive.add(data, url=url, at=at)
    attempt = blank_attempt("local", "run", "ingest", url, at)
    archive.log_attempt(replace(attempt, outcome="ok", page_kind="file", resource_sha256=sha256))
    return ("local", url, sha256)


def unpacked(archive: Archive, converter: Converter | None, *origins: Origin) -> list[tuple[str, str]]:
    made = Unpacker(archive, converter, "run", lambda: CLOCK + timedelta(days=1)).unpack(origins)
    return [(attempt.url.partition("#")[2], attempt.outcome) for attempt in made]


def test_a_member_that_is_no_longer_in_the_archive_is_gone(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        first = held(archive, "附件.zip", zipped({"a.docx": report(2022, 220), "b.docx": report(2023, 230)}))
        assert unpacked(archive, None, first) == [("a.docx", "ok"), ("b.docx", "ok")]
        assert unpacked(archive, None, first) == []
        second = held(archive, "附件.zip", zipped({"a.docx": report(2022, 221)}))
        assert unpacked(archive, None, second) == [("a.docx", "ok")]
        newest = {attempt.url: attempt.outcome for attempt in archive.attempts()}
    assert newest["file:///files/附件.zip#b.docx"] == "gone"


def test_without_a_converter_a_legacy_file_waits_for_one(tmp_path: Path, legacy: bytes) -> None:
    with Archive(tmp_path) as archive:
        origin = held(archive, "报告.doc", legacy)
        assert unpacked(archive, None, origin) == [("docx", "error")]
        assert unpacked(archive, None, origin) == []
        waiting = list(archive.attempts())[-1]
        assert "install LibreOffice" in (waiting.evidence or "")
        assert unpacked(archive, Converter.find()) == [("docx", "ok")]
        assert unpacked(archive, None) == []


class Broken(Converter):
    """A converter that fails on every file."""

    def convert(self, data: bytes, suffix: str) -> bytes:
        raise ConversionError("nothing came out")


def test_a_conversion_that_failed_is_not_tried_again_by_the_same_converter(
    tmp_path: Path, legacy: bytes
) -> None:
    with Archive(tmp_path) as archive:
        origin = held(archive, "报告.doc", legacy)
        assert unpacked(archive, Broken("none", "Office 1"), origin) == [("docx", "error")]
        assert unpacked(archive, Broken("none", "Office 1")) == []
        assert unpacked(archive, Broken("none", "Office 2")) == [("docx", "error")]


def test_a_broken_file_is_an_error_of_the_converter_not_a_crash(office: str) -> None:
    found = Converter.find()
    assert found is not None and found.program == office
    with pytest.raises(ConversionError):
        found.convert(b"", "no-such-format")


def test_a_conversion_that_takes_too_long_leaves_nothing_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = tmp_path / "child"
    program = tmp_path / "office"
    program.write_text(f"#!/bin/sh\nsleep 60 &\necho $! > {started}\nwait\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(converter, "_SECONDS", 1)
    with pytest.raises(ConversionError, match="not finished"):
        Converter(str(program), "Office 1").convert(b"", "docx")
    deadline = time.monotonic() + 5
    while is_running(started.read_text(encoding="utf-8").strip()):
        assert time.monotonic() < deadline, "its child runs on"
        time.sleep(0.05)


def is_running(pid: str) -> bool:
    try:
        return ") Z " not in Path("/proc", pid, "stat").read_text(encoding="utf-8")
    except OSError:
        return False
