-- Whether a value is suppressed on a channel in org A; after support/cast.sql.
\set org '''a0000000-0000-4000-8000-000000000000'''
\set other '''b0000000-0000-4000-8000-000000000000'''

create function cast_.held(p_value text, p_channel text) returns boolean
language sql as $$ select private.is_suppressed('a0000000-0000-4000-8000-000000000000',
  private.blind_index(p_value, private.blind_key('a0000000-0000-4000-8000-000000000000')), p_channel) $$;
