-- 各县每万人普法活动场次（乡镇中位数） | Publicity events per 10,000 inhabitants: median of the towns, by county
-- needs population: region_code, report_year, population（人数 | inhabitants）
-- indicator: 指标代码，默认 publicity_events | Indicator code, publicity_events by default
select
    left(c.region_code, 6) || '000' as county_code,
    c.report_year,
    count(*) as towns,
    count(*) filter (p.population > 0) as towns_with_population,
    count(*) filter (y.value is null) as towns_silent,
    round(median(y.value / nullif(p.population, 0) * 10000), 4) as median_per_10000,
    -- "50余场" is at least 50, and so is a median that rests on it.
    bool_or(y.bound <> 'exact' and p.population > 0) as rests_on_bounds
from fct_coverage_yearly as c
left join fct_indicator_yearly as y
    on c.organization_key = y.organization_key
    and c.report_year = y.report_year
    and y.indicator_code = coalesce(getvariable('indicator'), 'publicity_events')
    and y.is_current
left join population as p
    on c.region_code = p.region_code::varchar and c.report_year = p.report_year
where c.level = 'township' and c.body_kind <> 'department' and c.is_extracted
group by county_code, c.report_year
order by county_code, c.report_year
