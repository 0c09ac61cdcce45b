"""The data dictionary of a published file, rendered from the comments it carries."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from extractors.codebook import load_codebook
from extractors.report.lexicon import load_lexicon

_EXAMPLES = 3
"""Sentences printed for an indicator."""


@dataclass(frozen=True, slots=True)
class ColumnEntry:
    name: str
    type: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class TableEntry:
    name: str
    zh: str
    en: str
    columns: tuple[ColumnEntry, ...]


def split_description(comment: str | None) -> tuple[str, str]:
    """`中文 | English` as its two halves; a half that is missing is empty."""
    zh, _, en = (comment or "").partition(" | ")
    return zh, en


def read_dictionary(database: Path) -> tuple[TableEntry, ...]:
    """All tables of a DuckDB file with their columns, in both languages, by name and position."""
    with duckdb.connect(str(database), read_only=True) as con:
        tables = con.execute(
            "SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal ORDER BY table_name"
        ).fetchall()
        columns = con.execute(
            "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal "
            "ORDER BY table_name, column_index"
        ).fetchall()
    return tuple(
        TableEntry(
            name,
            *split_description(comment),
            tuple(
                ColumnEntry(column, kind, *split_description(text))
                for owner, column, kind, text in columns
                if owner == name
            ),
        )
        for name, comment in tables
    )


def write_dictionary(database: Path, folder: Path) -> None:
    """Write `dictionary.json` and `dictionary.md` (for people) for `database` into `folder`.

    The second also tells of every indicator what it counts and in what words reports state it.
    """
    tables = read_dictionary(database)
    data = json.dumps([asdict(table) for table in tables], ensure_ascii=False, indent=2)
    folder.joinpath("dictionary.json").write_text(data + "\n", encoding="utf-8")
    lines = ["# 数据字典 Data dictionary", ""]
    for table in tables:
        lines += [f"## {table.name}", "", table.zh, "", table.en, ""]
        lines += ["| 列 column | 类型 type | 说明 | Meaning |", "|---|---|---|---|"]
        lines += [f"| {c.name} | {c.type} | {c.zh} | {c.en} |" for c in table.columns]
        lines.append("")
    lines += _indicators()
    folder.joinpath("dictionary.md").write_text("\n".join(lines), encoding="utf-8")


def _indicators() -> list[str]:
    """The codebook as a table, with sentences of the lexicon that each indicator is read in."""
    codebook = load_codebook()
    lines = [
        "## 指标 Indicators",
        "",
        "| id | code | 指标 | Indicator | 单位 unit | kind | 说明 note | 例句 wording |",
    ]
    lines.append("|---|---|---|---|---|---|---|---|")
    for entry in sorted(load_lexicon().entries, key=lambda entry: codebook[entry.code].id):
        indicator = codebook[entry.code]
        worded = [example.text for example in entry.examples if example.value is not None]
        cells = (
            *(
                indicator.id,
                indicator.code,
                indicator.name_zh,
                indicator.name_en,
                indicator.unit,
                indicator.kind,
            ),
            *(indicator.excludes_or_note, " ".join(worded[:_EXAMPLES])),
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return [*lines, ""]
