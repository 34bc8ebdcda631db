-- What API keys may change, as triggers: it does not matter through which function a key came. For everybody else they
-- do nothing.

-- Only people: rights, secrets, rules, lifts, and what cannot be undone.
create trigger _050_refuse_api_key before insert or update or delete on public.suppression_lifts
  for each statement execute function private.tg_refuse_api_key();
create trigger _050_refuse_api_key before insert or update or delete on private.source_secrets
  for each statement execute function private.tg_refuse_api_key();
create trigger _050_refuse_api_key before insert or update or delete on public.org_gate_rules
  for each statement execute function private.tg_refuse_api_key();
create trigger _050_refuse_api_key before insert or update or delete on private.provider_accounts
  for each statement execute function private.tg_refuse_api_key();
create trigger _050_refuse_api_key before insert or update or delete on public.provider_budgets
  for each statement execute function private.tg_refuse_api_key();
create trigger _050_refuse_api_key before insert or update or delete on public.subscriptions
  for each statement execute function private.tg_refuse_api_key();
create trigger _050_refuse_api_key before insert or update or delete on public.consents
  for each statement execute function private.tg_refuse_api_key();
create trigger _050_refuse_api_key before insert or update or delete on public.contact_points
  for each statement execute function private.tg_refuse_api_key();

-- With the scope of the request.
create trigger _050_require_scope before insert on public.messages
  for each statement execute function private.tg_require_scope('messages.send');
create trigger _050_require_scope before insert on public.tasks
  for each statement execute function private.tg_require_scope('tasks.write');
create trigger _050_require_scope before insert or update or delete on public.sequence_runs
  for each statement execute function private.tg_require_scope('leads.control', 'campaigns.control', 'messages.send',
    'sequences.publish');
create trigger _050_require_scope before insert or delete or update of state on public.campaigns
  for each statement execute function private.tg_require_scope('campaigns.control');
create trigger _050_require_scope before insert or update or delete on public.sequences
  for each statement execute function private.tg_require_scope('sequences.publish');
create trigger _050_require_scope before insert or update or delete on public.templates
  for each statement execute function private.tg_require_scope('sequences.publish');
create trigger _050_require_scope before insert or update or delete on public.leads
  for each statement execute function private.tg_require_scope('leads.control', 'campaigns.control', 'messages.send');
create trigger _050_require_scope before insert or update or delete on public.enrichment_runs
  for each statement execute function private.tg_require_scope('enrichment.run');
