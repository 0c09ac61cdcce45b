select
    region_code,
    name,
    level,
    parent_code,
    region_uid,
    valid_from,
    valid_to,
    lineage_event,
    predecessor_codes,
    aliases,
    observed_at,
    lead(observed_at) over (partition by region_code, valid_from order by observed_at) as replaced_at
from {{ source('raw', 'raw_region') }}
