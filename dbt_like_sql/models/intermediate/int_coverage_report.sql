-- The reports found of each body and year; for an entry that names no body, of its source (organization_key NULL).
with documents as (
    select d.*, s.required_parts, s.present_parts
    from {{ ref('dim_document') }} as d
    left join (
        select document_key, count(*) filter (is_required)::integer as required_parts,
            count(*) filter (is_required and is_present)::integer as present_parts
        from {{ ref('fct_section') }}
        group by document_key
    ) as s using (document_key)
    where d.report_kind = 'rule_of_law' and d.report_year is not null
)

select
    organization_key,
    case when grouping(organization_key) = 1 then source_id end as source_id,
    report_year,
    count(distinct page_key)::integer as document_count,
    bool_or(is_available) as is_available,
    min(published_on) as published_on,
    min(valid_from) as first_seen_at,
    max(required_parts) as required_parts,
    max(present_parts) as present_parts
from documents
group by grouping sets ((organization_key, report_year), (source_id, report_year))
