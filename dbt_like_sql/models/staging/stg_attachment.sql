select
    reading_id,
    attachment_index,
    name,
    url,
    kind,
    status
from {{ source('raw', 'raw_attachment') }}
