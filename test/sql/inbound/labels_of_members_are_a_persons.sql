begin;
\ir ../support/cast.sql
\ir ../support/replies.sql
select no_plan();
insert into public.replies (org_id, lead_id, value_bidx, channel, provider, event_key, at, request, label, labelled_by,
  labelled_at)
select cast_.org(), cast_.lead('a1'), '\x00', 'sms', 'twilio', k, now(), 'none', l::public.reply_label, b,
  case when b is not null then '2026-11-20Z'::timestamptz end
from (values ('k1', null, null), ('k2', 'later', 'model'), ('k3', 'later', 'model'), ('k4', 'later', 'rules'),
  ('k5', 'later', 'model'), ('k6', null, null)) x (k, l, b);
create function cast_.label(p_who text, p_key text, p_set text) returns text language plpgsql as $$
declare
  v_id constant bigint := (select r.id from public.replies r where r.event_key = p_key);
  v_outcome constant text := cast_.run(p_who, format('update public.replies set %s where id = %s', p_set, v_id));
begin
  return v_outcome || ', ' || coalesce((select r.labelled_by from public.replies r where r.id = v_id), 'nobody');
end
$$;
select is(cast_.label('broker', 'k1', $$ label = 'interested', labelled_by = 'model', labelled_at = now() $$),
  'rows 1, person', 'a new label of a broker is a person''s');
select is(cast_.label('owner', 'k2', $$ label = 'interested' $$), 'rows 1, person',
  'a label of the model that an owner changes is a person''s');
select is(cast_.label('broker', 'k2', $$ labelled_by = 'rules' $$), 'rows 1, person',
  'the label of a person does not become one of the rules');
select is(cast_.label('broker', 'k3', $$ labelled_at = now() $$), 'rows 1, person',
  'a label with a new time is a person''s');
select is(cast_.label('broker', 'k4', $$ label = null, labelled_by = null, labelled_at = null $$), 'rows 1, nobody',
  'a broker removes a label');
select is(cast_.label('broker', 'k5', $$ answered_at = now() $$), 'rows 1, model',
  'a label that a broker leaves alone stays the model''s');
select is(cast_.label('pipeline_writer', 'k6', $$ label = 'later', labelled_by = 'model', labelled_at = now() $$),
  'rows 1, model', 'a label of the pipeline is the model''s');
select * from finish();
rollback;
