{# Whether a rule (a row with valid_from and valid_to, open where NULL) was in force on 31 December of a year, the day
   on which everything about a report year is judged. #}
{% macro in_force(rule, year) -%}
(coalesce({{ rule }}.valid_from, date '0001-01-01') <= make_date({{ year }}, 12, 31)
    and coalesce({{ rule }}.valid_to, date '9999-12-31') > make_date({{ year }}, 12, 31))
{%- endmacro %}

{# Whether a rule applies in a region. Where several do, the one with the longest prefix wins. #}
{% macro applies_in(rule, region_code) -%}
starts_with(coalesce({{ region_code }}, ''), coalesce({{ rule }}.region_prefix, ''))
{%- endmacro %}
