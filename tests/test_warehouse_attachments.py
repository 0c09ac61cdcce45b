"""What became of the files a page links to, and of those an archive holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb

from extractors.records import Attachment, Document, Reading
from tests.warehouse_scenes import Told, attempt, body, load, reading, seen, source
from warehouse.transform import transform

HETAN = body("澄水县河滩镇人民政府", "990101106")
SITE, PAGE = "ht", "http://ht/2024"
FIGURES = [Told("调解矛盾纠纷", "42件", "disputes_mediated", 42)]


def linking(content: Reading, *attachments: Attachment) -> Reading:
    return replace(content, document=replace(content.document, attachments=attachments))


def test_every_attachment_tells_what_was_answered_and_what_was_read(tmp_path: Path) -> None:
    files = [Attachment(name, f"http://ht/{name}", name.rsplit(".")[1]) for name in
             ("报告.docx", "扫描.pdf", "旧.doc", "新.pdf", "包.zip")]  # fmt: skip
    archive = Reading(
        Document("file", "", attachments=(Attachment("表.xlsx", "附件/表.xlsx", "xlsx", "member"),))
    )
    report = reading(HETAN, 2024, FIGURES)
    brought = [
        seen(1, SITE, PAGE, linking(reading(HETAN, 2024, FIGURES, note="详见附件。"), *files)),
        seen(1, SITE, files[0].url, report, purpose="attachment"),
        seen(1, SITE, files[1].url, Reading(Document("file", "")), purpose="attachment"),
        seen(1, SITE, files[4].url, archive, purpose="attachment"),
        seen(1, SITE, f"{files[4].url}#附件/表.xlsx", reading(HETAN, 2023, FIGURES), purpose="derived"),
    ]
    gone = attempt(1, SITE, files[2].url, "gone", purpose="attachment")
    database = tmp_path / "private.duckdb"
    load(
        database,
        1,
        {"attempts": [*(fetched for fetched, _ in brought), gone], "readings": [read for _, read in brought]},
        sources=[source(SITE, HETAN.name)],
    )
    transform(database)
    with duckdb.connect(str(database), read_only=True) as con:
        found = con.execute(
            "SELECT attachment_name, file_kind, fetch_outcome, attachment_text_length, d.url "
            "FROM fct_attachment AS a LEFT JOIN dim_document AS d ON a.attachment_document_key = d.document_key "
            "ORDER BY attachment_name"
        ).fetchall()
    assert found == sorted(
        [
            ("报告.docx", "docx", "ok", len(report.document.text), files[0].url),
            ("扫描.pdf", "pdf", "ok", 0, None),
            ("旧.doc", "doc", "gone", None, None),
            ("新.pdf", "pdf", None, None, None),
            ("包.zip", "zip", "ok", 0, None),
            ("表.xlsx", "xlsx", "ok", len(report.document.text), f"{files[4].url}#附件/表.xlsx"),
        ]
    )
