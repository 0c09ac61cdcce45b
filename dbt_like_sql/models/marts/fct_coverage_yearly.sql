-- Body and year, whether the rules oblige it to publish, and how far its report came. Lateness is judged by the
-- publication date the page claims, never by date of writing or signature; `not_found` is said only of what was looked
-- for after the deadline, `not_collected` where no enabled source would show it: neither accuses anybody of silence.
with obliged as (
    select
        c.organization_key,
        c.report_year,
        arg_max(r.is_obliged, length(coalesce(r.region_prefix, ''))) as is_obliged,
        arg_max(r.basis, length(coalesce(r.region_prefix, ''))) as basis
    from {{ ref('int_coverage_cell') }} as c
    inner join {{ ref('rule_obliged_body') }} as r
        on c.level = r.level
        and c.body_kind = r.body_kind
        and {{ in_force('r', 'c.report_year') }}
        and {{ applies_in('r', 'c.region_code') }}
    group by c.organization_key, c.report_year
),

deadlines as (
    select
        c.region_code,
        c.report_year,
        arg_max(
            cast((c.report_year + 1) || '-' || r.due_month_day as date), length(coalesce(r.region_prefix, ''))
        ) as due_on
    from (select distinct region_code, report_year from {{ ref('int_coverage_cell') }}) as c
    inner join {{ ref('rule_publication_deadline') }} as r
        on {{ in_force('r', 'c.report_year') }} and {{ applies_in('r', 'c.region_code') }}
    group by c.region_code, c.report_year
),

looks as (
    select
        c.organization_key,
        c.report_year,
        c.source_ids,
        bool_or(l.was_listed) as was_listed,
        bool_or(l.was_fetched) as was_fetched,
        bool_and(l.is_blocked) as is_blocked,
        max(l.last_looked_at) as last_looked_at
    from (select *, unnest(source_ids) as source_id from {{ ref('int_coverage_cell') }}) as c
    inner join {{ ref('int_coverage_look') }} as l using (source_id, report_year)
    group by c.organization_key, c.report_year, c.source_ids
),

gathered as (
    select
        c.*,
        o.is_obliged,
        o.basis,
        d.due_on,
        coalesce(r.document_count, 0) as document_count,
        r.is_available,
        r.published_on,
        r.first_seen_at,
        r.required_parts,
        r.present_parts,
        coalesce(l.was_listed, false) or r.document_count is not null as is_found,
        coalesce(l.was_fetched, false) or r.document_count is not null as is_fetched,
        coalesce(l.is_blocked, false) as is_blocked,
        l.last_looked_at,
        {{ shanghai_day('l.last_looked_at') }} as last_looked_on
    from {{ ref('int_coverage_cell') }} as c
    left join obliged as o using (organization_key, report_year)
    left join deadlines as d
        on c.region_code is not distinct from d.region_code and c.report_year = d.report_year
    left join looks as l
        on c.organization_key is not distinct from l.organization_key
        and c.report_year = l.report_year
        and c.source_ids = l.source_ids
    left join {{ ref('int_coverage_report') }} as r
        on c.report_year = r.report_year
        and (c.organization_key = r.organization_key or (c.organization_key is null and r.source_id = c.source_ids[1]))
)

select
    {{ hash_key(["case when g.organization_key is null then g.source_ids[1] end", 'g.organization_key', 'g.report_year']) }}
        as coverage_key,
    g.organization_key,
    coalesce(o.organization_name, g.organization_name) as organization_name,
    g.region_code,
    g.level,
    g.body_kind,
    g.report_year,
    g.source_ids,
    len(g.source_ids) > 0 as is_expected,
    g.is_obliged,
    g.basis,
    g.is_found,
    g.is_fetched,
    g.document_count > 0 as is_extracted,
    g.document_count,
    g.is_available,
    g.published_on,
    g.due_on,
    g.published_on < g.due_on as is_on_time,
    case when g.published_on < g.due_on then 0 else (g.published_on - g.due_on + 1)::integer end as days_late,
    g.first_seen_at,
    {{ shanghai_day('g.first_seen_at') }} < g.due_on as was_seen_before_due,
    g.last_looked_at,
    g.last_looked_on,
    g.required_parts,
    g.present_parts,
    case
        when g.document_count > 0 and g.due_on is null then 'no_deadline'
        when g.document_count > 0 and g.published_on is null then 'unknown_date'
        when g.document_count > 0 and g.published_on < g.due_on then 'on_time'
        when g.document_count > 0 then 'late'
        when len(g.source_ids) = 0 then 'not_collected'
        when g.is_fetched then 'fetched_only'
        when g.is_blocked then 'blocked'
        when g.is_found then 'listed_only'
        when g.last_looked_on >= g.due_on then 'not_found'
        else 'not_due'
    end as coverage_status
from gathered as g
left join {{ ref('dim_organization') }} as o using (organization_key)
