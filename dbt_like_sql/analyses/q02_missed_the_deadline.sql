-- 哪些乡镇政府没有在期限前公开 | Township governments that missed the deadline, with the days late
-- report_year: 报告年度，默认最近一个已到期的年度 | Report year, by default the newest whose deadline has passed
with asked as (
    select coalesce(getvariable('report_year')::integer, max(report_year)) as report_year
    from fct_coverage_yearly
    where due_on <= last_looked_on
)

select
    c.organization_name,
    c.region_code,
    c.coverage_status,
    c.due_on,
    c.published_on,
    c.days_late,
    -- An unknown date is no lateness: having seen the report before the deadline even proves the contrary.
    c.was_seen_before_due,
    c.basis
from fct_coverage_yearly as c
inner join asked using (report_year)
where c.is_obliged and c.level = 'township' and c.coverage_status in ('late', 'unknown_date', 'not_found')
order by list_position(['late', 'not_found', 'unknown_date'], c.coverage_status), c.days_late desc, c.region_code
