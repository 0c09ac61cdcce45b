{{ by_organization() }}
-- Neighbouring stretches with the same outcome are one interval of knowledge; its evidence is the newest.
with compared as (
    select
        *,
        {{ hash_key([
            'value', 'value_high', 'bound', 'period', 'selection_reason', 'is_explicit_zero', 'cutoff_on',
            'candidate_values'
        ]) }} as outcome
    from {{ ref('int_yearly_stretch') }}
    where {{ is_stale('organization_key') }}
),

broken as (
    select
        *,
        coalesce(
            outcome <> lag(outcome) over cell or changed_at <> lag(changed_next_at) over cell, true
        )::integer as begins_interval
    from compared
    window cell as (partition by organization_key, indicator_code, report_year order by changed_at)
),

intervals as (
    select
        *,
        sum(begins_interval) over (
            partition by organization_key, indicator_code, report_year order by changed_at
        )::integer as revision_number
    from broken
),

spans as (
    select
        organization_key,
        indicator_code,
        report_year,
        revision_number,
        min(changed_at) as known_from,
        case when count(*) = count(changed_next_at) then max(changed_next_at) end as known_to
    from intervals
    group by organization_key, indicator_code, report_year, revision_number
),

newest as (
    select *
    from intervals
    qualify row_number() over (
        partition by organization_key, indicator_code, report_year, revision_number order by changed_at desc
    ) = 1
),

first_causes as (
    select organization_key, indicator_code, report_year, revision_number, change_cause
    from intervals
    where begins_interval = 1
)

select
    {{ hash_key(['s.organization_key', 's.indicator_code', 's.report_year', 's.known_from']) }} as yearly_key,
    s.organization_key,
    s.indicator_code,
    s.report_year,
    n.value,
    n.value_high,
    n.bound,
    n.unit,
    n.period,
    n.subject,
    n.is_explicit_zero,
    n.cutoff_on,
    n.selection_reason,
    n.has_conflict,
    n.candidate_count,
    n.candidate_values,
    n.candidate_mention_keys,
    n.mention_key,
    n.document_key,
    s.revision_number,
    c.change_cause,
    s.known_from,
    s.known_to,
    s.known_to is null as is_current,
    n.is_suppressed
from spans as s
inner join newest as n using (organization_key, indicator_code, report_year, revision_number)
inner join first_causes as c using (organization_key, indicator_code, report_year, revision_number)
