-- Message texts. A version never changes, so that the text of a message can be proven years later by its template_id.
-- The content check (private.template_errors) is in 02_check_templates.sql.

create table public.templates (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null,
  version integer not null default 0,
  channel text not null,
  purpose text not null default 'marketing',
  matter text,
  subject text,
  text_body text not null,
  html_body text,
  mjml text,
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  primary key (org_id, id),
  constraint template_version_is_unique unique (org_id, name, version),
  constraint template_has_a_name check (length(btrim(name)) between 1 and 200),
  constraint template_version_counts_from_one check (version >= 1),
  constraint template_channel_is_known check (channel in ('email', 'sms', 'voice_ai')),
  constraint template_purpose_is_known check (purpose in ('marketing', 'transactional')),
  constraint template_has_a_text check (length(btrim(text_body)) > 0),
  constraint email_template_has_a_subject check (channel <> 'email' or length(btrim(coalesce(subject, ''))) > 0),
  constraint only_email_has_subject_and_html check (channel = 'email' or num_nonnulls(subject, html_body, mjml) = 0),
  constraint mjml_was_compiled check (mjml is null or html_body is not null)
);
comment on table public.templates is
  'Versions of texts in Liquid. Insert-only: a change is a new version. Checked when saved: known variables, '
  'identification and a way to opt out (SL521).';
comment on column public.templates.version is 'Counts from 1 by name; the next one if omitted.';
comment on column public.templates.matter is
  'Subject matter: some states count attempts by it. Null counts as the same as any.';
comment on column public.templates.text_body is
  'The text; in a voice template, what the assistant says first and must follow.';
comment on column public.templates.mjml is 'MJML source of html_body.';

create trigger _900_append_only before update on public.templates
  for each row execute function private.refuse_change_while_org_exists();
create trigger _910_refuse_truncate before truncate on public.templates
  for each statement execute function private.refuse_change();

alter table public.templates enable row level security;
revoke all on public.templates from anon, authenticated;
grant select on public.templates to authenticated;
grant insert (org_id, id, name, version, channel, purpose, matter, subject, text_body, html_body, mjml)
  on public.templates to authenticated;
grant select on public.templates to pipeline_writer;
create policy select_members on public.templates for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
create policy insert_admins on public.templates for insert to authenticated
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.templates for select to pipeline_writer using (true);
