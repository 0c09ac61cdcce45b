{{ config(severity='warn') }}
-- A person who looked at such a figure says so in a correction, with the value as it is or as it should be.
select * from {{ ref('rpt_value_doubt') }} where severity = 'soft' and not is_looked_at
