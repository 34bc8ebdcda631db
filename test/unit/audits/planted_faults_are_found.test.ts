// Every fault of the lab that needs no browser, planted in sites on this machine, is found, and nothing else.
import { afterAll, beforeAll, expect, test } from "vitest";
import { findFaults } from "../../../edge-functions/_shared/audits/findings/find.ts";
import { FINGERPRINT_RULES } from "../../../edge-functions/_shared/audits/fingerprints/rules.ts";
import { FAULTS } from "../../../scripts/audits/lab/faults.ts";
import { type Lab, openLab } from "../../../scripts/audits/lab/serve.ts";
import { cleanSite, plantSite } from "../../../scripts/audits/lab/sites.ts";
import { linksPart } from "../../../scripts/audits/links_part.ts";
import { readNetwork } from "../../../scripts/audits/network.ts";
import { NoSite, pagePart } from "../../../scripts/audits/page_part.ts";

const planted = Array.from({ length: 13 }, (_, n) => plantSite(n));
const shut = cleanSite("shut.example.com", "Roofing", "Reno");
shut.robots = "User-agent: *\nDisallow: /\n";
let lab: Lab;
beforeAll(async () => {
  lab = await openLab([...planted.map(({ site }) => site), shut]);
});
afterAll(() => lab?.close());

const options = () => ({ network: readNetwork(lab.env) });
const open = (domain: string) =>
  pagePart(
    `https://${domain}/`,
    options(),
    FINGERPRINT_RULES,
    new Date("2026-11-28T12:00:00Z"),
  );

test.each(
  planted.map(({ site, expected }) => [site.domain, expected] as const),
)(
  "%s has %j",
  async (domain, expected) => {
    const { site, result } = await open(domain);
    const links = await linksPart(site, options());
    const found = findFaults({ ...result.measures, ...links.measures });
    expect(found.map(({ rule }) => rule).sort()).toEqual(expected);
    for (const { evidence } of found) expect(evidence.url).toContain(domain);
  },
);

test("the sites have every fault that needs no browser", () => {
  const all = new Set(planted.flatMap(({ expected }) => expected));
  const missing = FAULTS.filter(({ needs, finding }) => needs === undefined && !all.has(finding));
  expect(missing.map(({ finding }) => finding)).toEqual([]);
});

test("a site whose robots.txt forbids it is asked for nothing more, and the reason is said", async () => {
  await expect(open("shut.example.com")).rejects.toThrow(NoSite);
  const paths = lab.asked.filter(({ host }) => host === "shut.example.com").map(
    ({ path }) => path,
  );
  expect([...new Set(paths)]).toEqual(["/", "/robots.txt"]);
});

test("a domain that is not there ends with its reason", async () => {
  await expect(open("missing.example.com")).rejects.toThrow(
    "answers with the error 404",
  );
});
