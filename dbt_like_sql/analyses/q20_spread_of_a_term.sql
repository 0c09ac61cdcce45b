-- 新提法的传播：各地首次使用的年度 | Spread of a term: first year of each region, cumulative share by province
-- term: 提法编号，默认全部 | Term, all by default
with first_uses as (
    select t.term, c.region_code, min(t.report_year) as first_year
    from fct_term_mention as t
    inner join fct_coverage_yearly as c using (organization_key, report_year)
    where c.region_code is not null and t.term = coalesce(getvariable('term'), t.term)
    group by t.term, c.region_code
),

-- Of those that have reported by a year, how many have ever used the term.
reporting as (
    select left(region_code, 2) as province, region_code, min(report_year) as reports_since
    from fct_coverage_yearly
    where is_extracted and region_code is not null
    group by province, region_code
),

years as (select distinct report_year from fct_coverage_yearly where is_extracted)

select
    t.term,
    r.province || '0000000' as province_code,
    y.report_year,
    count(*) as regions_reporting,
    count(f.region_code) filter (f.first_year = y.report_year) as regions_new,
    count(f.region_code) filter (f.first_year <= y.report_year) as regions_using,
    round(regions_using / regions_reporting, 4) as cumulative_share,
    list(r.region_code order by r.region_code) filter (f.first_year = y.report_year) as first_here
from years as y
inner join reporting as r on r.reports_since <= y.report_year
cross join (select distinct term from first_uses) as t
left join first_uses as f on r.region_code = f.region_code and t.term = f.term
group by t.term, province_code, y.report_year
order by t.term, province_code, y.report_year
