-- 年份写错的报告：标题与正文不符，或计划写错年份 | Reports with a wrong year: title against text, or a plan for the wrong year
select c.organization_name, d.report_year, q.issue_kind, q.message, d.title, d.url
from fct_quality_issue as q
inner join dim_document as d using (document_key)
left join fct_coverage_yearly as c using (organization_key, report_year)
where q.is_open and d.report_kind = 'rule_of_law' and q.issue_kind in ('report_year_conflict', 'plan_year_wrong')
order by d.report_year, c.organization_name, q.issue_kind, q.start_offset
