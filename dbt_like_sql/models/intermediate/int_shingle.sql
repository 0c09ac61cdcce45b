{{ by_organization() }}
-- The shingles of every version of a rule-of-law report, hashed, white space out: as written, and with all numerals
-- and shared formulas masked, so that a text copied with new figures shows as a copy and a slogan does not.
-- depends_on: {{ ref('formula_phrase') }}
with texts as (
    select d.document_key, b.organization_key, {{ plain_name('r.text') }} as text
    from {{ ref('int_document_reading') }} as d
    inner join {{ ref('stg_reading') }} as r using (reading_id)
    inner join {{ ref('int_reading_body') }} as b using (document_reading_key)
    where d.is_latest and r.report_kind = 'rule_of_law' and {{ is_stale('b.organization_key') }}
),

masked as (
    select
        document_key,
        organization_key,
        text,
        regexp_replace(
            regexp_replace(text, '{{ formula_pattern() }}', '※', 'g'),
            '[0-9０-９〇零一二三四五六七八九十百千万亿]+([.．][0-9０-９]+)?', '#', 'g'
        ) as masked_text
    from texts
)

select
    document_key,
    organization_key,
    {{ shingles('text') }} as shingles,
    {{ shingles('masked_text') }} as masked_shingles
from masked
