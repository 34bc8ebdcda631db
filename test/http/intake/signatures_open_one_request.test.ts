// A signed request to csv-upload is sent to each other endpoint, upload and part: it is refused there and changes nothing.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  requestSecret,
  uploadSecret,
} from "../../../edge-functions/_shared/intake/request_secret.ts";
import {
  deriveSecret,
  signRequest,
} from "../../../edge-functions/_shared/platform/crypto/signature.ts";
import { GENERIC_PURPOSE } from "../../../edge-functions/_shared/providers/generic/verify.ts";
import { call, HEADER, houses, startWorld, type World } from "./harness.ts";

interface Request {
  method: string;
  path: string;
  body: string;
  allowed: number;
}

let world: World;
let requests: Request[];
beforeAll(async () => {
  world = await startWorld();
  const [one, two] = [
    (await world.upload(HEADER + houses(1, 1))).json.upload_id as string,
    (await world.upload(HEADER + houses(2, 1))).json.upload_id as string,
  ];
  requests = [
    { method: "POST", path: "", body: HEADER + houses(3, 1), allowed: 202 },
    ...[one, two].flatMap((id) => [
      { method: "GET", path: `/${id}`, body: "", allowed: 200 },
      { method: "GET", path: `/${id}/rejects.csv`, body: "", allowed: 200 },
      // Verified, and too early.
      { method: "POST", path: `/${id}/undo`, body: JSON.stringify({ undo: id }), allowed: 409 },
    ]),
    {
      ...{ method: "POST", path: "/replay", allowed: 200 },
      body: JSON.stringify({ replay: world.source.key, upload: null }),
    },
  ];
});
afterAll(() => world?.stop());

function sign({ method, path, body }: Request, secret = world.source.secret) {
  const key = path === "" ? secret : requestSecret(secret, method, `/csv-upload${path}`);
  return headersOf(key, body);
}
const headersOf = (key: string, body: string) =>
  signRequest({
    ...{ secrets: [key], id: randomUUID(), timestamp: Math.floor(Date.now() / 1000) },
    body: new TextEncoder().encode(body),
  });
const send = (to: Request, body: string, headers: Record<string, string>, query = "") =>
  call(`${world.stack.functionsUrl}/csv-upload${to.path}?source=${world.source.key}${query}`, {
    method: to.method,
    headers,
    ...(to.method === "GET" ? {} : { body }),
  });
const state = async () =>
  (await world.sql`select
    (select jsonb_agg(to_jsonb(u) order by u.id) from public.uploads u) as uploads,
    (select jsonb_agg(to_jsonb(p) order by p.id) from public.upload_parts p) as parts,
    (select count(*) from pgboss.job) as jobs`)[0];

test("a signature of one request opens no other", async () => {
  const before = await state();
  for (const from of requests) {
    for (const to of requests) {
      if (to === from) continue;
      // With its own body, and with the one that the other endpoint expects.
      for (const body of [from.body, to.body]) {
        const { status } = await send(to, body, sign({ ...from, body }));
        expect(status, `${from.method} ${from.path} at ${to.method} ${to.path}`).toBe(401);
      }
    }
  }
  expect(await state()).toEqual(before);
});

test("neither the source's own secret nor that of its webhooks signs what is not an upload", async () => {
  const { secret } = world.source;
  for (const to of requests) {
    const webhook = deriveSecret(secret, GENERIC_PURPOSE);
    for (const key of to.path === "" ? [webhook] : [webhook, secret]) {
      expect((await send(to, to.body, headersOf(key, to.body))).status, to.path).toBe(401);
    }
  }
});

test("a signed part counts for its own upload and number only", async () => {
  const upload = requests[0]!;
  const body = HEADER + houses(50, 1);
  const headers = sign({ ...upload, body });
  const [own, other] = [randomUUID(), randomUUID()];
  const query = (id: string, part: number) => `&upload=${id}&part=${part}`;
  expect((await send(upload, body, headers, query(own, 1))).status).toBe(202);
  const before = await state();
  for (
    const elsewhere of [
      query(own, 2),
      query(other, 1),
      query(other, 2),
      `${query(own, 1)}&dry_run=true`,
    ]
  ) expect((await send(upload, body, headers, elsewhere)).status, elsewhere).toBe(409);
  expect(await state()).toEqual(before);
  expect((await send(upload, body, headers, query(own, 1))).status).toBe(200);
});

test("a signature that names the query opens that query only, from its first use", async () => {
  const upload = requests[0]!;
  const [own, other] = [randomUUID(), randomUUID()];
  const signed = (n: number, query: string, secret = world.source.secret) => {
    const body = HEADER + houses(n, 1);
    const named = new URLSearchParams(`source=${world.source.key}${query}`);
    return { body, headers: headersOf(uploadSecret(secret, named), body) };
  };
  const query = `&upload=${own}&part=1&parts=2&dry_run=false`;
  const { body, headers } = signed(60, query);
  const before = await state();
  for (
    const changed of [
      query.replace("dry_run=false", "dry_run=true"),
      query.replace("&dry_run=false", ""),
      query.replace(own, other),
      query.replace("part=1", "part=2"),
      query.replace("parts=2", "parts=1"),
      `${query}&filename=other.csv`,
      "",
    ]
  ) expect((await send(upload, body, headers, changed)).status, changed).toBe(401);
  expect(await state()).toEqual(before);
  // The order of the parameters, and how they are escaped, do not matter.
  const same = `&parts=2&%70art=1&upload=${own}&dry_run=false`;
  expect((await send(upload, body, headers, same)).status).toBe(202);
  // With a key for the query, the query of another source is no way in either.
  const foreign = signed(61, "", (await world.addSource(world.source.orgId)).secret);
  expect((await send(upload, foreign.body, foreign.headers)).status).toBe(401);
  // After a rotation, the previous secret signs so, too.
  const previous = world.source.secret;
  const [rotated] = await world
    .sql`select public.rotate_source_secret(${world.source.id}) as secret`;
  world.source.secret = rotated!.secret;
  for (const [n, secret] of [[62, previous], [63, rotated!.secret]] as const) {
    const sent = signed(n, "&dry_run=true", secret);
    expect((await send(upload, sent.body, sent.headers, "&dry_run=true")).status).toBe(202);
  }
});

test("each is answered where it belongs", async () => {
  for (const to of requests) {
    expect((await send(to, to.body, sign(to))).status, to.path).toBe(to.allowed);
  }
});
