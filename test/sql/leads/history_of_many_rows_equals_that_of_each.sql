begin;
\ir ../support/cast.sql
select no_plan();

-- Forty leads, changed by one statement, and then changed back one by one: the history has two ways to compare rows.
set local sluice.actor = 'system';
create temporary table many on commit drop as
select gen_random_uuid() as id, n from generate_series(1, 40) n;
insert into public.leads (org_id, id, situs_street, lead_score, attributes, owner_full)
select l.org_id, m.id, m.n || ' Elm St', m.n, jsonb_build_object('n', m.n, 'none', null),
  case when m.n % 2 = 0 then 'Owner ' || m.n end
from many m, public.leads l where l.id = cast_.lead('a1');
create temporary table before on commit drop as select l.* from public.leads l join many m using (id);
update public.leads l set lead_score = 99 - m.n % 60, phone_verified = m.n % 3 = 0,
  phone_bidx = case when m.n % 3 = 0 then sha256(int8send(m.n)) end,
  phone_verification_codes = case when m.n % 5 = 0 then '{PS01,PS02}' else l.phone_verification_codes end,
  attributes = case when m.n % 4 = 0 then l.attributes || '{"more": [1, null]}' else l.attributes end,
  owner_full = case when m.n % 6 = 0 then null else l.owner_full end,
  campaign_status = case when m.n % 7 = 0 then 'invalid'::public.campaign_status else l.campaign_status end,
  last_reply_at = case when m.n % 8 = 0 then '2026-01-02T03:04:05.678901Z'::timestamptz end
from many m where l.id = m.id;
create temporary table by_many on commit drop as
select c.lead_id, c.changes, c.actor from public.lead_changes c join many m on m.id = c.lead_id
where c.action = 'updated';
do $$
declare
  v_lead uuid;
begin
  for v_lead in select m.id from many m loop
    update public.leads l set lead_score = b.lead_score, phone_verified = b.phone_verified,
      phone_bidx = b.phone_bidx, phone_verification_codes = b.phone_verification_codes, attributes = b.attributes,
      owner_full = b.owner_full, campaign_status = b.campaign_status, last_reply_at = b.last_reply_at
    from before b where b.id = l.id and l.id = v_lead;
  end loop;
end
$$;
create temporary table by_one on commit drop as
select c.lead_id, c.changes, c.actor from public.lead_changes c join many m on m.id = c.lead_id
where c.action = 'updated' and not exists (
  select from by_many b where b.lead_id = c.lead_id and b.changes = c.changes);

select is((select count(*) from by_many), 40::bigint, 'an update of many leads has a row for each that changed');
select is((select count(distinct x.key) from by_many b, jsonb_object_keys(b.changes) x (key)), 8::bigint,
  'it names every field that changed, and no other');
select results_eq(
  $$ select b.lead_id, x.key, x.value -> 0, x.value -> 1, b.actor from by_many b, jsonb_each(b.changes) x
    order by 1, 2 $$,
  $$ select b.lead_id, x.key, x.value -> 1, x.value -> 0, b.actor from by_one b, jsonb_each(b.changes) x
    order by 1, 2 $$,
  'with the same values as updates of one lead each');
delete from by_many where true;
insert into by_many select c.lead_id, c.changes, c.actor from public.lead_changes c join many m on m.id = c.lead_id;
update public.leads l set updated_at = now() from many m where l.id = m.id;
select is((select count(*) from public.lead_changes c join many m on m.id = c.lead_id), (select count(*) from by_many),
  'an update that changes nothing leaves no history');

select * from finish();
rollback;
