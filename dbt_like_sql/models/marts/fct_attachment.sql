-- One file a document links to, or a file in an archive, with the latest answer to its address and what was read there.
-- A member of an archive is kept under the archive's address with a fragment, and is answered where the archive is; in
-- an archive that a list leads to it is the file of no document. What a legacy Word file says is read in its conversion.
with recursive conversions as (
    select reading_id from {{ ref('stg_issue') }} where kind = 'converted'
),

read as (
    select source_id, url, reading_id, length(text) as text_length,
        case when reading_id in (from conversions) then url || '#docx' else url end as text_url
    from {{ ref('stg_reading') }}
    qualify row_number() over (partition by source_id, url order by captured_at desc, read_at desc, reading_id) = 1
),

linked as (
    select v.document_key, b.organization_key, v.source_id, a.url, a.name, a.kind
    from {{ ref('int_document_version') }} as v
    inner join {{ ref('int_document_reading') }} as d on v.document_key = d.document_key and d.is_latest
    inner join {{ ref('int_reading_body') }} as b using (document_reading_key)
    inner join {{ ref('stg_attachment') }} as a using (reading_id)
    where a.status = 'linked'
),

listed as (
    select distinct source_id, url from {{ ref('stg_attempt') }} where purpose in ('detail', 'ingest') and outcome = 'ok'
    except
    select source_id, url from linked
),

named as (
    select * from linked
    union
    select null, null, r.source_id, r.url || '#' || a.url, a.name, a.kind
    from listed
    inner join read as r using (source_id, url)
    inner join {{ ref('stg_attachment') }} as a using (reading_id)
    where a.status = 'member'
    union
    select n.document_key, n.organization_key, n.source_id, n.url || '#' || a.url, a.name, a.kind
    from named as n
    inner join read as r using (source_id, url)
    inner join {{ ref('stg_attachment') }} as a using (reading_id)
    where a.status = 'member'
),

addresses as (
    select distinct source_id, url, {{ with_files_around('url') }} as address
    from named
),

answered as (
    select n.source_id, n.url, arg_max(a.outcome, a.started_at) as fetch_outcome, max(a.started_at) as last_asked_at
    from addresses as n
    inner join {{ ref('stg_attempt') }} as a on n.source_id = a.source_id and n.address = a.url
    group by n.source_id, n.url
),

current_document as (
    select source_id, url, document_key, organization_key
    from {{ ref('dim_document') }}
    where is_current
    qualify row_number() over (partition by source_id, url order by valid_from desc, document_key) = 1
)

select
    {{ hash_key(["coalesce(n.document_key, n.source_id)", 'n.url']) }} as attachment_key,
    n.document_key,
    coalesce(n.organization_key, c.organization_key) as organization_key,
    n.name as attachment_name,
    n.url,
    n.kind as file_kind,
    a.fetch_outcome,
    a.last_asked_at,
    c.document_key as attachment_document_key,
    t.text_length as attachment_text_length
from named as n
left join answered as a using (source_id, url)
left join read as r using (source_id, url)
left join read as t on r.source_id = t.source_id and r.text_url = t.url
left join current_document as c on r.source_id = c.source_id and r.text_url = c.url
