-- Half-open validity of the dimensions with history: no version is empty, none overlaps the next of its natural id.
with versions as (
    select 'dim_region' as dimension, region_code as id, coalesce(valid_from, date '0001-01-01')::timestamp as valid_from,
        valid_to::timestamp as valid_to
    from {{ ref('dim_region') }}
    union all
    select 'dim_organization_history', organization_key, valid_from, valid_to from {{ ref('dim_organization_history') }}
    union all
    select 'dim_indicator', indicator_code, valid_from, valid_to from {{ ref('dim_indicator') }}
    union all
    select 'dim_source', source_id, valid_from, valid_to from {{ ref('dim_source') }}
)

select *
from (
    select *, lead(valid_from) over (partition by dimension, id order by valid_from) as next_valid_from from versions
)
where valid_to <= valid_from or valid_to > next_valid_from or (valid_to is null and next_valid_from is not null)
