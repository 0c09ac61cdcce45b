-- Figures that changed after we first held them: every later revision beside the one it replaced, and whose change
-- it was. Only `publisher` is a restatement of the page itself.
select
    y.yearly_key,
    o.organization_name,
    y.organization_key,
    y.indicator_code,
    i.indicator_name,
    y.report_year,
    old.value as earlier_value,
    old.bound as earlier_bound,
    y.value,
    y.bound,
    y.selection_reason,
    y.change_cause,
    old.known_from as earlier_known_from,
    y.known_from as restated_at,
    d.url,
    m.sentence,
    y.document_key,
    old.document_key as earlier_document_key,
    y.is_suppressed or old.is_suppressed as is_suppressed,
    coalesce(m.is_sentence_suppressed, false) as is_sentence_suppressed
from {{ ref('fct_indicator_yearly') }} as y
inner join {{ ref('fct_indicator_yearly') }} as old
    on y.organization_key = old.organization_key
    and y.indicator_code = old.indicator_code
    and y.report_year = old.report_year
    and y.revision_number = old.revision_number + 1
    and (y.value is distinct from old.value or y.value_high is distinct from old.value_high
        or y.bound is distinct from old.bound)
inner join {{ ref('dim_organization') }} as o on y.organization_key = o.organization_key
inner join {{ ref('dim_indicator') }} as i on y.indicator_code = i.indicator_code and i.is_current
inner join {{ ref('dim_document') }} as d on y.document_key = d.document_key
left join {{ ref('fct_indicator_mention') }} as m on y.mention_key = m.mention_key
