select
    run_id,
    kind as run_kind,
    started_at,
    finished_at,
    status,
    note
from {{ ref('stg_run') }}
