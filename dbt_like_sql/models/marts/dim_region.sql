select
    {{ hash_key(['region_code', 'valid_from']) }} as region_key,
    region_uid,
    region_code,
    name as region_name,
    level,
    case
        when level <> 'township' then level
        when substr(region_code, 7) <= '099' then 'subdistrict'
        when substr(region_code, 7) <= '199' then 'town'
        when substr(region_code, 7) <= '399' then 'township'
        else 'township_like'
    end as region_type,
    parent_code,
    lineage_event,
    coalesce(predecessor_codes, []) as predecessor_codes,
    coalesce(aliases, []) as aliases,
    valid_from,
    valid_to,
    case when valid_from is not null then case when is_official_date then 'official' else 'snapshot' end end
        as date_precision,
    valid_to is null as is_current
from {{ ref('stg_region') }}
where replaced_at is null
