// Makes the report of the newest audit of a domain out of what the database has: as HTML, and as PDF where there is a
// browser.
import { createHash } from "node:crypto";
import type { Audit, Part } from "../../edge-functions/_shared/audits/types.ts";
import { renderReport } from "../../edge-functions/_shared/audits/report/render.ts";
import { TEMPLATE_VERSION } from "../../edge-functions/_shared/audits/report/template.ts";
import type { ReportStore } from "../../edge-functions/_shared/audits/report/store.ts";
import type { Sql } from "../cli/database.ts";
import { printReport } from "./print_report.ts";

export interface MadeReport {
  auditId: string;
  html: string;
  sha256: string;
  pdf: Uint8Array;
}

interface Row {
  id: string;
  domain: string;
  url: string;
  finished_at: Date;
  reason: string | null;
  parts: Part[];
}

/** Finished audits of a domain, newest first. */
async function auditsOf(sql: Sql, orgId: string, domain: string, most: number) {
  const rows = await sql<Row[]>`
    select a.id, a.domain, coalesce(a.found_url, a.url) as url, a.finished_at, a.reason, coalesce((
      select jsonb_agg(jsonb_build_object('part', p.part, 'result', p.result, 'error', p.error, 'tookMs', p.took_ms)
        order by p.part)
      from public.website_audit_parts p where p.org_id = a.org_id and p.audit_id = a.id), '[]') as parts
    from public.website_audits a
    where a.org_id = ${orgId} and a.domain = ${domain} and a.finished_at is not null
    order by a.finished_at desc, a.id limit ${most}`;
  return rows.map((row): Audit & { id: string } => ({
    ...{
      id: row.id,
      domain: row.domain,
      url: row.url,
      reason: row.reason,
      parts: row.parts,
    },
    finishedAt: row.finished_at.toISOString(),
  }));
}

/** `peers`: domains, each with a finished audit; the report names them by their domain. Null: no finished audit. */
export async function makeReport(
  sql: Sql,
  orgId: string,
  domain: string,
  peers: readonly string[],
): Promise<MadeReport | null> {
  const [audit, before = null] = await auditsOf(sql, orgId, domain, 2);
  if (!audit) return null;
  const others = await Promise.all(
    peers.map((peer) => auditsOf(sql, orgId, peer, 1)),
  );
  const html = renderReport({
    audit,
    before,
    peers: others.flatMap(([peer]) =>
      peer && peer.reason === null ? [{ label: peer.domain, audit: peer }] : []
    ),
  });
  return {
    auditId: audit.id,
    html,
    sha256: createHash("sha256").update(html).digest("hex"),
    pdf: await printReport(html),
  };
}

/** Stores the files, then records the report; returns its id. */
export async function storeReport(
  sql: Sql,
  store: ReportStore,
  orgId: string,
  { auditId, html, sha256, pdf }: MadeReport,
): Promise<string> {
  const path = `${orgId}/${auditId}/${sha256}`;
  await store.put(
    `${path}.html`,
    new TextEncoder().encode(html),
    "text/html; charset=utf-8",
  );
  await store.put(`${path}.pdf`, pdf, "application/pdf");
  const [row] = await sql<{ id: string }[]>`
    select private.record_website_report(${orgId}, ${auditId}, ${sha256}, ${`${path}.html`},
      ${`${path}.pdf`}, ${TEMPLATE_VERSION}) as id`;
  return row!.id;
}
