select
    indicator_id,
    code,
    name_zh,
    name_en,
    theme,
    unit,
    kind,
    several,
    is_sensitive,
    note,
    observed_at,
    lead(observed_at) over (partition by code order by observed_at) as replaced_at
from {{ source('raw', 'raw_indicator') }}
