select
    {{ hash_key(['kind', 'subject', 'detail']) }} as decision_key,
    kind,
    subject,
    detail,
    indicator_code,
    reason,
    author,
    decided_on,
    -- A decision counts from the start of its day in Shanghai.
    {{ shanghai_midnight('decided_on') }} as decided_at,
    origin,
    value,
    expected_value
from {{ source('raw', 'raw_decision') }}
