-- Figures of today that are impossible (hard: by arithmetic, or beyond all the country has) or doubtful (soft), each with
-- the limit it passes and the reason in words. Suppressed figures are neither shown nor compared with. Two doubts come from
-- the figures themselves: beyond what bodies of its level give in that year (at least 20 of them; six robust spreads above
-- the median on a logarithmic scale, a spread taken to be at least 0.35, so never less than about eight times the median),
-- and a hundred times more or less than the body's own year before, as a slip of 万 or of a unit makes it.
with figures as (
    select
        y.*,
        coalesce(y.value_high, y.value) as most,
        o.organization_name,
        o.region_code,
        o.level,
        i.indicator_name,
        i.kind,
        d.url
    from {{ ref('fct_indicator_yearly') }} as y
    inner join {{ ref('dim_organization') }} as o using (organization_key)
    inner join {{ ref('dim_indicator') }} as i on y.indicator_code = i.indicator_code and i.is_current
    inner join {{ ref('dim_document') }} as d using (document_key)
    where y.is_current and y.value is not null and not y.is_suppressed
),

logical as (
    select
        f.yearly_key,
        case
            when f.value < b.least then 'below_least'
            when f.most > b.most then 'above_most'
            when f.most < f.value then 'inverted_range'
            when b.is_whole and f.bound = 'exact' and f.value <> round(f.value) then 'not_whole'
        end as doubt_kind,
        'hard' as severity,
        case when f.value < b.least then b.least when f.most > b.most then b.most end as limit_value,
        b.reason_zh,
        b.reason_en,
        b.source
    from figures as f
    inner join {{ ref('logical_bound') }} as b using (unit)
    where f.value < b.least or f.most > b.most or f.most < f.value
        or (b.is_whole and f.bound = 'exact' and f.value <> round(f.value))
),

of_level as (
    select
        f.yearly_key,
        case when f.most > b.hard_most then 'above_hard_most' else 'above_soft_most' end as doubt_kind,
        case when f.most > b.hard_most then 'hard' else 'soft' end as severity,
        case when f.most > b.hard_most then b.hard_most else b.soft_most end as limit_value,
        b.reason_zh,
        b.reason_en,
        b.source
    from figures as f
    inner join {{ ref('value_bound') }} as b using (indicator_code, level)
    where f.most > b.hard_most or f.most > b.soft_most
),

-- Where both bounds leave no doubt that the part is the greater.
part_and_whole as (
    select
        part.yearly_key,
        'exceeds_whole' as doubt_kind,
        'soft' as severity,
        whole.most as limit_value,
        b.reason_zh,
        b.reason_en,
        b.source
    from figures as part
    inner join {{ ref('part_and_whole') }} as b on part.indicator_code = b.part_code
    inner join figures as whole
        on b.whole_code = whole.indicator_code
        and part.organization_key = whole.organization_key
        and part.report_year = whole.report_year
    where part.value > whole.most
        and part.bound in ('exact', 'at_least', 'range')
        and whole.bound in ('exact', 'at_most', 'range')
),

peers as (
    select
        indicator_code,
        level,
        report_year,
        median(ln(1 + value)) as middle,
        greatest(1.4826 * mad(ln(1 + value)), 0.35) as spread
    from figures
    where kind <> 'ratio' and value >= 0
    group by indicator_code, level, report_year
    having count(*) >= 20
),

unlike_peers as (
    select
        f.yearly_key,
        'unlike_peers' as doubt_kind,
        'soft' as severity,
        round(exp(p.middle + 6 * p.spread) - 1) as limit_value,
        '远高于同年同级机关的中位数' as reason_zh,
        'Far above the median of the bodies of its level in that year' as reason_en,
        '本库同年数据' as source
    from figures as f
    inner join peers as p using (indicator_code, level, report_year)
    where f.kind <> 'ratio' and ln(1 + greatest(f.value, 0)) > p.middle + 6 * p.spread
),

unlike_last_year as (
    select
        f.yearly_key,
        'unlike_last_year' as doubt_kind,
        'soft' as severity,
        case when f.value > old.value then old.value * 100 else old.value / 100 end as limit_value,
        '与本机关上一年相差百倍以上' as reason_zh,
        'A hundred times more or less than the body''s own year before' as reason_en,
        '本机关上一年报告' as source
    from figures as f
    inner join figures as old
        on f.organization_key = old.organization_key
        and f.indicator_code = old.indicator_code
        and f.report_year = old.report_year + 1
    where f.kind <> 'ratio' and f.value > 0 and old.value > 0
        and (f.value >= old.value * 100 or f.value <= old.value / 100)
),

doubts as (
    from logical
    union all
    from of_level
    union all
    from part_and_whole
    union all
    from unlike_peers
    union all
    from unlike_last_year
)

select
    {{ hash_key(['f.yearly_key', 'd.doubt_kind', 'd.reason_en']) }} as doubt_key,
    f.yearly_key,
    {{ hash_key(['f.organization_key', 'f.indicator_code', 'f.report_year']) }} as yoy_key,
    f.organization_name,
    f.organization_key,
    f.region_code,
    f.level,
    f.indicator_code,
    f.indicator_name,
    f.report_year,
    f.value,
    f.value_high,
    f.bound,
    f.unit,
    d.doubt_kind,
    d.severity,
    d.limit_value,
    d.reason_zh,
    d.reason_en,
    d.source as basis,
    exists (
        from {{ ref('fct_decision') }} as c
        where c.yearly_key = f.yearly_key and c.decision_kind = 'correction' and c.decision_status = 'live'
    ) as is_looked_at,
    f.url,
    f.document_key
from doubts as d
inner join figures as f using (yearly_key)
