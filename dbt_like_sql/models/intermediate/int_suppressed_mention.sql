-- What may not be published of the sensitive codes: figures of 1 to 4, the totals they are parts of, and every stated
-- difference or earlier figure of the same body and code, from which they could be worked out.
with sensitive as (
    select m.*
    from {{ ref('int_mention') }} as m
    inner join {{ ref('stg_indicator') }} as i on m.indicator_code = i.code and i.replaced_at is null
    where i.is_sensitive
),

small as (
    select * from sensitive where value > 0 and value < 5
),

whole as (
    select m.*
    from {{ ref('int_mention') }} as m
    inner join small as s on m.document_reading_key = s.document_reading_key and m.fact_index = s.part_of
),

derived as (
    select m.*
    from sensitive as m
    semi join small as s on m.organization_key = s.organization_key and m.indicator_code = s.indicator_code
    where m.period = 'prior_year'
    union all
    select m.*
    from {{ ref('int_mention') }} as m
    inner join {{ ref('int_stated_change') }} as c on m.mention_key = c.mention_key
    semi join small as s on c.organization_key = s.organization_key and c.indicator_code = s.indicator_code
)

select distinct mention_key, document_reading_key, sentence_start_offset
from (from small union all from whole union all from derived)
