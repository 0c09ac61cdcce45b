-- What people decided, and whether it still holds: a correction dies when its page or the value it expected changes, a
-- resolution when its sentence is gone.
with corrected as (
    select
        c.decision_key,
        y.yearly_key,
        case
            when d.document_key is null then 'unknown_document'
            when not d.is_current then 'page_changed'
            when y.yearly_key is null then 'no_such_figure'
            when y.value is distinct from c.expected_value then 'value_changed'
            else 'live'
        end as status,
        coalesce(y.is_suppressed, false) as is_suppressed
    from {{ ref('stg_decision') }} as c
    left join {{ ref('dim_document') }} as d on c.subject = d.document_key
    left join {{ ref('fct_indicator_yearly') }} as y
        on c.subject = y.document_key and c.indicator_code = y.indicator_code and y.is_current
    where c.kind = 'correction'
),

resolved as (
    select r.decision_key, null as yearly_key, case when count(d.reading_id) > 0 then 'live' else 'sentence_gone' end as status,
        false as is_suppressed
    from {{ ref('stg_decision') }} as r
    left join {{ ref('int_resolved_fact') }} as f using (decision_key)
    left join {{ ref('int_document_reading') }} as d on f.reading_id = d.reading_id and d.is_current
    where r.kind = 'resolution'
    group by r.decision_key
),

taken_down as (
    select
        t.decision_key,
        null as yearly_key,
        case when exists (from {{ ref('stg_attempt') }} as a where a.url = t.subject and a.outcome = 'ok')
                or exists (from {{ ref('int_page_url') }} as p where p.url = t.subject) then 'live'
            else 'unknown_address' end as status,
        false as is_suppressed
    from {{ ref('stg_decision') }} as t
    where t.kind = 'takedown'
)

select
    c.decision_key,
    c.kind as decision_kind,
    c.subject as decision_subject,
    c.detail as decision_detail,
    c.indicator_code,
    c.expected_value,
    c.value as corrected_value,
    c.reason as decision_reason,
    c.author as decision_author,
    c.decided_on,
    s.status as decision_status,
    s.yearly_key,
    c.origin as decision_origin,
    s.is_suppressed or (
        coalesce(i.is_sensitive, false)
        and (c.kind = 'resolution' or c.value between 0.5 and 4.5 or c.expected_value between 0.5 and 4.5)
    ) as is_suppressed
from {{ ref('stg_decision') }} as c
inner join (from corrected union all from resolved union all from taken_down) as s using (decision_key)
left join {{ ref('stg_indicator') }} as i on c.indicator_code = i.code and i.replaced_at is null
