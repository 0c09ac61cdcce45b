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

{# The level of a nine-digit division code. #}
{% macro level_of(region_code) -%}
case
    when {{ region_code }} like '__0000000' then 'province'
    when {{ region_code }} like '____00000' then 'prefecture'
    when {{ region_code }} like '______000' then 'county'
    when {{ region_code }} is not null then 'township'
end
{%- endmacro %}

{# What a body is to the rules: a government, a department or a street office (digits 7 to 9 of its code below 100,
   GB/T 10114); NULL for party bodies, and for development zones and farms (from 400), which are no government. #}
{% macro body_kind(kind, name, region_code) -%}
case
    when {{ name }} is null or {{ kind }} in ('committee', 'party') then null
    when not {{ speaks_for_region(kind, name) }} then 'department'
    when {{ kind }} = 'subdistrict_office' or substr({{ region_code }}, 7, 3) between '001' and '099'
        then 'subdistrict_office'
    when substr({{ region_code }}, 7, 3) >= '400' then null
    else 'government'
end
{%- endmacro %}
