-- 某日所知的数据表 | The table as it stood on a day
-- known_on: 时点（UTC），默认现在 | Moment (UTC), now by default
with asked as (
    select coalesce(getvariable('known_on')::timestamp, timestamp '9999-12-31') as known_on
)

select
    c.organization_name,
    y.report_year,
    y.indicator_code,
    y.value,
    y.value_high,
    y.bound,
    y.selection_reason,
    y.known_from,
    y.known_to,
    d.url
from fct_indicator_yearly as y
inner join asked as a on y.known_from <= a.known_on and (y.known_to is null or y.known_to > a.known_on)
inner join dim_document as d using (document_key)
left join fct_coverage_yearly as c
    on y.organization_key = c.organization_key and y.report_year = c.report_year
order by c.organization_name, y.report_year, y.indicator_code
