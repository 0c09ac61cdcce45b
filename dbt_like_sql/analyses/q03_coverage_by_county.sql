-- 各县区的公开率 | Share of bodies that published, by county; with and without street offices
-- report_year: 报告年度，默认最新有报告的年度 | Report year, by default the newest with a report
with asked as (
    select coalesce(getvariable('report_year')::integer, max(report_year) filter (is_extracted)) as report_year
    from fct_coverage_yearly
),

bodies as (
    select c.*, left(c.region_code, 6) || '000' as county_code
    from fct_coverage_yearly as c
    inner join asked using (report_year)
    where c.level in ('county', 'township') and c.body_kind is not null
)

select
    b.county_code,
    any_value(r.region_name) as county_name,
    b.report_year,
    count(*) filter (b.is_obliged) as obliged,
    count(*) filter (b.is_obliged and b.is_extracted) as published,
    count(*) filter (b.is_obliged and b.coverage_status = 'on_time') as on_time,
    count(*) filter (b.is_obliged and b.coverage_status = 'not_collected') as not_collected,
    count(*) filter (b.is_obliged or b.body_kind = 'subdistrict_office') as obliged_with_street_offices,
    count(*) filter ((b.is_obliged or b.body_kind = 'subdistrict_office') and b.is_extracted)
        as published_with_street_offices,
    -- Over those that were looked for: a body nobody collects is neither published nor silent.
    round(published / nullif(obliged - not_collected, 0), 4) as published_share
from bodies as b
left join dim_region as r on b.county_code = r.region_code and r.is_current
group by b.county_code, b.report_year
order by b.county_code
