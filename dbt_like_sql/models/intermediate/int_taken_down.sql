-- Every version of the pages whose text is no longer shown: those named, by whichever of their addresses, the pages and
-- files that those without a text of their own lead to, their attachments and what was taken out of these, and the same
-- text wherever else it stands.
with recursive shells as (
    select distinct source_id, url from {{ ref('stg_attempt') }} where page_kind = 'shell'
),

pages as (
    select p.source_id, p.url
    from {{ ref('stg_decision') }} as t
    inner join {{ ref('int_page_url') }} as named on t.subject = named.url
    inner join {{ ref('int_page_url') }} as p using (page_key)
    where t.kind = 'takedown'
    union
    select a.source_id, a.url
    from {{ ref('stg_decision') }} as t
    inner join {{ ref('stg_attempt') }} as a on t.subject = a.url
    where t.kind = 'takedown'
    union
    select a.source_id, a.url
    from pages
    inner join {{ ref('stg_attempt') }} as a
        on pages.source_id = a.source_id and pages.url = a.parent_url
    where a.purpose in ('attachment', 'derived') or (a.source_id, a.parent_url) in (from shells)
),

named as (
    select distinct v.document_key, v.resources
    from pages
    inner join {{ ref('int_page_url') }} as p using (source_id, url)
    inner join {{ ref('int_document_version') }} as v on p.page_key = v.address_key
),

texts as (
    select distinct r.text_hash
    from (select unnest(resources, recursive := true) from named) as held
    inner join {{ ref('stg_reading') }} as r on held.url = r.url and held.sha = r.resource_sha256 and r.is_document
)

select document_key from named
union
select d.document_key
from {{ ref('int_document_reading') }} as d
inner join {{ ref('stg_reading') }} as r using (reading_id)
inner join texts using (text_hash)
