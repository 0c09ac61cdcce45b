-- 各省约数（余、多、约、近、以上）的比例 | Share of approximate numbers by province
select
    left(c.region_code, 2) || '0000000' as province_code,
    m.report_year,
    count(*) as figures,
    count(*) filter (m.bound = 'at_least') as at_least,
    count(*) filter (m.bound = 'at_most') as at_most,
    count(*) filter (m.bound = 'approx') as approx,
    count(*) filter (m.bound = 'range') as in_range,
    round(avg((m.bound <> 'exact')::integer), 4) as approximate_share
from fct_indicator_mention as m
inner join dim_document as d using (document_key)
left join fct_coverage_yearly as c
    on m.organization_key = c.organization_key and m.report_year = c.report_year
where m.is_current and d.is_canonical and d.report_kind = 'rule_of_law' and m.period <> 'plan'
group by province_code, m.report_year
order by province_code, m.report_year
