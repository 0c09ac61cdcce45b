-- One file a document links to, or a file in such an archive, with the latest answer to its address and what was read
-- there. A member of an archive is kept under the archive's address with a fragment.
with recursive read as (
    select source_id, url, reading_id, length(text) as text_length
    from {{ ref('stg_reading') }}
    qualify row_number() over (partition by source_id, url order by captured_at desc, read_at desc, reading_id) = 1
),

named as (
    select v.document_key, b.organization_key, v.source_id, a.url, a.name, a.kind
    from {{ ref('int_document_version') }} as v
    inner join {{ ref('int_document_reading') }} as d on v.document_key = d.document_key and d.is_latest
    inner join {{ ref('int_reading_body') }} as b using (document_reading_key)
    inner join {{ ref('stg_attachment') }} as a using (reading_id)
    where a.status = 'linked'
    union
    select n.document_key, n.organization_key, n.source_id, n.url || '#' || a.url, a.name, a.kind
    from named as n
    inner join read as r using (source_id, url)
    inner join {{ ref('stg_attachment') }} as a using (reading_id)
    where a.status = 'member'
),

answered as (
    select source_id, url, arg_max(outcome, started_at) as fetch_outcome, max(started_at) as last_asked_at
    from {{ ref('stg_attempt') }}
    group by source_id, url
),

current_document as (
    select source_id, url, document_key
    from {{ ref('dim_document') }}
    where is_current
    qualify row_number() over (partition by source_id, url order by valid_from desc, document_key) = 1
)

select
    {{ hash_key(['n.document_key', 'n.url']) }} as attachment_key,
    n.document_key,
    n.organization_key,
    n.name as attachment_name,
    n.url,
    n.kind as file_kind,
    a.fetch_outcome,
    a.last_asked_at,
    c.document_key as attachment_document_key,
    r.text_length as attachment_text_length
from named as n
left join answered as a using (source_id, url)
left join current_document as c using (source_id, url)
left join read as r using (source_id, url)
