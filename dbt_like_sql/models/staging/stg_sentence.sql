select
    reading_id,
    sentence_index,
    start_offset,
    end_offset,
    section_index,
    text
from {{ source('raw', 'raw_sentence') }}
