{{ by_organization() }}
-- Tracked terms that a report uses, with the first sentence that does.
with reports as (
    select d.document_key, r.document_reading_key, r.reading_id, d.organization_key, d.report_year
    from {{ ref('dim_document') }} as d
    inner join {{ ref('int_document_reading') }} as r on d.document_key = r.document_key and r.is_latest
    where d.report_kind = 'rule_of_law' and d.is_current and d.is_canonical and {{ is_stale('d.organization_key') }}
),

used as (
    select
        r.*,
        t.term,
        count(distinct s.sentence_index)::integer as mention_count,
        arg_min(s.text, s.start_offset) as sentence,
        min(s.start_offset) as start_offset
    from reports as r
    inner join {{ ref('stg_sentence') }} as s using (reading_id)
    inner join {{ ref('tracked_term') }} as t on contains(s.text, t.wording)
    group by all
)

select
    {{ hash_key(['u.document_key', 'u.term']) }} as term_mention_key,
    u.term,
    u.document_key,
    u.organization_key,
    u.report_year,
    u.mention_count,
    u.sentence,
    u.start_offset,
    x.document_reading_key is not null as is_sentence_suppressed
from used as u
left join {{ ref('int_suppressed_sentence') }} as x
    on u.document_reading_key = x.document_reading_key and u.start_offset = x.sentence_start_offset
