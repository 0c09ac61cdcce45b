select
    {{ hash_key(['region_code', 'valid_from']) }} as region_key,
    coalesce(region_uid, region_code) as region_uid,
    region_code,
    name as region_name,
    level,
    parent_code,
    lineage_event,
    coalesce(predecessor_codes, []) as predecessor_codes,
    coalesce(aliases, []) as aliases,
    valid_from,
    valid_to,
    valid_to is null as is_current
from {{ ref('stg_region') }}
where replaced_at is null
