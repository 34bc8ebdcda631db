begin;
\ir ../support/deliver.sql
select no_plan();

-- Colleagues with one office phone.
select is(pg_temp.deliver('[
  {"street":"1 Cactus Ln","first":"Ivy","last":"Marsh","full":"Blue Gate Realty","phone":"602-555-0100"},
  {"street":"2 Cactus Ln","first":"Jon","last":"Reyes","full":"Blue Gate Realty","phone":"602-555-0100"}]'),
  'c2 u0 =0 m0 x0 r0', 'colleagues with addresses of their own are two leads');
select is(pg_temp.deliver('[
  {"city":"","first":"Kai","last":"Stone","full":"Blue Gate Realty","phone":"602-555-0100"},
  {"city":"","first":"Lea","last":"Price","phone":"602-555-0100","email":"office@example.com"},
  {"city":"","first":"Max","last":"Quill","email":"office@example.com"}]'),
  'c3 u0 =0 m0 x0 r0', 'colleagues without an address are not united by a phone or e-mail, nor by their firm');
select is(pg_temp.deliver('[{"city":"","first":"Jon","last":"Reyes","phone":"602-555-0100"}]'), 'c0 u0 =1 m0 x0 r0',
  'the one whose name agrees is found by the shared phone');
select is(pg_temp.deliver('[{"city":"","phone":"602-555-0100"}]'), 'c0 u0 =0 m0 x1 r0',
  'a shared phone without a name is ambiguous');

-- Owners and firms at one address.
select is(pg_temp.deliver('[{"street":"5 Plaza Dr","full":"Alder Dental LLC"},{"street":"5 Plaza Dr","full":"Birch '
  'Insurance Inc"},{"street":"5 Plaza Dr","full":"Cedar Travel"}]'), 'c3 u0 =0 m0 x0 r0',
  'three firms in one building are three leads');
select is(pg_temp.deliver('[{"street":"5 Plaza Dr","full":"Cedar Travel"},{"street":"5 Plaza Dr",
  "full":"Alder Dental"},
  {"street":"5 Plaza Drive","full":"Birch Insurance Inc"}]'), 'c0 u1 =2 m0 x0 r0', 'each is found again');
select is(pg_temp.deliver('[{"street":"5 Plaza Dr"}]'), 'c0 u0 =0 m0 x1 r0', 'the address alone is ambiguous');
select is(pg_temp.deliver('[{"street":"5 Hill Road","full":"Hill Road Partners"},
  {"street":"5 Hill Road","full":"Hill Road Holdings"},
  {"street":"5 Hill Road","full":"Hill Rd Partners LLC"}]'), 'c2 u0 =0 m1 x0 r0',
  'firms that share only the name of the street and generic words are two');
select is(pg_temp.deliver('[{"street":"6 Hill Road","full":"Hill Partners"},
  {"street":"6 Hill Road","full":"Hill Holdings"},{"street":"6 Hill Rd","full":"HILL PARTNERS LLC"},
  {"street":"6 Hill Road","full":"Hill Carter Dental"},{"street":"6 Hill Road","full":"John Hill"}]'),
  'c4 u0 =0 m1 x0 r0', 'nor do firms agree that share a word of the street, nor a person with them');
select is(pg_temp.deliver('[{"street":"7 Oak Grove Ave","full":"Oak Grove LLC"},
  {"street":"7 Oak Grove Ave","full":"Oakgrove Trust"},{"street":"7 Oak Grove Avenue","full":"OAK GROVE L.L.C."},
  {"street":"7 Oak Grove Ave","full":"Oak Grove Dental"},{"street":"7 Oak Grove Ave","full":"OakGrove Dental Inc"}]'),
  'c3 u0 =0 m2 x0 r0', 'nor where the name of the street is written in another way');
select is(pg_temp.deliver('[{"street":"8 Hill Road","full":"Hill Family Trust"},
  {"street":"8 Hill Road","full":"John Hill"},{"street":"8 Hill Road","full":"HILL JOHN & ANN"},
  {"street":"9 Hill Road","full":"Hill Dental Group"},{"street":"9 Hill Road","full":"Hill Dental"}]'),
  'c2 u0 =0 m3 x0 r0', 'other spellings of an owner who is called like the street agree');
select is(pg_temp.deliver('[{"street":"10 Plaza Dr","full":"Hill Partners","phone":"602-555-0199"},
  {"street":"10 Plaza Dr","full":"Hill Holdings"}]'), 'c1 u0 =0 m1 x0 r0',
  'on another street the word tells firms apart');
select is(pg_temp.deliver('[{"street":"6 Plaza Dr","full":"SMITH ROBERT J ET AL"},{"street":"6 Plaza Dr",
  "first":"Bob",'
  '"last":"Smith"},{"street":"6 Plaza Dr","full":"Smith Family Trust"}]'), 'c1 u0 =0 m2 x0 r0',
  'other spellings of one owner are one lead');
select is(pg_temp.deliver('[{"street":"7 Plaza Dr","first":"Ann","last":"Moss"},{"street":"7 Plaza Dr"},
  {"street":"7 Plaza Dr","first":"Bo","last":"Reed"}]'), 'c2 u0 =0 m0 x1 r0',
  'a row without a name belongs to neither of two owners');
select is(pg_temp.deliver('[{"street":"8 Plaza Dr"},{"street":"8 Plaza Dr","first":"Ann","last":"Moss"}]'),
  'c1 u0 =0 m1 x0 r0', 'and to the owner where there is one');

-- Persons whose names agree.
select is(pg_temp.deliver('[{"city":"","first":"Ann","last":"Moss","phone":"310-555-0170"},
  {"city":"","first":"Annie","last":"Moss","phone":"310-555-0170"},
  {"city":"","first":"Ann","last":"Moss","email":"ann@example.com"}]'), 'c2 u0 =0 m1 x0 r0',
  'a phone unites persons whose names agree');
select is(pg_temp.deliver('[{"city":"","phone":"310-555-0170","email":"ann@example.com"}]'), 'c0 u0 =0 m1 x0 r0',
  'a row with the contacts of both unites them');
select is(pg_temp.deliver('[{"city":"","first":"Bo","last":"Reed","phone":"310-555-0171"},
  {"city":"","first":"Cy","last":"Voss","email":"cy@example.com"}]'), 'c2 u0 =0 m0 x0 r0',
  'two persons are two leads');
select is(pg_temp.deliver('[{"city":"","phone":"310-555-0171","email":"cy@example.com"}]'), 'c0 u1 =0 m0 x0 r0',
  'a row with the contacts of two strangers goes to the one with the phone');

-- One parcel, two addresses, two owners: one of them is wrong.
select is(pg_temp.deliver('[{"fips":"06037","apn":"9-1","street":"9 Plaza Dr","first":"Ann","last":"Moss"}]'),
  'c1 u0 =0 m0 x0 r0', 'a parcel becomes a lead');
select is(pg_temp.deliver('[{"fips":"06037","apn":"9-1","street":"90 Ocean Ave","first":"Bo","last":"Reed"}]'),
  'c0 u0 =0 m0 x1 r0', 'another owner at another address is a conflict');
select is(pg_temp.deliver('[{"fips":"06037","apn":"9-1","street":"9 Plaza Dr","first":"Bo","last":"Reed"}]'),
  'c0 u1 =0 m0 x0 r0', 'another owner at the same address has bought it');
select is(pg_temp.deliver('[{"fips":"06037","apn":"9-1","street":"90 Ocean Ave","first":"Bo","last":"Reed"}]'),
  'c0 u1 =0 m0 x0 r0', 'the same owner at another address is a further address');

select * from finish();
rollback;
