import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ENDPOINTS } from "../../../edge-functions/_shared/providers/registry/endpoints.ts";
import { openVerifiers } from "../../../edge-functions/_shared/providers/registry/verifiers.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const providers = join(root, "edge-functions/_shared/providers");
const PROVIDER =
  /sendgrid|twilio|vapi|cal[._-]?com|stripe|openai|zerobounce|batchdata|neverbounce|attom\b|datatree/i;

/** The statements alone: comments may explain a parameter by a provider's own term. */
const COMMENT_ON = /^comment on\s[^;']*?\sis\s+e?(?:'(?:[^']|'')*'\s*)+;/gim;
const withoutComments = (sql: string) => sql.replace(/--[^\n]*/g, "").replace(COMMENT_ON, "");

/** The lines of a text that name a provider. */
const linesIn = (text: string) =>
  text.split("\n").filter((line) => PROVIDER.test(line)).map((line) => line.trim());

/** Files and lines that name a provider, as `path: line`. */
function namedIn(
  folder: string,
  ending: RegExp,
  except: readonly string[],
  readable = (text: string) => text,
): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !except.some((part) => path.startsWith(part)))
    .flatMap((path) =>
      linesIn(readable(readFileSync(join(root, path), "utf8"))).map((line) => `${path}: ${line}`)
    );
}

describe("a provider's name", () => {
  it("appears in no function and no domain except providers", () => {
    // The weights are random letters to a reader, and spell anything. Fingerprints say what websites are made with.
    const except = [
      ...["providers/", "inbound/reader/learned/weights.ts", "audits/fingerprints/"],
    ];
    expect(
      namedIn("edge-functions", /\.ts$/, except.map((path) => `edge-functions/_shared/${path}`)),
    )
      .toEqual([]);
  });

  it("appears in no script except the sandbox, the demo, benchmarks and n8n", () => {
    const except = ["scripts/sandbox/", "scripts/demo/", "scripts/bench/", "scripts/n8n/"];
    expect(namedIn("scripts", /\.(ts|mjs|js|sh)$/, except)).toEqual([]);
  });

  it("appears in SQL only in data, in constraints that list providers, and where listed here", () => {
    const ALLOWED: Record<string, readonly RegExp[]> = {
      // A column that is named in the production plan.
      "sql/20_leads/02_leads.sql": [/^vapi_call_id text,$/],
      "sql/55_delivery/30_record_outcomes.sql": [/vapi_call_id = coalesce\(/],
      "sql/95_privacy/01_erase.sql": [/vapi_call_id = null/],
      // Reference data: a provider's words for line types.
      "sql/20_leads/08_verification_codes.sql": [
        /^\('twilio', 'phone', '\w+', /,
        /^\('(zerobounce|neverbounce)', 'email', '[\w-]+', /,
      ],
      // Reference data: whose terms apply to which facts.
      "sql/70_enrichment/02_data_terms_data.sql": [/^\('\w+', '(\*|\w+)', '\w+', /],
      // Reference data: where a rule comes from.
      "sql/40_gate/13_gate_rules_data.sql": [
        /^'so explicitly, CTIA and Twilio require it everywhere\. /,
      ],
      // Reference data: the settings that an org may store for an account.
      "sql/42_providers/06_provider_settings_data.sql": [/^\('[a-z]+', '[A-Z_]+'\),?$/],
      // Reference data: which endpoints are about a person.
      "sql/42_providers/13_person_endpoints_data.sql": [/^\('\w+', '\w+'\),?$/],
      // Reference data: which provider answers which kind of question.
      "sql/70_enrichment/50_enrichment_providers.sql": [/^\('\w+', '\w+', '\w+'\),?$/],
      // The check constraint that lists which provider serves which channel.
      "sql/42_providers/01_senders.sql": [/^\(\('email', 'sendgrid'\), \('sms', 'twilio'\), /],
    };
    const found = namedIn("sql", /\.sql$/, [], withoutComments)
      .map((entry) => entry.split(/: (.*)/s));
    const unexpected = found.filter(([path = "", line = ""]) =>
      !ALLOWED[path]?.some((pattern) => pattern.test(line))
    );
    expect(unexpected.map((entry) => entry.slice(0, 2).join(": "))).toEqual([]);
    expect(new Set(found.map(([path]) => path))).toEqual(new Set(Object.keys(ALLOWED)));
  });

  it("is found in SQL even in a literal on a line of its own, but not in comments", () => {
    const sql = `-- Twilio says so.
select 1; -- as Vapi does
comment on function private.f(text) is
  'The code of SendGrid; it''s '
  'the one that Twilio has.';
insert into public.x values (
  'twilio'
);
select
  'stripe';
comment on column public.x.y is 'Vapi''s id.';
`;
    expect(linesIn(withoutComments(sql))).toEqual(["'twilio'", "'stripe';"]);
  });
});

describe("the registry", () => {
  const folders = readdirSync(providers, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "registry")
    .map(({ name }) => name);
  const having = (file: string) =>
    folders.filter((name) => readdirSync(join(providers, name)).includes(file)).sort();
  const registered = (names: Iterable<string>) =>
    [...new Set([...names].map((name) => name.split("/")[0]!))].sort();

  it("reads the webhooks of every provider that has events, and verifies them all", () => {
    const verifiers = openVerifiers({});
    expect(registered(ENDPOINTS.keys())).toEqual(having("events.ts"));
    expect(having("verify.ts")).toEqual(having("events.ts"));
    expect([...verifiers.keys()].sort()).toEqual([...ENDPOINTS.keys()].sort());
  });

  it("names every provider that can send or sync opt-outs", () => {
    for (const [table, file] of [["accounts.ts", "account.ts"], ["optouts.ts", "optouts.ts"]]) {
      const text = readFileSync(join(providers, "registry", table!), "utf8");
      expect(registered([...text.matchAll(/^ {2}\["(\w+)", /gm)].map(([, name]) => name!)))
        .toEqual(having(file!));
    }
  });
});
