-- A release begins to speak with its first reading.
select
    release,
    min(read_at) as released_at
from {{ ref('stg_reading') }}
group by release
