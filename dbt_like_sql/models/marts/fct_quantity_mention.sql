{{ by_organization() }}
with facts as (
    select distinct document_reading_key, start_offset, end_offset
    from {{ ref('int_mention') }}
    where indicator_code is not null and {{ is_stale('organization_key') }}
)

select
    {{ hash_key(['d.document_reading_key', 'q.quantity_index']) }} as quantity_key,
    d.document_key,
    b.organization_key,
    q.value,
    q.value_high,
    q.bound,
    q.unit,
    q.per,
    q.text as text_written,
    q.is_zero_form,
    f.document_reading_key is not null as is_in_codebook,
    s.text as sentence,
    q.start_offset,
    q.end_offset,
    d.release,
    t.document_reading_key is not null as is_suppressed
from {{ ref('stg_quantity') }} as q
inner join {{ ref('int_document_reading') }} as d on q.reading_id = d.reading_id and d.is_latest
inner join {{ ref('int_reading_body') }} as b using (document_reading_key)
left join {{ ref('stg_sentence') }} as s
    on q.reading_id = s.reading_id and q.sentence_index = s.sentence_index
left join facts as f
    on d.document_reading_key = f.document_reading_key
    and q.start_offset = f.start_offset
    and q.end_offset = f.end_offset
left join {{ ref('int_suppressed_sentence') }} as t
    on d.document_reading_key = t.document_reading_key and s.start_offset = t.sentence_start_offset
where {{ is_stale('b.organization_key') }}
