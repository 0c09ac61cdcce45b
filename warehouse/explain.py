"""From a figure back to its sentence: one query over the private warehouse, for the flows to re-read
the bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from warehouse.schema import Warehouse


@dataclass(frozen=True, slots=True)
class Evidence:
    """One figure and where it stands. Offsets count code points of the document text; times are naive UTC.

    `value` is in `unit`, the codebook's; `text_written` is the report's own wording. `is_chosen` says whether
    this mention carries the yearly value; `selection_reason` why there is one, or none.
    """

    mention_key: str
    organization_name: str | None
    indicator_code: str
    indicator_name: str | None
    report_year: int | None
    value: float | None
    value_high: float | None
    bound: str
    unit: str | None
    text_written: str
    sentence: str | None
    start_offset: int
    end_offset: int
    part: str | None
    period: str
    rule_id: str
    release: str
    url: str
    source_id: str
    captured_at: datetime
    resource_sha256: str
    title: str | None
    document_key: str
    is_chosen: bool
    selection_reason: str | None
    is_current: bool


_EVIDENCE = """
SELECT m.mention_key, o.organization_name, m.indicator_code, i.indicator_name, m.report_year,
    m.value, m.value_high, m.bound, m.unit, m.text_written, m.sentence, m.start_offset, m.end_offset,
    m.part, m.period, m.rule_id, m.release, d.url, d.source_id, d.valid_from AS captured_at,
    d.resource_sha256, d.title, m.document_key,
    (y.value IS NOT NULL AND (
        y.mention_key = m.mention_key OR y.selection_reason = 'sum_of_members'
        OR (y.selection_reason = 'stated_total_in_members' AND m.is_headline)
    )) IS TRUE AS is_chosen,
    y.selection_reason, m.is_current
FROM fct_indicator_mention AS m
INNER JOIN dim_document AS d USING (document_key)
LEFT JOIN dim_organization AS o ON m.organization_key = o.organization_key
LEFT JOIN dim_indicator AS i ON m.indicator_code = i.indicator_code AND i.is_current
LEFT JOIN fct_indicator_yearly AS y
    ON y.is_current AND list_contains(y.candidate_mention_keys, m.mention_key)
"""


def explain(
    warehouse: Warehouse,
    *,
    key: str | None = None,
    organization: str | None = None,
    indicator: str | None = None,
    report_year: int | None = None,
) -> tuple[Evidence, ...]:
    """Every mention behind a figure, chosen ones first.

    Either `key` (a mention_key, yearly_key or yoy_key, or the beginning of one) or any of `organization`
    (part of a name), `indicator` (code, id or part of a name) and `report_year`. Raises ValueError when
    nothing is asked for.
    """
    if key is not None:
        return _rows(warehouse.con, _by_key(), [key] * 4)
    conditions, parameters = ["m.is_current"], list[object]()
    if organization is not None:
        conditions.append("contains(o.organization_name, ?)")
        parameters.append(organization)
    if indicator is not None:
        conditions.append("(m.indicator_code = ? OR i.indicator_id = ? OR contains(i.indicator_name, ?))")
        parameters += [indicator] * 3
    if report_year is not None:
        conditions.append("m.report_year = ?")
        parameters.append(report_year)
    if not parameters:
        raise ValueError("explain needs a key, or an organization, an indicator or a report year")
    return _rows(warehouse.con, " AND ".join(conditions), parameters)


def _by_key() -> str:
    """A yearly figure is all its candidates; a year-over-year row those of both its years."""
    return """starts_with(m.mention_key, ?) OR m.mention_key IN (
        SELECT unnest(candidate_mention_keys) FROM fct_indicator_yearly WHERE starts_with(yearly_key, ?)
        UNION
        SELECT unnest(c.candidate_mention_keys)
        FROM mart_indicator_yoy AS yoy
        INNER JOIN fct_indicator_yearly AS c
            ON c.is_current AND c.organization_key = yoy.organization_key
            AND c.indicator_code = yoy.indicator_code
            AND c.report_year IN (yoy.report_year, yoy.previous_year)
        WHERE starts_with(yoy.yoy_key, ?)
        UNION
        SELECT mention_key FROM fct_indicator_mention WHERE starts_with(document_key, ?)
    )"""


def _rows(
    con: duckdb.DuckDBPyConnection, condition: str, parameters: Sequence[object]
) -> tuple[Evidence, ...]:
    order = "ORDER BY m.indicator_code, m.report_year, is_chosen DESC, m.known_from, m.start_offset"
    cursor = con.execute(f"{_EVIDENCE} WHERE {condition} {order}", list(parameters))
    names = [column[0] for column in cursor.description]
    return tuple(Evidence(**_named(names, row)) for row in cursor.fetchall())


def _named(names: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(names, row, strict=True))
