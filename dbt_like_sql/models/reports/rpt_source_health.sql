-- Each source as its newest run left it. A report is one, however many files of a page give it.
with recursive attempts as (
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

files as (
    select source_id, url, arg_max(parent_url, started_at) as parent_url
    from {{ ref('stg_attempt') }}
    where purpose in ('attachment', 'derived') and parent_url is not null
    group by source_id, url
),

pages as (
    select source_id, url, parent_url as page_url from files
    union
    select p.source_id, p.url, f.parent_url
    from pages as p
    inner join files as f on p.source_id = f.source_id and p.page_url = f.url
),

of_pages as (
    select p.source_id, p.url, p.page_url
    from pages as p
    left join files as f on p.source_id = f.source_id and p.page_url = f.url
    where f.url is null
),

documents as (
    select
        d.source_id,
        count(distinct {{ hash_key(['coalesce(p.page_url, d.url)', 'd.organization_key', 'd.report_year']) }})
            filter (d.report_kind = 'rule_of_law')::integer as reports,
        count(*) filter (not d.is_available)::integer as pages_gone,
        max(d.last_seen_at) as last_seen_at
    from {{ ref('dim_document') }} as d
    left join of_pages as p using (source_id, url)
    where d.is_current
    group by d.source_id
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
