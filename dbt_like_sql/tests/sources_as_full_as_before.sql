{{ config(severity='warn') }}
select * from {{ ref('rpt_source_night') }} where is_newest and len(fallen) > 0
