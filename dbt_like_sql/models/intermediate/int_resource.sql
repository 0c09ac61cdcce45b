-- One archived body under one address, as the newest release reads it.
with ranked as (
    select
        r.source_id,
        r.url,
        r.resource_sha256,
        r.captured_at,
        r.text_hash,
        r.is_document,
        row_number() over (
            partition by r.source_id, r.url, r.resource_sha256
            order by release.released_at desc, r.release desc
        ) as newest_first
    from {{ ref('stg_reading') }} as r
    inner join {{ ref('int_release') }} as release using (release)
)

select source_id, url, resource_sha256, captured_at, text_hash
from ranked
where newest_first = 1 and is_document
