// `sluice enrich why`: why nothing was asked about a lead; and the database knows which endpoints a kind may ask.
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADDRESS_CHECKS } from "../../../edge-functions/_shared/providers/registry/address_checks.ts";
import { CONTACT_CHECKS } from "../../../edge-functions/_shared/providers/registry/contact_checks.ts";
import {
  GEOCODER,
  PROPERTY_SOURCES,
} from "../../../edge-functions/_shared/providers/registry/properties.ts";
import { TRACERS } from "../../../edge-functions/_shared/providers/registry/tracers.ts";
import { type RunWorld, startRunWorld } from "./support.ts";

let world: RunWorld;
beforeAll(async () => {
  world = await startRunWorld();
});
afterAll(() => world?.stop());

test("the reasons are told in words, and as JSON", async () => {
  const org = await world.newOrg("Acme");
  const lead = await world.addLead(org, { phone: ["+12135550101"] });
  const { code, out } = await world.sluice("enrich", "why", lead);
  expect(code).toBe(0);
  expect(out).toContain("verify_email:\n  The lead has no e-mail address.\n");
  expect(out).toContain(
    "The org has no budget for twilio: calls that cost something are not made.",
  );
  const { json } = await world.sluice("enrich", "why", lead, "--kind", "trace", "--json");
  expect(json.reasons.map(({ reason }: { reason: string }) => reason)).toEqual(
    ["no_address", "good_contact", "no_budget"],
  );
  expect((await world.sluice("enrich", "why", crypto.randomUUID())).err).toContain(
    "lead not found",
  );
  expect((await world.sluice("enrich", "why", "nobody")).err).toContain("the id of a lead");
});

test("private.enrichment_providers has what the registries have", async () => {
  const rows = await world.sql<{ text: string }[]>`
    select concat_ws(' ', kind, provider, endpoint) as text from private.enrichment_providers`;
  const known = [
    ...(["email", "phone"] as const).flatMap((kind) =>
      [...CONTACT_CHECKS[kind].values()].map((check) => ({ kind: `verify_${kind}`, ...check }))
    ),
    ...TRACERS.map((tracer) => ({ kind: "trace", ...tracer })),
    ...PROPERTY_SOURCES.flatMap(({ provider, endpoints, further = {} }) =>
      [...endpoints, ...Object.values(further)]
        .map((endpoint) => ({ kind: "property", provider, endpoint }))
    ),
    ...ADDRESS_CHECKS.map((check) => ({ kind: "verify_address", ...check })),
    { kind: "geocode", ...GEOCODER },
  ].map(({ kind, provider, endpoint }) => `${kind} ${provider.name} ${endpoint.name}`);
  expect(rows.map(({ text }) => text).sort()).toEqual(known.sort());
});
