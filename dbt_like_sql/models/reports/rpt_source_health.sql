-- Each source as its newest run left it.
with attempts as (
    select *, min(started_at) over (partition by source_id, run_id) as run_started_at
    from {{ ref('stg_attempt') }}
),

newest as (
    select
        source_id,
        any_value(run_id) as last_run_id,
        any_value(run_started_at) as last_run_started_at,
        count(*)::integer as attempts,
        count(*) filter (outcome in ('ok', 'unchanged', 'moved'))::integer as answered,
        count(*) filter (outcome in ('blocked', 'challenge', 'login'))::integer as refused,
        count(*) filter (outcome in ('timeout', 'unreachable', 'error'))::integer as failed
    from attempts
    group by source_id, run_id
),

last_runs as (
    select * from newest
    qualify row_number() over (partition by source_id order by last_run_started_at desc, last_run_id) = 1
),

documents as (
    select
        source_id,
        count(*) filter (report_kind = 'rule_of_law')::integer as reports,
        count(*) filter (not is_available)::integer as pages_gone,
        max(last_seen_at) as last_seen_at
    from {{ ref('dim_document') }}
    where is_current
    group by source_id
)

select
    s.source_id,
    s.source_name,
    s.is_enabled,
    s.minimum_documents,
    s.maximum_documents,
    coalesce(d.reports, 0) as reports,
    coalesce(d.pages_gone, 0) as pages_gone,
    l.attempts,
    l.answered,
    l.refused,
    l.failed,
    l.last_run_id,
    l.last_run_started_at,
    d.last_seen_at
from {{ ref('dim_source') }} as s
left join last_runs as l using (source_id)
left join documents as d using (source_id)
where s.is_current
