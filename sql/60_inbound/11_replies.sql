create type public.reply_label as enum ('interested', 'question', 'later', 'wrong_person', 'not_interested',
  'opt_out');
comment on type public.reply_label is
  'The intent of a reply, as read by rules or a model. For sorting only: nothing is sent because of it.';

create table public.replies (
  org_id uuid not null,
  id bigint generated always as identity,
  lead_id uuid not null,
  contact_point_id bigint,
  value_bidx bytea not null,
  channel text not null,
  provider text not null,
  event_key text not null,
  at timestamptz not null,
  request text not null,
  text_cipher bytea,
  key_id integer,
  message_id uuid,
  campaign_id uuid,
  label public.reply_label,
  labelled_by text,
  labelled_at timestamptz,
  draft_cipher bytea,
  draft_key_id integer,
  answered_at timestamptz,
  merged_from uuid,
  assigned_to uuid,
  has_text boolean not null generated always as (text_cipher is not null) stored,
  has_draft boolean not null generated always as (draft_cipher is not null) stored,
  primary key (org_id, id),
  constraint reply_is_assigned_to_a_member foreign key (org_id, assigned_to)
    references public.members (org_id, user_id) on delete set null (assigned_to),
  constraint reply_is_kept_once_per_lead unique (org_id, provider, event_key, lead_id),
  constraint reply_belongs_to_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete cascade,
  constraint reply_channel_is_known check (channel in ('email', 'sms', 'voice_manual', 'voice_ai')),
  constraint reply_request_is_known check (request in ('none', 'opt_out', 'opt_in', 'help',
    'wrong_contact')),
  constraint reply_text_has_its_key check ((text_cipher is null) = (key_id is null)),
  constraint draft_has_its_key check ((draft_cipher is null) = (draft_key_id is null)),
  constraint labelled_reply_says_by_whom check (num_nonnulls(label, labelled_by, labelled_at) in (0, 3)
    and labelled_by in ('rules', 'learned', 'model', 'person')),
  constraint data_key_is_of_its_org foreign key (key_id, org_id)
    references private.org_keys (id, org_id) on delete restrict,
  constraint draft_key_is_of_its_org foreign key (draft_key_id, org_id)
    references private.org_keys (id, org_id) on delete restrict
);
comment on table public.replies is
  'Replies that people wrote or spoke, one row per lead that the sender belongs to. Texts are encrypted; '
  'public.redeem_reveal shows them.';
comment on column public.replies.request is
  'The request in the text, which was carried out at once: opt_out, opt_in (START), help, wrong_contact (wrong '
  'number) or none.';
comment on column public.replies.labelled_by is
  'rules, learned (a wish that the learned reader added), model (the language model) or person; a label that a '
  'member writes is a person''s.';
comment on column public.replies.message_id is 'Our message that it answers, if known.';
comment on column public.replies.draft_cipher is
  'A drafted answer that the broker may send, change or discard, encrypted under draft_key_id. Never sent '
  'automatically.';
comment on column public.replies.event_key is 'That of the event in webhook_events.';
comment on column public.replies.merged_from is 'Its lead before that lead was merged into lead_id.';
comment on column public.replies.assigned_to is 'The member who answers it; null: the lead''s broker.';
create index replies_assigned_idx on public.replies (org_id, assigned_to) where assigned_to is not null;
create index replies_at_idx on public.replies (org_id, at desc, id desc);
create index replies_message_idx on public.replies (org_id, message_id) where message_id is not null;
create index replies_lead_idx on public.replies (org_id, lead_id, at desc);
create index replies_open_idx on public.replies (org_id, label, at desc) where answered_at is null;
create index replies_key_idx on public.replies (key_id, org_id) where key_id is not null;
create index replies_draft_key_idx on public.replies (draft_key_id, org_id) where draft_key_id is not null;
create index replies_merged_idx on public.replies (org_id, merged_from) where merged_from is not null;

alter table public.replies enable row level security;
revoke all on public.replies from anon, authenticated, service_role;
grant select (org_id, id, lead_id, contact_point_id, channel, provider, at, request, message_id, campaign_id, label,
  labelled_by,
    labelled_at, answered_at, assigned_to, has_text, has_draft) on public.replies to authenticated, service_role;
grant update (label, labelled_by, labelled_at, answered_at) on public.replies to authenticated;
grant select, insert, update on public.replies to pipeline_writer;
create function private.tg_replies__label_of_member() returns trigger
language plpgsql set search_path = '' as $$
begin
  if current_user in ('anon', 'authenticated') and new.label is not null
    and (old.label, old.labelled_by, old.labelled_at) is distinct from (new.label, new.labelled_by, new.labelled_at)
  then
    new.labelled_by := 'person';
  end if;
  return new;
end
$$;
comment on function private.tg_replies__label_of_member() is
  'Trigger: a label that a member writes is a person''s, whatever the member says.';
create trigger _140_label_of_member before update on public.replies
  for each row execute function private.tg_replies__label_of_member();
create trigger _150_member_clock before update on public.replies
  for each row execute function private.member_clock('labelled_at', 'answered_at');
create function private.tg_replies__wish_read_by_a_person() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.record_opt_out(new.org_id, new.value_bidx, case new.channel when 'email' then 'email'
    else 'phone' end::public.contact_kind, new.channel, 'reply by ' || new.channel || ', read by a person',
    private.decrypt_value(new.text_cipher, private.org_key(new.org_id, new.key_id)), p_as_of => new.at);
  return null;
end
$$;
comment on function private.tg_replies__wish_read_by_a_person() is
  'Trigger: the label opt_out of a person is an opt-out, with the reach of the words. Another label later does not '
  'lift it. Definer: members may not write suppressions.';
create trigger _310_wish_read_by_a_person after update of label on public.replies
  for each row when (new.label = 'opt_out' and new.labelled_by = 'person' and new.request <> 'opt_out'
    and old.label is distinct from new.label)
  execute function private.tg_replies__wish_read_by_a_person();
create policy select_members on public.replies for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]) or private.sees_lead(org_id,
      lead_id)));
create policy update_workers on public.replies for update to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,broker}'))::uuid[]) and private.sees_lead(org_id,
    lead_id))
  with check (org_id = any ((select private.my_org_ids('{owner,admin,broker}'))::uuid[]) and private.sees_lead(org_id,
    lead_id));
create policy select_writer on public.replies for select to pipeline_writer using (true);
create policy insert_writer on public.replies for insert to pipeline_writer with check (true);
create policy update_writer on public.replies for update to pipeline_writer using (true) with check (true);

create type public.hand_call_outcome as enum ('no_answer', 'busy', 'voicemail', 'talked', 'callback', 'appointment',
  'not_interested', 'wrong_number', 'do_not_call', 'disconnected');
comment on type public.hand_call_outcome is
  'What came of a call that a member dialled: nobody spoke (no_answer, busy, voicemail), somebody did (talked, '
    'callback, '
  'appointment, not_interested, wrong_number, do_not_call), or the number is out of service (disconnected).';

create table public.calls (
  org_id uuid not null,
  id bigint generated always as identity,
  lead_id uuid,
  message_id uuid,
  provider text not null,
  provider_id text,
  event_key text not null,
  direction text not null,
  at timestamptz not null,
  ended_reason text,
  answered boolean not null,
  seconds integer,
  cost_usd numeric(12, 6),
  transcript_cipher bytea,
  key_id integer,
  merged_from uuid,
  contact_point_id bigint,
  outcome public.hand_call_outcome,
  called_by uuid,
  ended_at timestamptz,
  decision_id bigint,
  recorded_against_gate boolean not null default false,
  assigned_to uuid,
  done_at timestamptz,
  has_transcript boolean not null generated always as (transcript_cipher is not null) stored,
  primary key (org_id, id),
  constraint hand_dialled_call_has_its_outcome check ((provider = 'hand') = (outcome is not null)),
  constraint call_is_assigned_to_a_member foreign key (org_id, assigned_to)
    references public.members (org_id, user_id) on delete set null (assigned_to),
  constraint call_is_kept_once unique (org_id, provider, event_key),
  constraint call_belongs_to_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete cascade,
  constraint call_direction_is_known check (direction in ('outbound', 'inbound')),
  constraint call_has_no_negative_length_or_cost check (seconds >= 0 and cost_usd >= 0),
  constraint transcript_has_its_key check ((transcript_cipher is null) = (key_id is null)),
  constraint data_key_is_of_its_org foreign key (key_id, org_id)
    references private.org_keys (id, org_id) on delete restrict
);
comment on table public.calls is
  'Phone calls that ended: outcome, length, cost. The transcript is encrypted; public.redeem_reveal shows it. Those '
  'that members dialled have the provider hand, and as transcript their notes.';
comment on column public.calls.answered is 'A person spoke: not voicemail, no answer or a failed connection.';
comment on column public.calls.at is 'When it began, for hand; otherwise when it was reported.';
comment on column public.calls.event_key is 'That of the event in webhook_events; for hand the key that the page '
  'chose.';
comment on column public.calls.called_by is 'The member who dialled.';
comment on column public.calls.decision_id is 'For hand: the answer of the gate that covers it (gate_decisions.id).';
comment on column public.calls.recorded_against_gate is 'The gate would not have allowed it; the decision says why.';
comment on column public.calls.assigned_to is 'The member who deals with it; null: the lead''s broker.';
comment on column public.calls.done_at is 'When it was dealt with in the inbox.';
create index calls_assigned_idx on public.calls (org_id, assigned_to) where assigned_to is not null;
create index calls_at_idx on public.calls (org_id, at desc, id desc);
create index calls_hand_idx on public.calls (org_id, called_by, at desc) where provider = 'hand';
create index calls_lead_idx on public.calls (org_id, lead_id, at desc) where lead_id is not null;
create index calls_every_lead_idx on public.calls (org_id, lead_id);
create index calls_key_idx on public.calls (key_id, org_id) where key_id is not null;
create index calls_merged_idx on public.calls (org_id, merged_from) where merged_from is not null;
alter table public.calls enable row level security;
revoke all on public.calls from anon, authenticated, service_role;
grant select (org_id, id, lead_id, message_id, provider, provider_id, direction, at, ended_reason, answered, seconds,
  cost_usd, contact_point_id, outcome, called_by, ended_at, decision_id, recorded_against_gate, assigned_to, done_at,
  has_transcript)
  on public.calls to authenticated, service_role;
grant select, insert, update on public.calls to pipeline_writer;
create policy select_members on public.calls for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]) or private.sees_lead(org_id,
      lead_id)));
create policy select_writer on public.calls for select to pipeline_writer using (true);
create policy insert_writer on public.calls for insert to pipeline_writer with check (true);
create policy update_writer on public.calls for update to pipeline_writer using (true) with check (true);
