-- Questions about reassigned numbers: the worker takes those that are due, asks the provider and records the answers.

create function private.take_reassigned_questions(p_limit integer, p_as_of timestamptz default now())
returns table (org_id uuid, value_bidx bytea, lead_id uuid, since date, phone text, accounts jsonb)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
begin
  -- The contact may have been deleted since, or found to be wrong.
  delete from private.reassigned_questions q
  where q.next_at <= p_as_of and not exists (select from public.contact_points c
    where c.org_id = q.org_id and c.lead_id = q.lead_id and c.id = q.contact_point_id
      and c.value_bidx = q.value_bidx and c.invalid_at is null);
  return query
  with due as materialized (
    select q.org_id, q.value_bidx from private.reassigned_questions q
    where q.next_at <= p_as_of
    order by q.next_at limit p_limit for update skip locked
  ),
  taken as (
    -- Where this worker dies, another one asks after two minutes.
    update private.reassigned_questions q set next_at = p_as_of + interval '2 minutes'
    from due d where q.org_id = d.org_id and q.value_bidx = d.value_bidx
    returning q.org_id, q.value_bidx, q.lead_id, q.contact_point_id, q.since
  ),
  looked as (
    insert into private.pii_access_log (org_id, lead_id, user_id, db_role, values_shown)
    select t.org_id, t.lead_id, null, session_user, count(*)::smallint from taken t group by t.org_id, t.lead_id
  )
  select t.org_id, t.value_bidx, t.lead_id, t.since,
    private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)),
    (select coalesce(jsonb_agg(jsonb_build_object('provider', s.provider, 'account', s.account)
        order by s.channel, s.provider, s.account), '[]')
      from (select distinct x.channel, x.provider, x.account from public.senders x
        where x.org_id = t.org_id and x.channel in ('sms', 'voice_ai')) s)
  from taken t
  join public.contact_points c on c.org_id = t.org_id and c.lead_id = t.lead_id and c.id = t.contact_point_id;
end
$$;
comment on function private.take_reassigned_questions(integer, timestamptz) is
  'Due questions whether a number was reassigned since a date, with the phone in plain text and the org''s accounts '
  'for texts and calls; reserved for two minutes, every access is logged. Definer: keys belong to the owner.';

create function private.record_reassigned_answer(p_org_id uuid, p_value_bidx bytea, p_lead_id uuid, p_since date,
  p_answer jsonb, p_as_of timestamptz default now()) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_answer constant text := p_answer ->> 'answer';
  v_check bigint;
begin
  insert into public.reassigned_checks (org_id, value_bidx, lead_id, since, answer, provider, account, request_id,
    error, asked_at, answered_at)
  values (p_org_id, p_value_bidx, p_lead_id, p_since, v_answer, p_answer ->> 'provider', p_answer ->> 'account',
    p_answer ->> 'request_id', p_answer ->> 'error', (p_answer ->> 'asked_at')::timestamptz, p_as_of)
  returning id into v_check;
  if v_answer is null then
    update private.reassigned_questions q
    set attempts = q.attempts + 1,
      next_at = p_as_of + greatest(least(interval '5 minutes' * power(2, least(q.attempts, 10)), interval '6 hours'),
        make_interval(secs => coalesce((p_answer ->> 'retry_after_seconds')::integer, 0)))
    where q.org_id = p_org_id and q.value_bidx = p_value_bidx;
    return;
  end if;
  delete from private.reassigned_questions q
  where q.org_id = p_org_id and q.value_bidx = p_value_bidx and q.since >= p_since;
  if v_answer <> 'yes' then
    return;
  end if;
  -- What was agreed to with this number was agreed to by somebody who no longer has it.
  insert into public.consents (org_id, lead_id, value_bidx, kind, masked, action, channels, revoked_scope, method,
    evidence, occurred_at, recorded_by, recorded_at)
  select p_org_id, p_lead_id, p_value_bidx, 'phone', c.masked, 'revoke', '{sms,voice_manual,voice_ai}', 'channel',
    'number reassigned', format('reassigned_checks %s', v_check), (p_answer ->> 'asked_at')::timestamptz, 'system',
    p_as_of
  from (select) one
  left join lateral (select p.masked from public.contact_points p
    where p.org_id = p_org_id and p.value_bidx = p_value_bidx limit 1) c on true;
  perform private.record_wrong_contact(p_org_id, p_value_bidx, 'phone', p_lead_id, 'number reassigned', p_as_of);
end
$$;
comment on function private.record_reassigned_answer(uuid, bytea, uuid, date, jsonb, timestamptz) is
  'Records {provider, account, answer or error, request_id, asked_at, retry_after_seconds}. "yes" ends the consents '
  'of the phone and marks it wrong for the owner of the lead; an error is asked again, later each time. Definer: no '
  'role may edit questions and answers.';
revoke execute on function private.take_reassigned_questions(integer, timestamptz),
  private.record_reassigned_answer(uuid, bytea, uuid, date, jsonb, timestamptz) from public;
grant execute on function private.take_reassigned_questions(integer, timestamptz),
  private.record_reassigned_answer(uuid, bytea, uuid, date, jsonb, timestamptz) to pipeline_writer;
