-- No negative figure, no rate above 100 %, no range upside down among the values chosen.
select *
from {{ ref('fct_indicator_yearly') }}
where value < 0 or value_high < value or (unit = '%' and coalesce(value_high, value) > 100)
