{{ by_organization() }}
-- Every fact of every reading that was ever current, with its sentence and its document.
select
    {{ hash_key(['d.document_reading_key', 'f.fact_index']) }} as mention_key,
    d.document_reading_key,
    f.fact_index,
    d.document_key,
    b.organization_key,
    b.report_year,
    b.report_kind,
    coalesce(f.code, p.indicator_code) as indicator_code,
    f.start_offset,
    f.end_offset,
    f.text as text_written,
    f.value,
    f.value_high,
    f.bound,
    coalesce(p.unit, f.unit) as unit,
    f.unit_written,
    f.subject,
    f.period,
    f.period_year,
    f.as_of as as_of_on,
    f.part,
    f.part_of,
    f.repeats,
    f.is_headline,
    f.is_explicit_zero,
    f.growth,
    f.change_of,
    case when p.indicator_code is not null then 'resolution' else f.rule end as rule_id,
    f.confidence,
    s.text as sentence,
    s.start_offset as sentence_start_offset,
    d.release,
    d.known_from,
    d.known_to,
    d.is_current,
    case when year(coalesce(f.as_of, r.data_cutoff)) = r.report_year
        and coalesce(f.as_of, r.data_cutoff) < make_date(r.report_year, 12, 31)
        then coalesce(f.as_of, r.data_cutoff)
    end as cutoff_on
from {{ ref('stg_fact') }} as f
inner join {{ ref('int_document_reading') }} as d using (reading_id)
inner join {{ ref('stg_reading') }} as r using (reading_id)
inner join {{ ref('int_reading_body') }} as b using (document_reading_key)
left join {{ ref('stg_sentence') }} as s
    on f.reading_id = s.reading_id and f.sentence_index = s.sentence_index
left join {{ ref('int_resolved_fact') }} as p
    on f.reading_id = p.reading_id and f.fact_index = p.fact_index and p.decided_at <= d.known_from
where {{ is_stale('b.organization_key') }}
