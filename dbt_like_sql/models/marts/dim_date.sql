-- Every day of the years in which a report year or a date in any table lies.
{%- set date_keys = {
    'bridge_region_lineage': ['effective_on'],
    'dim_document': ['published_on', 'written_on', 'signed_on', 'data_cutoff_on', 'captured_on'],
    'dim_organization_history': ['valid_from', 'valid_to'],
    'dim_region': ['valid_from', 'valid_to'],
    'dim_report_year': ['starts_on', 'ends_on', 'due_on'],
    'fct_coverage_yearly': ['published_on', 'due_on', 'last_looked_on'],
    'fct_decision': ['decided_on'],
    'fct_fetch': ['started_on', 'listed_on'],
    'fct_indicator_mention': ['as_of_on'],
    'fct_indicator_yearly': ['cutoff_on'],
    'rpt_endpoint': ['listed_on'],
    'rpt_source_night': ['night_on'],
} %}
with dates as (
    {%- for model, columns in date_keys.items() %}
    select unnest([{{ columns | join(', ') }}]) as date_on from {{ ref(model) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

span as (
    select make_date(year(min(date_on)), 1, 1) as first_on, make_date(year(max(date_on)), 12, 31) as last_on from dates
)

select
    cast(day as date) as date_on,
    year(day)::integer as year,
    month(day)::integer as month,
    day(day)::integer as day,
    isodow(day)::integer as iso_weekday,
    isodow(day) >= 6 as is_weekend
from (select unnest(generate_series(first_on, last_on, interval 1 day)) as day from span)
