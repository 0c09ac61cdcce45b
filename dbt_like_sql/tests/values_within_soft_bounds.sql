{{ config(severity='warn') }}
-- Values beyond the plausible most of their level (seed value_bound, with the reason in words). A person who looked at one
-- says so in a correction with the value as it is or as it should be.
select y.yearly_key, y.value, b.soft_most, b.reason_zh, b.reason_en
from {{ ref('fct_indicator_yearly') }} as y
inner join {{ ref('dim_organization') }} as o using (organization_key)
inner join {{ ref('value_bound') }} as b on y.indicator_code = b.indicator_code and o.level = b.level
where y.is_current and coalesce(y.value_high, y.value) > b.soft_most
    and not exists (
        from {{ ref('fct_decision') }} as d
        where d.yearly_key = y.yearly_key and d.decision_kind = 'correction' and d.decision_status = 'live'
    )
