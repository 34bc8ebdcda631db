-- Fuzzy matching (Fellegi-Sunter): which records of a list, of two lists, or of an org's leads may be one. Steps:
-- records are prepared (41), pairs that share something rare are nominated (42) and compared level by level (43), the
-- weights of the levels are learned from the pairs themselves and from answers (44), and each pair gets a probability
-- (45). The tables here are shapes that stay empty: the functions create temporary copies, as in 10_working_tables.sql.

create unlogged table private.match_input (
  record integer primary key,
  list smallint not null default 0,
  reference text not null,
  first_name text,
  last_name text,
  second_first_name text,
  second_last_name text,
  full_name text,
  house_number text,
  street text,
  unit text,
  city text,
  state text,
  zip text,
  phones text[],
  emails text[],
  extras jsonb
);
comment on table private.match_input is
  'Shape: records to match, as a list has them. list: 0 or 1. extras: other columns by header, as text.';

create unlogged table private.match_records (
  record integer primary key,
  list smallint not null,
  words text[] not null,
  roles text not null,
  is_firm boolean not null,
  weights real[],
  joined text not null,
  first_name text,
  first_forms text[],
  first_is_known boolean,
  first_is_common boolean not null default false,
  middle text,
  last_name text,
  last_forms text[],
  last_is_common boolean not null default false,
  generation text,
  house_number text,
  street text,
  unit text,
  city text,
  state text,
  zip text,
  phones text[] not null,
  shared_phones text[] not null default '{}',
  emails text[] not null,
  shared_emails text[] not null default '{}',
  extras text[] not null
);
comment on table private.match_records is
  'Shape: the same records, normalised. joined: all words of the name without spaces. weights: rarity of each '
  'word. shared_phones: its phones that several houses have; shared_emails: its e-mails of an office or of several '
  'names. first_is_known: the given name is in the list of names. first_is_common, last_is_common: many records have '
  'it. middle: an initial. generation: 1 senior, 2 junior, 3 …';

create unlogged table private.match_keys (
  key text not null,
  record integer not null,
  list smallint not null,
  primary key (key, record)
);
comment on table private.match_keys is
  'Shape: what each record has in common with its candidates.';

create unlogged table private.match_pairs (
  a integer not null,
  b integer not null,
  levels smallint[],
  is_random boolean not null default false,
  answer boolean,
  weight double precision,
  probability double precision,
  primary key (a, b)
);
comment on table private.match_pairs is
  'Shape: candidate pairs with the level of each comparison (-1: no evidence), and a person''s answer. is_random: no '
  'candidate, but drawn to know how often strangers agree.';

create unlogged table private.match_answers (
  a integer not null,
  b integer not null,
  same boolean not null,
  primary key (a, b)
);
comment on table private.match_answers is 'Shape: what persons said about pairs of records.';

create unlogged table private.match_patterns (
  pattern integer generated always as identity,
  levels smallint[] not null,
  is_random boolean not null default false,
  pairs double precision not null,
  same double precision not null,
  different double precision not null,
  weight double precision not null default 0,
  probability double precision not null,
  primary key (levels, is_random)
);
comment on table private.match_patterns is
  'Shape: pairs counted by their levels: learning takes a few hundred rows, however many pairs there are.';

create unlogged table private.match_pattern_levels (
  pattern integer not null,
  comparison smallint not null,
  level smallint not null,
  primary key (pattern, comparison)
);
comment on table private.match_pattern_levels is 'Shape: the levels of each pattern, a row each, while learning.';

create unlogged table private.match_weights (
  comparison smallint not null,
  level smallint not null,
  m double precision not null,
  u double precision not null,
  prior_m double precision not null,
  prior_u double precision not null,
  weight double precision not null,
  strength double precision not null default 60,
  correction double precision not null default 0,
  is_number boolean not null default false,
  is_own boolean not null default true,
  primary key (comparison, level)
);
comment on table private.match_weights is
  'Shape: for each level its share among records that are one (m) and among others (u); weight is log2(m/u). '
  'Comparison 0: what strangers who share several of name, address, phone and e-mail share by being one household or '
  'office; its level is a sum of 1, 2, 4 and 8, and of 16 for firms at two addresses. '
  'strength: the number of pairs that the priors stand for. correction: what answers '
  'added to weight. is_number: a column whose value one person or firm has alone. '
  'is_own: a fact of this person or firm; other columns often depend on each other.';

create unlogged table private.match_leads (
  record integer primary key,
  lead_id uuid not null unique
);
comment on table private.match_leads is 'Shape: the leads that records stand for, where leads are matched.';

create unlogged table private.match_nominations (
  left_id uuid not null,
  right_id uuid not null,
  primary key (left_id, right_id)
);
comment on table private.match_nominations is 'Shape: pairs of leads to compare.';

alter table private.match_leads enable row level security;
alter table private.match_nominations enable row level security;
alter table private.match_input enable row level security;
alter table private.match_records enable row level security;
alter table private.match_keys enable row level security;
alter table private.match_pairs enable row level security;
alter table private.match_answers enable row level security;
alter table private.match_patterns enable row level security;
alter table private.match_pattern_levels enable row level security;
alter table private.match_weights enable row level security;
grant select on private.match_input, private.match_records, private.match_keys, private.match_pairs,
  private.match_answers, private.match_patterns, private.match_pattern_levels, private.match_weights,
  private.match_leads, private.match_nominations to pipeline_writer;

create function private.open_match_scratch() returns void
language plpgsql volatile set search_path = '' as $$
begin
  if to_regclass('pg_temp.match_input') is null then
    create temporary table match_input (like private.match_input including all) on commit drop;
    create temporary table match_records (like private.match_records including all) on commit drop;
    create temporary table match_keys (like private.match_keys) on commit drop;
    create temporary table match_pairs (like private.match_pairs including all) on commit drop;
    create temporary table match_answers (like private.match_answers including all) on commit drop;
    create temporary table match_patterns (like private.match_patterns including all) on commit drop;
    create temporary table match_pattern_levels (like private.match_pattern_levels including all) on commit drop;
    create temporary table match_weights (like private.match_weights including all) on commit drop;
    create temporary table match_leads (like private.match_leads including all) on commit drop;
    create temporary table match_nominations (like private.match_nominations including all) on commit drop;
  else
    truncate pg_temp.match_input, pg_temp.match_records, pg_temp.match_keys, pg_temp.match_pairs,
      pg_temp.match_answers, pg_temp.match_patterns, pg_temp.match_pattern_levels, pg_temp.match_weights,
      pg_temp.match_leads, pg_temp.match_nominations;
  end if;
end
$$;
comment on function private.open_match_scratch() is
  'Creates or empties the temporary working tables of matching; they end with the transaction.';
