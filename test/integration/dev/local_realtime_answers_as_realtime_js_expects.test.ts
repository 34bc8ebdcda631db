// The local stand-in for Realtime, through the client that the desk has: who may join is decided in SQL.
import { RealtimeClient } from "@supabase/realtime-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalPlatform, startLocalPlatform } from "../../support/local_platform.ts";

const ORG = "a0000000-0000-4000-8000-000000000000";
const TOPIC = `desk:${ORG}`;

let world: LocalPlatform;
let member: string;
let rival: string;
const clients: RealtimeClient[] = [];
beforeAll(async () => {
  world = await startLocalPlatform();
  member = await world.addUser("member@example.com");
  rival = await world.addUser("rival@example.com");
  const { sql } = world;
  await sql`insert into orgs (id, name) values (${ORG}, 'Alpha Realty'), (gen_random_uuid(), 'Beta Homes')`;
  await sql`
    insert into members (org_id, user_id, role) select id, case id when ${ORG} then ${member}::uuid else ${rival}::uuid end,
      'owner' from orgs`;
  await sql`insert into leads (org_id, owner_full) values (${ORG}, 'Owner 1')`;
});
afterAll(async () => {
  for (const client of clients) await client.removeAllChannels();
  await world?.stop();
});

const address = () => `${world.stack.url.replace("http", "ws")}/realtime/v1`;

/** Joins a topic; the first status, what is heard, and a promise of the end. */
async function join(
  token: string | null,
  { topic = TOPIC, config = { private: true } }: { topic?: string; config?: object } = {},
) {
  const client = new RealtimeClient(address(), {
    params: { apikey: world.stack.publishableKey },
    ...token === null ? {} : { accessToken: () => Promise.resolve(token) },
  });
  clients.push(client);
  await client.setAuth();
  const heard: { event: string; payload: Record<string, unknown> }[] = [];
  let wake = () => {};
  const over = Promise.withResolvers<string>();
  const channel = client.channel(topic, { config } as never)
    .on("broadcast", { event: "*" }, ({ event, payload }) => {
      heard.push({ event, payload });
      wake();
    });
  const status = await new Promise<string>((resolve) => {
    channel.subscribe((status, error) => {
      resolve(error ? `${status} ${error.message}` : status);
      if (status !== "SUBSCRIBED") over.resolve(status);
    });
  });
  const next = (count: number) =>
    new Promise<void>((resolve) => {
      wake = () => heard.length >= count && resolve();
      wake();
    });
  return { client, channel, status, heard, next, over: over.promise };
}

const addTask = () =>
  world.sql`
    insert into tasks (org_id, lead_id, kind, created_at, created_by)
    select org_id, id, 'to_do', now(), ${member} from leads where org_id = ${ORG}`;

test("a member hears that something changed, without a word about it; members of other orgs cannot join", async () => {
  const mine = await join(await world.stack.signJwt({ sub: member }));
  expect(mine.status).toBe("SUBSCRIBED");
  const foreign = await join(await world.stack.signJwt({ sub: rival }));
  expect(foreign.status).toMatch(/^CHANNEL_ERROR .*Unauthorized/);
  await addTask();
  await mine.next(1);
  expect(mine.heard.map(({ event, payload }) => [event, Object.keys(payload)])).toEqual([["tasks", [
    "id",
  ]]]);
  expect(foreign.heard).toEqual([]);
});

test("a change that is rolled back is not heard", async () => {
  const mine = await join(await world.stack.signJwt({ sub: member }));
  await world.sql.begin(async (tx) => {
    await tx`update tasks set due_at = now() where org_id = ${ORG}`;
    throw new Error("rolled back");
  }).catch(() => {});
  await world.sql`update orgs set name = name where id = ${ORG}`;
  await addTask();
  await mine.next(1);
  await addTask();
  await mine.next(2);
  expect(mine.heard.map(({ event }) => event)).toEqual(["tasks", "tasks"]);
});

test("nobody joins without a token, with one that is forged, or of a session that was ended", async () => {
  expect((await join(null)).status).toMatch(/^CHANNEL_ERROR/);
  expect((await join(world.stack.publishableKey)).status).toMatch(
    /^CHANNEL_ERROR .*InvalidJWTToken/,
  );
  const forged = (await world.stack.signJwt({ sub: member })).replace(/\.[^.]{10}/, ".eyJzdWIiOi");
  expect((await join(forged)).status).toMatch(/^CHANNEL_ERROR .*InvalidJWTToken/);
  const ended = await world.stack.signJwt({ sub: member, session_id: crypto.randomUUID() });
  expect((await join(ended)).status).toMatch(/^CHANNEL_ERROR .*Unauthorized/);
});

test("a new token of somebody who is no longer a member ends the channel", async () => {
  const leaving = await world.addUser("leaving@example.com");
  await world
    .sql`insert into members (org_id, user_id, role) values (${ORG}, ${leaving}, 'viewer')`;
  let token = await world.stack.signJwt({ sub: leaving });
  const { client, status, over } = await join(token);
  expect(status).toBe("SUBSCRIBED");
  await world.sql`delete from members where user_id = ${leaving}`;
  token = await world.stack.signJwt({ sub: leaving, again: true });
  client.accessToken = () => Promise.resolve(token);
  await client.setAuth();
  expect(await over).toMatch(/CLOSED|CHANNEL_ERROR/);
});

test.each([
  ["a public channel", { private: false }],
  ["presence", { private: true, presence: { enabled: true } }],
  ["a replay", { private: true, broadcast: { replay: { since: 0 } } }],
])("%s is refused as not understood", async (_, config) => {
  const { status } = await join(await world.stack.signJwt({ sub: member }), { config });
  expect(status).toMatch(/^CHANNEL_ERROR .*LOCAL501/);
});

test("members cannot send: the connection ends, and nobody hears it", async () => {
  const token = await world.stack.signJwt({ sub: member });
  const [sender, listener] = [await join(token), await join(token)];
  await sender.channel.send({ type: "broadcast", event: "inbox", payload: {} });
  expect(await sender.over).toBe("CHANNEL_ERROR");
  await addTask();
  await listener.next(1);
  expect(listener.heard.map(({ event }) => event)).toEqual(["tasks"]);
});

test("other paths, versions and keys get no connection", async () => {
  const refused = async (path: string) => {
    const socket = new WebSocket(`${world.stack.url.replace("http", "ws")}${path}`);
    return await new Promise((resolve) => {
      socket.onopen = () => resolve("open");
      socket.onerror = () => resolve("refused");
    });
  };
  const key = world.stack.publishableKey;
  const path = "/realtime/v1/websocket";
  expect(await refused(`${path}?apikey=${key}&vsn=2.0.0`)).toBe("open");
  expect(await refused(`${path}?apikey=${key}&vsn=1.0.0`)).toBe("refused");
  expect(await refused(`${path}?apikey=sb_publishable_x&vsn=2.0.0`)).toBe("refused");
  expect(await refused(`/functions/v1/worker?apikey=${key}&vsn=2.0.0`)).toBe("refused");
});
