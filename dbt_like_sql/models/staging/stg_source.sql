select
    source_id,
    name,
    platform,
    site_url,
    organization,
    region_code,
    expected_years,
    minimum_documents,
    maximum_documents,
    enabled,
    entry_sha256,
    observed_at,
    lead(observed_at) over (partition by source_id order by observed_at) as replaced_at
from {{ source('raw', 'raw_source') }}
