-- When two records are one business. Evidence adds up, so that a decision explains itself; the weights are data, in
-- bits: log2(m/u) of each level, set by hand from what local listings look like.

create table public.business_match_weights (
  field text not null,
  level text not null,
  bits numeric not null,
  meaning text not null,
  primary key (field, level)
);
comment on table public.business_match_weights is
  'Evidence for and against two records being one business. They are one from the row (decision, same) on.';
alter table public.business_match_weights enable row level security;
revoke all on public.business_match_weights from anon, authenticated, service_role;
grant select on public.business_match_weights to authenticated, service_role, pipeline_writer;
create policy select_members on public.business_match_weights for select to authenticated using (true);
create policy select_writer on public.business_match_weights for select to pipeline_writer using (true);
insert into public.business_match_weights (field, level, bits, meaning) values
  ('prior', 'candidate', -6, 'two records that share a phone, a website or a house'),
  ('name', 'equal', 7, 'the same name without its form and punctuation'),
  ('name', 'similar', 4, 'three letters in five are shared, or one name is within the other'),
  ('name', 'different', -4, 'names that share little'),
  ('phone', 'equal', 6, 'a phone in common'),
  ('phone', 'different', -1, 'both have phones, and none in common'),
  ('domain', 'equal', 6, 'the same website'),
  ('domain', 'chain', 0, 'the website of a chain, which says nothing about the branch'),
  ('domain', 'different', -3, 'another website'),
  ('address', 'equal', 5, 'the same house and street; it is one comparison, since they go together'),
  ('address', 'different', -7, 'another house or street'),
  ('distance', 'near', 2, 'within 150 m'),
  ('distance', 'far', -6, 'more than 2 km apart'),
  ('decision', 'same', 3, 'from here on two records are one')
on conflict do nothing;

create table public.business_chains (
  name_key text primary key,
  name text not null,
  website_domain text
);
comment on table public.business_chains is
  'Chains and franchises. Their branches share name and website, so only address, phone and distance tell them apart.';
create unique index business_chains_domain_key on public.business_chains (website_domain);
alter table public.business_chains enable row level security;
revoke all on public.business_chains from anon, authenticated, service_role;
grant select on public.business_chains to authenticated, service_role, pipeline_writer;
create policy select_members on public.business_chains for select to authenticated using (true);
create policy select_writer on public.business_chains for select to pipeline_writer using (true);

create function private.business_name_key(p_name text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select btrim(regexp_replace(regexp_replace(regexp_replace(replace(lower(normalize(p_name, nfkc)), '&', ' and '),
    '[''’.]', '', 'g'),
    '[^a-z0-9]+', ' ', 'g'),
    '( (llc|inc|incorporated|corp|corporation|co|company|ltd|llp|lp|pllc|pc|dba))+$', '', 'g'))
$$;
comment on function private.business_name_key(text) is
  'A business name for matching: lower case, words of letters and digits, without its legal form at the end.';

create function private.website_host(p_url text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select substring(lower(btrim(p_url)) from '^(?:https?://)?(?:[^/@]*@)?(?:www\.)?([a-z0-9.-]+(?::[0-9]{1,5})?)(?:[/?#]|$)')
$$;
comment on function private.website_host(text) is
  'The host of a URL without www, with its port; null where there is none.';

create function private.metres_between(p_lat1 double precision, p_lng1 double precision, p_lat2 double precision,
  p_lng2 double precision) returns double precision
language sql immutable parallel safe set search_path = '' as $$
  select case when num_nonnulls(p_lat1, p_lng1, p_lat2, p_lng2) = 4 then 12742000 * asin(least(1, sqrt(power(sin(radians(p_lat2 - p_lat1) / 2), 2)
    + cos(radians(p_lat1)) * cos(radians(p_lat2)) * power(sin(radians(p_lng2 - p_lng1) / 2), 2)))) end
$$;
comment on function private.metres_between(double precision, double precision, double precision, double precision) is
  'Metres between two positions on a sphere; null where one is unknown.';
