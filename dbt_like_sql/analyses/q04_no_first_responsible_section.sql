-- 缺“第一责任人”部分的报告 | Reports without the section on the first person responsible
-- part: 法定部分，默认 first_responsible_person | Statutory part, first_responsible_person by default
-- report_year: 报告年度，默认全部 | Report year, all by default
select
    d.publisher,
    c.organization_name,
    c.region_code,
    d.report_year,
    case when s.is_mentioned then 'no_heading' else 'no_mention' end as finding,
    d.title,
    d.url
from fct_section as s
inner join dim_document as d using (document_key)
left join fct_coverage_yearly as c
    on d.organization_key = c.organization_key and d.report_year = c.report_year
where s.is_required
    and not s.is_present
    and s.part = coalesce(getvariable('part'), 'first_responsible_person')
    and d.is_current
    and d.is_canonical
    and d.report_year = coalesce(getvariable('report_year')::integer, d.report_year)
order by d.report_year, c.region_code, finding
