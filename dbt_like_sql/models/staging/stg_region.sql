select
    region_code,
    name,
    level,
    parent_code,
    coalesce(region_uid, region_code) as region_uid,
    valid_from,
    valid_to,
    lineage_event,
    predecessor_codes,
    aliases,
    is_official_date,
    observed_at,
    lead(observed_at) over (partition by region_code, valid_from order by observed_at) as replaced_at
from {{ source('raw', 'raw_region') }}
