"""The registry reads ten-line files and names file, line and field of what it cannot use."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.collector import registry
from flows.collector.registry import Source, SourceError, load_sources

ENTRY = """\
id: linjiang
name: 临江区 法治政府建设年度报告
platform: trs
site_url: https://www.linjiang.example/
list_urls: [https://xxgk.linjiang.example/fzzf/index.html]
organization: 临江区人民政府
region_code: "990102000"
expected_years: [2022, 2023, 2024]
minimum_documents: 3
"""


def load(folder: Path, **files: str) -> tuple[list[Source], list[SourceError]]:
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return load_sources(folder)


def test_a_ten_line_entry_is_a_source_with_its_row_and_hint(tmp_path: Path) -> None:
    (source,), errors = load(tmp_path, linjiang=ENTRY)
    assert errors == []
    assert source.allowed_hosts == {"www.linjiang.example", "xxgk.linjiang.example"}
    row = source.row()
    assert (row.source_id, row.platform, row.region_code, row.enabled) == (
        "linjiang",
        "trs",
        "990102000",
        True,
    )
    assert row.expected_years == (2022, 2023, 2024) and row.minimum_documents == 3
    hint = source.hint("临江区2024年报告")
    assert (hint.body, hint.region_code, hint.listed_title) == (
        "临江区人民政府",
        "990102000",
        "临江区2024年报告",
    )


def test_the_digest_of_an_entry_follows_its_fields_and_not_its_comments(tmp_path: Path) -> None:
    (one,), _ = load(tmp_path, a=ENTRY)
    (same,), _ = load(tmp_path, a="# 站点已核对\n" + ENTRY)
    (other,), _ = load(tmp_path, a=ENTRY.replace("minimum_documents: 3", "minimum_documents: 4"))
    assert one.row().entry_sha256 == same.row().entry_sha256 != other.row().entry_sha256


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "message"),
    [
        ("platform: trs", "platform: drupal", 3, "platform", "Input should be"),
        ('"990102000"', "990102000", 7, "region_code", "valid string"),
        ("2023", "next", 8, "expected_years.1", "valid integer"),
        ("minimum_documents: 3", "minimum_document: 3", 9, "minimum_document", "not permitted"),
        ("name: 临江区 法治政府建设年度报告\n", "", 1, "name", "Field required"),
        ("https://xxgk.linjiang.example/fzzf", "ftp://xxgk.linjiang.example", 5, "list_urls", "http"),
        ("minimum_documents: 3", "status: paused", 1, "", "needs a reason"),
        ("minimum_documents: 3", "title_pattern: '(法治'", 9, "title_pattern", "regular expression"),
        ("minimum_documents: 3", "name: 又一个", 9, "name", "given twice"),
        ("platform: trs", "platform: sitemap", 1, "", "needs url_pattern"),
        ("platform: trs", "platform: json", 1, "", "needs json_list.rows"),
        ("name: 临江区", "name: [临江区", 3, "", "not YAML"),
        (
            "minimum_documents: 3",
            "selectors: {row: li,\n  colour: red}",
            10,
            "selectors.colour",
            "not permitted",
        ),
    ],
)
def test_an_error_names_file_line_and_field_and_stops_only_that_source(
    tmp_path: Path, old: str, new: str, line: int, field: str, message: str
) -> None:
    assert old in ENTRY
    good = ENTRY.replace("id: linjiang", "id: yunxi")
    sources, errors = load(tmp_path, a_bad=ENTRY.replace(old, new, 1), b_good=good)
    assert [source.id for source in sources] == ["yunxi"]
    assert [(Path(error.file).name, error.line, error.field) for error in errors] == [
        ("a_bad.yml", line, field)
    ]
    assert message in errors[0].message
    assert str(errors[0]).startswith(f"{tmp_path / 'a_bad.yml'}:{line}: ")


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words"])
def test_a_file_that_is_no_mapping_is_an_error(tmp_path: Path, text: str) -> None:
    sources, errors = load(tmp_path, a=text)
    assert sources == [] and errors[0].message == "not a mapping of fields"


def test_bytes_that_are_no_text_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes("name: 临江区".encode("gbk"))
    sources, errors = load_sources(tmp_path)
    assert sources == [] and "not YAML" in errors[0].message


def test_of_two_files_with_one_id_neither_is_used(tmp_path: Path) -> None:
    sources, errors = load(tmp_path, a=ENTRY, b=ENTRY, c=ENTRY.replace("id: linjiang", "id: yunxi"))
    assert [source.id for source in sources] == ["yunxi"]
    assert [(Path(error.file).name, error.line, error.field) for error in errors] == [
        ("a.yml", 1, "id"),
        ("b.yml", 1, "id"),
    ]


def test_a_folder_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no such folder"):
        load_sources(tmp_path / "none")


def test_the_example_in_the_documentation_is_a_source(tmp_path: Path) -> None:
    lines = (registry.__doc__ or "").splitlines()
    example = "\n".join(line.removeprefix("    ") for line in lines if line.startswith("    "))
    (source,), errors = load(tmp_path, example=example)
    assert errors == [] and source.status == "unverified" and len(example.splitlines()) <= 12
