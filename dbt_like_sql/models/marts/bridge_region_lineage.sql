-- What became of what. The weight is the share of the old division that went the way of the new one: 1 where all of it
-- did, NULL where it was divided and no list says how. An end without a successor has its row too.
with versions as (
    select * from {{ ref('dim_region') }}
),

begun as (
    select
        unnest(predecessor_codes) as from_code,
        region_code as to_code,
        region_uid as to_uid,
        lineage_event,
        valid_from as effective_on,
        date_precision
    from versions
    where valid_from is not null
),

ended as (
    select v.region_code as from_code, null as to_code, null as to_uid, 'abolish' as lineage_event,
        v.valid_to as effective_on, 'snapshot' as date_precision
    from versions as v
    where v.valid_to is not null and not exists (
        from begun as b where b.from_code = v.region_code and b.effective_on >= v.valid_to
    ) and not exists (
        from versions as w where w.region_code = v.region_code and w.valid_from >= v.valid_to
    )
),

uids as (
    select region_code, any_value(region_uid) as region_uid from versions group by region_code
)

select
    {{ hash_key(['e.from_code', 'e.to_code', 'e.effective_on']) }} as lineage_key,
    e.from_code,
    u.region_uid as from_uid,
    e.to_code,
    e.to_uid,
    e.lineage_event,
    e.effective_on,
    e.date_precision,
    case
        when e.to_code is null or e.lineage_event = 'split' then null
        when count(*) over (partition by e.from_code, e.effective_on) = 1 then 1
    end as weight
from (from begun union all from ended) as e
left join uids as u on e.from_code = u.region_code
