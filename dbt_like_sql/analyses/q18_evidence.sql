-- 一个数字的依据 | The evidence of a figure: sentence, offsets, section, address, time of capture, hash
-- organization: 机关名称的一部分 | Part of the body's name
-- indicator: 指标代码 | Indicator code
-- report_year: 报告年度 | Report year
select
    c.organization_name,
    y.report_year,
    y.indicator_code,
    y.value,
    m.text_written,
    m.sentence,
    m.start_offset,
    m.end_offset,
    m.part,
    s.heading,
    d.title,
    d.url,
    d.valid_from as captured_at,
    d.resource_sha256,
    m.rule_id,
    m.release
from fct_indicator_yearly as y
inner join fct_indicator_mention as m on list_contains(y.candidate_mention_keys, m.mention_key)
inner join dim_document as d on m.document_key = d.document_key
left join fct_section as s on m.document_key = s.document_key and m.part = s.part
left join fct_coverage_yearly as c
    on y.organization_key = c.organization_key and y.report_year = c.report_year
where y.is_current
    and contains(coalesce(c.organization_name, ''), coalesce(getvariable('organization'), ''))
    and y.indicator_code = coalesce(getvariable('indicator'), y.indicator_code)
    and y.report_year = coalesce(getvariable('report_year')::integer, y.report_year)
order by c.organization_name, y.report_year, y.indicator_code, m.start_offset
