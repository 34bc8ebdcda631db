begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();

create function cast_.send(p_n integer, p_at timestamptz, p_channel text default 'email') returns uuid
language plpgsql as $$
declare
  v_id constant uuid := gen_random_uuid();
begin
  insert into public.messages (org_id, id, lead_id, channel, kind, text_cipher, key_id, contact_point_id, value_bidx,
    sender_id, provider, state, provider_id, created_at, claimed_at, requested_at, sent_at, attempts)
  select c.org_id, v_id, c.lead_id, p_channel, 'manual', private.encrypt_value('Hello', private.org_key(c.org_id,
    k.id)), k.id, c.id, c.value_bidx, cast_.sender(p_channel),
    case p_channel when 'email' then 'sendgrid' else 'twilio' end, 'sent', v_id::text, p_at, p_at, p_at, p_at, 1
  from public.contact_points c, (select private.active_key_id(cast_.org(), 'data') as id) k
  where c.lead_id = cast_.nth(p_n) and c.kind = case p_channel when 'email' then 'email' else 'phone'
    end::public.contact_kind order by c.id limit 1;
  return v_id;
end
$$;
create function cast_.bounce(p_n integer, p_days integer, p_kind text default 'soft_bounced', p_channel text default
  'email', p_detail jsonb default '{}') returns text language sql as $$
  select private.apply_message_event(cast_.org(), cast_.send(p_n, cast_.noon() + make_interval(days => p_days),
    p_channel), p_kind, cast_.noon() + make_interval(days => p_days, secs => 60), p_detail)
$$;
create function cast_.is_invalid(p_n integer, p_kind public.contact_kind default 'email') returns boolean language sql
  as $$
  select c.invalid_at is not null from public.contact_points c where c.lead_id = cast_.nth(p_n) and c.kind = p_kind
    order by c.id limit 1
$$;
select cast_.add_contact(x.id, 'email', format('person%s@example.com', x.n))
from (select n, cast_.feedable(n) as id from generate_series(1, 8) n) x \g /dev/null

select cast_.bounce(1, n) from generate_series(1, 4) n \g /dev/null
select ok(not cast_.is_invalid(1), 'four soft bounces leave the address valid');
select cast_.bounce(1, 5) \g /dev/null
select ok(cast_.is_invalid(1), 'the fifth in 30 days makes it invalid');

select cast_.bounce(2, n * 8) from generate_series(1, 6) n \g /dev/null
select ok(not cast_.is_invalid(2), 'six in 48 days do not: never five within 30');

select cast_.bounce(3, n) from generate_series(1, 4) n \g /dev/null
select cast_.bounce(3, 5, 'delivered') \g /dev/null
select cast_.bounce(3, n) from generate_series(6, 9) n \g /dev/null
select ok(not cast_.is_invalid(3), 'a delivery in between starts the count again');
select cast_.bounce(3, 10) \g /dev/null
select ok(cast_.is_invalid(3), 'five after the delivery count');

-- Reports in the wrong order.
select cast_.bounce(7, n) from unnest('{5,3,1,2}'::integer[]) with ordinality o (n, k) order by k \g /dev/null
select ok(not cast_.is_invalid(7), 'four are not enough in any order');
select cast_.bounce(7, 4) \g /dev/null
select ok(cast_.is_invalid(7), 'the fifth counts, though it is not the latest');
select cast_.bounce(8, n) from unnest('{7,3,1,2}'::integer[]) with ordinality o (n, k) order by k \g /dev/null
select cast_.bounce(8, 5, 'delivered') \g /dev/null
select cast_.bounce(8, 4) \g /dev/null
select ok(not cast_.is_invalid(8), 'nor are five, where a delivery lies between it and the latest');

update public.orgs set settings = settings || '{"soft_bounces": 2, "soft_bounce_days": 3}' where id = cast_.org();
select cast_.bounce(4, 1), cast_.bounce(4, 5) \g /dev/null
select ok(not cast_.is_invalid(4), 'the org sets the days');
select cast_.bounce(4, 6) \g /dev/null
select ok(cast_.is_invalid(4), 'and the number');
select throws_ok($$ update public.orgs set settings = '{"soft_bounces": 0}' where id = cast_.org() $$, '23514', null,
  'no limit of zero');

-- A landline: texts end, calls go on.
select cast_.bounce(5, 1, 'bounced', 'sms', '{"code": "30006", "contact": "cannot_text"}') \g /dev/null
select ok(not cast_.is_invalid(5, 'phone'), 'a landline stays a valid phone');
select is((select array_agg(private.is_suppressed(c.org_id, c.value_bidx, ch) order by ch)
  from public.contact_points c, unnest('{sms,voice_ai,voice_manual}'::text[]) ch
  where c.lead_id = cast_.nth(5) and c.kind = 'phone'), '{t,f,f}', 'texts to it end, and nothing else');
select cast_.bounce(6, 1, 'bounced', 'sms', '{"code": "30005"}') \g /dev/null
select ok(cast_.is_invalid(6, 'phone'), 'a number that does not exist is invalid');

select * from finish();
rollback;
