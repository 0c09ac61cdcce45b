select
    {{ hash_key([
        'code', 'name_zh', 'name_en', 'theme', 'unit', 'kind', 'several', 'is_sensitive', 'note',
        'row_number() over (partition by code, name_zh, name_en, theme, unit, kind, several, is_sensitive, note
            order by observed_at)'
    ]) }} as indicator_key,
    code as indicator_code,
    indicator_id,
    name_zh as indicator_name,
    name_en as indicator_name_en,
    theme,
    h.heading_zh as demonstration_heading,
    h.heading_en as demonstration_heading_en,
    unit,
    kind,
    several,
    kind = 'flow' and several <> 'list' as is_additive,
    is_sensitive,
    note as definition_note,
    {{ hash_key(['unit', 'kind', 'several', 'note']) }} as definition_edition,
    observed_at as valid_from,
    replaced_at as valid_to,
    replaced_at is null as is_current
from {{ ref('stg_indicator') }}
left join {{ ref('demonstration_heading') }} as h using (indicator_id)
