{{ by_organization() }}
-- The mentions that may be a report's value for its own year. A flow takes the report year; a stock its level at a
-- date, else cumulative, else (a figure of the year, kept apart by its period) the report year; a ratio the report
-- year, else a date. Stated changes, plans, other years and rates above 100 % never compete. A part never competes
-- with its own total, figures of the section on problems only where the rest of the report is silent, and figures in a
-- measure word that counts something else (51批次 beside 48件), unless they are the stated total, only where none is in
-- the indicator's own.
with indicators as (
    select i.code, i.kind, i.several, w.counted_as
    from {{ ref('stg_indicator') }} as i
    left join {{ ref('measure_word') }} as w on i.unit = w.unit
    where i.replaced_at is null
),

eligible as (
    select
        m.*,
        i.kind,
        i.several,
        case
            when i.kind = 'stock' then list_position(['as_of_date', 'cumulative', 'report_year'], m.period)
            when i.kind = 'ratio' then list_position(['report_year', 'as_of_date'], m.period)
            when m.period = 'report_year' then 1
        end as period_rank,
        case when m.part = 'problems' then 2 else 1 end as part_rank,
        case when w.counted_as <> i.counted_as and not coalesce(m.is_headline, false) then 2 else 1 end as measure_rank,
        {{ clause_around('m.sentence', 'm.start_offset - m.sentence_start_offset', 'm.end_offset - m.sentence_start_offset') }}
            as clause
    from {{ ref('int_mention') }} as m
    inner join indicators as i on m.indicator_code = i.code
    left join {{ ref('measure_word') }} as w on m.unit_written = w.unit
    where
        {{ is_stale('m.organization_key') }}
        and m.report_kind = 'rule_of_law'
        and m.report_year is not null
        and m.growth is null
        and m.part is distinct from 'next_year_plan'
        and coalesce(m.period_year, m.report_year) = m.report_year
        and coalesce(year(m.as_of_on), m.report_year) >= m.report_year
        and not (m.unit = '%' and m.value > 100)
),

dated as (
    select * from eligible where period_rank is not null
),

without_parts as (
    select d.*
    from dated as d
    left join dated as total
        on d.document_reading_key = total.document_reading_key
        and d.indicator_code = total.indicator_code
        and d.part_of = total.fact_index
    where total.fact_index is null
)

select *
from without_parts
qualify rank() over (partition by document_reading_key, indicator_code order by part_rank, period_rank, measure_rank) = 1
