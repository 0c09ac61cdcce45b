"""Sentences that the reports of many bodies share: measured, so that sharing them is no copying.

A sentence is compared without white space and with # for each numeral. A formula stands in the reports of many bodies
of several provinces; what one county copies from another stays text of its own.
"""

from __future__ import annotations

import duckdb

from warehouse.records import FormulaRow

_SHORTEST = 8
"""Characters: shorter ones are headings, and less than one shingle of the comparison."""

_MEASURE = r"""
WITH newest AS (
    SELECT reading_id, organization_region_code AS body
    FROM raw_reading
    WHERE report_kind = 'rule_of_law' AND organization_status = 'resolved'
    QUALIFY row_number() OVER (
        PARTITION BY source_id, url ORDER BY captured_at DESC, read_at DESC, reading_id
    ) = 1
),
said AS (
    SELECT DISTINCT n.body, regexp_replace(
        regexp_replace(s.text, '\s+', '', 'g'),
        '[0-9０-９〇零一二三四五六七八九十百千万亿]+([.．][0-9０-９]+)?', '#', 'g'
    ) AS sentence
    FROM newest AS n
    INNER JOIN raw_sentence AS s USING (reading_id)
)
SELECT sentence, count(*)::integer AS bodies, count(DISTINCT left(body, 2))::integer AS provinces
FROM said
WHERE length(sentence) >= $shortest
GROUP BY sentence
HAVING bodies >= greatest($bodies, $share * (SELECT count(DISTINCT body) FROM newest)) AND provinces >= $provinces
ORDER BY bodies DESC, sentence
"""


def measure_formulas(
    con: duckdb.DuckDBPyConnection, *, bodies: int, provinces: int, share: float
) -> list[FormulaRow]:
    """The formulas of a private warehouse's newest reports, those of most bodies first: sentences of at least so many
    `bodies` of so many `provinces`, and of this `share` (0 to 1) of the bodies measured.
    """
    wanted = {"bodies": bodies, "provinces": provinces, "share": share, "shortest": _SHORTEST}
    return [FormulaRow(*row) for row in con.execute(_MEASURE, wanted).fetchall()]
