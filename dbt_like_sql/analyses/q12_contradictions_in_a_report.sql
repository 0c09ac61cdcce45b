-- 同一报告内自相矛盾的数字 | Contradictions inside one report: several values of one indicator, none of them chosen
select organization_name, report_year, indicator_name, candidate_count, candidate_values, url
from rpt_conflict
where selection_reason = 'several_values'
order by organization_name, report_year, indicator_code
