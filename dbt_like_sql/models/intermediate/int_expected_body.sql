-- The body each enabled source entry names, under the key its documents have or would have.
with entries as (
    select
        s.source_id,
        {{ plain_name('s.organization') }} as organization_name,
        s.region_code,
        coalesce(r.region_uid, s.region_code) as region_uid
    from {{ ref('stg_source') }} as s
    left join (
        select region_code, any_value(region_uid) as region_uid
        from {{ ref('stg_region') }}
        where replaced_at is null
        group by region_code
    ) as r using (region_code)
    where s.replaced_at is null and s.enabled and s.organization is not null
),

own as (
    select organization_key, source_id, count(*) as uses
    from {{ ref('int_reading_body') }}
    where is_own_source
    group by organization_key, source_id
    qualify row_number() over (partition by source_id order by uses desc, organization_key) = 1
)

select
    e.source_id,
    e.organization_name,
    e.region_code,
    {{ level_of('e.region_code') }} as level,
    case
        when e.region_code is null then 'source_entry'
        when {{ speaks_for_region('null', 'e.organization_name') }} then 'region'
        else 'region_body'
    end as key_basis,
    coalesce(o.organization_key, case
        when e.region_code is null then {{ hash_key(["'source_entry'", "e.organization_name", "e.region_code"]) }}
        when {{ speaks_for_region('null', 'e.organization_name') }} then {{ hash_key(["'region'", "e.region_uid"]) }}
        else {{ hash_key(["'region_body'", "e.region_uid", "e.organization_name"]) }}
    end) as organization_key
from entries as e
left join own as o using (source_id)
