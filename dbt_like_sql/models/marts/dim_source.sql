select
    {{ hash_key([
        'source_id', 'entry_sha256',
        'row_number() over (partition by source_id, entry_sha256 order by observed_at)'
    ]) }} as source_key,
    source_id,
    name as source_name,
    platform,
    site_url,
    organization,
    region_code,
    expected_years,
    minimum_documents,
    maximum_documents,
    enabled as is_enabled,
    entry_sha256,
    observed_at as valid_from,
    replaced_at as valid_to,
    replaced_at is null as is_current
from {{ ref('stg_source') }}
