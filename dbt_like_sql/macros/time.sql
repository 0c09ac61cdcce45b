{# Rows as they were known at a moment (an SQL expression): half-open intervals [known_from, known_to). #}
{% macro as_known_on(moment, table=none) -%}
{%- set prefix = table ~ '.' if table else '' -%}
({{ prefix }}known_from <= {{ moment }} and ({{ prefix }}known_to is null or {{ prefix }}known_to > {{ moment }}))
{%- endmacro %}

{# Moments are UTC, days are those of people in China, who keep one clock. The day a moment falls on: #}
{% macro shanghai_day(moment) -%}
cast({{ moment }} + interval 8 hours as date)
{%- endmacro %}

{# The day whose night, from noon to noon, a moment falls in. #}
{% macro shanghai_night(moment) -%}
{{ shanghai_day(moment ~ ' - interval 12 hours') }}
{%- endmacro %}
