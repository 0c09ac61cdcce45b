-- Five rows a document, one a statutory part (督察工作规定, 厅字〔2019〕28号), whether the part is there or not.
with parts as (
    select unnest(['achievements', 'problems', 'first_responsible_person', 'next_year_plan', 'other']) as part
),

documents as (
    select document_key, reading_id
    from {{ ref('int_document_reading') }}
    inner join {{ ref('stg_reading') }} using (reading_id)
    where is_latest and report_kind = 'rule_of_law'
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
    {{ hash_key(['d.document_key', 'p.part']) }} as section_key,
    d.document_key,
    p.part,
    f.reading_id is not null as is_present,
    f.heading,
    f.text_length
from documents as d
cross join parts as p
left join found as f on d.reading_id = f.reading_id and p.part = f.part
