-- The stale bodies and all others of their counties: whose text may now be nearest to another's.
with counties as (
    select county from {{ ref('int_stale_organization') }}
    union
    select built_county from {{ ref('int_stale_organization') }}
)

select organization_key from {{ ref('int_stale_organization') }}
union
select s.organization_key
from {{ ref('int_organization_state') }} as s
inner join counties as c using (county)
