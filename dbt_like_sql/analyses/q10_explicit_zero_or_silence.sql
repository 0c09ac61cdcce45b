-- 明示“无”复议、诉讼的乡镇与只字未提的乡镇 | Townships that say "none" of reconsideration and litigation, and silent ones
-- report_year: 报告年度，默认全部 | Report year, all by default
select
    c.organization_name,
    c.region_code,
    c.report_year,
    i.indicator_code,
    case
        when y.yearly_key is null then 'silent'
        when y.value is null then 'refused'
        when y.is_explicit_zero then 'explicit_zero'
        when y.value = 0 then 'zero'
        else 'cases'
    end as finding,
    y.value,
    y.selection_reason
from fct_coverage_yearly as c
cross join (values ('reconsideration_cases'), ('litigation_cases')) as i (indicator_code)
left join fct_indicator_yearly as y
    on c.organization_key = y.organization_key
    and c.report_year = y.report_year
    and y.indicator_code = i.indicator_code
    and y.is_current
where c.level = 'township'
    and c.is_extracted
    and c.report_year = coalesce(getvariable('report_year')::integer, c.report_year)
order by c.report_year, c.region_code, c.organization_name, i.indicator_code
