-- Every day a fetch or a claimed date may join: from the first report year to the end of the year after the last.
with span as (
    select min(starts_on) as first_on, max(make_date(year(ends_on) + 1, 12, 31)) as last_on
    from {{ ref('dim_report_year') }}
)

select
    cast(day as date) as date_on,
    year(day)::integer as year,
    month(day)::integer as month,
    day(day)::integer as day,
    isodow(day)::integer as iso_weekday,
    isodow(day) >= 6 as is_weekend
from (select unnest(generate_series(first_on, last_on, interval 1 day)) as day from span)
