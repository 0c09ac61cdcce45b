-- 一市之内涨跌最大的指标 | Largest rises and falls of any indicator within a city
-- region: 区划代码前缀，默认全部 | Prefix of the region code, all by default
-- report_year: 报告年度，默认最新 | Report year, the newest by default
-- minimum_base: 上年数值下限，默认 30 | Least value of the year before, 30 by default
-- rows: 每个方向的行数，默认 20 | Rows in each direction, 20 by default
with asked as (
    select coalesce(getvariable('report_year')::integer, max(report_year)) as report_year from mart_indicator_yoy
),

compared as (
    select m.*, case when m.change_pct > 0 then 'rise' else 'fall' end as direction
    from mart_indicator_yoy as m
    inner join asked using (report_year)
    where m.is_comparable
        and m.change_pct <> 0
        and m.previous_value >= coalesce(getvariable('minimum_base')::double, 30)
        and starts_with(coalesce(m.region_code, ''), coalesce(getvariable('region')::varchar, ''))
)

select direction, organization_name, indicator_name, previous_value, value, unit, change_pct, sentence, url
from compared
qualify row_number() over (
    partition by direction order by abs(change_pct) desc, abs(change) desc, yoy_key
) <= coalesce(getvariable('rows')::integer, 20)
order by direction desc, abs(change_pct) desc, abs(change) desc
