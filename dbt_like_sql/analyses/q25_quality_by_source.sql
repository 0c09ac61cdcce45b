-- 各来源各夜的数据质量 | Data quality by source and night
with nights as (
    select
        source_id,
        run_id,
        min(started_at) as started_at,
        count(*) as requests,
        count(*) filter (outcome in ('ok', 'unchanged', 'moved')) as answered,
        count(*) filter (outcome in ('blocked', 'challenge', 'login')) as refused,
        count(*) filter (outcome in ('timeout', 'unreachable', 'error')) as failed,
        count(*) filter (outcome = 'gone' or page_kind = 'soft_404') as vanished,
        list(distinct resource_sha256) as bodies
    from fct_fetch
    group by source_id, run_id
),

documents as (
    select
        n.source_id,
        n.run_id,
        count(*) as documents,
        count(d.published_on) as dated,
        count(*) filter (o.is_resolved) as resolved,
        median(d.captured_on - d.published_on) as median_days_to_capture
    from nights as n
    inner join dim_document as d on n.source_id = d.source_id and list_contains(n.bodies, d.resource_sha256)
    left join (select distinct organization_key, is_resolved from dim_organization) as o using (organization_key)
    where d.report_kind = 'rule_of_law'
    group by n.source_id, n.run_id
)

select
    n.* exclude (bodies),
    coalesce(d.documents, 0) as documents,
    round(d.resolved / d.documents * 100, 1) as resolved_pct,
    round(d.dated / d.documents * 100, 1) as with_date_pct,
    d.median_days_to_capture
from nights as n
left join documents as d using (source_id, run_id)
order by n.started_at, n.source_id
