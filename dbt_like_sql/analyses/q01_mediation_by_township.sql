-- 各乡镇街道调解纠纷数的增减 | Disputes mediated by township: change and per cent between two years
-- indicator: 指标代码，默认 disputes_mediated | Indicator code, disputes_mediated by default
-- from_year: 起始年度，默认最新年度前两年 | First year, two before the newest by default
-- to_year: 终止年度，默认最新年度 | Last year, the newest by default
with asked as (
    select
        coalesce(getvariable('indicator'), 'disputes_mediated') as indicator_code,
        coalesce(getvariable('from_year')::integer, max(report_year) - 2) as from_year,
        coalesce(getvariable('to_year')::integer, max(report_year)) as to_year
    from fct_indicator_yearly
),

sides as (
    select y.*
    from fct_indicator_yearly as y
    inner join asked as a on y.indicator_code = a.indicator_code and y.report_year in (a.from_year, a.to_year)
    where y.is_current
),

-- What stands between the two years: a changed border or definition breaks the series.
breaks as (
    select organization_key, bool_or(list_has_any(not_comparable_reasons, ['boundary_change', 'definition_changed'])) as is_broken
    from mart_indicator_yoy inner join asked using (indicator_code)
    where report_year > from_year and report_year <= to_year
    group by organization_key
)

select
    c.organization_name,
    c.region_code,
    old.value as from_value,
    old.bound as from_bound,
    new.value as to_value,
    new.bound as to_bound,
    old.bound = new.bound and old.period = new.period and old.unit = new.unit and new.bound in ('exact', 'at_least')
        and coalesce(old.cutoff_on, new.cutoff_on) is null and not coalesce(b.is_broken, false) as is_comparable,
    case when is_comparable then new.value - old.value end as change,
    case when is_comparable and old.value <> 0 then round((new.value - old.value) / old.value * 100, 2) end as change_pct
from fct_coverage_yearly as c
inner join asked as a on c.report_year = a.to_year
left join sides as old on c.organization_key = old.organization_key and old.report_year = a.from_year
left join sides as new on c.organization_key = new.organization_key and new.report_year = a.to_year
left join breaks as b on c.organization_key = b.organization_key
where c.level = 'township' and c.body_kind <> 'department' and c.is_extracted
order by c.region_code, c.organization_name
