-- 撤并改设后的序列：按当年报告与按现行区划并列 | Series as reported beside today's boundaries, and divisions without a safe path
-- indicator: 指标代码，默认 disputes_mediated | Indicator code, disputes_mediated by default
-- region: 区划代码，默认全部 | Region code, by default all
with chosen as (
    select * from mart_region_series
    where indicator_code = coalesce(getvariable('indicator'), 'disputes_mediated')
        and region_code = coalesce(getvariable('region'), region_code)
),

today as (
    select * from chosen where boundary_basis = 'current_boundary'
)

select
    coalesce(t.region_code, r.region_code) as region_code,
    coalesce(t.region_name, r.region_name) as region_name,
    coalesce(t.report_year, r.report_year) as report_year,
    r.value as as_reported,
    r.bound as as_reported_bound,
    t.value as on_todays_boundary,
    t.bound as on_todays_boundary_bound,
    t.member_count as divisions_added,
    -- split or abolished: what it was belongs to no single division of today.
    t.no_value_reason
from today as t
full join (select * from chosen where boundary_basis = 'as_reported') as r
    on t.region_code = r.region_code and t.report_year = r.report_year
order by 1, 3
