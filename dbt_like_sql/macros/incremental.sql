{# The large models are kept body by body (docs/adr/0009-large-models-body-by-body.md): what a body's rows follow from is
   hashed (int_organization_state); of the bodies whose hash changed since the last complete build, the old rows go
   and new ones are made. `stale` names the model that lists those bodies. #}
{% macro by_organization(stale='int_stale_organization') -%}
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_stale('" ~ stale ~ "') }}"
) }}
{%- endmacro %}

{% macro forget_stale(stale) -%}
{%- if is_incremental() -%}
delete from {{ this }} where organization_key in (select organization_key from {{ ref(stale) }})
{%- endif -%}
{%- endmacro %}

{# The condition that leaves the rows to be made: all of them where the model is built anew. #}
{% macro is_stale(organization_key, stale='int_stale_organization') -%}
{%- set keys = ref(stale) -%}
{%- if is_incremental() -%}
{{ organization_key }} in (select organization_key from {{ keys }})
{%- else -%}
true
{%- endif -%}
{%- endmacro %}
