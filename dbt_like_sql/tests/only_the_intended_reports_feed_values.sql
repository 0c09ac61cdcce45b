select y.*
from {{ ref('fct_indicator_yearly') }} as y
inner join {{ ref('dim_document') }} as d using (document_key)
where y.is_current and (d.report_kind <> 'rule_of_law' or d.report_year <> y.report_year)
