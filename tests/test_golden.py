"""Every platform's list pages read as a person has accepted them; a golden nobody accepted is no proof."""

import json
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
import yaml

from flows.collector.discovery.pages import Ask
from flows.collector.registry import Platform, Source
from flows.collector.survey import golden

GOLDEN = Path(__file__).resolve().parent / "golden"
FOLDERS = golden.folders(GOLDEN)
LIST = (
    "<ul><li><a href='/1.html'>临江区2024年法治政府建设年度报告</a><i>2025-01-20</i></li>"
    "<li><a href='/2.html'>临江区2023年法治政府建设年度报告</a><i>2024-01-20</i></li></ul>"
)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(GOLDEN)))
def test_a_golden_page_reads_as_accepted(folder: Path) -> None:
    assert [str(error) for error in golden.check(folder, make_rows=True)] == []


def test_every_platform_that_has_lists_has_a_golden_page() -> None:
    cases = [yaml.safe_load((folder / "case.yml").read_text(encoding="utf-8")) for folder in FOLDERS]
    assert {case["source"]["platform"] for case in cases} == set(get_args(Platform)) - {"urls"}


@pytest.fixture
def written(tmp_path: Path) -> Path:
    url = "https://www.linjiang.example/fzbg/"
    source = Source.model_validate(
        {"id": "linjiang", "name": "临江区", "platform": "static", "site_url": url, "list_urls": [url]}
    )
    folder = tmp_path / "linjiang"
    golden.write(folder, golden.Case.of(source, Ask(url), None, date(2025, 4, 1)), LIST.encode())
    return folder


def accept(folder: Path) -> None:
    file = folder / "rows.json"
    rows = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**rows, "accepted": "2025-04-02"}), encoding="utf-8")


def test_a_new_golden_fails_until_somebody_has_accepted_its_rows(written: Path) -> None:
    (error,) = golden.check(written)
    assert "nobody has accepted rows.json" in str(error)
    rows = json.loads((written / "rows.json").read_text(encoding="utf-8"))
    assert [row["listed_on"] for row in rows["rows"]] == ["2025-01-20", "2024-01-20"]
    accept(written)
    assert list(golden.check(written)) == []


def test_rows_taken_away_are_made_again_when_asked_for_and_have_to_be_accepted_again(written: Path) -> None:
    accept(written)
    (written / "rows.json").unlink()
    (error,) = golden.check(written)
    assert "sources lint --write" in str(error) and not (written / "rows.json").exists()
    (error,) = golden.check(written, make_rows=True)
    assert "nobody has accepted" in str(error) and (written / "rows.json").exists()


def test_a_page_that_reads_otherwise_than_accepted_is_an_error_that_names_the_rows(written: Path) -> None:
    accept(written)
    (written / "page.html").write_text(LIST.replace("2024-01-20", "2024-01-21"), encoding="utf-8")
    (error,) = golden.check(written)
    assert "rows differ: 1 missing, 1 new" in str(error) and "2024-01-21" in str(error)


def test_a_golden_that_is_broken_or_there_already_is_told(written: Path) -> None:
    for name, text in (
        ("page.xml", "<urlset/>"),
        ("rows.json", "[1"),
        ("rows.json", "1"),
        ("case.yml", "url: 1"),
    ):
        before = (written / name).read_bytes() if (written / name).exists() else None
        (written / name).write_text(text, encoding="utf-8")
        (error,) = golden.check(written)
        assert "cannot be read" in str(error), name
        (written / name).unlink() if before is None else (written / name).write_bytes(before)
    with pytest.raises(FileExistsError):
        source = Source.model_validate(
            {
                "id": "a",
                "name": "a",
                "platform": "urls",
                "site_url": "https://a.example/",
                "pages": [{"url": "b"}],
            }
        )
        golden.write(written, golden.Case.of(source, Ask("b"), None, date(2025, 4, 1)), b"")
