// What an upload leaves to people: a mapping to correct, rejected rows to download, conflicts to answer.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DeskWorld, open, ORG, settled, startDeskWorld, wrongWith } from "./support.ts";

const LIST = `Property Address,City,State,Zip,Owner,Reach
21 Larch St,Los Angeles,CA,90001,Zoe Quill,213-555-0121
23 Larch St,Los Angeles,CA,90001,Cy Page,213-555-0122,too,many
22 Larch St,Los Angeles,CA,90001,Abe Stone,213-555-0123
`;

let world: DeskWorld;
beforeAll(async () => {
  world = await startDeskWorld(
    ["csv-upload"],
    { WORKER_SWEEP_SECONDS: "3600", WORKER_SUPERVISE_SECONDS: "1" },
    { worker: true },
  );
  await world.sql`insert into sources (org_id, key, name) values (${ORG}, 'county', 'County list')`;
});
afterAll(() => world?.stop());

test("a mapping is corrected, and the rejected rows are downloaded with line and reason", async () => {
  const { page, context } = await world.signIn("owner@example.com", {
    ...{ bypassCSP: true, colorScheme: "dark", viewport: { width: 360, height: 740 } },
  });
  await open(page, "#/lists");
  await page.getByLabel("File").setInputFiles({
    ...{ name: "owners.csv", mimeType: "text/csv", buffer: Buffer.from(LIST) },
  });
  await page.getByRole("combobox", { name: "Where “Reach” goes" }).selectOption("phone_1");
  await page.getByText("changed", { exact: true }).waitFor();
  await page.getByText(/finding/).click();
  expect(await wrongWith(page, "upload")).toEqual([]);
  await page.getByRole("button", { name: "Save the mapping and upload" }).click();
  await page.getByRole("heading", { level: 1, name: "owners.csv" }).waitFor();
  await page.getByText("completed", { exact: true }).waitFor();
  const rejected = page.getByRole("region", { name: "Rejected rows" });
  await rejected.getByRole("row").nth(1).waitFor();
  await settled(page);
  expect(await wrongWith(page, "report")).toEqual([]);

  const coming = page.waitForEvent("download");
  await rejected.getByRole("button", { name: "Download" }).click();
  const file = await coming;
  expect(file.suggestedFilename()).toMatch(/^[0-9a-f-]{36}\.rejects\.csv$/);
  const lines = readFileSync(await file.path(), "utf8").trim().split(/\r?\n/);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^Property Address,City,State,Zip,Owner,Reach,/);
  expect(lines[1]).toContain("Cy Page,213-555-0122");
  const [logged] = await world.sql`
    select count(*)::int as n from reveal_log where org_id = ${ORG} and subject = 'rejects'`;
  expect(logged?.n).toBe(1);
  await context.close();
});

test("conflicts are answered one by one, and many at once", async () => {
  const { sql } = world;
  const [upload] = await sql`
    insert into uploads (org_id, source_id, state, correlation_id, completed_at)
    select org_id, id, 'completed', gen_random_uuid(), now() from sources where org_id = ${ORG} returning id`;
  await sql`
    insert into lead_conflicts (org_id, upload_id, part, line, reason, lead_ids, row_keys)
    select ${ORG}, ${upload!.id}, 1, n, 'key_contradicts', array[l.id], '{}'
    from generate_series(1, 4) n, leads l where l.owner_full = 'Owner 1'`;
  const { page, context } = await world.signIn("owner@example.com");
  await open(page, "#/lists?tab=conflicts");
  const rows = page.locator("main [data-row]");
  expect(await rows.count()).toBe(4);
  await page.keyboard.press("j");
  await page.keyboard.press("e");
  await page.getByText("The row is left out").waitFor();
  await expect.poll(() => rows.count()).toBe(3);

  await page.getByRole("button", { name: "Answer many" }).click();
  const dialog = page.getByRole("dialog", { name: "Answer many at once" });
  await dialog.getByLabel("Answer", { exact: true }).selectOption("dismiss");
  await dialog.getByRole("button", { name: "How many?" }).click();
  await dialog.getByText("3 open conflicts with this reason").waitFor();
  await dialog.getByRole("button", { name: "Answer 3 conflicts" }).click();
  await page.getByText("3 conflicts answered").waitFor();
  await page.getByText("No open conflicts.").waitFor();
  const [open_] = await sql`
    select count(*) filter (where state = 'open')::int as open, count(*)::int as all from lead_conflicts`;
  expect(open_).toEqual({ open: 0, all: 4 });
  await context.close();
});
