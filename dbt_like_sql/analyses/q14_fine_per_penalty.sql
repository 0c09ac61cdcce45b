-- 各县区平均每件处罚的罚没金额（元） | Fines per penalty by county, in yuan: median, ninth decile, outliers
with per_body as (
    select
        left(c.region_code, 6) || '000' as county_code,
        c.report_year,
        c.organization_name,
        f.value / nullif(p.value, 0) as yuan_per_penalty,
        f.bound = 'exact' and p.bound = 'exact' as is_exact
    from fct_coverage_yearly as c
    inner join fct_indicator_yearly as f
        on c.organization_key = f.organization_key and c.report_year = f.report_year
        and f.indicator_code = 'fines' and f.is_current and f.unit = '元'
    inner join fct_indicator_yearly as p
        on c.organization_key = p.organization_key and c.report_year = p.report_year
        and p.indicator_code = 'administrative_penalties' and p.is_current
    where c.level in ('county', 'township')
),

spread as (
    select *,
        quantile_cont(yuan_per_penalty, 0.25) over county as lower_quartile,
        quantile_cont(yuan_per_penalty, 0.75) over county as upper_quartile
    from per_body
    where yuan_per_penalty is not null
    window county as (partition by county_code, report_year)
)

select
    county_code,
    report_year,
    count(*) as bodies,
    count(*) filter (is_exact) as bodies_exact,
    round(quantile_cont(yuan_per_penalty, 0.5), 2) as p50,
    round(quantile_cont(yuan_per_penalty, 0.9), 2) as p90,
    list(organization_name order by yuan_per_penalty desc) filter (
        yuan_per_penalty > upper_quartile + 1.5 * (upper_quartile - lower_quartile)
    ) as outliers
from spread
group by county_code, report_year
order by county_code, report_year
