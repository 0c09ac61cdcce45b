-- A value and a reason for having none exclude each other.
select *
from {{ ref('fct_indicator_yearly') }}
where (value is null) <> (selection_reason in ('several_values', 'list_of_figures', 'documents_differ'))
