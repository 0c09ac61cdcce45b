-- What was known of a version and when: one interval for each release that read it while it was current. The first
-- reading counts from the capture (the publisher's clock), a later release from its own first reading; the day a person
-- settled a refused figure of it begins another interval.
with members as (
    select document_key, source_id, valid_from, valid_to, unnest(resources, recursive := true)
    from {{ ref('int_document_version') }}
),

readings as (
    select
        m.document_key,
        m.valid_from,
        m.valid_to,
        r.reading_id,
        r.release,
        release.released_at,
        row_number() over (partition by m.document_key order by release.released_at, r.release) as release_order
    from members as m
    inner join {{ ref('stg_reading') }} as r
        on m.source_id = r.source_id and m.url = r.url and m.sha = r.resource_sha256
    inner join {{ ref('int_release') }} as release on r.release = release.release
    qualify row_number() over (
        partition by m.document_key, r.release order by r.captured_at, r.url, r.reading_id
    ) = 1
),

timed as (
    select
        *,
        case when release_order = 1 then valid_from else greatest(valid_from, released_at) end as known_from
    from readings
),

closed as (
    select
        *,
        least(lead(known_from) over (partition by document_key order by release_order), valid_to) as known_to
    from timed
    where valid_to is null or known_from < valid_to
),

open_intervals as (
    select * from closed where known_to is null or known_from < known_to
),

decided as (
    select o.document_key, o.release, list(distinct f.decided_at) as moments
    from open_intervals as o
    inner join {{ ref('int_resolved_fact') }} as f using (reading_id)
    where f.decided_at > o.known_from and (o.known_to is null or f.decided_at < o.known_to)
    group by o.document_key, o.release
),

split as (
    select
        o.* exclude (known_from, known_to),
        o.known_from as read_from,
        unnest([o.known_from] || coalesce(d.moments, [])) as known_from,
        o.known_to as read_to
    from open_intervals as o
    left join decided as d using (document_key, release)
),

bounded as (
    select
        *,
        coalesce(
            lead(known_from) over (partition by document_key, release order by known_from), read_to
        ) as known_to
    from split
)

select
    {{ hash_key(['document_key', 'release', 'case when known_from > read_from then known_from end']) }}
        as document_reading_key,
    document_key,
    reading_id,
    release,
    known_from,
    known_to,
    known_from > read_from as is_resolved,
    known_to is null as is_current,
    row_number() over (partition by document_key order by release_order desc, known_from desc) = 1 as is_latest
from bounded
