-- Every time a document's bytes were seen under an address; an unchanged answer counts as seeing them again.
with attempted as (
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

seen as (
    select source_id, url, resource_sha256, captured_at, run_id from attempted
    union all
    select source_id, url, resource_sha256, captured_at, null from {{ ref('int_resource') }}
)

select source_id, url, resource_sha256, captured_at, max(run_id) as run_id
from seen
group by source_id, url, resource_sha256, captured_at
