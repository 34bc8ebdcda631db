// From a request to a link: the worker audits a site of the lab in a real browser with Lighthouse, and its report is stored,
// shared and revoked.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../../edge-functions/_shared/platform/db/client.ts";
import { readEnv } from "../../../edge-functions/_shared/platform/settings.ts";
import { FAULTS } from "../../../scripts/audits/lab/faults.ts";
import { type Lab, openLab } from "../../../scripts/audits/lab/serve.ts";
import { cleanSite } from "../../../scripts/audits/lab/sites.ts";
import { installLighthouse } from "../../../scripts/audits/lighthouse.ts";
import { workOnAudits } from "../../../scripts/audits/work.ts";
import { type LocalPlatform, startLocalPlatform } from "../../support/local_platform.ts";
import { runSluice } from "../../support/sluice_command.ts";

const PLANTED = ["wider_than_screen", "access_barriers", "phone_not_tappable"];

let platform: LocalPlatform;
let lab: Lab;
let env: Record<string, string>;
const folder = mkdtempSync(join(tmpdir(), "sluice-report-"));
beforeAll(async () => {
  installLighthouse();
  const site = cleanSite("shop.example.com", "Bakery", "Reno");
  for (const { finding, plant } of FAULTS) if (PLANTED.includes(finding)) plant(site);
  const peer = cleanSite("peer.example.com", "Bakery", "Reno");
  lab = await openLab([site, peer]);
  platform = await startLocalPlatform();
  const { stack, sql } = platform;
  const [org] = await sql<
    { id: string }[]
  >`insert into public.orgs (name) values ('Agency') returning id`;
  await sql`insert into public.org_packs (org_id, pack) values (${org!.id}, 'prospects')`;
  env = {
    DATABASE_URL: stack.databaseUrl,
    SUPABASE_URL: stack.url,
    SUPABASE_SERVICE_ROLE_KEY: stack.serviceRoleKey,
  };
});
afterAll(async () => {
  lab?.close();
  await platform?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function sluice(...args: string[]): Promise<Record<string, unknown>> {
  const { code, out, err } = await runSluice(
    ["website", ...args, "--org", "Agency", "--json"],
    env,
  );
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return JSON.parse(out);
}

async function work(parts: ("page" | "links" | "browser" | "lighthouse")[]): Promise<number> {
  const sql = openDatabase(readEnv({ DATABASE_URL: platform.stack.databaseUrl }), {
    name: "audits",
  });
  try {
    return await workOnAudits({
      ...{ sql, parts, lanes: 1, untilEmpty: true, now: () => new Date(), log: () => {} },
      // The machine may be busy.
      limits: { seconds: 500, mib: 4096 },
      env: { ...process.env, ...lab.env },
    });
  } finally {
    await sql.end({ timeout: 5 });
  }
}

test("a site is audited in all parts, and reported, shared and revoked", async () => {
  expect(await sluice("audit", "peer.example.com")).toMatchObject({ state: "queued", kept: false });
  expect(await work(["page"])).toBe(1);
  await sluice("audit", "shop.example.com");
  expect(await work(["page", "links", "browser", "lighthouse"])).toBe(1);
  expect(await sluice("audit", "shop.example.com")).toMatchObject({ state: "done", kept: true });

  const parts = await platform.sql<
    { part: string; error: string | null; version: string | null }[]
  >`
    select p.part, p.error, p.result -> 'source' ->> 'version' as version from public.website_audit_parts p
    join public.website_audits a on a.org_id = p.org_id and a.id = p.audit_id
    where a.domain = 'shop.example.com' order by p.part`;
  expect(parts.map(({ part, error, version }) => [part, error, version])).toEqual([
    ["browser", null, null],
    ["lighthouse", null, "13.5.0"],
    ["links", null, null],
    ["page", null, null],
  ]);
  const shown = await sluice("show", "shop.example.com") as { findings: { rule: string }[] };
  expect(shown.findings.map(({ rule }) => rule)).toEqual(expect.arrayContaining(PLANTED));

  // The same facts twice: one report.
  const { id, sha256 } = await sluice("report", "shop.example.com", "--peers", "peer.example.com");
  expect(await sluice("report", "shop.example.com", "--peers", "peer.example.com"))
    .toMatchObject({ id, sha256 });
  const out = await sluice("report", "shop.example.com", "--out", folder) as { files: string[] };
  expect(out.files.every((file) => existsSync(file))).toBe(true);
  const pdf = readFileSync(join(folder, "shop.example.com.pdf"), "latin1");
  expect(pdf.slice(0, 5)).toBe("%PDF-");
  expect(pdf).toContain("/StructTreeRoot");
  expect(pdf).toContain("/Outlines");

  const { url } = await sluice("share", String(id), "--days", "3") as { url: string };
  const answer = await fetch(url);
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/pdf"]);
  await answer.body?.cancel();
  expect(await sluice("revoke", String(id))).toMatchObject({ revoked: 1 });
  const later = await fetch(url);
  expect(later.status).toBeGreaterThanOrEqual(400);
  await later.body?.cancel();

  expect(await sluice("forget", "shop.example.com", "--yes")).toMatchObject({ files: 2 });
  const [left] = await platform.sql<{ objects: number; audits: number }[]>`
    select (select count(*)::int from storage.objects where bucket_id = 'website-reports') as objects,
      (select count(*)::int from public.website_audits where domain = 'shop.example.com') as audits`;
  expect(left).toEqual({ objects: 0, audits: 0 });
});
