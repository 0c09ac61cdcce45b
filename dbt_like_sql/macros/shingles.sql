{# The set of eight-character shingles of a text without line breaks: cut into eights from each of eight starts,
   which is linear where a substr at every position is not. #}
{% macro shingles(text) -%}
list_distinct(flatten([
    {%- for start in range(1, 9) %}
    regexp_extract_all(substr({{ text }}, {{ start }}), '.{8}'){{ ',' if not loop.last }}
    {%- endfor %}
]))
{%- endmacro %}

{# Share of the first set that the second holds, 0 to 1. #}
{% macro containment(new, old) -%}
round(len(list_intersect({{ new }}, {{ old }})) / nullif(len({{ new }}), 0), 4)
{%- endmacro %}
