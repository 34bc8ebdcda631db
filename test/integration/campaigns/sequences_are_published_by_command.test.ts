// sluice sequence publish, show, export and move against a real database.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Io } from "../../../scripts/cli/io.ts";
import { main } from "../../../scripts/cli/main.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { node, simple, workflow } from "../../unit/campaigns/support.ts";

const ORG = "a0000000-0000-4000-8000-000000000000";
let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
let dir: string;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 2);
  await sql`insert into public.orgs (id, name) values (${ORG}, 'Acme Realty')`;
  await sql`
    insert into public.templates (org_id, name, channel, subject, text_body) values
      (${ORG}, 'Hello', 'email', 'Hi', '{{ sender.postal_address }} {{ unsubscribe_url }}'),
      (${ORG}, 'Text', 'sms', null, '{{ sender.name }}. Reply STOP to end.')`;
  await sql`insert into public.campaigns (org_id, name, state) values (${ORG}, 'Spring', 'running')`;
  dir = await mkdtemp(join(tmpdir(), "sluice-sequences-"));
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
  await rm(dir, { recursive: true });
});

async function sluice(
  args: string[],
  fetched: (url: string, init?: RequestInit) => Promise<Response> = () =>
    Promise.reject(new Error("no network")),
): Promise<{ code: number; out: string; err: string }> {
  const result = { out: "", err: "" };
  const sink = (key: "out" | "err") =>
    new Writable({
      write(chunk, _encoding, done) {
        result[key] += chunk;
        done();
      },
    });
  const io: Io = {
    env: { DATABASE_URL: database.adminUrl, N8N_API_KEY: "n8n-key" },
    stdin: Readable.from([]),
    stdout: sink("out"),
    stderr: sink("err"),
    now: () => new Date(),
    sleep: () => Promise.resolve(),
    random: () => 0,
    uuid: () => "",
    fetch: fetched as typeof fetch,
  };
  return { code: await main(["sequence", ...args, "--org", "Acme Realty"], io), ...result };
}

async function publish(drawn: unknown, ...more: string[]) {
  const file = join(dir, "workflow.json");
  await writeFile(file, JSON.stringify(drawn));
  return await sluice(["publish", file, ...more]);
}

test("a dry run saves nothing, publishing saves a version, and the same again saves none", async () => {
  expect(await publish(simple(), "--dry-run")).toEqual({
    code: 0,
    out: "Spring would become version 1 with 4 steps; nothing was saved\n",
    err: "",
  });
  expect(await sql`select from public.sequences`).toHaveLength(0);
  expect((await publish(simple())).out).toBe("Spring version 1 with 4 steps\n");
  expect((await publish(simple(), "--version", "1")).out)
    .toBe("Spring is unchanged since version 1\n");
});

test("what cannot run is refused with the node's name", async () => {
  const drawn = simple();
  drawn.nodes.push({ ...node("Lookup", ""), type: "n8n-nodes-base.httpRequest" });
  const { code, out } = await publish(drawn, "--version", "1");
  expect(code).toBe(1);
  expect(out).toContain("Not published. 1 problem:\n  Lookup: This node type cannot run");
});

test("a version that was not read is never replaced", async () => {
  const { code, err } = await publish(simple());
  expect(code).toBe(1);
  expect(err).toContain("the sequence has version 1 already");
});

test("a workflow is read through n8n's API, and running campaigns are named", async () => {
  await sql`update public.campaigns set sequence_id = (select id from public.sequences)`;
  const drawn = simple();
  drawn.nodes.find(({ name }) => name === "Two days")!.parameters = { amount: 5 };
  const asked: [string, string | null][] = [];
  const { code, out, err } = await sluice(
    ["publish", "--n8n-url", "https://n8n.example.com/", "--n8n-workflow", "w1", "--version", "1"],
    (url, init) => {
      asked.push([url, new Headers(init?.headers).get("x-n8n-api-key")]);
      return Promise.resolve(Response.json({ id: "w1", active: false, ...drawn }));
    },
  );
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(asked).toEqual([
    ["https://n8n.example.com/api/v1/workflows/w1?excludePinnedData=true", "n8n-key"],
  ]);
  expect(out).toBe(
    "Spring version 2 with 4 steps\n" +
      "  Running: Spring. The next leads follow this version; look at a new forecast.\n",
  );
});

test("an exported sequence is published unchanged, also a list from the desk", async () => {
  const file = join(dir, "exported.json");
  expect((await sluice(["export", "Spring", "--out", file])).code).toBe(0);
  expect((await publish(JSON.parse(await readFile(file, "utf8")), "--version", "2")).out)
    .toBe("Spring is unchanged since version 2\n");

  const [template] = await sql`select id from public.templates where name = 'Hello'`;
  await sql`select public.save_sequence(${ORG}, 'Listed', ${
    sql.json([{ channel: "email", variants: [{ template_id: template!.id }] }, {
      channel: "email",
      delay: "3 days",
      variants: [{ template_id: template!.id }],
    }])
  })`;
  const exported = await sluice(["export", "Listed"]);
  expect((await publish(JSON.parse(exported.out), "--version", "1")).out)
    .toBe("Listed version 2 with 2 steps\n");
});

test("show prints the steps with what follows them, and move moves", async () => {
  const { out } = await sluice(["show", "Spring"]);
  expect(out).toContain("Spring version 2\n");
  expect(out).toContain("Mail  email: Hello  next after 5 days -> Answered?  0 waiting");
  expect(out).toContain("Answered?  replied within 3 days  ");
  expect((await sluice(["move", "Spring"])).out).toBe("0 leads moved to version 2, 0 stayed\n");
  expect((await sluice(["show", "Gone"])).err).toContain("sequence Gone not found");
});

test("a new version of a template is named", async () => {
  await sql`insert into public.templates (org_id, name, channel, text_body)
    values (${ORG}, 'Text', 'sms', '{{ sender.name }} again. Reply STOP to end.')`;
  const drawn = workflow(simple().nodes, [
    "Start > Mail",
    "Mail > Answered?",
    "Answered? > Reply",
    "Answered? / Broker",
  ]);
  drawn.nodes = drawn.nodes.filter(({ name }) => name !== "Two days");
  expect((await publish(drawn, "--version", "2")).out)
    .toContain("  Reply: Text version 2 instead of 1\n");
});
