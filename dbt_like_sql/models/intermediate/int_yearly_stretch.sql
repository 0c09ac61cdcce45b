{{ by_organization() }}
-- The value of each organisation, indicator and year within each stretch of knowledge. Documents of the body's own
-- site come first; several documents of equal standing merge where they agree and leave no value where they differ.
with candidates as (
    select
        m.organization_key,
        m.report_year,
        m.changed_at,
        m.changed_next_at,
        m.change_cause,
        m.document_key,
        v.* exclude (organization_key)
    from {{ ref('int_yearly_moment') }} as m
    inner join {{ ref('int_document_value') }} as v using (document_reading_key)
    where {{ is_stale('m.organization_key') }}
    qualify rank() over (
        partition by m.organization_key, m.report_year, m.changed_at, v.indicator_code
        order by m.is_own_source desc
    ) = 1
),

gathered as (
    select
        organization_key,
        indicator_code,
        report_year,
        changed_at,
        count(distinct {value: value, high: value_high}) > 1 as documents_differ,
        bool_or(has_conflict) as has_conflict,
        sum(candidate_count)::integer as candidate_count,
        string_agg(candidate_values, '；' order by document_key) as candidate_values,
        flatten(list(candidate_mention_keys order by document_key)) as candidate_mention_keys,
        bool_or(is_suppressed) as is_suppressed
    from candidates
    group by organization_key, indicator_code, report_year, changed_at
),

representative as (
    select *
    from candidates
    qualify row_number() over (
        partition by organization_key, indicator_code, report_year, changed_at
        order by list_position(['range', 'approx', 'at_least', 'at_most', 'exact'], bound) nulls last, document_key
    ) = 1
)

select
    r.organization_key,
    r.indicator_code,
    r.report_year,
    r.changed_at,
    r.changed_next_at,
    r.change_cause,
    case when not g.documents_differ then r.value end as value,
    case when not g.documents_differ then r.value_high end as value_high,
    case when not g.documents_differ then r.bound end as bound,
    r.unit,
    r.period,
    r.subject,
    r.is_explicit_zero and not g.documents_differ as is_explicit_zero,
    r.cutoff_on,
    case when g.documents_differ then 'documents_differ' else r.selection_reason end as selection_reason,
    g.has_conflict or g.documents_differ as has_conflict,
    g.candidate_count,
    g.candidate_values,
    g.candidate_mention_keys,
    r.mention_key,
    r.document_key,
    g.is_suppressed
from representative as r
inner join gathered as g using (organization_key, indicator_code, report_year, changed_at)
