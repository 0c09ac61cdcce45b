-- 缺“第一责任人”部分的报告 | Reports without the section on the first person responsible
-- part: 法定部分，默认 first_responsible_person | Statutory part, first_responsible_person by default
-- report_year: 报告年度，默认全部 | Report year, all by default
-- A page and the file it hands out are one report: it lacks the part where none of them has it.
with reports as (
    select
        d.organization_key,
        d.report_year,
        bool_or(s.is_mentioned) as is_mentioned,
        arg_max({publisher: d.publisher, title: d.title, url: d.url}, {length: d.text_length, url: d.url}) as longest
    from fct_section as s
    inner join dim_document as d using (document_key)
    where s.is_required
        and s.part = coalesce(getvariable('part'), 'first_responsible_person')
        and d.is_current
        and d.is_canonical
        and d.report_year = coalesce(getvariable('report_year')::integer, d.report_year)
    group by d.organization_key, d.report_year
    having not bool_or(s.is_present)
)

select
    r.longest.publisher,
    c.organization_name,
    c.region_code,
    r.report_year,
    case when r.is_mentioned then 'no_heading' else 'no_mention' end as finding,
    r.longest.title,
    r.longest.url
from reports as r
left join fct_coverage_yearly as c using (organization_key, report_year)
order by r.report_year, c.region_code, finding
