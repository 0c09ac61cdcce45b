{{ by_organization() }}
-- Where one of two neighbouring years has several figures and the other has one: the figure told in the same words as
-- the other year's. Its wording must be mostly that of the other year, and no other figure's even half as near.
with current_values as (
    select * from {{ ref('fct_indicator_yearly') }} where is_current and {{ is_stale('organization_key') }}
),

pairs as (
    select
        one.organization_key,
        one.indicator_code,
        one.report_year,
        other.report_year as other_year,
        one.candidate_mention_keys,
        other.mention_key as other_mention_key
    from current_values as one
    inner join current_values as other
        on one.organization_key = other.organization_key
        and one.indicator_code = other.indicator_code
        and abs(one.report_year - other.report_year) = 1
    where one.selection_reason = 'several_values'
        and other.selection_reason in ('only_figure', 'repeats_agree', 'headline')
),

figures as (
    select
        p.organization_key,
        p.indicator_code,
        p.report_year,
        p.other_year,
        c.mention_key,
        c.value,
        c.value_high,
        c.bound,
        c.period,
        c.start_offset,
        {{ wording_likeness('c.clause', 'o.clause') }} as likeness,
        max(likeness) over (partition by p.organization_key, p.indicator_code, p.report_year, p.other_year) as best
    from (select *, unnest(candidate_mention_keys) as candidate_key from pairs) as p
    inner join {{ ref('int_candidate') }} as c on p.candidate_key = c.mention_key
    inner join {{ ref('int_candidate') }} as o on p.other_mention_key = o.mention_key
)

select
    organization_key,
    indicator_code,
    report_year,
    other_year,
    arg_max(mention_key, {likeness: likeness, earlier: -start_offset}) as mention_key,
    arg_max(value, likeness) as value,
    arg_max(value_high, likeness) as value_high,
    arg_max(bound, likeness) as bound,
    arg_max(period, likeness) as period
from figures
where best >= 0.6 and likeness > best / 2
group by organization_key, indicator_code, report_year, other_year
having count(distinct {value: value, high: value_high, bound: bound, period: period}) = 1
