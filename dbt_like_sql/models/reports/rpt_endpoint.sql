-- The state of every address a source asked for: what is held of it, and what its newest requests came to.
with asked as (
    select
        *,
        row_number() over (partition by source_id, url order by started_at desc, attempt_id) as newest_first,
        outcome in ('ok', 'unchanged') as is_held
    from {{ ref('stg_attempt') }}
    where purpose <> 'derived'
),

held as (
    select source_id, url, min(newest_first) as newest_held
    from asked
    where is_held
    group by source_id, url
)

select
    {{ hash_key(['a.source_id', 'a.url']) }} as endpoint_key,
    a.source_id,
    a.url,
    arg_min(a.purpose, a.newest_first) as purpose,
    arg_min(a.parent_url, a.newest_first) as parent_url,
    arg_min(a.listed_title, a.newest_first) as listed_title,
    arg_min(a.listed_on, a.newest_first) as listed_on,
    count(*)::integer as attempts,
    min(a.started_at) as first_asked_at,
    max(a.started_at) as last_asked_at,
    arg_min(a.outcome, a.newest_first) as outcome,
    arg_min(a.evidence, a.newest_first) as evidence,
    (coalesce(any_value(h.newest_held), count(*) + 1) - 1)::integer as attempts_since_held,
    max(a.started_at) filter (a.is_held) as last_seen_at,
    max(a.started_at) filter (a.outcome = 'ok') as last_changed_at,
    arg_max(a.resource_sha256, a.started_at) filter (a.is_held) as resource_sha256,
    arg_max(a.page_kind, a.started_at) filter (a.is_held) as page_kind
from asked as a
left join held as h using (source_id, url)
group by a.source_id, a.url
