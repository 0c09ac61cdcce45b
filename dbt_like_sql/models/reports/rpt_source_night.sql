-- How full each source's documents were read, night by night, beside the median of its own nights before: all it holds as
-- known at the night's end (held), and what was read that night (new). A share has fallen where it is below the usual by
-- more than 20 points and by more than chance makes of so few documents (three standard errors); the mean of figures where
-- it is less than half the usual. Said from 3 documents and 3 nights before on. A night lasts from noon to noon in Shanghai.
with nights as (
    select
        {{ shanghai_night('started_at') }} as night_on,
        max(coalesce(finished_at, started_at + interval 12 hours)) as ended_at
    from {{ ref('stg_run') }}
    where kind not in ('rebuild', 'publish')
    group by night_on
    qualify row_number() over (order by night_on desc) <= 11
),

asked as (
    select
        source_id,
        {{ shanghai_night('started_at') }} as night_on,
        count(*) filter (purpose = 'list')::integer as lists_asked,
        count(distinct url) filter (purpose not in ('list', 'robots'))::integer as pages_asked,
        count(distinct url) filter (purpose not in ('list', 'robots') and outcome = 'ok')::integer as pages_new
    from {{ ref('stg_attempt') }}
    group by source_id, night_on
),

read as (
    select n.night_on, 'held' as basis, v.source_id, d.reading_id
    from nights as n
    inner join {{ ref('int_document_reading') }} as d
        on d.known_from <= n.ended_at and (d.known_to is null or d.known_to > n.ended_at)
    inner join {{ ref('int_document_version') }} as v using (document_key)
    union all
    select n.night_on, 'new', r.source_id, r.reading_id
    from nights as n
    inner join {{ ref('stg_reading') }} as r on n.night_on = {{ shanghai_night('r.read_at') }}
),

figures as (
    select reading_id, count(*) as figures from {{ ref('stg_fact') }} where code is not null group by reading_id
),

filled as (
    select
        source_id,
        basis,
        night_on,
        count(*)::integer as documents,
        count(*) filter (r.report_kind = 'rule_of_law') / count(*) as share_reports,
        count(*) filter (r.report_year is not null) / count(*) as share_with_year,
        count(*) filter (r.organization_status = 'resolved') / count(*) as share_with_organization,
        count(f.reading_id) / count(*) as share_with_figures,
        coalesce(sum(f.figures), 0) / count(*) as figures_a_document
    from read
    inner join {{ ref('stg_reading') }} as r using (source_id, reading_id)
    left join figures as f using (reading_id)
    group by source_id, basis, night_on
),

compared as (
    select
        *,
        count(*) over before as nights_before,
        median(share_reports) over before as usual_share_reports,
        median(share_with_year) over before as usual_share_with_year,
        median(share_with_organization) over before as usual_share_with_organization,
        median(share_with_figures) over before as usual_share_with_figures,
        median(figures_a_document) over before as usual_figures_a_document
    from filled
    window before as (partition by source_id, basis order by night_on rows between 10 preceding and 1 preceding)
)

select
    {{ hash_key(['c.source_id', 'c.basis', 'c.night_on']) }} as source_night_key,
    c.source_id,
    c.basis,
    c.night_on,
    c.night_on = (select max(night_on) from nights) as is_newest,
    coalesce(a.lists_asked, 0) as lists_asked,
    coalesce(a.pages_asked, 0) as pages_asked,
    coalesce(a.pages_new, 0) as pages_new,
    c.documents,
    c.nights_before::integer as nights_before,
    {%- set measures = ['share_reports', 'share_with_year', 'share_with_organization', 'share_with_figures'] %}
    {%- for measure in measures + ['figures_a_document'] %}
    round(c.{{ measure }}, 4) as {{ measure }},
    round(c.usual_{{ measure }}, 4) as usual_{{ measure }},
    {%- endfor %}
    case
        when c.documents < 3 or c.nights_before < 3 then []
        else list_filter([
            {%- for measure in measures %}
            case
                when c.usual_{{ measure }} - c.{{ measure }} > greatest(
                    0.2, 3 * sqrt(c.usual_{{ measure }} * (1 - c.usual_{{ measure }}) / c.documents)
                ) then '{{ measure }}'
            end,
            {%- endfor %}
            case when c.figures_a_document < c.usual_figures_a_document / 2 then 'figures_a_document' end
        ], measure -> measure is not null)
    end as fallen
from compared as c
left join asked as a using (source_id, night_on)
