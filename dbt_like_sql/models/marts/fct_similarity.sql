-- A body's current report against its own report of the year before.
with reports as (
    select document_key, organization_key, report_year
    from {{ ref('dim_document') }}
    where report_kind = 'rule_of_law' and is_current and is_canonical
)

select
    {{ hash_key(['new.document_key', 'old.document_key']) }} as similarity_key,
    new.document_key,
    old.document_key as earlier_document_key,
    new.organization_key,
    new.report_year,
    'own_previous_year' as comparison,
    {{ containment('n.shingles', 'o.shingles') }} as containment,
    {{ containment('n.masked_shingles', 'o.masked_shingles') }} as containment_numbers_masked
from reports as new
inner join reports as old
    on new.organization_key = old.organization_key and new.report_year = old.report_year + 1
inner join {{ ref('int_shingle') }} as n on new.document_key = n.document_key
inner join {{ ref('int_shingle') }} as o on old.document_key = o.document_key
