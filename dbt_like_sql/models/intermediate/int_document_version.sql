-- A page's captures cut into versions: a new one begins only where the cleaned text changed. Texts are compared as
-- one and the same release reads them, so that a better extractor never looks like a new version. Where an address came
-- to show the report of another year in other words (less than 0.9 of it but for years stood there before, so it is no
-- year that was corrected), that is another page, and the earlier one is gone from there; its figures stay.
with one_at_a_time as (
    select c.*, p.page_key as address_key
    from {{ ref('int_capture') }} as c
    inner join {{ ref('int_page_url') }} as p using (source_id, url)
    qualify row_number() over (
        partition by p.page_key, c.captured_at order by c.url desc, c.resource_sha256 desc
    ) = 1
),

captures as (
    select
        c.address_key,
        c.source_id,
        c.url,
        c.resource_sha256,
        c.captured_at,
        c.run_id,
        r.text_hash,
        lag({url: c.url, sha: c.resource_sha256, text: r.text_hash}) over address as before
    from one_at_a_time as c
    inner join {{ ref('int_resource') }} as r using (source_id, url, resource_sha256)
    window address as (partition by c.address_key order by c.captured_at, c.url, c.resource_sha256)
),

compared as (
    select
        c.address_key,
        c.captured_at,
        c.url,
        c.resource_sha256,
        arg_max({
            is_same_text: new.text_hash = old.text_hash,
            is_of_other_year: new.report_kind = 'rule_of_law' and old.report_kind = 'rule_of_law'
                and new.report_year <> old.report_year,
            new_id: new.reading_id,
            old_id: old.reading_id
        }, release.released_at) as found
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
    group by c.address_key, c.captured_at, c.url, c.resource_sha256
),

other_reports as (
    select c.address_key, c.captured_at, c.url, c.resource_sha256
    from compared as c
    inner join {{ ref('stg_reading') }} as new on c.found.new_id = new.reading_id
    inner join {{ ref('stg_reading') }} as old on c.found.old_id = old.reading_id
    where c.found.is_of_other_year
        and {{ containment(shingles(without_years('new.text')), shingles(without_years('old.text'))) }} < 0.9
),

paged as (
    select
        c.*,
        max(case when o.captured_at is not null then c.captured_at end) over address as page_begins_at
    from captures as c
    left join other_reports as o using (address_key, captured_at, url, resource_sha256)
    window address as (partition by c.address_key order by c.captured_at, c.url, c.resource_sha256)
),

numbered as (
    select
        c.*,
        case when c.page_begins_at is null then c.address_key
            else {{ hash_key(['c.address_key', 'c.page_begins_at']) }} end as page_key,
        sum(
            case
                when c.before is null or c.captured_at = c.page_begins_at then 1
                when c.before.sha = c.resource_sha256 then 0
                when coalesce(d.found.is_same_text, c.before.text = c.text_hash) then 0
                else 1
            end
        ) over (
            partition by c.address_key, c.page_begins_at order by c.captured_at, c.url, c.resource_sha256
        )::integer as version_number
    from paged as c
    left join compared as d using (address_key, captured_at, url, resource_sha256)
),

versions as (
    select
        page_key,
        version_number,
        any_value(address_key) as address_key,
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
    address_key,
    version_number,
    source_id,
    url,
    resource_sha256,
    first_run_id,
    valid_from,
    lead(valid_from) over (partition by page_key order by version_number) as valid_to,
    lead(valid_from) over (partition by address_key order by valid_from) as replaced_at,
    last_seen_at,
    resources
from versions
