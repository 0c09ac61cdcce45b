{{ by_organization() }}
-- The shingles of every version of a rule-of-law report, hashed, white space out: as written, and with all numerals
-- and shared formulas masked (those known from laws, and whole sentences measured to recur), so that a text copied with
-- new figures shows as a copy and a slogan does not.
-- depends_on: {{ ref('formula_phrase') }}
with reports as (
    select d.document_key, d.reading_id, b.organization_key, {{ plain_name('r.text') }} as text
    from {{ ref('int_document_reading') }} as d
    inner join {{ ref('stg_reading') }} as r using (reading_id)
    inner join {{ ref('int_reading_body') }} as b using (document_reading_key)
    where d.is_latest and r.report_kind = 'rule_of_law' and {{ is_stale('b.organization_key') }}
),

sentences as (
    select distinct r.document_key, {{ plain_name('s.text') }} as sentence
    from reports as r
    inner join {{ ref('stg_sentence') }} as s using (reading_id)
    where exists (from {{ ref('stg_formula') }})
),

formulas as (
    select s.document_key, list(s.sentence order by length(s.sentence) desc, s.sentence) as sentences
    from sentences as s
    semi join {{ ref('stg_formula') }} as f on {{ without_numerals('s.sentence') }} = f.sentence
    group by s.document_key
),

texts as (
    select
        r.document_key,
        r.organization_key,
        r.text,
        list_reduce(
            list_prepend(r.text, coalesce(f.sentences, [])), lambda text, formula: replace(text, formula, '※')
        ) as telling_text
    from reports as r
    left join formulas as f using (document_key)
),

masked as (
    select
        document_key,
        organization_key,
        text,
        {{ without_numerals("regexp_replace(telling_text, '" ~ formula_pattern() ~ "', '※', 'g')") }} as masked_text
    from texts
)

select
    document_key,
    organization_key,
    {{ shingles('text') }} as shingles,
    {{ shingles('masked_text') }} as masked_shingles
from masked
