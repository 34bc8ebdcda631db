-- Requests of API keys that change something, by their Idempotency-Key. The row and what the request did are one
-- transaction, so a repeat either finds the answer or does the work, never both.

create table private.api_requests (
  org_id uuid not null references public.orgs (id) on delete cascade,
  family text not null,
  key text not null,
  path text not null,
  body_hash bytea not null,
  answer jsonb,
  created_at timestamptz not null default now(),
  primary key (org_id, family, key),
  constraint idempotency_key_is_short check (length(key) between 1 and 200),
  constraint api_path_is_short check (length(path) between 1 and 300)
);
comment on table private.api_requests is
  'Answers to requests of API keys with an Idempotency-Key, for seven days. Ids, states and rules; no values of contacts.';
comment on column private.api_requests.family is 'Of the API key: a repeat may come with its successor.';
create index api_requests_created_idx on private.api_requests (created_at);
alter table private.api_requests enable row level security;

create function private.begin_api_request(p_key text, p_path text, p_body_hash bytea) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  k constant public.api_keys := private.current_api_key();
  r private.api_requests;
begin
  if k.id is null then
    raise exception 'only requests of API keys are remembered' using errcode = '42501';
  end if;
  insert into private.api_requests as x (org_id, family, key, path, body_hash)
  values (k.org_id, k.family, p_key, p_path, p_body_hash)
  on conflict (org_id, family, key) do update set path = excluded.path, body_hash = excluded.body_hash, answer = null,
    created_at = excluded.created_at
    where x.created_at < now() - interval '7 days';
  if found then
    if random() < 0.01 then
      delete from private.api_requests x where x.created_at < now() - interval '7 days';
    end if;
    return null;
  end if;
  select x.* into strict r from private.api_requests x
  where x.org_id = k.org_id and x.family = k.family and x.key = p_key;
  if r.path <> p_path or r.body_hash <> p_body_hash then
    raise exception 'this Idempotency-Key was used for another request' using errcode = 'SL135';
  end if;
  return r.answer;
end
$$;
comment on function private.begin_api_request(text, text, bytea) is
  'Null for the first request with this Idempotency-Key, else the answer to the first one; a repeat waits while that is '
  'under way. Raises SL135 (another path or body), SL132 and SL133. Definer: only the owner may write requests.';

create function private.end_api_request(p_key text, p_answer jsonb, p_action text, p_subject_id text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  k constant public.api_keys := private.current_api_key();
begin
  update private.api_requests x set answer = p_answer
  where x.org_id = k.org_id and x.family = k.family and x.key = p_key;
  perform private.record_audit(k.org_id, 'api.' || p_action, p_subject_id);
end
$$;
comment on function private.end_api_request(text, jsonb, text, text) is
  'Remembers the answer to a request (p_key null: not) and adds api.ACTION of the key to the audit log. Raises SL132 and '
  'SL133. Definer: only the owner may write requests and the log.';
