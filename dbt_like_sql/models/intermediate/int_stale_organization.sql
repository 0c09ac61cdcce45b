-- Bodies whose rows in the large models are to be made again: something they follow from changed, came or went since
-- the last complete build.
select
    coalesce(n.organization_key, b.organization_key) as organization_key,
    n.county,
    b.county as built_county
from {{ ref('int_organization_state') }} as n
full join {{ source('built', 'built_organization') }} as b using (organization_key)
where n.state is distinct from b.state
