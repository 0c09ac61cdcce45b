{{ config(severity='warn') }}
select decision_origin, decision_status
from {{ ref('fct_decision') }}
where decision_status <> 'live'
