{# The words around a figure up to the nearest punctuation on both sides, without numerals, years and white space. #}
{% macro clause_around(sentence, figure_start, figure_end) -%}
regexp_replace(
    regexp_extract(substr({{ sentence }}, 1, {{ figure_start }}), '[^，。；：、,;:()（）！？“”]*$')
    || regexp_extract(substr({{ sentence }}, {{ figure_end }} + 1), '^[^，。；：、,;:()（）！？“”]*'),
    '[0-9０-９]+([.．][0-9０-９]+)?年?|\s+', '', 'g'
)
{%- endmacro %}

{# How far two wordings are the same: shared pairs of neighbouring characters over all, 0 to 1. #}
{% macro wording_likeness(left, right) -%}
(len(list_intersect({{ pairs_of_characters(left) }}, {{ pairs_of_characters(right) }}))
    / len(list_distinct({{ pairs_of_characters(left) }} || {{ pairs_of_characters(right) }})))
{%- endmacro %}

{% macro pairs_of_characters(text) -%}
list_distinct(list_transform(range(1, greatest(length({{ text }}), 2)), i -> substr({{ text }}, i, 2)))
{%- endmacro %}
