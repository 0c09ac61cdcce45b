-- Each indicator of each division over the years, twice: as its own reports gave it, and on the boundaries of today. On
-- those a merged division is the sum of those it was made of, where every one of them gave a figure that adds up.
with places as (
    select
        region_code,
        any_value(region_uid) as region_uid,
        arg_max(region_name, coalesce(valid_from, date '0001-01-01')) as newest_name
    from {{ ref('dim_region') }}
    group by region_code
),

-- The divisions that stood at the end of each year, and where they belong today.
members as (
    select r.region_code, r.region_uid, y.report_year, r.region_name, t.today_code, t.no_path_reason
    from {{ ref('dim_region') }} as r
    inner join {{ ref('dim_report_year') }} as y
        on (r.valid_from is null or r.valid_from <= y.ends_on) and (r.valid_to is null or r.valid_to > y.ends_on)
    inner join {{ ref('int_region_today') }} as t using (region_code)
),

-- A report under a code that ended before the year did is of the division's code then, which its uid leads to.
figures as (
    select
        y.organization_key,
        b.region_code,
        m.region_code as member_code,
        m.today_code,
        m.no_path_reason,
        y.indicator_code,
        y.report_year,
        y.value,
        y.bound,
        y.selection_reason,
        y.is_suppressed
    from {{ ref('fct_indicator_yearly') }} as y
    inner join (
        select distinct organization_key, report_year, region_code
        from {{ ref('int_reading_body') }}
        where key_basis = 'region'
    ) as b on y.organization_key = b.organization_key and y.report_year = b.report_year
    left join places as p on b.region_code = p.region_code
    left join members as m on p.region_uid = m.region_uid and y.report_year = m.report_year
    where y.is_current
),

indicators as (
    select indicator_code, kind, several from {{ ref('dim_indicator') }} where is_current
),

cells as (
    select distinct today_code, indicator_code, report_year from figures where today_code is not null
),

rolled as (
    select
        c.today_code as region_code,
        c.indicator_code,
        c.report_year,
        count(*)::integer as member_count,
        sum(f.value) as total,
        any_value(f.bound) as only_bound,
        bool_and(coalesce(f.bound, '') = 'exact') as all_exact,
        bool_and(coalesce(f.bound, '') in ('exact', 'at_least')) as can_add,
        bool_or(f.organization_key is null) as has_silent,
        bool_or(f.organization_key is not null and f.value is null) as has_refused,
        bool_or(coalesce(f.is_suppressed, false)) as is_suppressed
    from cells as c
    inner join members as m using (today_code, report_year)
    left join figures as f
        on m.region_code = f.member_code and c.indicator_code = f.indicator_code and c.report_year = f.report_year
    group by c.today_code, c.indicator_code, c.report_year
),

on_todays as (
    select
        r.*,
        case
            when r.has_refused then 'no_single_value'
            when r.has_silent then 'member_silent'
            when r.member_count > 1 and i.kind = 'ratio' then 'ratios_do_not_add'
            when r.member_count > 1 and not r.can_add then 'bounds_do_not_add'
        end as reason
    from rolled as r
    inner join indicators as i using (indicator_code)
),

views as (
    select
        'as_reported' as boundary_basis,
        region_code,
        indicator_code,
        report_year,
        value,
        bound,
        case when value is null then selection_reason end as no_value_reason,
        1 as member_count,
        is_suppressed
    from figures
    union all
    select
        'current_boundary',
        region_code,
        indicator_code,
        report_year,
        case when reason is null then total end,
        case
            when reason is null and member_count = 1 then only_bound
            when reason is null then case when all_exact then 'exact' else 'at_least' end
        end,
        reason,
        member_count,
        is_suppressed
    from on_todays
    union all
    select 'current_boundary', region_code, indicator_code, report_year, null, null,
        coalesce(no_path_reason, 'not_standing'), 0, is_suppressed
    from figures
    where today_code is null
)

select
    concat_ws(' ', b.boundary_basis, b.region_code, b.indicator_code, b.report_year) as series_id,
    b.boundary_basis,
    b.region_code,
    case when b.boundary_basis = 'as_reported' then coalesce(m.region_name, p.newest_name) else p.newest_name end
        as region_name,
    b.indicator_code,
    b.report_year,
    b.value,
    b.bound,
    b.no_value_reason,
    b.member_count,
    b.is_suppressed
from views as b
left join members as m on b.region_code = m.region_code and b.report_year = m.report_year
left join places as p on b.region_code = p.region_code
