-- Expected body and year, and how far each came. The expectation is the enabled source entry's; a report found
-- without one has its row too. Lateness is judged by the publication date alone, which may be unknown.
with sources as (
    select * from {{ ref('stg_source') }} where replaced_at is null
),

expected as (
    select s.source_id, b.organization_key, unnest(s.expected_years) as report_year
    from sources as s
    left join {{ ref('int_expected_body') }} as b using (source_id)
    where s.enabled
),

reports as (
    select
        source_id,
        organization_key,
        report_year,
        count(distinct page_key)::integer as document_count,
        min(published_on) as published_on,
        min(valid_from) as first_seen_at
    from {{ ref('dim_document') }}
    where report_kind = 'rule_of_law' and report_year is not null
    group by source_id, organization_key, report_year
),

-- An entry that names no body expects at least one report a year from its site.
any_report as (
    select source_id, report_year, sum(document_count)::integer as document_count, min(published_on) as published_on,
        min(first_seen_at) as first_seen_at
    from reports
    group by source_id, report_year
),

cells as (
    select source_id, organization_key, report_year, true as is_expected from expected
    union all
    select r.source_id, r.organization_key, r.report_year, false
    from reports as r
    anti join expected as e
        on r.source_id = e.source_id
        and r.organization_key = e.organization_key
        and r.report_year = e.report_year
),

tries as (
    select
        source_id,
        regexp_extract(listed_title, '20\d\d') as listed_year,
        count(*) as found,
        count(*) filter (outcome in ('ok', 'unchanged', 'moved')) as fetched
    from {{ ref('stg_attempt') }}
    where purpose in ('detail', 'attachment', 'ingest') and listed_title like '%法治%'
    group by source_id, listed_year
),

last_run as (
    select source_id, bool_and(outcome in ('blocked', 'challenge', 'login')) as is_blocked
    from (
        select *, rank() over (partition by source_id order by run_started_at desc) as newest_first
        from (
            select *, min(started_at) over (partition by source_id, run_id) as run_started_at
            from {{ ref('stg_attempt') }}
            where purpose <> 'robots'
        )
    )
    where newest_first = 1
    group by source_id
),

gathered as (
    select
        c.*,
        coalesce(r.document_count, a.document_count, 0) as document_count,
        coalesce(r.published_on, a.published_on) as published_on,
        coalesce(r.first_seen_at, a.first_seen_at) as first_seen_at,
        coalesce(t.found, 0) > 0 as was_listed,
        coalesce(t.fetched, 0) > 0 as was_fetched,
        coalesce(l.is_blocked, false) as is_blocked,
        y.due_on
    from cells as c
    inner join {{ ref('dim_report_year') }} as y using (report_year)
    left join reports as r
        on c.source_id = r.source_id and c.organization_key = r.organization_key and c.report_year = r.report_year
    left join any_report as a
        on c.source_id = a.source_id and c.report_year = a.report_year and c.organization_key is null
    left join tries as t on c.source_id = t.source_id and cast(c.report_year as varchar) = t.listed_year
    left join last_run as l on c.source_id = l.source_id
)

select
    {{ hash_key(['g.source_id', 'g.organization_key', 'g.report_year']) }} as coverage_key,
    g.source_id,
    g.organization_key,
    o.organization_name,
    g.report_year,
    g.is_expected,
    g.was_listed or g.document_count > 0 as is_found,
    g.was_fetched or g.document_count > 0 as is_fetched,
    g.document_count > 0 as is_extracted,
    g.document_count,
    g.published_on,
    g.due_on,
    g.published_on < g.due_on as is_on_time,
    case when g.published_on is not null then greatest(g.published_on - g.due_on + 1, 0)::integer end as days_late,
    g.first_seen_at,
    case
        when g.document_count > 0 and g.published_on is null then 'unknown_date'
        when g.document_count > 0 and g.published_on < g.due_on then 'on_time'
        when g.document_count > 0 then 'late'
        when g.was_fetched then 'fetched_only'
        when g.is_blocked then 'blocked'
        when g.was_listed then 'listed_only'
        else 'absent'
    end as coverage_status
from gathered as g
left join {{ ref('dim_organization') }} as o using (organization_key)
