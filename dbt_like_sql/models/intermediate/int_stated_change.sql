{{ by_organization() }}
-- What a report says of its own growth: each stated change beside the level the text ties it to, signed by direction.
select
    m.mention_key,
    m.document_reading_key,
    m.organization_key,
    m.report_year,
    level.mention_key as level_mention_key,
    level.indicator_code,
    level.value as level_value,
    m.text_written,
    case when m.unit = level.unit_written then level.unit else m.unit end as unit,
    m.bound,
    case when m.growth = 'decrease' then -abs(m.value) else abs(m.value) end as signed_change,
    m.is_current
from {{ ref('int_mention') }} as m
inner join {{ ref('int_mention') }} as level
    on m.document_reading_key = level.document_reading_key and m.change_of = level.fact_index
    and {{ is_stale('level.organization_key') }}
where level.indicator_code is not null and {{ is_stale('m.organization_key') }}
