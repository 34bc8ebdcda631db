import { afterAll, beforeAll, expect, test } from "vitest";
import { PASSWORD } from "../../support/local_platform.ts";
import { type DeskWorld, open, ORG, startDeskWorld, violations } from "./support.ts";

const DEAL = "a0000000-0000-4000-8000-0000000000d1";
// One pixel.
const PHOTO = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
let world: DeskWorld;
beforeAll(async () => {
  world = await startDeskWorld();
  await world.sql`
    insert into deals (org_id, id, title, kind, stage_id, broker_id)
    select ${ORG}, ${DEAL}, 'Juniper St', 'flip', s.id, b.id
    from deal_stages s join brokers b on b.org_id = s.org_id where s.org_id = ${ORG} and s.position = 1`;
});
afterAll(() => world?.stop());

test("a broker enters figures, budget and files, and sees the profit", async () => {
  const { page, context, problems } = await world.signIn("broker@example.com", { bypassCSP: true });
  await open(page, `#/flips/${DEAL}`);
  await page.getByRole("button", { name: "Edit figures" }).click();
  const figures = page.getByRole("dialog", { name: "Figures" });
  for (
    const [label, value] of [
      ["Purchase, USD", "180000"],
      [
        "Value after repair (ARV), USD",
        "320000",
      ],
      ["Estimate of repairs, USD", "30000"],
      ["Holding cost a day, USD", "50"],
      [
        "Sale, USD",
        "310000",
      ],
      ["Bought on", "2026-09-01"],
      ["Sold on", "2026-11-10"],
    ] as const
  ) await figures.getByLabel(label).fill(value);
  expect(await violations(page)).toEqual([]);
  await figures.getByRole("button", { name: "Save" }).click();
  await figures.waitFor({ state: "hidden" });
  const loss = page.getByRole("region", { name: "Profit and loss as a table" });
  await loss.getByText("$126,500").waitFor();
  await page.getByText("$194,000").waitFor();
  await page.getByText("kept", { exact: true }).waitFor();

  await page.getByRole("button", { name: "Add a line" }).click();
  const line = page.getByRole("dialog", { name: "New budget line" });
  await line.getByLabel("What").fill("Roof");
  await line.getByLabel("Planned, USD").fill("45000");
  await line.getByLabel("Spent, USD").fill("46000");
  await line.getByRole("button", { name: "Save" }).click();
  await page.getByText("Planned $45,000, spent $46,000: $1,000 over.").waitFor();
  await loss.getByText("$80,500").waitFor();
  await page.getByText("paid more").waitFor();

  await page.getByLabel("Add documents or photos").setInputFiles([
    { name: "Front.PNG", mimeType: "image/png", buffer: PHOTO },
    { name: "Contract.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 contract") },
  ]);
  const files = page.getByRole("list", { name: "Files" });
  await files.getByRole("img", { name: "Front.PNG" }).waitFor();
  await expect.poll(() =>
    files.getByRole("img").evaluate((image) => (image as HTMLImageElement).naturalWidth)
  ).toBe(1);
  const opened = context.waitForEvent(
    "request",
    (request) => /object\/sign.*\.pdf\?token=/.test(request.url()),
  );
  await files.getByRole("button", { name: "Contract.pdf", exact: true }).click();
  const address = (await opened).url();
  const answer = await fetch(address);
  expect([answer.headers.get("content-type"), await answer.text()]).toEqual([
    "application/pdf",
    "%PDF-1.7 contract",
  ]);
  const forged = address.slice(0, -9) + (address.at(-9) === "A" ? "B" : "A") + address.slice(-8);
  expect((await fetch(forged)).status).toBe(400);
  expect(await violations(page)).toEqual([]);

  await files.getByRole("button", { name: "Remove Contract.pdf" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove it" }).click();
  await files.getByText("Contract.pdf").waitFor({ state: "hidden" });
  expect((await fetch(address)).status).toBe(400);
  const kept = await world.sql`select name from storage.objects`;
  expect(kept.map(({ name }) => name)).toEqual([expect.stringMatching(`^${ORG}/${DEAL}/.*png$`)]);
  expect(problems).toEqual([]);
  await context.close();
});

test("who only reads sees files and changes nothing; another org sees and stores nothing", async () => {
  const { page, context } = await world.signIn("viewer@example.com");
  await open(page, `#/flips/${DEAL}`);
  await page.getByRole("img", { name: "Front.PNG" }).waitFor();
  expect(await page.getByRole("button", { name: /^(Edit figures|Add a line|Remove)/ }).count())
    .toBe(0);
  expect(await page.locator("input[type=file]").count()).toBe(0);
  await context.close();

  const [stored] = await world.sql`select name from storage.objects`;
  const ask = async (email: string, path: string, body: unknown) => {
    const client = world.authClient();
    const { data } = await client.signInWithPassword({ email, password: PASSWORD });
    const answer = await fetch(`${world.stack.url}/storage/v1${path}`, {
      method: "POST",
      headers: {
        apikey: world.stack.publishableKey,
        authorization: `Bearer ${data.session?.access_token}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(body),
    });
    return [answer.status, (await answer.json()).message ?? "allowed"];
  };
  const read = `/object/sign/deal-files/${stored?.name}`;
  const write = `/object/upload/sign/deal-files/${ORG}/${DEAL}/${crypto.randomUUID()}.pdf`;
  const refused = [403, "new row violates row-level security policy"];
  expect(await ask("broker@example.com", read, { expiresIn: 60 })).toEqual([200, "allowed"]);
  expect(await ask("broker@example.com", write, {})).toEqual([200, "allowed"]);
  expect(await ask("viewer@example.com", read, { expiresIn: 60 })).toEqual([200, "allowed"]);
  expect(await ask("viewer@example.com", write, {})).toEqual(refused);
  await world.addUser("stranger@example.com");
  expect(await ask("stranger@example.com", read, { expiresIn: 60 })).toEqual([
    400,
    "Object not found",
  ]);
  expect(await ask("stranger@example.com", write, {})).toEqual(refused);
  expect((await ask("broker@example.com", "/bucket/deal-files", {}))[0]).toBe(501);
});
