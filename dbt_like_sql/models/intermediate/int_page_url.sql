-- Which addresses are one page. An address leads to another by a redirect, or where the same source shows the same
-- text at a new address and the old one was not seen again in that run or later. Two addresses alive side by side
-- stay two pages (duplicates of each other).
with recursive spans as (
    select
        c.source_id,
        c.url,
        min(c.captured_at) as first_captured_at,
        max(c.captured_at) as last_captured_at,
        arg_min(c.run_id, c.captured_at) as first_run_id,
        arg_max(c.run_id, c.captured_at) as last_run_id,
        arg_min(r.text_hash, c.captured_at) as first_text_hash,
        arg_max(r.text_hash, c.captured_at) as last_text_hash
    from {{ ref('int_capture') }} as c
    inner join {{ ref('int_resource') }} as r using (source_id, url, resource_sha256)
    group by c.source_id, c.url
),

edges as (
    select distinct a.source_id, a.url as left_url, a.final_url as right_url
    from {{ ref('stg_attempt') }} as a
    inner join spans as old on a.source_id = old.source_id and a.url = old.url
    inner join spans as new on a.source_id = new.source_id and a.final_url = new.url
    where a.url <> a.final_url and a.outcome in ('ok', 'unchanged', 'moved')
    union
    select new.source_id, old.url, new.url
    from spans as new
    inner join spans as old
        on new.source_id = old.source_id
        and new.first_text_hash = old.last_text_hash
        and new.first_captured_at > old.last_captured_at
        and new.first_run_id is distinct from old.last_run_id
),

steps as (
    select source_id, left_url as url, right_url as next_url from edges
    union
    select source_id, right_url, left_url from edges
),

reachable as (
    select source_id, url, url as member_url from spans
    union
    select r.source_id, r.url, s.next_url
    from reachable as r
    inner join steps as s on r.source_id = s.source_id and r.member_url = s.url
),

roots as (
    select
        r.source_id,
        r.url,
        arg_min(r.member_url, {first_captured_at: m.first_captured_at, url: m.url}) as root_url
    from reachable as r
    inner join spans as m on r.source_id = m.source_id and r.member_url = m.url
    group by r.source_id, r.url
)

select
    source_id,
    url,
    root_url,
    {{ hash_key(['source_id', 'root_url']) }} as page_key
from roots
