{{ by_organization() }}
-- One report, one indicator: the value its mentions agree on, or NULL with the reason (codebook column `several`).
with weighed as (
    select
        *,
        coalesce(is_headline, false) as leads,
        bool_or(coalesce(is_headline, false)) over figure as has_headline,
        max(value) filter (is_headline and bound = 'exact') over figure as whole,
        {value: value, high: value_high} as figure_value,
        {subject: coalesce({{ plain_name('subject') }}, ''), value: value, high: value_high} as member,
        mention_key in (select mention_key from {{ ref('int_suppressed_mention') }}) as is_suppressed
    from {{ ref('int_candidate') }}
    where {{ is_stale('organization_key') }}
    window figure as (partition by document_reading_key, indicator_code)
),

counted as (
    select
        document_reading_key,
        indicator_code,
        any_value(several) as several,
        any_value(has_headline) as has_headline,
        count(*) as candidate_count,
        string_agg(text_written, '；' order by start_offset) as candidate_values,
        list(mention_key order by start_offset) as candidate_mention_keys,
        count(distinct figure_value) filter (leads = has_headline) as distinct_values,
        count(distinct member) filter (repeats is null) as members,
        count(distinct member.subject) filter (repeats is null and member.subject <> '') as subjects,
        count(*) filter (repeats is null and leads) as leading_members,
        -- A whole is never less than a figure beside it.
        bool_or(kind <> 'ratio' and bound in ('exact', 'at_least') and not leads and value > whole) as exceeds_headline,
        bool_and(bound in ('exact', 'at_least')) as can_add,
        bool_and(bound = 'exact') as all_exact,
        bool_or(is_suppressed) as is_suppressed
    from weighed
    group by document_reading_key, indicator_code
),

reasoned as (
    select
        *,
        case
            when several = 'list' then case when members = 1 then 'only_figure' else 'list_of_figures' end
            when several = 'sum' and leading_members > 1
                then case when can_add then 'stated_total_in_members' else 'several_values' end
            when has_headline and distinct_values = 1 and not coalesce(exceeds_headline, false) then 'headline'
            when has_headline then 'several_values'
            when several = 'sum' and members > 1
                then case when subjects = members and can_add then 'sum_of_members' else 'several_values' end
            when distinct_values > 1 then 'several_values'
            when candidate_count = 1 then 'only_figure'
            else 'repeats_agree'
        end as selection_reason
    from counted
),

-- The mention that stands for the value: among equals the one with the weakest claim (never exact beside 余), first in
-- the text. For a sum, its first member.
evidence as (
    select *
    from weighed
    where leads = has_headline
    qualify row_number() over (
        partition by document_reading_key, indicator_code
        order by list_position(['range', 'approx', 'at_least', 'at_most', 'exact'], bound), start_offset, fact_index
    ) = 1
),

sums as (
    select document_reading_key, indicator_code, sum(member.value) as value
    from (
        select distinct document_reading_key, indicator_code, member, case when leads then start_offset end
        from weighed
        where repeats is null and leads = has_headline
    )
    group by document_reading_key, indicator_code
)

select
    r.document_reading_key,
    e.organization_key,
    r.indicator_code,
    r.selection_reason,
    r.selection_reason = 'several_values' as has_conflict,
    r.candidate_count,
    r.candidate_values,
    r.candidate_mention_keys,
    case
        when r.selection_reason in ('several_values', 'list_of_figures') then null
        when r.selection_reason in ('sum_of_members', 'stated_total_in_members') then s.value
        else e.value
    end as value,
    case when r.selection_reason in ('headline', 'only_figure', 'repeats_agree') then e.value_high end as value_high,
    case
        when r.selection_reason in ('several_values', 'list_of_figures') then null
        when r.selection_reason in ('sum_of_members', 'stated_total_in_members')
            then case when r.all_exact then 'exact' else 'at_least' end
        else e.bound
    end as bound,
    e.unit,
    e.period,
    e.subject,
    e.is_explicit_zero,
    e.cutoff_on,
    e.mention_key,
    r.is_suppressed
from reasoned as r
inner join evidence as e using (document_reading_key, indicator_code)
inner join sums as s using (document_reading_key, indicator_code)
