with written as (
    select unit, count(*) as uses from {{ ref('fct_quantity_mention') }} where unit is not null group by unit
),

codebook as (
    select unit, count(*) as indicators
    from {{ ref('stg_indicator') }}
    where replaced_at is null
    group by unit
)

select
    coalesce(c.unit, w.unit) as unit,
    case coalesce(c.unit, w.unit)
        when '元' then 'money'
        when '%' then 'share'
        when '百分点' then 'points'
        else 'count'
    end as unit_kind,
    c.unit is not null as is_codebook_unit,
    coalesce(c.indicators, 0)::integer as indicator_count,
    coalesce(w.uses, 0)::integer as mention_count
from codebook as c
full join written as w on c.unit = w.unit
