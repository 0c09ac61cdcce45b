-- Every time a document's bytes were seen under an address; an unchanged answer counts as seeing them again, and as
-- seeing all that was taken out of them before.
with recursive attempted as (
    select
        a.source_id,
        coalesce(answered.url, asked.url) as url,
        a.resource_sha256,
        a.started_at as captured_at,
        a.run_id
    from {{ ref('stg_attempt') }} as a
    left join {{ ref('int_resource') }} as asked
        on a.source_id = asked.source_id and a.url = asked.url and a.resource_sha256 = asked.resource_sha256
    left join {{ ref('int_resource') }} as answered
        on a.source_id = answered.source_id
        and a.final_url = answered.url
        and a.resource_sha256 = answered.resource_sha256
    where a.outcome in ('ok', 'unchanged', 'moved') and coalesce(asked.url, answered.url) is not null
),

derived as (
    select source_id, parent_url, derived_from, url, resource_sha256, min(started_at) as first_derived_at
    from {{ ref('stg_attempt') }}
    where purpose = 'derived' and outcome = 'ok'
    group by source_id, parent_url, derived_from, url, resource_sha256
),

held as (
    select d.source_id, d.url, d.resource_sha256, a.started_at as captured_at, a.run_id
    from derived as d
    inner join {{ ref('stg_attempt') }} as a
        on d.source_id = a.source_id
        and d.parent_url in (a.url, a.final_url)
        and d.derived_from = a.resource_sha256
        and a.started_at > d.first_derived_at
    where a.outcome in ('ok', 'unchanged', 'moved')
    union
    select d.source_id, d.url, d.resource_sha256, h.captured_at, h.run_id
    from held as h
    inner join derived as d
        on h.source_id = d.source_id and h.url = d.parent_url and h.resource_sha256 = d.derived_from
    where h.captured_at > d.first_derived_at
),

seen as (
    select source_id, url, resource_sha256, captured_at, run_id from attempted
    union all
    select h.source_id, h.url, h.resource_sha256, h.captured_at, h.run_id
    from held as h
    inner join {{ ref('int_resource') }} using (source_id, url, resource_sha256)
    union all
    select source_id, url, resource_sha256, captured_at, null from {{ ref('int_resource') }}
)

select source_id, url, resource_sha256, captured_at, max(run_id) as run_id
from seen
group by source_id, url, resource_sha256, captured_at
