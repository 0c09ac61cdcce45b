-- The name, level and kind a body bore, by the reports it gave: one row a stretch of report years.
with named as (
    select
        organization_key,
        report_year,
        organization_name,
        region_code,
        bool_or(is_own_source) as is_own_source,
        count(*) as uses,
        {{ only_one('level') }} as level,
        {{ most_often('kind') }} as kind
    from {{ ref('int_reading_body') }}
    where report_year is not null and organization_name is not null
    group by organization_key, report_year, organization_name, region_code
),

used as (
    select *
    from named
    qualify row_number() over (
        partition by organization_key, report_year
        order by is_own_source desc, uses desc, organization_name, region_code desc
    ) = 1
),

turned as (
    select
        *,
        coalesce(
            {name: organization_name, region: region_code, level: level, kind: kind}
            <> lag({name: organization_name, region: region_code, level: level, kind: kind}) over body,
            true
        )::integer as begins
    from used
    window body as (partition by organization_key order by report_year)
),

stretches as (
    select *, sum(begins) over (partition by organization_key order by report_year) as stretch from turned
),

begun as (
    select
        organization_key,
        any_value(organization_name) as organization_name,
        any_value(region_code) as region_code,
        any_value(level) as level,
        any_value(kind) as kind,
        make_date(min(report_year), 1, 1) as valid_from
    from stretches
    group by organization_key, stretch
)

select
    {{ hash_key(['organization_key', 'valid_from']) }} as organization_version_key,
    organization_key,
    organization_name,
    region_code,
    level,
    kind,
    valid_from,
    lead(valid_from) over (partition by organization_key order by valid_from) as valid_to,
    valid_to is null as is_current
from begun
