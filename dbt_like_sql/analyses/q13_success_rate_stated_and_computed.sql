-- 调解成功率：自述与计算相差一个百分点以上 | Mediation success rate: stated and computed differ by more than a point
-- tolerance: 容许相差的百分点，默认 1 | Points they may differ, 1 by default
with yearly as (
    select organization_key, report_year, indicator_code, value, bound, document_key
    from fct_indicator_yearly
    where is_current and value is not null and indicator_code in
        ('disputes_mediated', 'disputes_mediated_successfully', 'mediation_success_rate')
),

rates as (
    select
        organization_key,
        report_year,
        any_value(document_key) as document_key,
        max(value) filter (indicator_code = 'disputes_mediated') as mediated,
        max(value) filter (indicator_code = 'disputes_mediated_successfully') as successful,
        max(value) filter (indicator_code = 'mediation_success_rate') as stated_rate,
        -- Only exact figures can contradict each other.
        bool_and(bound = 'exact') as is_exact
    from yearly
    group by organization_key, report_year
)

select
    c.organization_name,
    r.report_year,
    r.mediated,
    r.successful,
    r.stated_rate,
    round(r.successful / nullif(r.mediated, 0) * 100, 2) as computed_rate,
    d.url
from rates as r
inner join dim_document as d using (document_key)
left join fct_coverage_yearly as c
    on r.organization_key = c.organization_key and r.report_year = c.report_year
where r.is_exact and abs(computed_rate - r.stated_rate) > coalesce(getvariable('tolerance')::double, 1)
order by abs(computed_rate - r.stated_rate) desc, c.organization_name
