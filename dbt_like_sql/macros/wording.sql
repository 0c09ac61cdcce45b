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

{# What one unit in the last place of a figure is worth as it is written: 0.1 of 9.8%, 1000 of 1.2万件; NULL where that
   is not to be seen (3成5, 三百件). #}
{% macro last_place(written, value) -%}
{%- set plain = "translate(" ~ plain_name(written) ~ ", '０１２３４５６７８９．,，', '0123456789.')" -%}
{%- set numerals = "regexp_extract_all(" ~ plain ~ ", '[0-9]+(?:[.][0-9]+)?')" -%}
case
    when len({{ numerals }}) = 1 then
        coalesce(abs({{ value }}) / nullif(cast({{ numerals }}[1] as double), 0), 1)
        / power(10, length(split_part({{ numerals }}[1], '.', 2)))
    when len({{ numerals }}) = 0 and not regexp_matches({{ written }}, '[百千万亿点成半]') then 1
end
{%- endmacro %}

{# How far the true level may lie from the one written: nothing for a count told to the last one, half of the last place
   for a rate and for what is told in 万 or with decimals. #}
{% macro rounding_of(written, value, kind) -%}
{%- set place = last_place(written, value) -%}
case when {{ kind }} <> 'ratio' and {{ place }} = 1 then 0 else {{ place }} / 2 end
{%- endmacro %}
