-- Bodies and years of which a report may be asked: those a source entry is expected to show, those found, and every
-- government of the counties that are looked at, so that one nobody collects is seen as not collected. An entry that
-- names no body expects a report of somebody: a cell of its own, without organisation.
with entries as (
    select s.source_id, b.organization_key, b.organization_name, b.region_code, unnest(s.expected_years) as report_year
    from {{ ref('stg_source') }} as s
    left join {{ ref('int_expected_body') }} as b using (source_id)
    where s.replaced_at is null and s.enabled
),

found as (
    select b.organization_key, b.organization_name, b.kind, b.region_code, b.report_year
    from {{ ref('int_reading_body') }} as b
    inner join {{ ref('int_document_reading') }} as d using (document_reading_key)
    where d.is_latest and b.report_kind = 'rule_of_law' and b.report_year is not null
),

counties as (
    select left(region_code, 6) as county from found
    union
    select left(region_code, 6) from entries
),

governments as (
    select {{ hash_key(["'region'", "r.region_uid"]) }} as organization_key, r.region_name, r.region_code, y.report_year
    from {{ ref('dim_region') }} as r
    inner join (select distinct report_year from entries) as y on {{ in_force('r', 'y.report_year') }}
    where left(r.region_code, 6) in (select county from counties where county is not null)
),

told as (
    select organization_key, organization_name, null as kind, region_code, report_year, source_id, 2 as precedence
    from entries
    union all
    select organization_key, organization_name, kind, region_code, report_year, null, 1 from found
    union all
    select organization_key, region_name, null, region_code, report_year, null, 3 from governments
),

cells as (
    select
        organization_key,
        report_year,
        arg_min(organization_name, {precedence: precedence, value: organization_name}) as organization_name,
        arg_min(kind, {precedence: precedence, value: kind}) as kind,
        arg_min(region_code, {precedence: precedence, value: region_code}) as region_code,
        list_sort(list(distinct source_id) filter (source_id is not null)) as source_ids
    from told
    group by organization_key, report_year, case when organization_key is null then source_id end
)

select
    organization_key,
    report_year,
    organization_name,
    region_code,
    {{ level_of('region_code') }} as level,
    {{ body_kind('kind', 'organization_name', 'region_code') }} as body_kind,
    coalesce(source_ids, []) as source_ids
from cells
