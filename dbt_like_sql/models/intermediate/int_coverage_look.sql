-- What each source was seen to offer of a year, and when and how its last run ended.
with tries as (
    select
        source_id,
        try_cast(regexp_extract(listed_title, '20\d\d') as integer) as report_year,
        bool_or(outcome in ('ok', 'unchanged', 'moved')) as was_fetched
    from {{ ref('stg_attempt') }}
    where purpose in ('detail', 'attachment', 'ingest') and listed_title like '%法治%'
    group by source_id, report_year
),

runs as (
    select source_id, run_id, max(started_at) as last_looked_at,
        bool_and(outcome in ('blocked', 'challenge', 'login')) as is_blocked
    from {{ ref('stg_attempt') }}
    where purpose <> 'robots'
    group by source_id, run_id
),

last_runs as (
    select source_id, max(last_looked_at) as last_looked_at, arg_max(is_blocked, last_looked_at) as is_blocked
    from runs
    group by source_id
),

expected as (
    select distinct report_year, unnest(source_ids) as source_id from {{ ref('int_coverage_cell') }}
)

select
    e.source_id,
    e.report_year,
    t.source_id is not null as was_listed,
    coalesce(t.was_fetched, false) as was_fetched,
    coalesce(l.is_blocked, false) as is_blocked,
    l.last_looked_at
from expected as e
left join tries as t using (source_id, report_year)
left join last_runs as l using (source_id)
