// Answers of POST /api/v3/property/skip-trace. The envelope may be wider than what was seen, so it is loose; a person is
// strict, so that fields which the documentation does not have are counted.
import { z } from "zod";

const text = z.string().nullish();
const flag = z.boolean().nullish();
const rank = z.number().nullish();

const Name = z.strictObject({
  first: text,
  last: text,
  middle: text,
  full: text,
  akas: z.array(z.unknown()).nullish(),
}).nullish();

const Phone = z.strictObject({
  number: z.string(),
  type: text,
  carrier: text,
  rank,
  dnc: flag,
  tcpa: flag,
  reachable: flag,
  tested: flag,
  score: rank,
});

const Email = z.strictObject({ email: z.string(), rank, tested: flag });

export const Person = z.strictObject({
  id: text,
  propertyOwner: flag,
  name: Name,
  phones: z.array(Phone).nullish(),
  emails: z.array(Email).nullish(),
  addresses: z.array(z.unknown()).nullish(),
  litigator: flag,
  deceased: flag,
  dob: text,
  age: rank,
});

/** What is kept of an answer: the persons, without addresses and dates of birth. */
export const Persons = z.strictObject({ persons: z.array(Person) });

/** One entry of result.data; the list may also have null. */
export const Entry = z.looseObject({
  input: z.looseObject({ requestId: text }).nullish(),
  persons: z.array(z.record(z.string(), z.unknown())).nullish(),
  meta: z.looseObject({ matched: flag, error: z.union([z.boolean(), z.string()]).nullish() })
    .nullish(),
});

export const Envelope = z.looseObject({
  status: z.looseObject({ code: z.union([z.number(), z.string()]).nullish(), text }).nullish(),
  result: z.looseObject({ data: z.array(z.unknown()) }),
});
