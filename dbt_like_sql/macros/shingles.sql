{# The set of eight-character shingles of a text as hashes. The text is first cut into overlapping pieces of 135
   characters: a substr counts its characters from the start, and over the whole text that would be quadratic. #}
{% macro shingles(text) -%}
list_distinct(flatten(list_transform(
    list_transform(
        range(0, greatest(length({{ text }}) - 7, 0), 128), lambda place: substr({{ text }}, place + 1, 135)
    ),
    lambda piece: list_transform(range(1, length(piece) - 6), lambda place: hash(substr(piece, place, 8)))
)))
{%- endmacro %}

{# Share of the first set that the second holds, 0 to 1. #}
{% macro containment(new, old) -%}
round(len(list_intersect({{ new }}, {{ old }})) / nullif(len({{ new }}), 0), 4)
{%- endmacro %}

{# A text without white space and years, which is the same whichever year it is said of. #}
{% macro without_years(text) -%}
regexp_replace({{ plain_name(text) }}, '[12][0-9]{3}年', '年', 'g')
{%- endmacro %}

{# A text with # for each numeral. #}
{% macro without_numerals(text) -%}
regexp_replace({{ text }}, '[0-9０-９〇零一二三四五六七八九十百千万亿]+([.．][0-9０-９]+)?', '#', 'g')
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
