select
    {{ hash_key(['kind', 'subject', 'detail']) }} as decision_key,
    kind,
    subject,
    detail,
    indicator_code,
    reason,
    author,
    decided_on,
    -- A decision counts from eight in the morning of its day in Shanghai (midnight UTC): what was published in the night
    -- before did not know it.
    cast(decided_on as timestamp) as decided_at,
    origin,
    value,
    expected_value
from {{ source('raw', 'raw_decision') }}
