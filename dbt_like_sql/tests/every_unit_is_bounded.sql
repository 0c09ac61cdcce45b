-- Every unit an indicator is counted in has its row in logical_bound, or what is impossible in it would pass.
select code, unit from {{ ref('stg_indicator') }}
where replaced_at is null and unit not in (select unit from {{ ref('logical_bound') }})
