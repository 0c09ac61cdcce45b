-- Every yearly value leads to a mention of its own document, in the text of a sentence or a table row.
select y.*
from {{ ref('fct_indicator_yearly') }} as y
left join {{ ref('fct_indicator_mention') }} as m
    on y.mention_key = m.mention_key and y.document_key = m.document_key
where m.mention_key is null
    or (y.selection_reason not in ('sum_of_members', 'stated_total_in_members') and y.value is not null and y.value <> m.value)
