// A person's request: who asks, what they tell about themselves, and which leads are theirs.
import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { type CommandLine, leadId, text } from "../command.ts";
import type { Sql } from "../database.ts";
import { ClientError, UsageError } from "../errors.ts";
import { addOrgOptions, type OrgInput, readOrg } from "../org_command.ts";
import { plural } from "../size.ts";

/** Days to answer, Cal. Civ. Code 1798.130(a)(2). */
export const ANSWER_DAYS = 45;

export interface Person {
  phone: string | null;
  email: string | null;
  name: string | null;
  address: string | null;
  zip: string | null;
  /** Chosen among those found, or given without a search. */
  leads: string[];
  all: boolean;
}

export interface Found {
  lead_id: string;
  name: string | null;
  address: string | null;
  found_by: string[];
}

export interface Request {
  id: string;
  requester: string;
  received_on: string;
  due_on: string;
  /** Where the answer is written. */
  folder: string | null;
}

export const addPersonOptions = (command: Command): Command =>
  addOrgOptions(
    command.option("--phone <PHONE>", "a phone of the person, in any notation")
      .option("--email <EMAIL>", "an e-mail address of the person")
      .option("--name <NAME>", "name of the person, with --address")
      .option("--address <STREET>", "house number and street, with --name")
      .option("--zip <ZIP>", "ZIP code of the address"),
  );

/** For commands that act on the leads that were found. */
export const addChoiceOptions = (command: Command): Command =>
  addPersonOptions(command)
    .option("--lead <IDS>", "these leads only, with commas; needs no search")
    .option("--all", "all leads that are found, where there are several");

export const addRequestOptions = (command: Command): Command =>
  addChoiceOptions(command)
    .option("--requester <TEXT>", "who asks, for the answer and the log (required)")
    .option("--received <DATE>", "when the request came in (default: today)");

export type PersonInput = OrgInput & { person: Person };

export function readPerson(line: CommandLine): PersonInput {
  const { options } = line;
  const person: Person = {
    phone: text(options.phone),
    email: text(options.email),
    name: text(options.name),
    address: text(options.address),
    zip: text(options.zip),
    leads: (text(options.lead) ?? "").split(",").filter(Boolean).map((id) => leadId(id.trim())),
    all: options.all === true,
  };
  if ((person.name === null) !== (person.address === null)) {
    throw new UsageError("--name and --address belong together");
  }
  if (!person.phone && !person.email && !person.name && person.leads.length === 0) {
    throw new UsageError("name the person: --phone, --email, or --name with --address");
  }
  return { ...readOrg(line), person };
}

export interface GivenRequest {
  requester: string;
  received: string | null;
  folder: string | null;
}

export function readRequest({ options }: CommandLine): GivenRequest {
  const requester = text(options.requester)?.trim() ?? "";
  if (requester.length < 3) throw new UsageError("--requester is required: who asks");
  const received = text(options.received);
  if (
    received !== null &&
    (!/^\d{4}-\d\d-\d\d$/.test(received) || Number.isNaN(Date.parse(`${received}T00:00:00Z`)))
  ) {
    throw new UsageError("--received must be a date such as 2026-11-30");
  }
  return { requester, received, folder: text(options.out) };
}

/** The request with its dates, which the clock decides. */
export function openRequest({ requester, received, folder }: GivenRequest, now: Date): Request {
  const today = now.toISOString().slice(0, 10);
  const received_on = received ?? today;
  if (received_on > today) throw new UsageError("--received is in the future");
  const due = new Date(`${received_on}T00:00:00Z`);
  due.setUTCDate(due.getUTCDate() + ANSWER_DAYS);
  return {
    id: randomUUID(),
    requester,
    received_on,
    due_on: due.toISOString().slice(0, 10),
    folder,
  };
}

export async function findPerson(sql: Sql, org: string, person: Person): Promise<Found[]> {
  await refuseUnreadable(sql, person);
  const { phone, email, name, address, zip, leads } = person;
  const found = await sql<Found[]>`
    select * from private.find_person(${org}, ${phone}, ${email}, ${name}, ${address}, ${zip})`;
  const missing = leads.filter((id) => !found.some((one) => one.lead_id === id));
  if (missing.length === 0) return [...found];
  const given = await sql<Found[]>`
    select l.id as lead_id,
      coalesce(l.owner_full, nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), '')) as name,
      private.street_line(l.situs_house_number, l.situs_street, l.situs_unit) as address,
      array['id'] as found_by
    from public.leads l where l.org_id = ${org} and l.id = any (${missing}::uuid[])`;
  const unknown = missing.find((id) => !given.some((one) => one.lead_id === id));
  if (unknown) throw new ClientError(`lead ${unknown} not found`);
  return [...found, ...given];
}

/** A value that nobody can look up would be answered with "not on record". */
async function refuseUnreadable(sql: Sql, { phone, email }: Person): Promise<void> {
  const [row] = await sql<{ phone: string | null; email: string | null }[]>`
    select private.normalise_phone(${phone}) as phone, private.normalise_email(${email}) as email`;
  if (phone !== null && row!.phone === null) throw new UsageError(`not a US phone: ${phone}`);
  if (email !== null && row!.email === null) {
    throw new UsageError(`not an e-mail address: ${email}`);
  }
}

export const lineOf = ({ lead_id, name, address, found_by }: Found): string =>
  `${lead_id}  ${name ?? "no name"}, ${address || "no address"} (by ${found_by.join(", ")})`;

/** The leads that the command is about. Several take a choice: one phone may be of two people. */
export function choose(found: Found[], { leads, all }: Person): Found[] {
  if (leads.length > 0) return found.filter((one) => leads.includes(one.lead_id));
  if (found.length > 1 && !all) {
    throw new UsageError(
      `${plural(found.length, "lead")} found; choose with --lead ID,ID or --all:\n  ` +
        found.map(lineOf).join("\n  "),
    );
  }
  return found;
}
