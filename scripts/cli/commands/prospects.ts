// Businesses that were found, and answers about those that may be one (docs/prospects.md).
import { createReadStream } from "node:fs";
import { CsvError, parse } from "csv-parse";
import { defineCommand, isUuid, text } from "../command.ts";
import { ClientError, UsageError } from "../errors.ts";
import { addOrgOptions, answer, readOrg } from "../org_command.ts";

interface Business {
  id: string;
  name: string;
  website_domain: string | null;
  address: string;
  chain: string | null;
  contacts: string[];
}

/** Names of columns in lists, and what they are of a business. */
const COLUMNS: Record<string, string> = {
  ...{ name: "name", business: "name", company: "name", website: "website", url: "website" },
  ...{ street: "street", address: "street", city: "city", state: "state", zip: "zip" },
  ...{ phone: "phone", email: "email", "e-mail": "email" },
};
const BATCH = 500;

/** The businesses of a CSV file with a header. Columns that it does not know are left out. */
async function* readBusinesses(file: string): AsyncGenerator<Record<string, unknown>> {
  const rows = createReadStream(file).pipe(
    parse({
      columns: (names: string[]) => {
        const known = names.map((name) => COLUMNS[name.trim().toLowerCase()] ?? null);
        if (!known.includes("name")) throw new ClientError(`${file} needs a column name`);
        return known;
      },
      bom: true,
      trim: true,
      relax_column_count: true,
    }),
  );
  try {
    for await (const row of rows as AsyncIterable<Record<string, string | undefined>>) {
      const { phone, email, ...rest } = row;
      yield {
        ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== "")),
        phones: phone ? [phone] : [],
        emails: email ? [email] : [],
      };
    }
  } catch (error) {
    if (error instanceof CsvError) throw new ClientError(`${file}: ${error.message}`);
    throw error;
  }
}

interface Pair {
  business_id: string;
  name: string;
  other_id: string;
  other_name: string;
  bits: string;
  levels: Record<string, string>;
}

export default [
  defineCommand({
    name: "prospects list",
    description: "Lists businesses with their websites, addresses and masked contacts.",
    configure: (command) =>
      void addOrgOptions(
        command.option("--search <TEXT>", "part of the name or of the website")
          .option("--limit <N>", "at most so many (50)"),
      ),
    read: (line) => {
      const limit = Number(text(line.options.limit) ?? "50");
      if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
        throw new UsageError("--limit must be a number from 1 to 1000");
      }
      return { ...readOrg(line), search: text(line.options.search) ?? "", limit };
    },
    run: ({ search, limit, ...input }, io) =>
      answer("prospects list", input, io, async (sql, org) => {
        const businesses = await sql<Business[]>`
          select b.id, b.name, b.website_domain, b.chain,
            concat_ws(', ', b.street, b.city, nullif(concat_ws(' ', b.state, b.zip), '')) as address,
            array(select c.masked from public.business_contacts c
              where c.org_id = b.org_id and c.business_id = b.id order by c.kind, c.id) as contacts
          from public.businesses b
          where b.org_id = ${org} and (position(lower(${search}) in lower(b.name)) > 0
            or position(lower(${search}) in b.website_domain) > 0)
          order by b.name, b.id limit ${limit}`;
        const lines = businesses.map((b) =>
          [`${b.id}  ${b.name}`, b.website_domain, b.address, ...b.contacts].filter(Boolean)
            .join("  ") + (b.chain === null ? "" : `  (chain: ${b.chain})`)
        );
        return { text: lines.join("\n") || "No businesses.", object: { businesses } };
      }),
  }),
  defineCommand({
    name: "prospects import",
    description:
      "Records the businesses of a CSV file: columns name, website, street, city, state, zip, phone and email. Those " +
      "that are known are matched.",
    configure: (command) =>
      void addOrgOptions(
        command.argument("<FILE>", "CSV with a header")
          .option(
            "--bought-from <PROVIDER>",
            "provider whose contract lets the data be kept, such as data_axle (default: a list of your own)",
          ),
      ),
    read: (line) => ({
      ...readOrg(line),
      file: line.operands[0]!,
      provider: text(line.options.boughtFrom) ?? "member",
    }),
    run: ({ file, provider, ...input }, io) =>
      answer("prospects import", input, io, async (sql, org) => {
        const counts = { new: 0, known: 0, without_name: 0 };
        let batch: Record<string, unknown>[] = [];
        const send = async () => {
          const [row] = await sql<{ found: typeof counts }[]>`
            select public.import_businesses(${org}, ${
            sql.json(batch as never)
          }, ${provider}) as found`;
          for (const key of ["new", "known", "without_name"] as const) {
            counts[key] += row!.found[key];
          }
          batch = [];
        };
        for await (const business of readBusinesses(file)) {
          if (batch.push(business) >= BATCH) await send();
        }
        if (batch.length > 0) await send();
        return {
          text: `${counts.new} new, ${counts.known} known, ${counts.without_name} without a name`,
          object: { ...counts },
        };
      }),
  }),
  defineCommand({
    name: "prospects pairs",
    description: "Lists pairs of businesses that may be one, with the evidence.",
    configure: (command) => void addOrgOptions(command),
    read: readOrg,
    run: (input, io) =>
      answer("prospects pairs", input, io, async (sql, org) => {
        const pairs = await sql<Pair[]>`select * from public.list_business_pairs(${org})`;
        const lines = pairs.map((pair) =>
          `${pair.business_id} ${pair.name}\n${pair.other_id} ${pair.other_name}\n  ${pair.bits} bits: ` +
          Object.entries(pair.levels).map(([field, level]) => `${field} ${level}`).join(", ")
        );
        return { text: lines.join("\n") || "No pairs.", object: { pairs } };
      }),
  }),
  ...[true, false].map((same) => {
    const word = same ? "same" : "different";
    return defineCommand({
      name: `prospects ${word}`,
      description: same
        ? "Says that two businesses are one: what is known of the second goes to the first."
        : "Says that two businesses are not the same, for ever.",
      configure: (command) =>
        void addOrgOptions(
          command.argument("<BUSINESS>", "id of the business").argument(
            "<OTHER>",
            "id of the other",
          ),
        ),
      read: (line) => {
        const [business = "", other = ""] = line.operands;
        if (!isUuid(business) || !isUuid(other)) {
          throw new UsageError("the ids of two businesses are required");
        }
        return { ...readOrg(line), business, other };
      },
      run: ({ business, other, ...input }, io) =>
        answer(`prospects ${word}`, input, io, async (sql, org) => {
          await sql`select public.answer_business_pair(${org}, ${business}, ${other}, ${same})`;
          return {
            text: same ? "they are one business now" : "they stay apart",
            object: { business, other },
          };
        }),
    });
  }),
];
