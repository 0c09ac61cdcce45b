{{ config(severity='warn') }}
-- A report that gives less than a third of the figures its body's other reports give (their median, of at least two):
-- the page may have lost its text, or the reading its way.
with reports as (
    select d.document_key, d.organization_key, d.url, count(m.mention_key) as figures
    from {{ ref('dim_document') }} as d
    left join {{ ref('fct_indicator_mention') }} as m on d.document_key = m.document_key and m.is_current
    where d.is_current and d.is_canonical and d.report_kind = 'rule_of_law'
    group by d.document_key, d.organization_key, d.url
)

select r.document_key, r.url, r.figures, median(o.figures) as usual_figures
from reports as r
inner join reports as o on r.organization_key = o.organization_key and r.document_key <> o.document_key
group by r.document_key, r.url, r.figures
having count(*) >= 2 and r.figures < median(o.figures) / 3
