-- 乡镇合计与县级自报的对照 | Sum of the towns against the county's own report; the two are never added
-- indicator: 指标代码，默认全部可加指标 | Indicator code, by default all that can be added
with figures as (
    select c.level, left(c.region_code, 6) || '000' as county_code, y.report_year, y.indicator_code, y.value, y.bound
    from fct_indicator_yearly as y
    inner join dim_indicator as i on y.indicator_code = i.indicator_code and i.is_current and i.is_additive
    inner join fct_coverage_yearly as c
        on y.organization_key = c.organization_key and y.report_year = c.report_year
    where y.is_current and y.value is not null and c.level in ('county', 'township') and c.body_kind <> 'department'
        and y.indicator_code = coalesce(getvariable('indicator'), y.indicator_code)
),

towns as (
    select left(region_code, 6) || '000' as county_code, report_year, count(*) as towns
    from fct_coverage_yearly
    where level = 'township' and body_kind <> 'department'
    group by county_code, report_year
)

select
    f.county_code,
    f.report_year,
    f.indicator_code,
    sum(f.value) filter (f.level = 'township') as towns_sum,
    count(*) filter (f.level = 'township') as towns_counted,
    any_value(t.towns) as towns,
    max(f.value) filter (f.level = 'county') as county_stated,
    bool_and(f.bound = 'exact') as is_exact,
    round(towns_sum / nullif(county_stated, 0), 4) as ratio
from figures as f
inner join towns as t using (county_code, report_year)
group by f.county_code, f.report_year, f.indicator_code
having count(*) filter (f.level = 'township') > 0
order by f.county_code, f.report_year, f.indicator_code
