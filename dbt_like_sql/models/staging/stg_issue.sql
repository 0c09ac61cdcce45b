select
    reading_id,
    issue_index,
    kind,
    severity,
    owner,
    message,
    start_offset,
    end_offset
from {{ source('raw', 'raw_issue') }}
