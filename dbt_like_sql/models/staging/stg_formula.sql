select
    sentence,
    bodies,
    provinces
from {{ source('raw', 'raw_formula') }}
