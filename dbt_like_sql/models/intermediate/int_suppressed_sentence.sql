-- Sentences that tell a suppressed figure.
select distinct document_reading_key, sentence_start_offset
from {{ ref('int_suppressed_mention') }}
where sentence_start_offset is not null
