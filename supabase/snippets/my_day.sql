-- Whom to call now, later or never, and why, with the law. Put your e-mail address on top.
select act_as('broker@example.com');

with parameter (show, page) as (values
  ('all',  -- now, later, never or all
   25)
)
select d.outlook, d.next_at, d.local_time, d.section, d.owner_full, d.contact as phone, d.address, d.situs_city,
  d.situs_state, d.lead_score, d.reply_label, d.task_kind,
  (select string_agg(r ->> 'words' || ' (' || (r ->> 'law') || ': ' || (r ->> 'citation') || ')', '; ')
    from jsonb_array_elements(d.reasons) r) as why,
  d.lead_id, d.contact_point_id
from parameter p cross join lateral public.desk_day(p.show, p_limit => p.page) d;
