-- What a person accepts before becoming a member. A version never changes: memberships name the one that was accepted.

create table private.member_terms (
  version integer primary key,
  body text not null,
  constraint member_terms_count_from_one check (version >= 1),
  constraint member_terms_have_a_text check (length(btrim(body)) > 0)
);
comment on table private.member_terms is 'Versions of the text that new members accept; the highest one is offered.';
alter table private.member_terms enable row level security;
create trigger _100_append_only before delete or truncate on private.member_terms
  for each statement execute function private.refuse_change();

insert into private.member_terms (version, body) values
  (1, 'The brokerage gives you access to personal data of its leads. You use it for its work only, keep it to yourself '
    'and follow its rules for calls and messages. What you change, reveal, export and send is recorded under your '
    'name, and owners and admins can read that record. The brokerage stores your e-mail address and your role. You can '
    'leave at any time; the record of what you did stays.')
on conflict (version) do nothing;
