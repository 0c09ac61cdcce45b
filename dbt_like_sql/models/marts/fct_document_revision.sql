-- One change of a page's text, and how many of its figures changed with it .
with versions as (
    select
        document_key,
        page_key,
        organization_key,
        report_year,
        version_number,
        valid_from,
        url,
        lag(document_key) over (partition by page_key order by version_number) as earlier_document_key
    from {{ ref('dim_document') }}
),

revisions as (
    select * from versions where earlier_document_key is not null
),

-- Both texts as the newest release that read both of them: a better extractor changes no figure of the publisher.
readings as (
    select
        r.document_key,
        new.document_reading_key as new_reading_key,
        old.document_reading_key as old_reading_key
    from revisions as r
    inner join {{ ref('int_document_reading') }} as new on r.document_key = new.document_key
    inner join {{ ref('int_document_reading') }} as old
        on r.earlier_document_key = old.document_key and new.release = old.release
    inner join {{ ref('int_release') }} as release on new.release = release.release
    qualify row_number() over (partition by r.document_key order by release.released_at desc, new.release) = 1
),

sides as (
    select r.document_key, v.indicator_code, {value: v.value, high: v.value_high, bound: v.bound} as figure
    from readings as r
    inner join {{ ref('int_document_value') }} as v
        on v.document_reading_key in (r.new_reading_key, r.old_reading_key)
),

cells as (
    select
        document_key,
        indicator_code,
        count(distinct figure) > 1 or count(*) = 1 as is_changed
    from sides
    group by document_key, indicator_code
),

changed as (
    select r.document_key, count(*) filter (c.is_changed)::integer as figures_changed
    from readings as r
    left join cells as c using (document_key)
    group by r.document_key
)

select
    r.document_key,
    r.earlier_document_key,
    r.page_key,
    r.organization_key,
    r.report_year,
    r.version_number,
    r.url,
    r.valid_from as revised_at,
    {{ containment('n.shingles', 'o.shingles') }} as containment_in_earlier,
    {{ containment('o.shingles', 'n.shingles') }} as containment_of_earlier,
    c.figures_changed
from revisions as r
left join {{ ref('int_shingle') }} as n on r.document_key = n.document_key
left join {{ ref('int_shingle') }} as o on r.earlier_document_key = o.document_key
left join changed as c on r.document_key = c.document_key
