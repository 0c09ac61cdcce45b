-- One row a body. Its name is the one most of its documents use, the government's before the joint one, of those under
-- its newest code; its kind the one most often read beside that name; its level that of its code, and where it has none the
-- only one read beside that name.
with named as (
    select
        organization_key,
        organization_name,
        any_value(key_basis) as key_basis,
        arg_max(region_code, {year: coalesce(report_year, 0), code: region_code}) as region_code,
        coalesce(
            arg_max(level, {year: coalesce(report_year, 0), code: region_code}) filter (region_code is not null),
            {{ only_one('level') }}
        ) as level,
        {{ most_often('kind') }} as kind,
        count(*) as uses,
        max(report_year) as newest_year,
        max(max(report_year)) over (
            partition by organization_key, arg_max(region_code, {year: coalesce(report_year, 0), code: region_code})
        ) as code_newest_year
    from {{ ref('int_reading_body') }}
    group by organization_key, organization_name
),

expected as (
    select organization_key, organization_name, key_basis, region_code, level, null, 0, null, null
    from {{ ref('int_expected_body') }}
    where organization_key is not null
),

ranked as (
    select
        *,
        row_number() over (
            partition by organization_key
            order by
                organization_name is null, uses = 0, code_newest_year desc nulls last,
                kind is distinct from 'government', uses desc, newest_year desc, organization_name
        ) as rank
    from (from named union all from expected)
),

aliases as (
    select organization_key, list(distinct organization_name order by organization_name) as aliases
    from ranked
    where organization_name is not null
    group by organization_key
)

select
    r.organization_key,
    r.organization_name,
    r.region_code,
    r.level,
    r.kind,
    r.key_basis,
    r.key_basis in ('region', 'region_body') as is_resolved,
    coalesce(a.aliases, []) as aliases
from ranked as r
left join aliases as a using (organization_key)
where r.rank = 1
