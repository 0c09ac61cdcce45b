-- 照抄本机关上年报告超过八成的报告 | Reports that copy more than 80 % of their own report of the year before
-- threshold: 遮去数字与套话后的比例，默认 0.8 | Share with numerals and formulas masked, 0.8 by default
select
    c.organization_name,
    s.report_year,
    s.containment_masked,
    s.containment,
    new.url,
    old.url as previous_url
from fct_similarity as s
inner join dim_document as new using (document_key)
inner join dim_document as old on s.other_document_key = old.document_key
left join fct_coverage_yearly as c
    on s.organization_key = c.organization_key and s.report_year = c.report_year
where s.comparison = 'prev_year' and s.containment_masked > coalesce(getvariable('threshold')::double, 0.8)
order by s.containment_masked desc, new.url
