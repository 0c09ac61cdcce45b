-- For each organisation and report year, the stretches of time between two changes of what was known, and the
-- documents known in each. A change is the publisher's where a page's text changed, a new document's where a page
-- was found, a resolution's where a person settled a refused figure, and the extractor's where only the reading did. An
-- own site comes before any other publisher.
with documents as (
    select
        b.organization_key,
        b.report_year,
        d.document_reading_key,
        d.document_key,
        d.known_from,
        d.known_to,
        d.is_resolved,
        b.is_own_source,
        v.version_number,
        v.valid_from,
        v.valid_to
    from {{ ref('int_document_reading') }} as d
    inner join {{ ref('int_document_version') }} as v using (document_key)
    inner join {{ ref('int_reading_body') }} as b using (document_reading_key)
    where b.report_kind = 'rule_of_law' and b.report_year is not null
),

changes as (
    select
        organization_key,
        report_year,
        known_from as changed_at,
        case
            when is_resolved then 'resolution'
            when known_from > valid_from then 'extractor'
            when version_number > 1 then 'publisher'
            else 'new_document'
        end as cause
    from documents
    union all
    select organization_key, report_year, known_to, case when known_to = valid_to then 'publisher' else 'extractor' end
    from documents
    where known_to is not null
),

stretches as (
    select
        organization_key,
        report_year,
        changed_at,
        lead(changed_at) over (partition by organization_key, report_year order by changed_at) as changed_next_at,
        case
            when bool_or(cause = 'publisher') then 'publisher'
            when bool_or(cause = 'new_document') then 'new_document'
            when bool_or(cause = 'resolution') then 'resolution'
            else 'extractor'
        end as change_cause
    from changes
    group by organization_key, report_year, changed_at
)

select s.*, d.document_reading_key, d.document_key, d.is_own_source
from stretches as s
inner join documents as d
    on s.organization_key = d.organization_key
    and s.report_year = d.report_year
    and {{ as_known_on('s.changed_at', 'd') }}
