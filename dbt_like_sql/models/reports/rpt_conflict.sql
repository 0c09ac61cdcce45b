-- Cells without a single value today: what the report says, to be read by a person.
select
    y.yearly_key,
    o.organization_name,
    y.organization_key,
    y.indicator_code,
    i.indicator_name,
    y.report_year,
    y.selection_reason,
    y.candidate_count,
    y.candidate_values,
    d.url,
    y.document_key,
    y.is_suppressed
from {{ ref('fct_indicator_yearly') }} as y
inner join {{ ref('dim_organization') }} as o on y.organization_key = o.organization_key
inner join {{ ref('dim_indicator') }} as i on y.indicator_code = i.indicator_code and i.is_current
inner join {{ ref('dim_document') }} as d on y.document_key = d.document_key
where y.is_current and y.value is null
