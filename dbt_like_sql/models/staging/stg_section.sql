select
    reading_id,
    section_index,
    start_offset,
    end_offset,
    level,
    heading,
    part
from {{ source('raw', 'raw_section') }}
