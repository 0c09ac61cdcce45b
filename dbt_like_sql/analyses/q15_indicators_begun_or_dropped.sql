-- 今年新报告或不再报告的指标 | Indicators newly reported or dropped this year
-- report_year: 报告年度，默认最新 | Report year, the newest by default
with asked as (
    select coalesce(getvariable('report_year')::integer, max(report_year)) as report_year from mart_indicator_yoy
)

-- Only where both years have a report: a body without one drops nothing.
select
    organization_name,
    report_year,
    case when list_contains(not_comparable_reasons, 'previous_silent') then 'begun' else 'dropped' end as finding,
    indicator_code,
    indicator_name,
    coalesce(value, previous_value) as value,
    coalesce(url, previous_url) as url
from mart_indicator_yoy
inner join asked using (report_year)
where list_has_any(not_comparable_reasons, ['previous_silent', 'current_silent'])
order by organization_name, finding, indicator_code
