-- The division of today that holds all of a division of any time, followed through successors with weight 1 only; NULL
-- with the reason where it was divided or ended without one.
with recursive standing as (
    select distinct region_code from {{ ref('dim_region') }} where is_current
),

walk as (
    select distinct region_code, region_code as reached_code, [region_code] as path from {{ ref('dim_region') }}
    union all
    select w.region_code, b.to_code, list_append(w.path, b.to_code)
    from walk as w
    inner join {{ ref('bridge_region_lineage') }} as b on w.reached_code = b.from_code
    where b.weight = 1 and not list_contains(w.path, b.to_code)
)

select
    w.region_code,
    case when count(distinct s.region_code) = 1 then any_value(s.region_code) end as today_code,
    case
        when count(distinct s.region_code) = 1 then null
        when bool_or(coalesce(b.lineage_event, '') = 'split') then 'split'
        else 'abolished'
    end as no_path_reason
from walk as w
left join standing as s on w.reached_code = s.region_code
left join {{ ref('bridge_region_lineage') }} as b on w.reached_code = b.from_code and b.weight is null
group by w.region_code
