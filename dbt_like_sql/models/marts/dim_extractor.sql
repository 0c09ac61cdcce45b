select
    {{ hash_key(['release', 'rule_id']) }} as extractor_key,
    any_value(release) as release,
    any_value(rule_id) as rule_id,
    min(released_at) as released_at,
    count(*)::integer as mention_count
from {{ ref('int_mention') }}
inner join {{ ref('int_release') }} using (release)
where indicator_code is not null
group by release, rule_id
