"""What became of the files a page links to, and of those an archive holds; what is gone or taken down with a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extractors.records import Attachment, Document, Issue, Reading
from tests.warehouse_scenes import Told, attempt, body, load, night, reading, resource, seen, source
from warehouse.records import Attempt, DecisionRow, ReadingEntry
from warehouse.transform import build_models

Seen = tuple[Attempt, ReadingEntry]
HETAN = body("澄水县河滩镇人民政府", "990101106")
LIUPING = body("澄水县柳坪乡人民政府", "990101204")
FIGURES = [Told("调解矛盾纠纷", "42件", "disputes_mediated", 42)]
REPORT = reading(HETAN, 2024, FIGURES)
SCAN = Reading(Document("file", ""))
TABLE, PICTURE = "附件/表.xlsx", "图.pdf"
LEGACY = Reading(Document("file", ""), issues=(Issue("converted", "info", "extractor", "read from .docx"),))
SHELL, SHELLED = "http://shell/1", "http://shell/1.pdf"
FILES = [Attachment(name, f"http://ht/{name}", name.rsplit(".")[1]) for name in
         ("报告.docx", "扫描.pdf", "旧.doc", "新.pdf", "包.zip", "转.doc", "未转.doc")]  # fmt: skip
ARCHIVE = Reading(
    Document(
        "file",
        "",
        attachments=(
            Attachment("表.xlsx", TABLE, "xlsx", "member"),
            Attachment("图.pdf", PICTURE, "pdf", "member"),
        ),
    )
)


def archive_of(source_id: str) -> str:
    return f"http://{source_id}/包.zip"


def attached(source_id: str, url: str, content: Reading, page: str) -> Seen:
    fetched, read = seen(1, source_id, url, content, purpose="attachment")
    return replace(fetched, parent_url=page), read


def zipped(source_id: str, purpose: Any) -> list[Seen]:
    """An archive and what was taken out of it a minute later."""
    address = archive_of(source_id)
    inside = [
        seen(1, source_id, f"{address}#{name}", content, purpose="derived", minute=1)
        for name, content in ((TABLE, reading(HETAN, 2023, FIGURES)), (PICTURE, SCAN))
    ]
    taken = [
        (replace(fetched, parent_url=address, derived_from=resource(ARCHIVE)), read)
        for fetched, read in inside
    ]
    return [seen(1, source_id, address, ARCHIVE, purpose=purpose), *taken]


def first_night() -> list[Seen]:
    page = reading(HETAN, 2024, FIGURES, note="详见附件。")
    linking = replace(page, document=replace(page.document, attachments=tuple(FILES)))
    shell, of_shell = seen(1, "shell", SHELL, SCAN)
    shelled, read = seen(1, "shell", SHELLED, reading(HETAN, 2022, FIGURES, note="一"))
    return [
        seen(1, "ht", "http://ht/2024", linking),
        attached("ht", FILES[0].url, REPORT, "http://ht/2024"),
        attached("ht", FILES[1].url, SCAN, "http://ht/2024"),
        attached("ht", FILES[5].url, LEGACY, "http://ht/2024"),
        seen(1, "ht", f"{FILES[5].url}#docx", REPORT, purpose="derived", minute=1),
        attached("ht", FILES[6].url, LEGACY, "http://ht/2024"),
        *zipped("ht", "attachment"),
        *zipped("list", "detail"),
        *zipped("down", "detail"),
        (replace(shell, page_kind="shell"), of_shell),
        (replace(shelled, parent_url=SHELL), read),
        seen(1, "many", "http://many/2024", page),
        seen(1, "many", "http://many/2023", reading(HETAN, 2023, FIGURES)),
        attached(
            "many", "http://many/2024.pdf", reading(HETAN, 2024, FIGURES, note="二"), "http://many/2024"
        ),
        attached(
            "many", "http://many/2024.doc", reading(HETAN, 2024, FIGURES, note="三"), "http://many/2024"
        ),
        attached("many", "http://many/town.doc", reading(LIUPING, 2024, FIGURES), "http://many/2024"),
        *zipped("many", "detail"),
    ]


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """The warehouse as of two nights: when the archive of a list was gone, and when it was back."""
    folder = tmp_path_factory.mktemp("attachments")
    database = folder / "private.duckdb"
    brought, again = first_night(), resource(ARCHIVE)
    attempts = [fetched for fetched, _ in brought]
    gone = attempt(1, "ht", FILES[2].url, "gone", purpose="attachment")
    down = [
        DecisionRow("takedown", url, "", None, "应要求", "编辑", night(1).date(), f"t.yml:{number}")
        for number, url in enumerate((archive_of("down"), SHELL))
    ]
    sources = [source(name, HETAN.name) for name in ("ht", "list", "down", "shell", "many")]
    load(
        database,
        1,
        {"attempts": [*attempts, gone], "readings": [read for _, read in brought], "decisions": down},
        sources=sources,
    )
    states: dict[int, Path] = {}
    outcomes: tuple[Any, ...] = ("unchanged", "gone", "unchanged", "timeout")
    for number, outcome in enumerate(outcomes, 2):
        sha = again if outcome == "unchanged" else None
        load(database, number, {"attempts": [attempt(number, "list", archive_of("list"), outcome, sha=sha)]})
        if number in (3, 5):
            build_models(database)
            states[number] = folder / f"{number}.duckdb"
            states[number].write_bytes(database.read_bytes())
    return states


def at(database: Path, question: str) -> list[Any]:
    with duckdb.connect(str(database), read_only=True) as con:
        return con.execute(question).fetchall()


def test_every_attachment_tells_what_was_answered_and_what_was_read(nights: dict[int, Path]) -> None:
    found = at(
        nights[5],
        "SELECT attachment_name, file_kind, fetch_outcome, attachment_text_length, d.url "
        "FROM fct_attachment AS a LEFT JOIN dim_document AS d ON a.attachment_document_key = d.document_key "
        "WHERE a.url LIKE 'http://ht/%' AND a.document_key IS NOT NULL ORDER BY attachment_name",
    )
    length = len(REPORT.document.text)
    assert found == sorted(
        [
            ("报告.docx", "docx", "ok", length, FILES[0].url),
            ("扫描.pdf", "pdf", "ok", 0, None),
            ("旧.doc", "doc", "gone", None, None),
            ("新.pdf", "pdf", None, None, None),
            ("包.zip", "zip", "ok", 0, None),
            ("表.xlsx", "xlsx", "ok", length, f"{FILES[4].url}#{TABLE}"),
            ("图.pdf", "pdf", "ok", 0, None),
            ("转.doc", "doc", "ok", length, f"{FILES[5].url}#docx"),
            ("未转.doc", "doc", "ok", None, None),
        ]
    )


def test_members_of_an_archive_that_a_list_leads_to_are_attachments_of_no_document(
    nights: dict[int, Path],
) -> None:
    found = at(
        nights[3],
        "SELECT attachment_name, a.document_key, o.organization_name, a.url, fetch_outcome, attachment_text_length > 0 "
        "FROM fct_attachment AS a LEFT JOIN dim_organization AS o USING (organization_key) "
        "WHERE a.url LIKE 'http://list/%' ORDER BY attachment_name",
    )
    address = archive_of("list")
    assert found == [
        ("图.pdf", None, None, f"{address}#{PICTURE}", "gone", False),
        ("表.xlsx", None, HETAN.name, f"{address}#{TABLE}", "gone", True),
    ]
    assert at(
        nights[3], "SELECT count(*) FROM fct_attachment WHERE url LIKE 'http://ht/%' AND document_key IS NULL"
    ) == [(0,)]


def test_members_are_gone_with_their_archive_and_seen_again_with_it(nights: dict[int, Path]) -> None:
    state = (
        "SELECT version_number, is_available, last_seen_at::DATE, gone_at::DATE FROM dim_document "
        "WHERE source_id = 'list'"
    )
    assert at(nights[3], state) == [(1, False, night(2).date(), night(3).date())]
    assert at(nights[5], state) == [(1, True, night(4).date(), None)]


def test_what_is_taken_down_without_a_text_of_its_own_takes_its_files_with_it(
    nights: dict[int, Path],
) -> None:
    down = at(nights[3], "SELECT url FROM int_taken_down JOIN dim_document USING (document_key) ORDER BY url")
    inside = f"{archive_of('down')}#{TABLE}"
    assert (inside,) in down and (SHELLED,) in down
    assert at(nights[3], "SELECT DISTINCT decision_status FROM fct_decision") == [("live",)]
    names = at(
        nights[3],
        "SELECT attachment_name FROM fct_attachment JOIN int_taken_down_row ON row_key = attachment_key ORDER BY ALL",
    )
    assert names == [("图.pdf",), ("表.xlsx",)]


def test_a_report_is_one_however_many_files_of_a_page_give_it(nights: dict[int, Path]) -> None:
    """Of a page with its copies the report of its body and of another one, another page, a member of an archive."""
    assert at(nights[3], "SELECT reports FROM rpt_source_health WHERE source_id = 'many'") == [(4,)]
