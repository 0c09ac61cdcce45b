{# What rows of a group say that may differ in it. Both leave out silence (NULL) and follow no order of rows. #}

{# The one value they all say, NULL where they disagree. #}
{% macro only_one(said) -%}
case when count(distinct {{ said }}) = 1 then any_value({{ said }}) end
{%- endmacro %}

{# The value most of them say, of several the first in order. #}
{% macro most_often(said) -%}
mode({{ said }} order by {{ said }})
{%- endmacro %}
