{# A deterministic key over the given expressions: 32 hex digits of a sha256, never an order of insertion. #}
{% macro hash_key(parts) -%}
substr(sha256(concat_ws(chr(31){% for part in parts %}, coalesce(cast({{ part }} as varchar), ''){% endfor %})), 1, 32)
{%- endmacro %}

{# A name without white space, so that the same body is one body. #}
{% macro plain_name(name) -%}
regexp_replace({{ name }}, '\s+', '', 'g')
{%- endmacro %}

{# Whether two body names speak of one body: either holds the other. #}
{% macro same_body(left, right) -%}
(contains({{ plain_name(left) }}, {{ plain_name(right) }}) or contains({{ plain_name(right) }}, {{ plain_name(left) }}))
{%- endmacro %}

{# Whether a body of this kind and name speaks for its whole region: the government, with or without the party
   committee, or the street office; a bureau, office or court does not. #}
{% macro speaks_for_region(kind, name) -%}
(coalesce({{ kind }}, '') in ('government', 'party_and_government', 'subdistrict_office')
    or ({{ kind }} is null and not regexp_matches(coalesce({{ name }}, ''), '(局|厅|部|办公室|中心|院|所|队|会)$')))
{%- endmacro %}

{# What names a sentence for a resolution: its wording without white space. #}
{% macro sentence_hash(text) -%}
{{ hash_key([plain_name(text)]) }}
{%- endmacro %}

{# Each address a file is had from: its own and, of what was taken out of files (zip#path), theirs. Makes a row of each. #}
{% macro with_files_around(url) -%}
unnest([array_to_string(string_split({{ url }}, '#')[:n], '#') for n in range(1, len(string_split({{ url }}, '#')) + 1)])
{%- endmacro %}
