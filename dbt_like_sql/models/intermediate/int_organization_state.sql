-- All that a body's rows in the large models follow from, as one hash: its readings and their intervals, versions,
-- publishing body, region and its lineage, release times, the codebook, the measured formulas and what people decided
-- about its documents. Times of mere sight are left out.
with everywhere as (
    select
        (select list(hash(i) order by i.code, i.observed_at) from {{ ref('stg_indicator') }} as i) as codebook,
        (select list(f.sentence order by f.sentence) from {{ ref('stg_formula') }} as f) as formulas
),

readings as (
    select
        b.organization_key,
        max(left(b.region_code, 6)) as county,
        list(hash(
            d, b, release.released_at, v.url, v.title, v.version_number, v.published_on, v.valid_from, v.valid_to,
            v.is_canonical, v.page_key, v.source_id
        ) order by d.document_reading_key, d.known_from) as hashes
    from {{ ref('int_document_reading') }} as d
    inner join {{ ref('int_reading_body') }} as b using (document_reading_key)
    inner join {{ ref('int_release') }} as release on d.release = release.release
    inner join {{ ref('dim_document') }} as v on d.document_key = v.document_key
    group by b.organization_key
),

names as (
    select organization_key, list(hash(o) order by hash(o)) as hashes
    from {{ ref('dim_organization') }} as o
    group by organization_key
),

decided_documents as (
    select decision_key, subject as document_key from {{ ref('stg_decision') }} where kind = 'correction'
    union
    select f.decision_key, d.document_key
    from {{ ref('int_resolved_fact') }} as f
    inner join {{ ref('int_document_reading') }} as d using (reading_id)
),

decided_bodies as (
    select distinct t.decision_key, b.organization_key
    from decided_documents as t
    inner join {{ ref('int_document_reading') }} as d using (document_key)
    inner join {{ ref('int_reading_body') }} as b using (document_reading_key)
),

decisions as (
    select b.organization_key, list(hash(c) order by c.decision_key) as hashes
    from decided_bodies as b
    inner join {{ ref('stg_decision') }} as c using (decision_key)
    group by b.organization_key
),

divisions as (
    select region_code, hash(r) as state from {{ ref('dim_region') }} as r
    union all
    select unnest([from_code, to_code]), hash(l) from {{ ref('bridge_region_lineage') }} as l
),

places as (
    select b.organization_key, list(r.state order by r.state) as hashes
    from (select distinct organization_key, region_code from {{ ref('int_reading_body') }}) as b
    inner join divisions as r using (region_code)
    group by b.organization_key
)

select r.organization_key, r.county, hash(r.hashes, n.hashes, d.hashes, p.hashes, e.codebook, e.formulas) as state
from readings as r
cross join everywhere as e
left join names as n using (organization_key)
left join decisions as d using (organization_key)
left join places as p using (organization_key)
