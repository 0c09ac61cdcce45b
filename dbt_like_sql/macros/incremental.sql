{# Every model is made by the incremental strategy `difference` (docs/adr/0014-only-what-differs-is-written.md). The large
   ones compute only the rows of the bodies something changed for (docs/adr/0009-large-models-body-by-body.md), which the
   model `stale` lists; the rows of all other bodies stay as they are. #}
{% macro by_organization(stale='int_stale_organization') -%}
{{ config(meta={'stale': stale}) }}
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

{# Write only what differs between the rows held and the rows made, all columns compared: rows held more or less often
   than made go, and come as often as made. #}
{% macro get_incremental_difference_sql(arguments) -%}
{%- set held, made = arguments['target_relation'], arguments['temp_relation'] -%}
{%- set differing = made.identifier ~ '_differing' -%}
{%- set columns = arguments['dest_columns'] | map(attribute='quoted') | list -%}
{%- set row = columns | join(', ') -%}
{%- set stale = config.get('meta', {}).get('stale') -%}
create temporary table {{ differing }} as
select {{ row }}, count(*) - count(place) as copies, list(place) filter (place is not null) as places
from (
    select {{ row }}, null as place from {{ made }}
    union all
    select {{ row }}, rowid from {{ held }}
    {%- if stale %} where organization_key in (select organization_key from {{ ref(stale) }}) {%- endif %}
)
group by all
having copies <> count(place);

delete from {{ held }} where rowid in (select unnest(places) from {{ differing }});

insert into {{ held }} ({{ row }})
select {{ row }} from {{ differing }}, range(copies);

drop table {{ differing }}
{%- endmacro %}
