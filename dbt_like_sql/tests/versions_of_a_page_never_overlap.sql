select *
from (
    select *, lead(valid_from) over (partition by page_key order by valid_from) as next_valid_from
    from {{ ref('dim_document') }}
)
where valid_to is distinct from next_valid_from
