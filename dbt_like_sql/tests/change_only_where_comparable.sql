-- A change is computed where both years compare, and nowhere else; never from a missing side or a zero base.
select *
from {{ ref('mart_indicator_yoy') }}
where (is_comparable and (value is null or previous_value is null or change is null))
    or (not is_comparable and (change is not null or change_pct is not null))
    or (previous_value = 0 and change_pct is not null)
    or (is_comparable <> (len(not_comparable_reasons) = 0))
