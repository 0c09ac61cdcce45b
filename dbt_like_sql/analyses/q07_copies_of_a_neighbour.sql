-- 与同县其他机关报告雷同的报告 | Reports that share their text with another body's of the same county
-- threshold: 遮去数字与套话后的比例，默认 0.5 | Share with numerals and formulas masked, 0.5 by default
select
    c.organization_name,
    o.organization_name as other_organization_name,
    s.report_year,
    s.containment_masked,
    s.containment,
    -- Who was first can only be said where both pages state a date.
    new.published_on,
    old.published_on as other_published_on,
    new.url,
    old.url as other_url
from fct_similarity as s
inner join dim_document as new using (document_key)
inner join dim_document as old on s.other_document_key = old.document_key
left join fct_coverage_yearly as c
    on s.organization_key = c.organization_key and s.report_year = c.report_year
left join fct_coverage_yearly as o
    on s.other_organization_key = o.organization_key and s.report_year = o.report_year
where s.comparison = 'peer'
    and s.similarity_rank = 1
    and s.containment_masked > coalesce(getvariable('threshold')::double, 0.5)
order by s.containment_masked desc, new.url
