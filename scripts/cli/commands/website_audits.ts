// Audits of an org: ask for them, show what they found, and make, share and forget reports (docs/audits.md).
import type { Command } from "commander";
import { supabaseStore } from "../../../edge-functions/_shared/audits/report/store.ts";
import { makeReport, storeReport } from "../../audits/make_report.ts";
import { type CommandLine, defineCommand, type Env, integer, isUuid, text } from "../command.ts";
import { addYesOption, confirm, saysYes } from "../confirm.ts";
import { ClientError, UsageError } from "../errors.ts";
import { addOrgOptions, answer, readOrg } from "../org_command.ts";
import { plural } from "../size.ts";
import { addressOf, MOST_PEERS, writeReport } from "../website.ts";

const domainOf = (line: CommandLine) => new URL(addressOf(line)).host;

function reportId({ operands }: CommandLine): string {
  if (!isUuid(operands[0]!)) throw new UsageError(`invalid report id: ${operands[0]}`);
  return operands[0]!.toLowerCase();
}

function storeOf(env: Env) {
  const base = env.SUPABASE_URL?.replace(/\/+$/, "");
  const key = env.SUPABASE_SERVICE_ROLE_KEY;
  if (!base || !key) {
    throw new UsageError(
      "SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY must name the project whose Storage keeps reports, " +
        "or give --out FOLDER",
    );
  }
  return supabaseStore(base, key, env.SLUICE_PUBLIC_URL?.replace(/\/+$/, "") ?? base);
}

const withAddress = (command: Command) => command.argument("<ADDRESS>", "a domain, or a URL");

const audit = defineCommand({
  name: "website audit",
  description:
    "Asks for an audit of a website, which the audit worker (npm run audits) makes. An audit that is still fresh is used.",
  configure: (command) =>
    void addOrgOptions(withAddress(command)).option("--again", "also where there is a fresh one"),
  read: (line) => ({ ...readOrg(line), url: addressOf(line), again: line.options.again === true }),
  run: (input, io) =>
    answer("website audit", input, io, async (sql, org) => {
      const [row] = await sql<{ asked: Record<string, string | boolean> }[]>`
        select public.request_website_audit(${org}, ${input.url}, ${input.again}) as asked`;
      const asked = row!.asked;
      return {
        text: `${asked.domain}: ${asked.state}${
          asked.kept ? " (already there)" : ""
        }, audit ${asked.id}`,
        object: asked,
      };
    }),
});

const list = defineCommand({
  name: "website list",
  description: "Lists the audits of an org, newest first.",
  configure: (command) =>
    void addOrgOptions(command).option("--limit <N>", "at most so many (default: 50)"),
  read: (line) => ({
    ...readOrg(line),
    limit: integer("--limit", line.options.limit, 50, 1, 1000),
  }),
  run: (input, io) =>
    answer("website list", input, io, async (sql, org) => {
      const audits = await sql<Record<string, string | number | null>[]>`
        select a.id, a.domain, a.state, a.reason, a.finished_at, a.took_ms,
          (select count(*)::int from public.website_findings f where f.org_id = a.org_id and f.audit_id = a.id) as findings
        from public.website_audits a where a.org_id = ${org}
        order by a.requested_at desc, a.id limit ${input.limit}`;
      const line = (one: Record<string, string | number | null>) =>
        `${one.domain}: ${one.state}` +
        (one.reason === null ? "" : `, ${one.reason}`) +
        (one.state === "done" ? `, ${plural(Number(one.findings), "finding")}` : "");
      return { text: audits.map(line).join("\n") || "no audits", object: { audits } };
    }),
});

const show = defineCommand({
  name: "website show",
  description: "Shows the findings of the newest finished audit of a website, and its reports.",
  configure: (command) => void addOrgOptions(withAddress(command)),
  read: (line) => ({ ...readOrg(line), domain: domainOf(line) }),
  run: (input, io) =>
    answer("website show", input, io, async (sql, org) => {
      const [found] = await sql<{ id: string; reason: string | null; finished_at: Date }[]>`
        select a.id, a.reason, a.finished_at from public.website_audits a
        where a.org_id = ${org} and a.domain = ${input.domain} and a.finished_at is not null
        order by a.finished_at desc limit 1`;
      if (!found) throw new ClientError(`${input.domain} has no finished audit`);
      const findings = await sql<
        { position: number; title: string; priority: string; cost: string }[]
      >`
        select f.position, f.title, f.priority, f.cost, f.evidence, f.rule, f.rule_version
        from public.website_findings f where f.org_id = ${org} and f.audit_id = ${found.id} order by f.position`;
      const reports = await sql<{ id: string }[]>`
        select r.id, r.created_at from public.website_reports r
        where r.org_id = ${org} and r.audit_id = ${found.id} order by r.created_at`;
      const lines = [
        ...(found.reason === null ? [] : [`${input.domain} could not be audited: ${found.reason}`]),
        ...findings.map((one) =>
          `${one.position}. ${one.title} (priority ${one.priority}): ${one.cost}`
        ),
        ...reports.map(({ id }) => `report ${id}`),
      ];
      return {
        text: lines.join("\n") || "Nothing needs work.",
        object: { audit: found, findings, reports },
      };
    }),
});

const report = defineCommand({
  name: "website report",
  description:
    "Makes the report of the newest audit of a website, and keeps it in the project's Storage, or writes it to a folder.",
  configure: (command) =>
    void addOrgOptions(withAddress(command))
      .option("--peers <DOMAINS>", "up to three others nearby, with commas, to compare with")
      .option("--out <FOLDER>", "write HTML and PDF there instead of storing them"),
  read: (line) => {
    const peers = (text(line.options.peers) ?? "").split(",").filter(Boolean);
    if (peers.length > MOST_PEERS) throw new UsageError("--peers takes at most three domains");
    const out = text(line.options.out);
    return {
      ...readOrg(line),
      ...{ domain: domainOf(line), peers: peers.map((one) => one.toLowerCase()), out },
      store: out === null ? storeOf(line.env) : null,
    };
  },
  run: (input, io) =>
    answer("website report", input, io, async (sql, org) => {
      const made = await makeReport(sql, org, input.domain, input.peers);
      if (!made) throw new ClientError(`${input.domain} has no finished audit`);
      if (input.store === null) {
        const name = await writeReport(input.out!, input.domain, made.html, made.pdf);
        return {
          text: `${name}.html, ${name}.pdf`,
          object: { sha256: made.sha256, files: [`${name}.html`, `${name}.pdf`] },
        };
      }
      const id = await storeReport(sql, input.store, org, made);
      return { text: `report ${id}`, object: { id, sha256: made.sha256 } };
    }),
});

const share = defineCommand({
  name: "website share",
  description:
    "Makes a link to the PDF of a report, which works until it expires or is revoked. The link is shown once.",
  configure: (command) =>
    void addOrgOptions(command.argument("<REPORT_ID>", "as website report prints it"))
      .option("--days <N>", "how long it works (default: 30)"),
  read: (line) => ({
    ...readOrg(line),
    ...{ report: reportId(line), store: storeOf(line.env) },
    days: integer("--days", line.options.days, 30, 1, 366),
  }),
  run: (input, io) =>
    answer("website share", input, io, async (sql, org) => {
      const { store, report, days } = input;
      const [row] = await sql<
        { link: Record<"id" | "pdf_path" | "path" | "expires_at", string> }[]
      >`
        select private.add_report_link(${org}, ${report}, ${days}) as link`;
      const { id, pdf_path, path, expires_at } = row!.link;
      await store.put(path, await store.get(pdf_path), "application/pdf");
      const url = await store.sign(path, days * 86_400, "report.pdf");
      return { text: url, object: { id, url, expires_at } };
    }),
});

const revoke = defineCommand({
  name: "website revoke",
  description: "Ends all links of a report at once.",
  configure: (command) =>
    void addOrgOptions(command.argument("<REPORT_ID>", "as website report prints it")),
  read: (line) => ({ ...readOrg(line), report: reportId(line), store: storeOf(line.env) }),
  run: (input, io) =>
    answer("website revoke", input, io, async (sql, org) => {
      const [row] = await sql<{ paths: string[] }[]>`
        select coalesce(array_agg(l.path), '{}') as paths from public.website_report_links l
        where l.org_id = ${org} and l.report_id = ${input.report} and l.revoked_at is null`;
      // The copies first: a link that is noted as revoked must not work.
      await input.store.remove(row!.paths);
      await sql`select private.revoke_report_links(${org}, ${input.report})`;
      return {
        text: `${plural(row!.paths.length, "link")} revoked`,
        object: { revoked: row!.paths.length },
      };
    }),
});

const forget = defineCommand({
  name: "website forget",
  description: "Deletes every audit, finding, report and link of a website.",
  configure: (command) => void addYesOption(addOrgOptions(withAddress(command))),
  read: (line) => ({
    ...readOrg(line),
    ...{ domain: domainOf(line), env: line.env, yes: saysYes(line) },
  }),
  run: (input, io) =>
    answer("website forget", input, io, async (sql, org) => {
      const [row] = await sql<{ paths: string[] }[]>`
        select private.website_files(${org}, ${input.domain}) as paths`;
      const { paths } = row!;
      await confirm(
        `This deletes all audits of ${input.domain}, and ${
          plural(paths.length, "file")
        } of its reports.`,
        input.yes,
        io,
      );
      // The files first: without their rows, nobody would know them.
      if (paths.length > 0) await storeOf(input.env).remove(paths);
      await sql`select public.forget_website(${org}, ${input.domain})`;
      return { text: `${input.domain} is forgotten`, object: { files: paths.length } };
    }),
});

export const AUDIT_COMMANDS = [audit, list, show, report, share, revoke, forget];
