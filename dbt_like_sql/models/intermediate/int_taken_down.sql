-- Every version of the pages whose text is no longer shown, by whichever of their addresses they are named.
select distinct v.document_key
from {{ ref('stg_decision') }} as t
inner join {{ ref('int_page_url') }} as p on t.subject = p.url
inner join {{ ref('int_document_version') }} as v using (page_key)
where t.kind = 'takedown'
