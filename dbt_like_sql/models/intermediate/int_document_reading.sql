-- What was known of a version and when: one interval for each release that read it while it was current. The first
-- reading counts from the capture (the publisher's clock), a later release from its own first reading.
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
)

select
    {{ hash_key(['document_key', 'release']) }} as document_reading_key,
    document_key,
    reading_id,
    release,
    known_from,
    known_to,
    release_order = 1 as is_first_reading,
    known_to is null as is_current,
    release_order = max(release_order) over (partition by document_key) as is_latest
from closed
where known_to is null or known_from < known_to
