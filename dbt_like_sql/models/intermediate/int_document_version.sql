-- A page's captures cut into versions: a new one begins only where the cleaned text changed. Texts are compared as
-- one and the same release reads them, so that a better extractor never looks like a new version.
with one_at_a_time as (
    select c.*, p.page_key
    from {{ ref('int_capture') }} as c
    inner join {{ ref('int_page_url') }} as p using (source_id, url)
    qualify row_number() over (
        partition by p.page_key, c.captured_at order by c.url desc, c.resource_sha256 desc
    ) = 1
),

captures as (
    select
        c.page_key,
        c.source_id,
        c.url,
        c.resource_sha256,
        c.captured_at,
        c.run_id,
        r.text_hash,
        lag({url: c.url, sha: c.resource_sha256, text: r.text_hash}) over page as before
    from one_at_a_time as c
    inner join {{ ref('int_resource') }} as r using (source_id, url, resource_sha256)
    window page as (partition by c.page_key order by c.captured_at, c.url, c.resource_sha256)
),

compared as (
    select
        c.page_key,
        c.captured_at,
        c.url,
        c.resource_sha256,
        arg_max(new.text_hash = old.text_hash, release.released_at) as is_same_text
    from captures as c
    inner join {{ ref('stg_reading') }} as new
        on c.source_id = new.source_id and c.url = new.url and c.resource_sha256 = new.resource_sha256
    inner join {{ ref('stg_reading') }} as old
        on c.source_id = old.source_id
        and c.before.url = old.url
        and c.before.sha = old.resource_sha256
        and new.release = old.release
    inner join {{ ref('int_release') }} as release on new.release = release.release
    where c.before.sha <> c.resource_sha256
    group by c.page_key, c.captured_at, c.url, c.resource_sha256
),

numbered as (
    select
        c.*,
        sum(
            case
                when c.before is null then 1
                when c.before.sha = c.resource_sha256 then 0
                when coalesce(d.is_same_text, c.before.text = c.text_hash) then 0
                else 1
            end
        ) over (partition by c.page_key order by c.captured_at, c.url, c.resource_sha256)::integer as version_number
    from captures as c
    left join compared as d using (page_key, captured_at, url, resource_sha256)
),

versions as (
    select
        page_key,
        version_number,
        any_value(source_id) as source_id,
        arg_max(url, captured_at) as url,
        arg_min(resource_sha256, captured_at) as resource_sha256,
        arg_min(run_id, captured_at) as first_run_id,
        min(captured_at) as valid_from,
        max(captured_at) as last_seen_at,
        list_sort(list(distinct {url: url, sha: resource_sha256})) as resources
    from numbered
    group by page_key, version_number
)

select
    {{ hash_key(['page_key', 'valid_from']) }} as document_key,
    page_key,
    version_number,
    source_id,
    url,
    resource_sha256,
    first_run_id,
    valid_from,
    lead(valid_from) over (partition by page_key order by version_number) as valid_to,
    last_seen_at,
    resources
from versions
