-- One issue of one page. It opens when the first reading that has it became known and closes when no current
-- reading has it any more.
with settled as (
    select document_reading_key, start_offset from {{ ref('int_mention') }} where rule_id = 'resolution'
),

found as (
    select
        v.page_key,
        d.document_key,
        v.source_id,
        i.kind as issue_kind,
        i.severity,
        i.owner,
        i.message,
        i.start_offset,
        i.end_offset,
        d.known_from,
        d.known_to,
        v.first_run_id,
        case when s.text is not null then {{ sentence_hash('s.text') }} end as sentence_hash,
        t.document_reading_key is not null as is_suppressed
    from {{ ref('stg_issue') }} as i
    inner join {{ ref('int_document_reading') }} as d using (reading_id)
    inner join {{ ref('int_document_version') }} as v using (document_key)
    left join {{ ref('stg_sentence') }} as s
        on i.reading_id = s.reading_id and i.start_offset >= s.start_offset and i.start_offset < s.end_offset
    left join {{ ref('int_suppressed_sentence') }} as t
        on d.document_reading_key = t.document_reading_key and s.start_offset = t.sentence_start_offset
    anti join settled as e
        on d.document_reading_key = e.document_reading_key
        and i.kind = 'ambiguous_indicator'
        and i.start_offset = e.start_offset
),

conflicts as (
    select
        d.page_key,
        y.document_key,
        d.source_id,
        y.selection_reason as issue_kind,
        'warning' as severity,
        'publisher' as owner,
        y.indicator_code || ' ' || y.report_year || '：' || y.candidate_values as message,
        null::integer as start_offset,
        null::integer as end_offset,
        y.known_from,
        y.known_to,
        null as first_run_id,
        null as sentence_hash,
        y.is_suppressed
    from {{ ref('fct_indicator_yearly') }} as y
    inner join {{ ref('dim_document') }} as d using (document_key)
    where y.has_conflict
),

above_hundred as (
    select
        d.page_key,
        m.document_key,
        d.source_id,
        'rate_above_100' as issue_kind,
        'warning' as severity,
        'publisher' as owner,
        m.indicator_code || ' ' || m.text_written as message,
        m.start_offset,
        m.end_offset,
        m.known_from,
        m.known_to,
        null as first_run_id,
        null as sentence_hash,
        false as is_suppressed
    from {{ ref('fct_indicator_mention') }} as m
    inner join {{ ref('dim_document') }} as d using (document_key)
    where m.unit = '%' and m.value > 100 and m.growth is null
)

select
    {{ hash_key(['page_key', 'issue_kind', 'message', 'start_offset']) }} as issue_key,
    page_key,
    arg_max(document_key, known_from) as document_key,
    any_value(source_id) as source_id,
    issue_kind,
    arg_max(severity, known_from) as severity,
    arg_max(owner, known_from) as owner,
    message,
    start_offset,
    arg_max(end_offset, known_from) as end_offset,
    min(known_from) as opened_at,
    case when count(*) = count(known_to) then max(known_to) end as closed_at,
    count(*) > count(known_to) as is_open,
    arg_min(first_run_id, known_from) as opened_run_id,
    arg_max(sentence_hash, known_from) as sentence_hash,
    bool_or(is_suppressed) as is_suppressed
from (from found union all from conflicts union all from above_hundred)
group by page_key, issue_kind, message, start_offset
