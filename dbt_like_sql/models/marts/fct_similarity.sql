{{ by_organization('int_stale_neighbour') }}
-- A body's current report against its own of the year before (prev_year) and against those of other bodies of its
-- county and year that share text with it (peer), ranked. Containment is exact: the share of the report's own shingles
-- that the other text holds.
with reports as (
    select document_key, organization_key, report_year
    from {{ ref('dim_document') }}
    where report_kind = 'rule_of_law' and is_current and is_canonical
),

pairs as materialized (
    select new.document_key, old.document_key as other_document_key, 'prev_year' as comparison
    from reports as new
    inner join reports as old
        on new.organization_key = old.organization_key and new.report_year = old.report_year + 1
    where {{ is_stale('new.organization_key', 'int_stale_neighbour') }}
    union all
    select document_key, other_document_key, 'peer' from {{ ref('int_peer_candidate') }}
    where {{ is_stale('organization_key', 'int_stale_neighbour') }}
),

{% set stale = ref('int_stale_organization') -%}
{% if is_incremental() -%}
-- Pairs measured before, of bodies nothing changed for: a neighbour's new report may rank them anew, no more.
known as (
    select p.*, held.containment, held.containment_masked
    from pairs as p
    inner join {{ this }} as held using (document_key, other_document_key, comparison)
    where held.organization_key not in (select organization_key from {{ stale }})
        and held.other_organization_key not in (select organization_key from {{ stale }})
),

new_pairs as materialized (
    select * from pairs as p
    where not exists (
        from known as k where (k.document_key, k.other_document_key) = (p.document_key, p.other_document_key)
    )
),

-- Of the wide lists of shingles only those that are compared, read once.
texts as materialized (
    select document_key, shingles, masked_shingles
    from {{ ref('int_shingle') }}
    where document_key in (select unnest([document_key, other_document_key]) from new_pairs)
),
{%- endif %}
{% set made, lists = ('new_pairs', 'texts') if is_incremental() else ('pairs', ref('int_shingle')) %}
measured as (
    select
        p.*,
        {{ containment('n.shingles', 'o.shingles') }} as containment,
        {{ containment('n.masked_shingles', 'o.masked_shingles') }} as containment_masked
    from {{ made }} as p
    inner join {{ lists }} as n on p.document_key = n.document_key
    inner join {{ lists }} as o on p.other_document_key = o.document_key
    {% if is_incremental() -%}
    union all
    from known
    {%- endif %}
)

select
    {{ hash_key(['m.document_key', 'm.other_document_key']) }} as similarity_key,
    m.document_key,
    m.other_document_key,
    new.organization_key,
    old.organization_key as other_organization_key,
    new.report_year,
    m.comparison,
    row_number() over (
        partition by m.document_key, m.comparison
        order by m.containment_masked desc nulls last, m.containment desc nulls last, m.other_document_key
    )::integer as similarity_rank,
    m.containment,
    m.containment_masked
from measured as m
inner join reports as new on m.document_key = new.document_key
inner join reports as old on m.other_document_key = old.document_key
