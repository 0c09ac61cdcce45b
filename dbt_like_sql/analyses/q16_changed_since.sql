-- 昨夜以来改变的数字：旧值、新值、原因 | What changed since last night: old value, new value and why
-- since: 起始时间（UTC），默认最近一次采集或导入开始 | From when (UTC), by default the start of the newest night or ingest
-- until: 截止时间（UTC，不含），默认现在 | Until when (UTC), exclusive, by default now
with asked as (
    select
        coalesce(getvariable('since')::timestamp, max(started_at)) as since,
        coalesce(getvariable('until')::timestamp, timestamp '9999-12-31') as until
    from dim_run
    where run_kind not in ('rebuild', 'publish')
)

select
    c.organization_name,
    y.report_year,
    y.indicator_code,
    old.value as old_value,
    old.bound as old_bound,
    y.value,
    y.bound,
    -- publisher: the page changed; new_document: a page was found; extractor: only the reading changed.
    y.change_cause,
    y.selection_reason,
    y.known_from,
    d.url
from fct_indicator_yearly as y
inner join asked as a on y.known_from >= a.since and y.known_from < a.until
inner join dim_document as d using (document_key)
left join fct_indicator_yearly as old
    on y.organization_key = old.organization_key
    and y.indicator_code = old.indicator_code
    and y.report_year = old.report_year
    and old.known_to = y.known_from
left join fct_coverage_yearly as c
    on y.organization_key = c.organization_key and y.report_year = c.report_year
order by y.known_from, c.organization_name, y.report_year, y.indicator_code
