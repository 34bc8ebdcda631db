-- Words that lists write where a value is missing. Reviewed 2026-11-27 by reading lists of vendors, assessors and CRMs.
-- To add one, add it here and make a migration.

-- Inlined, hence without a SET clause; the bodies do not depend on the search path.
create function private.filler_parcel_words() returns text
language sql immutable parallel safe as $$
  select '^[^A-Z0-9]*(APPLIED|ATTACHED|BLANK|CALL|CANCELLED|CHECK|COMBINED|CONTACT|DELETED|DUMMY|EMPTY'
    '|EXEMPT|FAKE|MANY|MISC|MISSING|MULTI|MULTIPLE|NAN|NIL|NONE|NOT|NULL|PART OF|PEND|PENDING|PLEASE'
    '|PORTION|REFER|RETIRED|SAMPLE|SEE|SEVERAL|SPLIT|TBA|TBC|TBD|TEMP|TEMPORARY|TEST|TO BE|UNAVAILABLE|UNASSIGNED'
    '|UNDEFINED|UNK|UNKNOWN|UNLISTED|UNMAPPED|UNRECORDED|UNSPECIFIED|VAR|VARIES'
    '|VARIOUS)([^A-Z0-9]|[0-9]{1,3}$)'
    '|^[^A-Z0-9]*(APN|ASSESSOR|ID|ITEM|LINE|LOT|NO|NUM|NUMBER|PARCEL|PARC|PCL|PIN|PROP|PROPERTY|REC|RECORD|ROW'
    '|TAX|TRACT)([^A-Z0-9]*(ID|NO|NUM|NUMBER))?[^A-Z0-9]*[0-9]{1,3}$'
$$;
comment on function private.filler_parcel_words() is
  'Pattern of notes in place of a parcel number, in capital letters: a word, and then no more than three digits or '
  'another word, as in TEMP1 and SEE DEED 123; or a word for parcels with up to three digits (PARCEL 1). A value '
  'without digits needs no pattern: it is never a parcel number.';

create function private.filler_mail_words() returns text
language sql immutable parallel safe as $$
  select ' no na non none noemail noemails noemailaddress noemailgiven noemailonfile noemailprovided noemailavailable '
    'nomail nomailaddress noaddress noname noone nobody nothing nope noreply donotreply noresponse noemailyet '
    'unknown unk unknownemail notavailable notapplicable notprovided notgiven notlisted notknown notonfile nil null '
    'undefined decline declined declinedemail refuse refused refusedemail donotemail dontemail donothave doesnothave '
    'donthave donthaveone doesnothaveone test testing testemail testtest testuser testaccount tbd tba pending temp '
    'tempemail temporary blank dummy dummyemail fake fakeemail invalid invalidemail bademail wrongemail placeholder '
    'anonymous xxx abc abcd asdf asdfasdf asdfg asdfgh qwerty yourname youremail yourmail firstname lastname '
    'firstnamelastname someone somebody '
$$;
comment on function private.filler_mail_words() is
  'Words before the @ of an invented e-mail address, in lower case without punctuation, each between blanks; digits '
  'may follow those of four letters or more.';

create function private.filler_mail_domains() returns text
language sql immutable parallel safe as $$
  select ' none noemail noemails nomail nomailaddress noemailaddress noaddress unknown nowhere nodomain notavailable '
    'notprovided notgiven null nil fake fakeemail fakemail dummy test testing testmail asdf abcd xxx xxxx yourdomain '
    'youremail placeholder invalid refused declined donotemail '
$$;
comment on function private.filler_mail_domains() is
  'First labels of invented e-mail domains, each between blanks.';

revoke execute on function private.filler_parcel_words(), private.filler_mail_words(), private.filler_mail_domains()
  from public;
grant execute on function private.filler_parcel_words(), private.filler_mail_words(), private.filler_mail_domains()
  to pipeline_writer, service_role;
