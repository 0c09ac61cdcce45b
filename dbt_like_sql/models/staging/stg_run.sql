select
    run_id,
    kind,
    started_at,
    finished_at,
    status,
    note
from {{ source('raw', 'raw_run') }}
