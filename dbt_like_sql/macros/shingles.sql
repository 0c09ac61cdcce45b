{# The set of eight-character shingles of a text without line breaks, as hashes: cut into eights from each of eight
   starts, which is linear where a substr at every position is not. #}
{% macro shingles(text) -%}
list_transform(list_distinct(flatten([
    {%- for start in range(1, 9) %}
    regexp_extract_all(substr({{ text }}, {{ start }}), '.{8}'){{ ',' if not loop.last }}
    {%- endfor %}
])), lambda shingle: hash(shingle))
{%- endmacro %}

{# Share of the first set that the second holds, 0 to 1. #}
{% macro containment(new, old) -%}
round(len(list_intersect({{ new }}, {{ old }})) / nullif(len({{ new }}), 0), 4)
{%- endmacro %}

{# All phrases of the table of formulas as one regular expression, the longest first; constant, so compiled once. #}
{% macro formula_pattern() -%}
{%- if execute -%}
{%- set phrases = run_query(
    "select coalesce(string_agg(regexp_escape(phrase), '|' order by length(phrase) desc, phrase), '$.') from "
    ~ ref('formula_phrase')
) -%}
{{ phrases.columns[0][0] | replace("'", "''") }}
{%- endif -%}
{%- endmacro %}
