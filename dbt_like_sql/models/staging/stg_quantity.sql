select
    reading_id,
    quantity_index,
    start_offset,
    end_offset,
    sentence_index,
    text,
    value,
    value_high,
    unit,
    bound,
    per,
    is_zero_form
from {{ source('raw', 'raw_quantity') }}
