-- Uploads of the last 24 hours with their counts.
select act_as('owner@example.com');

select u.received_at, s.key as source, u.filename, u.state, u.error,
  sum(p.received) as received, sum(p.created) as created, sum(p.updated) as updated, sum(p.unchanged) as unchanged,
  sum(p.merged) as merged, sum(p.conflict) as conflict, sum(p.rejected) as rejected
from public.uploads u
join public.sources s on s.id = u.source_id
left join public.upload_parts p on p.upload_id = u.id
where u.received_at > now() - interval '1 day'
group by u.id, s.key
order by u.received_at desc;
