{{ by_organization() }}
select
    m.mention_key,
    m.document_key,
    m.organization_key,
    m.report_year,
    m.indicator_code,
    m.value,
    m.value_high,
    m.bound,
    m.unit,
    m.unit_written,
    m.text_written,
    m.subject,
    m.period,
    m.period_year,
    m.as_of_on,
    m.part,
    whole.mention_key as part_of_mention_key,
    earlier.mention_key as repeats_mention_key,
    m.is_headline,
    m.is_explicit_zero,
    m.growth,
    m.sentence,
    m.start_offset,
    m.end_offset,
    {{ hash_key(['m.release', 'm.rule_id']) }} as extractor_key,
    m.rule_id,
    m.release,
    m.confidence,
    m.known_from,
    m.known_to,
    m.is_current,
    s.mention_key is not null as is_suppressed,
    t.document_reading_key is not null as is_sentence_suppressed
from {{ ref('int_mention') }} as m
left join {{ ref('int_mention') }} as whole
    on m.document_reading_key = whole.document_reading_key and m.part_of = whole.fact_index
    and {{ is_stale('whole.organization_key') }}
left join {{ ref('int_mention') }} as earlier
    on m.document_reading_key = earlier.document_reading_key and m.repeats = earlier.fact_index
    and {{ is_stale('earlier.organization_key') }}
left join {{ ref('int_suppressed_mention') }} as s on m.mention_key = s.mention_key
left join {{ ref('int_suppressed_sentence') }} as t
    on m.document_reading_key = t.document_reading_key and m.sentence_start_offset = t.sentence_start_offset
where m.indicator_code is not null and {{ is_stale('m.organization_key') }}
