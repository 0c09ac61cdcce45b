with years as (
    select report_year from {{ ref('stg_reading') }} where report_year is not null
    union
    select unnest(expected_years) from {{ ref('stg_source') }}
)

select
    report_year,
    make_date(report_year, 1, 1) as starts_on,
    make_date(report_year, 12, 31) as ends_on,
    cast((report_year + 1) || '-{{ var("publication_deadline") }}' as date) as due_on
from years
