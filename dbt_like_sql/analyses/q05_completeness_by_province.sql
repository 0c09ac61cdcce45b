-- 各省各年报告的法定部分完整度（0–5） | Completeness of the statutory parts (0 to 5) by province and year
select
    left(c.region_code, 2) || '0000000' as province_code,
    any_value(r.region_name) as province_name,
    c.report_year,
    count(*) as reports,
    median(c.present_parts) as median_parts,
    round(avg((c.present_parts = c.required_parts)::integer), 4) as complete_share
from fct_coverage_yearly as c
left join dim_region as r on left(c.region_code, 2) || '0000000' = r.region_code and r.is_current
where c.is_extracted and c.required_parts > 0 and c.region_code is not null
group by province_code, c.report_year
order by province_code, c.report_year
