"""Idempotent bulk load of one night into the raw tables: the same input twice adds nothing.

Rows travel as newline-delimited JSON in a temporary folder and enter in one transaction, so a killed load
leaves the file as it was.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from extractors.codebook import Indicator
from extractors.records import Reading, Sentence
from warehouse.records import Attempt, DecisionRow, FormulaRow, ReadingEntry, RegionRow, RunRow, SourceRow
from warehouse.schema import RawTable, Warehouse, quoted, raw_schema

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """Rows added to each raw table by one load."""

    added: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.added.values())


def load_night(
    warehouse: Warehouse,
    *,
    run: RunRow,
    sources: Iterable[SourceRow] = (),
    attempts: Iterable[Attempt] = (),
    readings: Iterable[ReadingEntry] = (),
    codebook: Iterable[Indicator] = (),
    regions: Iterable[RegionRow] = (),
    decisions: Iterable[DecisionRow] | None = None,
    formulas: Iterable[FormulaRow] | None = None,
    observed_at: datetime | None = None,
) -> LoadSummary:
    """Bring one night into the raw tables in one transaction and say how many rows each table gained.

    `readings` may hold entries already loaded; they are skipped by id. `decisions` and `formulas`, where given, are
    all there are; None leaves those held. Sources, codebook and regions hold from `observed_at` (else the run's
    start) and replace what was said for that very moment. Raises ValueError for a timestamp without a zone and
    duckdb.Error where a value does not fit its column.
    """
    con = warehouse.con
    known = {row[0] for row in con.execute("SELECT reading_id FROM raw_reading").fetchall()}
    observed = {"observed_at": observed_at or run.started_at}
    mirrored: Mapping[str, Iterable[Any] | None] = {"raw_decision": decisions, "raw_formula": formulas}
    with tempfile.TemporaryDirectory(prefix="nianbao-load-") as folder:
        files = _Files(Path(folder))
        files.write("raw_run", [asdict(run)])
        files.write("raw_source", (asdict(source) | observed for source in sources))
        files.write("raw_indicator", (_indicator_row(entry) | observed for entry in codebook))
        files.write("raw_region", (asdict(region) | observed for region in regions))
        for name, given in mirrored.items():
            files.write(name, (asdict(row) for row in given or ()))
        files.write("raw_attempt", (asdict(attempt) for attempt in attempts))
        for entry in readings:
            if entry.reading_id not in known:
                known.add(entry.reading_id)
                for table, rows in reading_rows(entry).items():
                    files.write(table, rows)
        files.close()
        con.begin()
        try:
            for name in (name for name, given in mirrored.items() if given is not None):
                _forget_others(con, name, files.paths[name])
            added = {name: _merge(con, name, path) for name, path in files.paths.items()}
            con.commit()
        except BaseException:
            con.rollback()
            raise
    return LoadSummary(added)


def text_hash(text: str) -> str:
    """sha256 of the text under the frozen normaliser: NFKC, all white space out. Equal hash, same version.

    Never improve it in passing: a change here re-cuts every version chain.
    """
    normal = "".join(unicodedata.normalize("NFKC", text).split())
    return hashlib.sha256(normal.encode("utf-8")).hexdigest()


def reading_rows(entry: ReadingEntry) -> dict[str, list[Row]]:
    """One reading as rows of the raw tables: itself, its sections, sentences, quantities, facts, issues."""
    reading = entry.reading
    sentence_at = _locator(reading.sentences)
    text = reading.document.text
    children: dict[str, list[Row]] = {
        "raw_reading": [_reading_row(entry)],
        "raw_section": [
            _span(section) | {"level": section.level, "heading": section.heading, "part": section.part}
            for section in reading.sections
        ],
        "raw_sentence": [
            _span(sentence) | {"section_index": sentence.section, "text": text[sentence.start : sentence.end]}
            for sentence in reading.sentences
        ],
        "raw_quantity": [
            _span(quantity) | _fields(quantity) | {"sentence_index": sentence_at(quantity.start)}
            for quantity in reading.quantities
        ],
        "raw_fact": [
            _span(fact) | _fields(fact) | {"sentence_index": sentence_at(fact.start), "part": fact.section}
            for fact in reading.facts
        ],
        "raw_attachment": [asdict(attachment) for attachment in reading.document.attachments],
        "raw_issue": [
            _span(issue) | _fields(issue) for issue in dict.fromkeys(reading.document.issues + reading.issues)
        ],
    }
    for table, rows in children.items():
        index = f"{table.removeprefix('raw_')}_index"
        if table != "raw_reading":
            children[table] = [
                {"reading_id": entry.reading_id, index: position, **row} for position, row in enumerate(rows)
            ]
    return children


def _reading_row(entry: ReadingEntry) -> Row:
    reading, document, body = entry.reading, entry.reading.document, entry.reading.organisation
    return {
        "reading_id": entry.reading_id,
        "source_id": entry.source_id,
        "url": entry.url,
        "resource_sha256": entry.resource_sha256,
        "captured_at": entry.captured_at,
        "release": entry.release,
        "read_at": entry.read_at,
        "document_kind": document.kind,
        "text": document.text,
        "text_hash": text_hash(document.text),
        "title": document.title,
        "published_on": document.published_on,
        "written_on": document.written_on,
        "signed_on": document.signed_on,
        "publisher": document.publisher,
        "content_source": document.content_source,
        "index_number": document.index_number,
        "document_number": document.document_number,
        "topic": document.topic,
        "validity": document.validity,
        "column_name": document.column_name,
        "site_code": document.site_code,
        "platform": document.platform,
        **_understood(reading),
        "organization_name": body.name,
        "organization_status": body.status,
        "organization_region_code": body.region_code,
        "organization_level": body.level,
        "organization_kind": body.kind,
        "organization_candidates": [f"{c.region_code or ''} {c.name}".strip() for c in body.candidates],
        "organization_evidence": list(body.evidence),
    }


def _indicator_row(entry: Indicator) -> dict[str, Any]:
    return {
        "indicator_id": entry.id,
        "code": entry.code,
        "name_zh": entry.name_zh,
        "name_en": entry.name_en,
        "theme": entry.theme,
        "unit": entry.unit,
        "kind": entry.kind,
        "several": entry.several,
        "is_sensitive": entry.sensitive,
        "note": entry.excludes_or_note or None,
    }


def _understood(reading: Reading) -> Row:
    return {
        "report_kind": reading.report_kind,
        "report_year": reading.report_year,
        "data_cutoff": reading.data_cutoff,
    }


def _fields(record: Any) -> dict[str, Any]:
    return {name: value for name, value in asdict(record).items() if name not in ("start", "end", "section")}


def _span(record: Any) -> dict[str, Any]:
    return {"start_offset": record.start, "end_offset": record.end}


def _locator(sentences: Sequence[Sentence]) -> Any:
    order = sorted(range(len(sentences)), key=lambda index: sentences[index].start)
    starts = [sentences[index].start for index in order]

    def sentence_at(offset: int) -> int | None:
        found = bisect_right(starts, offset) - 1
        if found < 0 or offset >= sentences[order[found]].end:
            return None
        return order[found]

    return sentence_at


class _Files:
    """One newline-delimited JSON file per raw table; keys must be columns of the table."""

    def __init__(self, folder: Path) -> None:
        self.paths = {name: folder / f"{name}.ndjson" for name in raw_schema().tables}
        self._handles = {name: path.open("w", encoding="utf-8") for name, path in self.paths.items()}

    def write(self, table: str, rows: Iterable[Row]) -> None:
        columns = raw_schema().tables[table].columns
        for row in rows:
            unknown = row.keys() - columns.keys()
            if unknown:
                raise ValueError(f"{table}: unknown columns {sorted(unknown)}")
            self._handles[table].write(json.dumps(dict(row), ensure_ascii=False, default=_encode) + "\n")

    def close(self) -> None:
        for handle in self._handles.values():
            handle.close()


def _encode(value: object) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"timestamp without a zone: {value.isoformat()}")
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"cannot load a {type(value).__name__}: {value!r}")


def _merge(con: duckdb.DuckDBPyConnection, name: str, path: Path) -> int:
    if path.stat().st_size == 0:
        return 0
    table = raw_schema().tables[name]
    con.execute(f"CREATE OR REPLACE TEMP TABLE incoming AS {_incoming(name, path)}")
    before = _count(con, name)
    if table.mode == "replace":
        con.execute(f"DELETE FROM {name} WHERE EXISTS (FROM incoming AS i WHERE {_same_key(table, name)})")
    if table.mode == "history":
        other = f"{name}.observed_at = i.observed_at AND NOT ({_same_content(table, name)})"
        con.execute(
            f"DELETE FROM {name} WHERE EXISTS (FROM incoming AS i WHERE {_same_key(table, name)} AND {other})"
        )
    con.execute(
        f"INSERT INTO {name} SELECT i.* FROM incoming AS i WHERE NOT EXISTS ({_already(table, name)})"
    )
    con.execute("DROP TABLE incoming")
    return _count(con, name) - before


def _incoming(name: str, path: Path) -> str:
    columns = raw_schema().tables[name].columns
    types = ", ".join(f'"{column}": {quoted(spec.type)}' for column, spec in columns.items())
    return (
        f"SELECT DISTINCT * FROM read_json({quoted(str(path))}, format = 'newline_delimited', "
        f"maximum_object_size = 268435456, columns = {{{types}}})"
    )


def _forget_others(con: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    """Leave only the rows of a mirrored table that are given again just so."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE kept AS FROM {name} INTERSECT {_incoming(name, path)}")
    con.execute(f"DELETE FROM {name}")
    con.execute(f"INSERT INTO {name} FROM kept")
    con.execute("DROP TABLE kept")


def _already(table: RawTable, name: str) -> str:
    if table.mode != "history":
        return f"FROM {name} WHERE {_same_key(table, name)}"
    key = ", ".join(table.key)
    newest = (
        f"SELECT * FROM {name} QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY observed_at DESC) = 1"
    )
    return (
        f"FROM ({newest}) AS newest WHERE {_same_key(table, 'newest')} AND {_same_content(table, 'newest')}"
    )


def _same_key(table: RawTable, alias: str) -> str:
    return " AND ".join(f"{alias}.{column} IS NOT DISTINCT FROM i.{column}" for column in table.key)


def _same_content(table: RawTable, alias: str) -> str:
    content = [column for column in table.columns if column not in (*table.key, "observed_at")]
    return " AND ".join(f"{alias}.{column} IS NOT DISTINCT FROM i.{column}" for column in content)


def _count(con: duckdb.DuckDBPyConnection, name: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {name}").fetchone()
    assert row is not None
    return int(row[0])
