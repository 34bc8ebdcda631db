import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../../scripts/sandbox/sandbox.ts";
import { type DeskWorld, open, ORG, type SignedIn, startDeskWorld, violations } from "./support.ts";

let world: DeskWorld;
let sandbox: Sandbox;
let owner: SignedIn;
/** Another host, which counts who asks it for a picture. */
let elsewhere: string;
let asked = 0;
const host = createServer((_, response) => {
  asked++;
  response.end();
});
beforeAll(async () => {
  await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
  elsewhere = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  sandbox = await startSandbox({});
  world = await startDeskWorld(["outreach"], sandbox.env);
  await world.sql`
    insert into senders (org_id, channel, provider, name, address, postal_address)
    values (${ORG}, 'email', 'sendgrid', 'Alpha Realty', 'hello@example.com', '1 Main St, Los Angeles, CA 90001')`;
  owner = await world.signIn("owner@example.com", { bypassCSP: true });
});
afterAll(async () => {
  await world?.stop();
  await sandbox?.stop();
  host.close();
});

const FOOT = "{{ sender.postal_address }} {{ unsubscribe_url }}";

test("a text is checked beside its part, previewed with a lead, and a test is sent to oneself", async () => {
  const { page, problems } = owner;
  await open(page, "#/sequences/template/new");
  await page.getByLabel("Name", { exact: true }).fill("First touch");
  await page.getByLabel("Channel").selectOption("E-mail");
  await page.getByLabel("Subject").fill("About {{ property.street | default: 'it' }}");
  await page.getByRole("textbox", { name: "Text" }).fill("Hi {{ lead.full_name }}");
  await page.getByText("{{ unsubscribe_url }} is missing").first().waitFor();
  await page.getByText(/^lead.full_name may be empty/).waitFor();
  expect(await page.getByRole("button", { name: "Save as a new version" }).isDisabled()).toBe(true);

  await page.getByRole("textbox", { name: "Text" }).fill(
    `Hi {{ lead.full_name | default: "there" }}\n${FOOT}`,
  );
  await page.getByLabel("HTML").fill(
    `<p id="hi">Hi {{ lead.full_name | default: "there" }}</p><script>parent.hurt = true</script>
     <img src="${elsewhere}/x.png"><p>${FOOT}</p>`,
  );
  await page.getByLabel("With which lead").fill("Owner 1");
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByText("About 1 Juniper St").waitFor();
  await page.getByText("Hi Owner 1").first().waitFor();
  const mail = page.frameLocator("iframe.mail");
  expect(await mail.locator("#hi").textContent()).toBe("Hi Owner 1");
  expect(await page.evaluate(() => "hurt" in window)).toBe(false);

  await page.getByRole("button", { name: "Send me a test" }).click();
  await page.getByText("Test sent to o***@example.com").waitFor();
  expect(sandbox.received.emails.map(({ to, subject }) => `${to}: ${subject}`)).toEqual([
    "owner@example.com: [Test] About 1 Juniper St",
  ]);
  const [messages] = await world.sql`select count(*)::int as n from messages`;
  expect(messages?.n).toBe(0);
  expect(await violations(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  const wide = await page.evaluate(() =>
    document.documentElement.scrollWidth - document.documentElement.clientWidth
  );
  expect(wide).toBe(0);
  await page.setViewportSize({ width: 1280, height: 800 });
  expect(problems).toEqual([]);
});

test("a new version is used by the steps that a person confirms", async () => {
  const { page } = owner;
  await page.getByRole("button", { name: "Save as a new version" }).click();
  await page.getByText("Saved as version 1").waitFor();
  const [first] = await world.sql`select id from templates where name = 'First touch'`;
  const [sender] = await world.sql`select id from senders`;
  const [sequence] = await world.sql`
    insert into sequences (org_id, name) values (${ORG}, 'Spring') returning id`;
  await world.sql`insert into sequence_steps (org_id, sequence_id, step, channel, delay, sender_id)
    values (${ORG}, ${sequence?.id}, 1, 'email', '0', ${sender?.id})`;
  await world.sql`insert into step_variants (org_id, sequence_id, step, variant, template_id, share)
    values (${ORG}, ${sequence?.id}, 1, 'a', ${first?.id}, 1)`;
  await page.reload();
  await page.getByLabel("Subject").fill("Your property");
  await page.getByRole("button", { name: "Save as a new version" }).click();
  const ask = page.getByRole("dialog", { name: "Use the new version?" });
  await ask.getByText("Spring").waitFor();
  const used = async () => {
    const [row] = await world.sql`
      select t.version from step_variants v join templates t on t.id = v.template_id`;
    return row?.version;
  };
  expect(await used()).toBe(1);
  await ask.getByRole("button", { name: "Use it in all of them" }).click();
  await page.getByText("1 step uses the new version").waitFor();
  expect(await used()).toBe(2);
});

test("with the desk's policy, the preview of a mail runs no script and loads nothing", async () => {
  asked = 0;
  const { page, context } = await world.signIn("broker@example.com");
  await open(page, "#/sequences/template/First%20touch");
  await page.getByLabel("With which lead").fill("Owner 1");
  await page.getByRole("button", { name: "Preview" }).click();
  const mail = page.frameLocator("iframe.mail");
  expect(await mail.locator("#hi").textContent()).toBe("Hi Owner 1");
  await page.waitForLoadState("networkidle");
  expect(asked).toBe(0);
  // The same picture in a page without the policy is asked for.
  const plain = await context.newPage();
  await plain.setContent(`<img src="${elsewhere}/x.png">`, { waitUntil: "networkidle" });
  expect(asked).toBe(1);
  expect(await page.evaluate(() => "hurt" in window)).toBe(false);
  await context.close();
});
