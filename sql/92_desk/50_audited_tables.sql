-- What the audit log records. Triggers, so that it does not matter whether a function, the API or an operator writes.

create function private.tg_audit_access() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v record;
begin
  for v in
    select n.org_id, n.subject, n.reason, n.refused, n.grant_id, n.user_id, n.upload_id, n.key_id, count(n.lead_id) as leads,
      (array_agg(n.lead_id order by n.id) filter (where n.lead_id is not null))[1:20] as first_leads,
      sum(n.values_shown) as shown
    from new_rows n join public.orgs o on o.id = n.org_id
    group by 1, 2, 3, 4, 5, 6, 7, 8
  loop
    insert into private.audit_events (org_id, user_id, session_id, actor, action, subject, subject_id, detail,
      key_id)
    values (v.org_id, v.user_id, auth.jwt() ->> 'session_id',
      case when v.user_id is not null then 'member' else private.audit_actor() end,
      case when v.refused is null then 'reveal.granted' else 'reveal.refused' end, 'reveal',
      coalesce(v.grant_id, v.upload_id)::text,
      jsonb_strip_nulls(jsonb_build_object('values', coalesce(v.subject, 'export'), 'leads', v.leads,
        'first_leads', v.first_leads, 'shown', v.shown, 'reason', v.reason, 'refused', v.refused)), v.key_id);
  end loop;
  return null;
end
$$;
comment on function private.tg_audit_access() is
  'Trigger: each request for plain values is one event of the audit log. Definer: the log belongs to the owner.';
create trigger _800_audit after insert on private.pii_access_log
  referencing new table as new_rows for each statement execute function private.tg_audit_access();

create function private.tg_audit_lifts() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v record;
begin
  for v in
    select n.org_id, n.channel, count(*) as lifts, (array_agg(n.suppression_id order by n.suppression_id))[1:20]
      as ids
    from new_rows n group by 1, 2
  loop
    perform private.record_audit(v.org_id, 'suppression.lifted', v.ids[1]::text,
      jsonb_build_object('channel', v.channel, 'lifts', v.lifts, 'first_suppressions', v.ids));
  end loop;
  return null;
end
$$;
comment on function private.tg_audit_lifts() is
  'Trigger: the lifts of a statement are one event per channel. Definer: the log belongs to the owner.';
create trigger _800_audit after insert on public.suppression_lifts
  referencing new table as new_rows for each statement execute function private.tg_audit_lifts();

-- Arguments: subject, columns of the id, columns whose values are logged.
create trigger _800_audit after update of name, time_zone, holidays, settings on public.orgs
  for each row execute function private.tg_audit_row('org', 'id', 'name', 'time_zone', 'holidays', 'settings');
create trigger _800_audit after insert or delete or update of role, may_export on public.members
  for each row execute function private.tg_audit_row('member', 'user_id', 'role', 'may_export');
create trigger _800_audit after insert or update of accepted_at, revoked_at on public.invitations
  for each row execute function private.tg_audit_row('invitation', 'id', 'role', 'email_masked', 'accepted_at',
    'accepted_by', 'terms_version', 'revoked_at');
create trigger _800_audit after insert or delete or update of expires_at, replaced_by, revoked_at on public.api_keys
  for each row execute function private.tg_audit_row('api_key', 'id', 'name', 'role', 'scopes', 'broker_id',
    'expires_at', 'replaced_by', 'revoked_at');
create trigger _800_audit after insert or delete or update of user_id, name, licensed_states, capacity, active
  on public.brokers
  for each row execute function private.tg_audit_row('broker', 'id', 'user_id', 'name', 'licensed_states', 'capacity',
    'active');
create trigger _800_audit after insert or delete or update of name, active, trust, column_map, preset,
  max_part_bytes, parts_per_minute on public.sources
  for each row execute function private.tg_audit_row('source', 'id', 'key', 'name', 'active', 'trust', 'column_map',
    'preset', 'max_part_bytes', 'parts_per_minute');
create trigger _800_audit after insert on private.source_secrets
  for each row execute function private.tg_audit_row('source_secret', 'source_id', 'expires_at');
create trigger _800_audit after insert or delete or update of url, kind, options, at_times, weekdays, active,
  most_lost, terms, token_cipher on public.pulls
  for each row execute function private.tg_audit_row('pull', 'source_id', 'kind', 'url', 'options', 'at_times',
    'weekdays', 'active', 'most_lost', 'terms', 'updated_at');
create trigger _800_audit after insert or delete or update of value, counsel, reason on public.org_gate_rules
  for each row execute function private.tg_audit_row('gate_rule', 'key', 'value', 'counsel', 'reason', 'reviewed_on');
create trigger _800_audit after insert or delete or update of state, name, address, account, reply_to,
  postal_address, per_minute, per_day, daily_budget_usd on public.senders
  for each row execute function private.tg_audit_row('sender', 'id', 'channel', 'provider', 'account', 'name',
    'address', 'reply_to', 'postal_address', 'state', 'per_minute', 'per_day', 'daily_budget_usd');
create trigger _800_audit after insert or delete or update of settings_cipher on private.provider_accounts
  for each row execute function private.tg_audit_row('provider_account', 'provider,name', 'setting_names',
    'updated_at');
create trigger _800_audit after insert or delete or update of limit_usd on public.provider_budgets
  for each row execute function private.tg_audit_row('provider_budget', 'provider,period', 'limit_usd');
create trigger _800_audit after insert or delete or update of state, name, daily_limit, states, source_ids, min_score,
  starts_on, ends_on, assign_brokers, sequence_id on public.campaigns
  for each row execute function private.tg_audit_row('campaign', 'id', 'name', 'state', 'daily_limit', 'states',
    'source_ids', 'min_score', 'starts_on', 'ends_on', 'assign_brokers', 'sequence_id');
create trigger _800_audit after insert on public.templates
  for each row execute function private.tg_audit_row('template', 'id', 'name', 'version', 'channel', 'purpose');
create trigger _800_audit after insert or delete or update of name on public.sequences
  for each row execute function private.tg_audit_row('sequence', 'id', 'name', 'version');
create trigger _800_audit after insert or delete or update on public.sequence_steps
  for each row execute function private.tg_audit_row('sequence_step', 'sequence_id,step', 'channel', 'delay',
    'delay_kind', 'send_from', 'send_until', 'purpose', 'sender_id', 'node', 'kind', 'event', 'within', 'note');
create trigger _800_audit after insert or delete or update on public.sequence_edges
  for each row execute function private.tg_audit_row('sequence_edge', 'sequence_id,step,outcome', 'to_step', 'delay',
    'delay_kind');
create trigger _800_audit after insert or delete or update on public.step_variants
  for each row execute function private.tg_audit_row('step_variant', 'sequence_id,step,variant', 'template_id',
    'share');
create trigger _800_audit after insert or delete or update of active, ended_at on public.subscriptions
  for each row execute function private.tg_audit_row('subscription', 'id', 'url', 'active', 'ended_at');
create trigger _800_audit after update of undone_at on public.uploads
  for each row when (old.undone_at is null and new.undone_at is not null)
  execute function private.tg_audit_row('upload', 'id', 'undone_at');
create trigger _800_audit after insert on public.score_activations
  for each row execute function private.tg_audit_row('score_activation', 'id', 'version', 'action');
