with latest as (
    select v.*, d.reading_id, d.release, b.organization_key, b.is_own_source
    from {{ ref('int_document_version') }} as v
    inner join {{ ref('int_document_reading') }} as d on v.document_key = d.document_key and d.is_latest
    inner join {{ ref('int_reading_body') }} as b using (document_reading_key)
),

-- The address of a current page, and for what was taken out of a file those of the files around it.
addresses as (
    select document_key, source_id, last_seen_at, {{ with_files_around('url') }} as url
    from {{ ref('int_document_version') }}
    where valid_to is null
),

-- A page is gone when its current address answered so after it was last seen, or shows another page; the figures it
-- gave stay.
gone as (
    select document_key, min(gone_at) as gone_at
    from (
        select v.document_key, a.started_at as gone_at
        from addresses as v
        inner join {{ ref('stg_attempt') }} as a
            on v.source_id = a.source_id and v.url = a.url and a.started_at > v.last_seen_at
        where a.outcome = 'gone' or a.page_kind = 'soft_404'
        union all
        select document_key, replaced_at
        from {{ ref('int_document_version') }}
        where valid_to is null and replaced_at is not null
    )
    group by document_key
),

parts as (
    select reading_id, list(distinct part order by part) as parts_present
    from {{ ref('stg_section') }}
    where part is not null
    group by reading_id
),

-- The same text of the same body and year on several pages: the body's own site is canonical, else the first seen.
canonical as (
    select
        l.document_key,
        first_value(l.document_key) over (
            partition by l.organization_key, r.report_kind, r.report_year, r.text_hash
            order by l.is_own_source desc, l.valid_from, l.source_id, l.url
        ) as canonical_document_key
    from latest as l
    inner join {{ ref('stg_reading') }} as r using (reading_id)
)

select
    l.document_key,
    l.page_key,
    l.version_number,
    l.organization_key,
    l.source_id,
    l.url,
    r.title,
    r.report_kind,
    r.report_year,
    r.document_kind,
    r.published_on,
    r.written_on,
    r.signed_on,
    r.data_cutoff as data_cutoff_on,
    r.publisher,
    r.content_source,
    r.index_number,
    r.document_number,
    r.topic,
    r.validity,
    r.column_name,
    r.site_code,
    r.platform,
    length(r.text) as text_length,
    r.text_hash,
    l.resource_sha256,
    coalesce(p.parts_present, []) as parts_present,
    c.canonical_document_key,
    c.canonical_document_key = l.document_key as is_canonical,
    l.release,
    l.valid_from,
    {{ shanghai_day('l.valid_from') }} as captured_on,
    l.valid_to,
    l.valid_to is null as is_current,
    l.last_seen_at,
    g.gone_at,
    l.valid_to is null and g.gone_at is null as is_available
from latest as l
inner join {{ ref('stg_reading') }} as r using (reading_id)
inner join canonical as c using (document_key)
left join gone as g using (document_key)
left join parts as p on l.reading_id = p.reading_id
