with years as (
    select report_year from {{ ref('stg_reading') }} where report_year is not null
    union
    select unnest(expected_years) from {{ ref('stg_source') }}
)

select
    y.report_year,
    make_date(y.report_year, 1, 1) as starts_on,
    make_date(y.report_year, 12, 31) as ends_on,
    cast((y.report_year + 1) || '-' || d.due_month_day as date) as due_on
from years as y
left join {{ ref('rule_publication_deadline') }} as d
    on d.region_prefix is null and {{ in_force('d', 'y.report_year') }}
