-- Half-open intervals of one cell: none empty, none overlapping.
select *
from (
    select
        *,
        lead(known_from) over (
            partition by organization_key, indicator_code, report_year order by known_from
        ) as next_known_from
    from {{ ref('fct_indicator_yearly') }}
)
where known_to <= known_from or known_to > next_known_from or (known_to is null and next_known_from is not null)
