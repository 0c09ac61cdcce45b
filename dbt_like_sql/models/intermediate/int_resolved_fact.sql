-- Figures the reading refused and a person settled: the one uncoded figure of that wording in that very sentence. The
-- figure's unit must be one the indicator can have: the same, or a measure word where the indicator counts.
with refused as (
    select
        r.decision_key,
        r.indicator_code,
        r.decided_at,
        f.reading_id,
        f.fact_index,
        i.unit,
        f.unit = i.unit or (f.unit not in ('元', '%', '百分点', '学时') and i.unit not in ('元', '%', '学时')) as unit_fits,
        count(*) over (partition by r.decision_key, f.reading_id) as figures
    from {{ ref('stg_decision') }} as r
    inner join {{ ref('stg_sentence') }} as s on r.subject = {{ sentence_hash('s.text') }}
    inner join {{ ref('stg_fact') }} as f
        on s.reading_id = f.reading_id and s.sentence_index = f.sentence_index and r.detail = f.text
    inner join {{ ref('stg_indicator') }} as i on r.indicator_code = i.code and i.replaced_at is null
    where r.kind = 'resolution' and f.code is null and f.growth is null
)

select decision_key, indicator_code, decided_at, reading_id, fact_index, unit
from refused
where figures = 1 and unit_fits
