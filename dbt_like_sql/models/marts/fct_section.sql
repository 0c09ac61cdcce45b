{{ by_organization() }}
-- One row for each document and part of the rule table, whether the part is there or not. Only a heading makes it
-- present; a text that merely speaks of it is `is_mentioned`.
with documents as (
    select d.document_key, d.reading_id, b.organization_key, b.report_year, b.region_code
    from {{ ref('int_document_reading') }} as d
    inner join {{ ref('int_reading_body') }} as b using (document_reading_key)
    where d.is_latest and b.report_kind = 'rule_of_law' and {{ is_stale('b.organization_key') }}
),

-- A part is required where any rule that applies in the region requires it.
parts as (
    select
        d.document_key,
        d.reading_id,
        d.organization_key,
        r.part,
        any_value(r.mention_wording) as mention_wording,
        bool_or({{ in_force('r', 'd.report_year') }}) as is_required
    from documents as d
    inner join {{ ref('rule_required_section') }} as r on {{ applies_in('r', 'd.region_code') }}
    group by d.document_key, d.reading_id, d.organization_key, r.part
),

found as (
    select
        reading_id,
        part,
        string_agg(heading, '；' order by start_offset) as heading,
        sum(end_offset - start_offset)::integer as text_length
    from {{ ref('stg_section') }} as s
    where part is not null and not exists (
        from {{ ref('stg_section') }} as outer_section
        where outer_section.reading_id = s.reading_id
            and outer_section.part = s.part
            and outer_section.section_index <> s.section_index
            and outer_section.start_offset <= s.start_offset
            and outer_section.end_offset >= s.end_offset
            and outer_section.level < s.level
    )
    group by reading_id, part
)

select
    {{ hash_key(['p.document_key', 'p.part']) }} as section_key,
    p.document_key,
    p.organization_key,
    p.part,
    p.is_required,
    f.reading_id is not null as is_present,
    f.reading_id is not null or regexp_matches(r.text, p.mention_wording) as is_mentioned,
    f.heading,
    f.text_length
from parts as p
inner join {{ ref('stg_reading') }} as r using (reading_id)
left join found as f using (reading_id, part)
