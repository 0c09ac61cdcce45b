{# Rows as they were known at a moment (an SQL expression): half-open intervals [known_from, known_to). #}
{% macro as_known_on(moment, table=none) -%}
{%- set prefix = table ~ '.' if table else '' -%}
({{ prefix }}known_from <= {{ moment }} and ({{ prefix }}known_to is null or {{ prefix }}known_to > {{ moment }}))
{%- endmacro %}
