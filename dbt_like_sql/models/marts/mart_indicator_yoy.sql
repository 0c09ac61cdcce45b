{{ by_organization() }}
-- One row for each organisation, indicator and year with a report, where this year's report or the year before's
-- speaks of the indicator. Nothing is compared that the two reports do not say in the same way.
with current_values as (
    select * from {{ ref('fct_indicator_yearly') }} where is_current and {{ is_stale('organization_key') }}
),

reports as (
    select distinct organization_key, report_year
    from {{ ref('int_yearly_moment') }}
    where changed_next_at is null
),

cells as (
    select organization_key, indicator_code, report_year from current_values
    union
    select v.organization_key, v.indicator_code, v.report_year + 1
    from current_values as v
    semi join reports as r on v.organization_key = r.organization_key and v.report_year + 1 = r.report_year
),

indicators as (
    select * from {{ ref('dim_indicator') }} where is_current
),

-- A region that merged, was divided, gave part of itself or came under another parent.
boundary_changes as (
    select unnest([from_code, to_code]) as region_code, effective_on
    from {{ ref('bridge_region_lineage') }}
    where lineage_event in ('merge', 'split', 'transfer')
),

-- When a definition changed: readings made on either side of that moment do not mean the same thing.
definition_changes as (
    select indicator_code, valid_from as changed_at
    from (
        select
            *,
            lag(definition_edition) over (partition by indicator_code order by valid_from) as edition_before
        from {{ ref('dim_indicator') }}
    )
    where definition_edition <> edition_before
),

documents as (
    select d.document_key, d.url, release.released_at
    from {{ ref('dim_document') }} as d
    inner join {{ ref('int_release') }} as release using (release)
),

mentions as (
    select * from {{ ref('fct_indicator_mention') }} where is_current and {{ is_stale('organization_key') }}
),

-- Only a change the report ties to the very value chosen speaks of it.
stated_growth as (
    select
        organization_key,
        indicator_code,
        report_year,
        level_value,
        case when count(distinct signed_pct) = 1 then any_value(signed_pct) end as stated_change_pct,
        case when count(distinct signed_amount) = 1 then any_value(signed_amount) end as stated_change,
        min(last_place) / 2 as stated_rounding,
        string_agg(distinct text_written, '；' order by text_written) as stated_text
    from (
        select
            s.*,
            {{ last_place('s.text_written', 's.signed_change') }} as last_place,
            case when s.unit = '%' and i.kind <> 'ratio' and s.bound = 'exact' then s.signed_change end as signed_pct,
            case
                when s.bound = 'exact' and (s.unit = '百分点' or (s.unit = i.unit and i.kind <> 'ratio'))
                    then s.signed_change
            end as signed_amount
        from {{ ref('int_stated_change') }} as s
        inner join indicators as i using (indicator_code)
        where s.is_current
    )
    group by organization_key, indicator_code, report_year, level_value
),

-- What this year's report says the year before was: shown beside the earlier report's own figure, never instead.
restated as (
    select
        organization_key,
        indicator_code,
        report_year,
        case when count(distinct value) = 1 and bool_and(bound = 'exact') then any_value(value) end as restated_value
    from mentions
    where period = 'prior_year' and growth is null and coalesce(period_year, report_year - 1) = report_year - 1
    group by organization_key, indicator_code, report_year
),

corrections as (
    select yearly_key, decision_reason, case when not is_suppressed then corrected_value end as corrected_value
    from {{ ref('fct_decision') }}
    where decision_kind = 'correction' and decision_status = 'live'
),

written as (
    select n.mention_key, n.text_written, w.counted_as
    from mentions as n
    left join {{ ref('measure_word') }} as w on n.unit_written = w.unit
),

paired as (
    select
        c.organization_key,
        c.indicator_code,
        c.report_year,
        i.indicator_name,
        i.unit,
        i.kind,
        i.several,
        coalesce(now_.value, alike.value) as value,
        coalesce(now_.value_high, alike.value_high) as value_high,
        coalesce(now_.bound, alike.bound) as bound,
        coalesce(alike.period, now_.period) as period,
        now_.document_key,
        coalesce(alike.mention_key, now_.mention_key) as mention_key,
        case when alike.mention_key is not null then 'same_wording' else now_.selection_reason end as selection_reason,
        now_.candidate_values,
        coalesce(now_.is_suppressed, false) as is_suppressed,
        coalesce(old.value, old_alike.value) as previous_value,
        coalesce(old.value_high, old_alike.value_high) as previous_value_high,
        coalesce(old.bound, old_alike.bound) as previous_bound,
        coalesce(old_alike.period, old.period) as previous_period,
        old.document_key as previous_document_key,
        coalesce(old_alike.mention_key, old.mention_key) as previous_mention_key,
        case when old_alike.mention_key is not null then 'same_wording' else old.selection_reason end
            as previous_selection_reason,
        old.candidate_values as previous_candidate_values,
        coalesce(old.is_suppressed, false) as is_previous_suppressed,
        correction.corrected_value,
        old_correction.corrected_value as previous_corrected_value,
        coalesce(correction.decision_reason, old_correction.decision_reason) as correction_reason,
        correction.yearly_key is not null or old_correction.yearly_key is not null as is_corrected,
        now_.yearly_key is not null as speaks,
        old.yearly_key is not null as previous_speaks,
        before.report_year is not null as has_previous_report,
        {{ plain_name('now_.subject') }} is distinct from {{ plain_name('old.subject') }} as subject_differs,
        now_.cutoff_on is not null or old.cutoff_on is not null as has_cutoff,
        coalesce(now_.unit, i.unit) <> i.unit or coalesce(old.unit, i.unit) <> i.unit as unit_differs,
        exists (
            from definition_changes as e
            where e.indicator_code = c.indicator_code
                and e.changed_at > least(now_document.released_at, old_document.released_at)
                and e.changed_at <= greatest(now_document.released_at, old_document.released_at)
        ) as definition_changed,
        exists (
            from boundary_changes as b
            where b.region_code = o.region_code
                and b.effective_on > make_date(c.report_year - 1, 12, 31)
                and b.effective_on <= make_date(c.report_year, 12, 31)
        ) as boundary_changed,
        now_document.url,
        old_document.url as previous_url,
        o.organization_name,
        o.region_code,
        o.is_resolved
    from cells as c
    inner join indicators as i using (indicator_code)
    inner join {{ ref('dim_organization') }} as o using (organization_key)
    left join current_values as now_ using (organization_key, indicator_code, report_year)
    left join current_values as old
        on c.organization_key = old.organization_key
        and c.indicator_code = old.indicator_code
        and c.report_year - 1 = old.report_year
    left join {{ ref('int_like_for_like') }} as alike
        on c.organization_key = alike.organization_key
        and c.indicator_code = alike.indicator_code
        and c.report_year = alike.report_year
        and c.report_year - 1 = alike.other_year
    left join {{ ref('int_like_for_like') }} as old_alike
        on c.organization_key = old_alike.organization_key
        and c.indicator_code = old_alike.indicator_code
        and c.report_year - 1 = old_alike.report_year
        and c.report_year = old_alike.other_year
    left join corrections as correction on now_.yearly_key = correction.yearly_key
    left join corrections as old_correction on old.yearly_key = old_correction.yearly_key
    left join documents as now_document on now_.document_key = now_document.document_key
    left join documents as old_document on old.document_key = old_document.document_key
    left join reports as before
        on c.organization_key = before.organization_key and c.report_year - 1 = before.report_year
),

judged as (
    select
        p.*,
        case p.bound when 'at_most' then 0 when 'approx' then null else p.value end as low,
        case p.bound when 'exact' then p.value when 'at_most' then p.value when 'range' then p.value_high end as high,
        case p.previous_bound when 'at_most' then 0 when 'approx' then null else p.previous_value end as previous_low,
        case p.previous_bound
            when 'exact' then p.previous_value when 'at_most' then p.previous_value when 'range' then p.previous_value_high
        end as previous_high,
        {{ rounding_of('w.text_written', 'p.value', 'p.kind') }} as rounding,
        {{ rounding_of('pw.text_written', 'p.previous_value', 'p.kind') }} as previous_rounding,
        list_filter([
            case when not p.has_previous_report then 'no_previous_report' end,
            case when p.has_previous_report and not p.previous_speaks then 'previous_silent' end,
            case when not p.speaks then 'current_silent' end,
            case when (p.speaks and p.value is null) or (p.previous_speaks and p.previous_value is null)
                then 'several_values' end,
            case when 'sum_of_members' in (p.selection_reason, p.previous_selection_reason) then 'computed_sum' end,
            case when p.bound <> p.previous_bound then 'bound_differs' end,
            case when 'range' in (p.bound, p.previous_bound) then 'range' end,
            case when p.period <> p.previous_period then 'period_differs' end,
            case when p.unit_differs or w.counted_as <> pw.counted_as then 'unit_differs' end,
            case when p.several = 'list' and p.speaks and p.previous_speaks and p.subject_differs then 'subject_differs' end,
            case when p.has_cutoff then 'data_cutoff' end,
            case when p.is_corrected then 'corrected' end,
            case when p.definition_changed then 'definition_changed' end,
            case when p.boundary_changed then 'boundary_change' end
        ], reason -> reason is not null) as not_comparable_reasons
    from paired as p
    left join written as w on p.mention_key = w.mention_key
    left join written as pw on p.previous_mention_key = pw.mention_key
),

compared as (
    select
        *,
        len(not_comparable_reasons) = 0 as is_comparable,
        case when len(not_comparable_reasons) = 0 then round(value - previous_value, 6) end as change,
        case when len(not_comparable_reasons) = 0 and kind <> 'ratio' and previous_value <> 0
            then round((value - previous_value) / previous_value * 100, 4)
        end as change_pct,
        kind <> 'ratio' and value is not null and previous_value is not null as has_interval
    from judged
)

select
    {{ hash_key(['p.organization_key', 'p.indicator_code', 'p.report_year']) }} as yoy_key,
    {{ hash_key(['p.organization_key', 'p.indicator_code', 'p.report_year - 1']) }} as previous_yoy_key,
    p.organization_name,
    p.organization_key,
    p.region_code,
    p.is_resolved,
    p.indicator_code,
    p.indicator_name,
    p.unit,
    p.report_year,
    p.report_year - 1 as previous_year,
    p.previous_value,
    p.value,
    p.change,
    p.change_pct,
    case when p.has_interval and p.previous_high > 0 then round((p.low / p.previous_high - 1) * 100, 4) end
        as change_pct_low,
    case when p.has_interval and p.previous_low > 0 then round((p.high / p.previous_low - 1) * 100, 4) end
        as change_pct_high,
    p.previous_bound,
    p.bound,
    p.previous_corrected_value,
    p.corrected_value,
    p.correction_reason,
    p.is_comparable,
    p.not_comparable_reasons,
    p.selection_reason,
    p.candidate_values,
    p.previous_selection_reason,
    p.previous_candidate_values,
    g.stated_change_pct,
    g.stated_change,
    g.stated_text,
    -- Whether what is written may be true of one pair of numbers, each rounded as it is written.
    case
        when not p.is_comparable or p.bound <> 'exact' then null
        when g.stated_change_pct is not null and p.change_pct is not null
            then g.stated_change_pct between
                ((p.value - p.rounding) / (p.previous_value + p.previous_rounding) - 1) * 100 - g.stated_rounding - 1e-6
                and ((p.value + p.rounding) / (p.previous_value - p.previous_rounding) - 1) * 100 + g.stated_rounding + 1e-6
        when g.stated_change is not null
            then abs(p.change - g.stated_change) <= g.stated_rounding + p.rounding + p.previous_rounding + 1e-6
    end as is_stated_growth_right,
    r.restated_value as restated_previous_value,
    r.restated_value <> p.previous_value and p.previous_bound = 'exact' as is_previous_restated,
    m.sentence,
    p.url,
    p.document_key,
    p.mention_key,
    pm.sentence as previous_sentence,
    p.previous_url,
    p.previous_document_key,
    p.previous_mention_key,
    p.is_suppressed,
    p.is_previous_suppressed,
    coalesce(m.is_sentence_suppressed, false) as is_sentence_suppressed,
    coalesce(pm.is_sentence_suppressed, false) as is_previous_sentence_suppressed
from compared as p
left join stated_growth as g
    on p.organization_key = g.organization_key
    and p.indicator_code = g.indicator_code
    and p.report_year = g.report_year
    and p.value = g.level_value
left join restated as r
    on p.organization_key = r.organization_key and p.indicator_code = r.indicator_code and p.report_year = r.report_year
left join {{ ref('fct_indicator_mention') }} as m
    on p.mention_key = m.mention_key and {{ is_stale('m.organization_key') }}
left join {{ ref('fct_indicator_mention') }} as pm
    on p.previous_mention_key = pm.mention_key and {{ is_stale('pm.organization_key') }}
