{{ by_organization('int_stale_neighbour') }}
-- Reports of other bodies of the same county and year that may share text: at most three for each report, found
-- through an index of sampled shingles. One masked shingle in sixteen is looked at, and of the reports that hold it
-- only the eight earliest, so that the work grows with the reports and not with their pairs, and whoever copies is
-- still led to where a text stood first. Less than a tenth in common is no reuse: unrelated reports share up to 4 %.
with reports as (
    select
        d.document_key,
        d.organization_key,
        d.report_year,
        left(b.region_code, 6) as county,
        coalesce(d.published_on, {{ shanghai_day('d.valid_from') }}) as stood_on,
        s.masked_shingles
    from {{ ref('dim_document') }} as d
    inner join {{ ref('int_document_reading') }} as r on d.document_key = r.document_key and r.is_latest
    inner join {{ ref('int_reading_body') }} as b using (document_reading_key)
    inner join {{ ref('int_shingle') }} as s on d.document_key = s.document_key
    where d.report_kind = 'rule_of_law' and d.is_current and d.is_canonical and b.region_code is not null
        and {{ is_stale('d.organization_key', 'int_stale_neighbour') }}
),

sampled as (
    select
        document_key, organization_key, report_year, county, stood_on,
        len(masked_shingles) as shingles,
        unnest(list_filter(masked_shingles, lambda shingle: shingle % 16 = 0)) as shingle
    from reports
),

holders as (
    select *
    from sampled
    qualify row_number() over (
        partition by county, report_year, shingle order by stood_on, document_key
    ) <= 8
),

shared as (
    select
        s.document_key,
        s.organization_key,
        h.document_key as other_document_key,
        count(*) as shared_shingles,
        any_value(s.shingles) as shingles
    from sampled as s
    inner join holders as h
        on s.county = h.county
        and s.report_year = h.report_year
        and s.shingle = h.shingle
        and s.organization_key <> h.organization_key
    group by s.document_key, s.organization_key, h.document_key
)

select document_key, organization_key, other_document_key, shared_shingles
from shared
where shared_shingles * 16 >= 0.1 * shingles and shared_shingles >= 2
qualify row_number() over (
    partition by document_key order by shared_shingles desc, other_document_key
) <= 3
