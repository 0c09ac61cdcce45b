-- Whose document a reading is. The key is the region (for the body that speaks for it), else the region and the
-- name, else the body of the source entry, else a name that says where it is, else the name at this source (a bare
-- 沙河乡 of one site is never the 沙河乡 of another), else the document itself.
-- Its level is that of its region's code; what the reader says of the level stands only where no region is known.
with sources as (
    select source_id, organization, region_code
    from {{ ref('stg_source') }}
    where replaced_at is null
),

ingested as (
    select distinct source_id from {{ ref('stg_attempt') }} where purpose = 'ingest'
),

-- A division keeps its own id through a new name, type or code, and so does the body that speaks for it.
places as (
    select region_code, any_value(region_uid) as region_uid
    from {{ ref('stg_region') }}
    where replaced_at is null
    group by region_code
),

named as (
    select
        d.document_reading_key,
        r.report_year,
        r.report_kind,
        v.address_key,
        r.source_id,
        r.organization_status as status,
        r.organization_region_code as read_region_code,
        coalesce(p.region_uid, r.organization_region_code) as region_uid,
        r.organization_level as read_level,
        r.organization_kind as kind,
        {{ plain_name('r.organization_name') }} as name,
        s.organization as entry_body,
        s.region_code as entry_region_code,
        i.source_id is not null as is_ingested,
        s.organization is not null
        and (r.organization_name is null or {{ same_body('r.organization_name', 's.organization') }}) as is_entry_body
    from {{ ref('int_document_reading') }} as d
    inner join {{ ref('int_document_version') }} as v using (document_key)
    inner join {{ ref('stg_reading') }} as r using (reading_id)
    left join sources as s on r.source_id = s.source_id
    left join places as p on r.organization_region_code = p.region_code
    left join ingested as i on r.source_id = i.source_id
),

decided as (
    select
        *,
        case
            when status = 'resolved' and read_region_code is not null
                then case when {{ speaks_for_region('kind', 'name') }} then 'region' else 'region_body' end
            when is_entry_body then 'source_entry'
            when status = 'unknown' and (
                not regexp_matches(name, '(乡|镇|街道|苏木)')
                or regexp_matches(name, '.(省|市|县|区|州|盟|旗).*(乡|镇|街道|苏木)')
            ) then 'name'
            when name is not null and not is_ingested then 'name_at_source'
            else 'document'
        end as key_basis
    from named
)

select
    document_reading_key,
    source_id,
    case key_basis
        when 'region' then {{ hash_key(["'region'", "region_uid"]) }}
        when 'region_body' then {{ hash_key(["'region_body'", "region_uid", "name"]) }}
        when 'source_entry' then {{ hash_key(["'source_entry'", "entry_body", "entry_region_code"]) }}
        when 'name' then {{ hash_key(["'name'", "name"]) }}
        when 'name_at_source' then {{ hash_key(["'name_at_source'", "name", "source_id"]) }}
        else {{ hash_key(["'document'", "address_key"]) }}
    end as organization_key,
    key_basis,
    case when key_basis = 'source_entry' then coalesce(name, entry_body) else name end as organization_name,
    case
        when key_basis in ('region', 'region_body') then read_region_code
        when key_basis = 'source_entry' then entry_region_code
    end as region_code,
    coalesce({{ level_of('region_code') }}, read_level) as level,
    kind,
    status,
    report_kind,
    report_year,
    is_entry_body as is_own_source
from decided
