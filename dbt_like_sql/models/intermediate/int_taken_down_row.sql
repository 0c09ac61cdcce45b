-- Keys of the rows that quote a page taken down without being rows of it: its mentions, the yearly and year-over-year
-- cells among whose candidates or stated changes these are, and the issues and resolutions that repeat its wording.
with mentions as (
    select m.mention_key, m.organization_key, m.indicator_code, m.report_year
    from {{ ref('int_mention') }} as m
    semi join {{ ref('int_taken_down') }} as t on m.document_key = t.document_key
),

candidates as (
    select yearly_key, organization_key, indicator_code, report_year, document_key, unnest(candidate_mention_keys) as mention_key
    from {{ ref('fct_indicator_yearly') }}
    where organization_key in (select organization_key from mentions)
),

quoting as (
    select c.*
    from candidates as c
    semi join mentions as m on c.mention_key = m.mention_key
),

cells as (
    select organization_key, indicator_code, report_year from quoting
    union
    select c.organization_key, c.indicator_code, c.report_year
    from {{ ref('int_stated_change') }} as c
    semi join mentions as m on c.mention_key = m.mention_key
),

files as (
    select f.attachment_key
    from {{ ref('fct_attachment') }} as f
    inner join {{ ref('stg_decision') }} as t
        on t.kind = 'takedown' and split_part(f.url, '#', 1) = split_part(t.subject, '#', 1)
        and (f.url = t.subject or starts_with(f.url, t.subject || '#'))
)

select mention_key as row_key from mentions
union
select attachment_key from files
union
select yearly_key from quoting
union
select {{ hash_key(['organization_key', 'indicator_code', 'report_year']) }} from cells
union
select i.issue_key
from {{ ref('fct_quality_issue') }} as i
semi join quoting as q
    on i.document_key = q.document_key
    and starts_with(i.message, q.indicator_code || ' ' || q.report_year || '：')
union
select f.decision_key
from {{ ref('int_resolved_fact') }} as f
inner join {{ ref('int_document_reading') }} as d using (reading_id)
semi join {{ ref('int_taken_down') }} as t on d.document_key = t.document_key
